// Package closing is the aggregate of a month's figures as they were closed (月度考核, mission row M9): frozen as of a position of
// the log, published, appealed against, answered and closed. Every figure stands in the event that froze it, with the versions
// of definitions and calendars it rests on, so that it never changes afterwards; what corrections make of it later is measured
// anew and told beside it. How figures are measured is not its business.
package closing

import (
	"slices"
	"time"

	"docket/domain"
)

// Event is what may become true of a month's figures.
//
//sumtype:decl
type Event interface{ isClosing() }

// Frozen: these are the figures of the month. Round counts the freezings; a later one took the place of figures against which
// an appeal was upheld.
type Frozen struct {
	Round     int       `json:"round" class:"skeleton"`
	Statement Statement `json:"statement" class:"skeleton"`
	Digest    string    `json:"digest" class:"skeleton"` // SHA-256 of the statement's canonical JSON, hexadecimal
	By        string    `json:"by" class:"skeleton"`
}

// Published: the people concerned can see the figures, and appeal until AppealUntil.
type Published struct {
	AppealUntil time.Time `json:"appeal_until" class:"skeleton"`
	By          string    `json:"by" class:"skeleton"`
}

// Appealed: somebody says that a figure about them is wrong (申訴).
type Appealed struct {
	Appeal int    `json:"appeal" class:"skeleton"` // counts the month's appeals, from 1
	Cell   Cell   `json:"cell" class:"skeleton"`
	By     string `json:"by" class:"skeleton"`
	Reason string `json:"reason" class:"content"`
}

// AppealAnswered: somebody else has looked into an appeal. One that is upheld asks for freezing anew, once what was wrong has been
// corrected where it was recorded.
type AppealAnswered struct {
	Appeal  int     `json:"appeal" class:"skeleton"`
	Verdict Verdict `json:"verdict" class:"skeleton"`
	By      string  `json:"by" class:"skeleton"`
	Answer  string  `json:"answer" class:"content"`
}

// Closed: the figures are final.
type Closed struct {
	By string `json:"by" class:"skeleton"`
}

func (Frozen) isClosing()         {}
func (Published) isClosing()      {}
func (Appealed) isClosing()       {}
func (AppealAnswered) isClosing() {}
func (Closed) isClosing()         {}

// Verdict is what became of an appeal.
type Verdict string

// The verdicts.
const (
	Upheld    Verdict = "upheld"
	NotUpheld Verdict = "not_upheld"
)

// Verdicts are the verdicts.
var Verdicts = []Verdict{Upheld, NotUpheld}

// UnmarshalText refuses an unknown verdict.
func (v *Verdict) UnmarshalText(b []byte) error { return domain.ParseCode(v, b, Verdicts) }

// Status is how far the closing of a month has come.
type Status string

// The statuses, in their order.
const (
	StatusFrozen    Status = "frozen"
	StatusPublished Status = "published"
	StatusClosed    Status = "closed"
)

// State is the closing of a month as it stands. Slices are replaced, never changed in place.
type State struct {
	Status      Status // empty before the first freezing
	Round       int
	Statement   Statement
	Digest      string
	FrozenBy    string
	AppealUntil time.Time
	Appeals     []Appealing
}

// Appealing is an appeal and its verdict; an empty one has not been given.
type Appealing struct {
	Round   int // of the figures that it is about
	Cell    Cell
	By      string
	Verdict Verdict
}

// Exists reports whether the month has been frozen.
func (s State) Exists() bool { return s.Status != "" }

// Open counts the appeals that wait for an answer.
func (s State) Open() int {
	n := 0
	for _, a := range s.Appeals {
		if a.Verdict == "" {
			n++
		}
	}
	return n
}

// Contested reports whether an appeal against the figures as they stand has been upheld.
func (s State) Contested() bool {
	return slices.ContainsFunc(s.Appeals, func(a Appealing) bool { return a.Round == s.Round && a.Verdict == Upheld })
}

// Decider ties the streams, fold and contract together. The key of a stream is [Key].
var Decider = domain.Decider[State, Event]{
	Category: "closing",
	Evolve:   evolve,
	Scope:    func(s State) domain.Scope { return domain.Scope{Unit: s.Statement.Unit} },
	Events: domain.Contract[Event]{
		"ClosingFrozen":         domain.Of[Frozen](),
		"ClosingPublished":      domain.Of[Published](),
		"ClosingAppealed":       domain.Of[Appealed](),
		"ClosingAppealAnswered": domain.Of[AppealAnswered](),
		"ClosingClosed":         domain.Of[Closed](),
	},
}

func evolve(s State, event Event) State {
	switch e := event.(type) {
	case Frozen:
		s.Status, s.Round, s.Statement, s.Digest, s.FrozenBy = StatusFrozen, e.Round, e.Statement, e.Digest, e.By
	case Published:
		s.Status, s.AppealUntil = StatusPublished, e.AppealUntil
	case Appealed:
		s.Appeals = append(slices.Clip(s.Appeals), Appealing{Round: s.Round, Cell: e.Cell, By: e.By})
	case AppealAnswered:
		s.Appeals = slices.Clone(s.Appeals)
		if e.Appeal >= 1 && e.Appeal <= len(s.Appeals) {
			s.Appeals[e.Appeal-1].Verdict = e.Verdict
		}
	case Closed:
		s.Status = StatusClosed
	}
	return s
}

// Refusals of closings.
var (
	ErrNoPerson     = domain.Refusal(domain.Forbidden, "closing.no_person", "only a person can do this, not a service for itself")
	ErrFrozen       = domain.Refusal(domain.Conflict, "closing.frozen", "the month's figures are frozen; they are frozen anew only once an appeal has been upheld and before they are closed")
	ErrNotEnded     = domain.Refusal(domain.Conflict, "closing.not_ended", "the month has not ended")
	ErrTooLarge     = domain.Refusal(domain.Conflict, "closing.too_large", "there are more figures than one closing can hold; close the units one by one")
	ErrNotFrozen    = domain.Refusal(domain.Conflict, "closing.not_frozen", "there are no frozen figures to publish")
	ErrNotPublished = domain.Refusal(domain.Conflict, "closing.not_published", "the month's figures are not published")
	ErrAppealOver   = domain.Refusal(domain.Conflict, "closing.appeal_over", "the time for appeals has passed")
	ErrAppealed     = domain.Refusal(domain.Conflict, "closing.appealed", "you have appealed against this figure already")
	ErrNotConcerned = domain.Refusal(domain.Forbidden, "closing.not_concerned", "the figure is about somebody else")
	ErrNoAppeal     = domain.Refusal(domain.Conflict, "closing.no_appeal", "no appeal waits for an answer")
	ErrOwnAppeal    = domain.Refusal(domain.Forbidden, "closing.own_appeal", "nobody answers their own appeal")
	ErrWindowOpen   = domain.Refusal(domain.Conflict, "closing.window_open", "people can still appeal")
	ErrAppealsOpen  = domain.Refusal(domain.Conflict, "closing.appeals_open", "appeals still wait for an answer")
	ErrContested    = domain.Refusal(domain.Conflict, "closing.contested", "an appeal was upheld; correct what was wrong and freeze the month anew")
)

const maxText = 10_000

func person(m domain.Meta) error {
	if m.Actor.Staff == "" {
		return ErrNoPerson
	}
	return nil
}
