package scorecard

import (
	"fmt"
	"slices"
	"time"

	"docket/domain"
	"docket/domain/scale"
)

// Refusals of scorecards.
var (
	ErrNoPerson    = domain.Refusal(domain.Forbidden, "scorecard.no_person", "only a person can do this, not a service for itself")
	ErrUnderReview = domain.Refusal(domain.Conflict, "scorecard.under_review", "the newest version lies with management and cannot be changed now")
	ErrNotDraft    = domain.Refusal(domain.Conflict, "scorecard.not_draft", "the newest version is no draft that could be reviewed")
	ErrNotReviewed = domain.Refusal(domain.Conflict, "scorecard.not_reviewed", "the newest version has not been reviewed")
	ErrOtherDigest = domain.Refusal(domain.Conflict, "scorecard.other_digest", "the version reads otherwise than what was looked at")
	ErrOwnDraft    = domain.Refusal(domain.Forbidden, "scorecard.own_draft", "nobody approves what they wrote themselves")
	ErrSamePerson  = domain.Refusal(domain.Forbidden, "scorecard.same_person", "review and approval are by two different people")
	ErrNoJudge     = domain.Refusal(domain.Forbidden, "scorecard.no_judge", "the card has years judged by other roles")
	ErrOwnYear     = domain.Refusal(domain.Forbidden, "scorecard.own_year", "nobody judges their own year")
)

const (
	maxText   = 10_000
	monthForm = "2006-01"
)

func person(m domain.Meta) error {
	if m.Actor.Staff == "" {
		return ErrNoPerson
	}
	return nil
}

// DraftVersion writes the draft of a unit's card, or of the whole organisation's: the first one, the draft anew, or the next version
// of what is approved.
type DraftVersion struct {
	Unit   string     `json:"unit,omitempty" maxLength:"64" doc:"left out: the whole organisation's"`
	Card   scale.Card `json:"card"`
	Reason string     `json:"reason" minLength:"1" maxLength:"10000"`

	Facts DraftFacts `json:"-"`
}

// DraftFacts are what the directory tells about the unit, and the definitions about the figures.
type DraftFacts struct {
	UnitKnown bool
	Units     []scale.Unit // of each item's figure, in their order; empty: there is no such figure, or no such part
}

// Scope is the unit.
func (c DraftVersion) Scope() domain.Scope { return domain.Scope{Unit: c.Unit} }

// Stream is the key of the card.
func (c DraftVersion) Stream() string { return Key(c.Unit) }

// May wants a person, and nothing that management has before it.
func (c DraftVersion) May(s State, m domain.Meta) error {
	if s.Latest().Status == ForApproval {
		return ErrUnderReview
	}
	return person(m)
}

// Decide drafts. Everything that makes the card unusable is told at once; the same card changes nothing.
func (c DraftVersion) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	if c.Unit != "" && !c.Facts.UnitKnown {
		v.Fail("unit", "unknown", "no such unit")
	}
	c.Card.Check(&v, "card.")
	for i, item := range c.Card.Items {
		field := fmt.Sprintf("card.items[%d].", i)
		switch {
		case i >= len(c.Facts.Units) || c.Facts.Units[i] == "":
			v.Fail(field+"kpi", "unknown", "there is no such figure, or no such part of it")
		case c.Facts.Units[i] != item.Unit:
			v.Fail(field+"unit", "mismatch", "the figure is told in "+string(c.Facts.Units[i]))
		}
	}
	for i, j := range c.Card.Judges {
		if j.Role != "" && !judges(j.Role) {
			v.Fail(fmt.Sprintf("card.judges[%d].role", i), "unknown", "is no role that may judge")
		}
	}
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	latest, digest := s.Latest(), c.Card.Digest()
	if digest == latest.Digest {
		return nil, nil
	}
	number := latest.Number
	if latest.Status != Draft {
		number++
	}
	return []Event{Drafted{Version: number, Unit: c.Unit, Card: c.Card, Digest: digest, Author: m.Actor.Staff, Reason: c.Reason}}, nil
}

// Verdict is what the head, or management, says of a version.
type Verdict string

// The verdicts.
const (
	Pass   Verdict = "pass"
	Return Verdict = "return"
)

// Review is the head's decision about a draft.
type Review struct {
	Digest  string  `json:"digest" doc:"of the card that was looked at" pattern:"^[0-9a-f]{64}$"`
	Verdict Verdict `json:"verdict" enum:"pass,return"`
	Opinion string  `json:"opinion" minLength:"1" maxLength:"10000" doc:"on a return, the reason"`
}

// May wants a draft of other authors.
func (c Review) May(s State, m domain.Meta) error {
	if s.Latest().Status != Draft {
		return ErrNotDraft
	}
	return s.others(m)
}

// Decide passes on or returns.
func (c Review) Decide(s State, m domain.Meta) ([]Event, error) {
	latest, err := s.signed(c.Digest, c.Verdict, c.Opinion)
	switch {
	case err != nil:
		return nil, err
	case c.Verdict == Return:
		return []Event{Returned{Version: latest.Number, Digest: latest.Digest, By: m.Actor.Staff, Reason: c.Opinion}}, nil
	}
	return []Event{Reviewed{Version: latest.Number, Digest: latest.Digest, Reviewer: m.Actor.Staff, Opinion: c.Opinion}}, nil
}

// Approve is management's decision about a reviewed version.
type Approve struct {
	Digest  string  `json:"digest" doc:"of the card that was looked at" pattern:"^[0-9a-f]{64}$"`
	Verdict Verdict `json:"verdict" enum:"pass,return"`
	Opinion string  `json:"opinion" minLength:"1" maxLength:"10000" doc:"on a return, the reason"`
	From    string  `json:"from,omitempty" pattern:"^[0-9]{4}-[0-9]{2}$" doc:"first month that is scored by it; left out: the month of the approval"`
}

// May wants a reviewed version of other authors and another reviewer.
func (c Approve) May(s State, m domain.Meta) error {
	if s.Latest().Status != ForApproval {
		return ErrNotReviewed
	}
	if err := s.others(m); err != nil {
		return err
	}
	if s.Latest().Reviewer == m.Actor.Staff {
		return ErrSamePerson
	}
	return nil
}

// Decide approves from a month on that is not over: scales are set before what they measure.
func (c Approve) Decide(s State, m domain.Meta) ([]Event, error) {
	latest, err := s.signed(c.Digest, c.Verdict, c.Opinion)
	if err != nil {
		return nil, err
	}
	if c.Verdict == Return {
		return []Event{Returned{Version: latest.Number, Digest: latest.Digest, By: m.Actor.Staff, Reason: c.Opinion}}, nil
	}
	this := m.Effective.UTC().Format(monthForm)
	from := c.From
	if from == "" {
		from = this
	}
	var v domain.Checks
	if at, err := time.Parse(monthForm, from); err != nil || at.Format(monthForm) != from {
		v.Fail("from", "not_a_month", "must be a month of the form 2026-03")
	} else if from < this {
		v.Fail("from", "too_early", "must not lie before the month of the approval")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Approved{Version: latest.Number, Digest: latest.Digest, Approver: m.Actor.Staff, Opinion: c.Opinion, From: from}}, nil
}

// others wants a person who wrote nothing in the newest version.
func (s State) others(m domain.Meta) error {
	if err := person(m); err != nil {
		return err
	}
	if slices.Contains(s.Latest().Authors, m.Actor.Staff) {
		return ErrOwnDraft
	}
	return nil
}

// signed wants a verdict with words, on what the newest version says.
func (s State) signed(digest string, verdict Verdict, words string) (Version, error) {
	var v domain.Checks
	domain.OneOf(&v, "verdict", verdict, Pass, Return)
	v.RequiredText("opinion", words, maxText)
	v.Required("digest", digest)
	if err := v.Err(); err != nil {
		return Version{}, err
	}
	if latest := s.Latest(); digest == latest.Digest {
		return latest, nil
	}
	return Version{}, ErrOtherDigest
}
