// Package alert is the aggregate of alerts: somebody was refused so many reads in so short a time that somebody else has to
// look into it and say what it came to (對異常訪問的警報, mission row U2). The refusals themselves are package security.
package alert

import (
	"fmt"
	"time"

	"docket/domain"
)

// Kind says what an alert is about.
type Kind string

// RefusedReads: reads of tickets, customers or marked values that were refused to one account.
const RefusedReads Kind = "refused_reads"

// Conclusion is what looking into an alert came to.
type Conclusion string

// The conclusions.
const (
	Mistake   Conclusion = "mistake"   // a slip, or a right that was missing
	Abuse     Conclusion = "abuse"     // somebody looked for what is not theirs
	Technical Conclusion = "technical" // a program asked by itself
)

// Conclusions lists them.
var Conclusions = []Conclusion{Mistake, Abuse, Technical}

// UnmarshalText refuses an unknown conclusion.
func (c *Conclusion) UnmarshalText(b []byte) error {
	for _, known := range Conclusions {
		if string(known) == string(b) {
			*c = known
			return nil
		}
	}
	return fmt.Errorf("%w: not one of %v", domain.ErrInvalid, Conclusions)
}

// Event is what may become true of an alert.
//
//sumtype:decl
type Event interface{ isAlert() }

// Raised: an account was refused as many reads within a window as the service is told to raise an alert over.
type Raised struct {
	Kind      Kind      `json:"kind" class:"skeleton"`
	Principal string    `json:"principal" class:"skeleton"`        // account
	Person    string    `json:"person,omitempty" class:"skeleton"` // staff, if the account is a person's
	Count     int       `json:"count" class:"skeleton"`            // refusals, those only counted included
	Targets   int       `json:"targets" class:"skeleton"`          // how many different things
	Since     time.Time `json:"since" class:"skeleton"`            // the first of them
	Until     time.Time `json:"until" class:"skeleton"`            // the last
}

// Acknowledged: somebody has looked into it.
type Acknowledged struct {
	By         string     `json:"by" class:"skeleton"` // staff
	Conclusion Conclusion `json:"conclusion" class:"skeleton"`
	Text       string     `json:"text" class:"content"`
}

func (Raised) isAlert()       {}
func (Acknowledged) isAlert() {}

// State is what decisions read.
type State struct {
	Raised       bool
	Person       string // whom it is about
	Acknowledged bool
}

// Decider ties the streams, fold and contract together.
var Decider = domain.Decider[State, Event]{
	Category: "alert",
	Evolve:   evolve,
	Scope:    func(State) domain.Scope { return domain.Scope{} },
	Events: domain.Contract[Event]{
		"SecurityAlertRaised":       domain.Of[Raised](),
		"SecurityAlertAcknowledged": domain.Of[Acknowledged](),
	},
}

func evolve(s State, event Event) State {
	switch e := event.(type) {
	case Raised:
		s.Raised, s.Person = true, e.Person
	case Acknowledged:
		s.Acknowledged = true
	}
	return s
}

// Refusals of alerts.
var (
	ErrExists       = domain.Refusal(domain.Conflict, "alert.exists", "the alert was raised already")
	ErrAcknowledged = domain.Refusal(domain.Conflict, "alert.acknowledged", "somebody has looked into the alert already")
	ErrOwn          = domain.Refusal(domain.Forbidden, "alert.own", "nobody looks into an alert over themselves")
	ErrNoPerson     = domain.Refusal(domain.Forbidden, "alert.no_person", "only a person can look into an alert")
)

const maxText = 10_000

// Raise raises an alert. It is the service's own.
type Raise struct {
	Kind      Kind      `json:"kind" enum:"refused_reads"`
	Principal string    `json:"principal" minLength:"1" maxLength:"200"`
	Person    string    `json:"person,omitempty" maxLength:"64"`
	Count     int       `json:"count" minimum:"1"`
	Targets   int       `json:"targets" minimum:"0"`
	Since     time.Time `json:"since"`
	Until     time.Time `json:"until"`
}

// Scope is the whole organisation.
func (c Raise) Scope() domain.Scope { return domain.Scope{} }

// May wants a stream that does not exist yet.
func (c Raise) May(s State, _ domain.Meta) error {
	if s.Raised {
		return ErrExists
	}
	return nil
}

// Decide raises.
func (c Raise) Decide(State, domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "kind", c.Kind, RefusedReads)
	v.RequiredText("principal", c.Principal, 200)
	if c.Count < 1 {
		v.Fail("count", "out_of_range", "must be at least 1")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	r := Raised(c)
	r.Since, r.Until = c.Since.UTC(), c.Until.UTC()
	return []Event{r}, nil
}

// Acknowledge says what looking into the alert came to.
type Acknowledge struct {
	Conclusion Conclusion `json:"conclusion" enum:"mistake,abuse,technical"`
	Text       string     `json:"text" doc:"what was found, and what follows" minLength:"1" maxLength:"10000"`
}

// May wants an alert that nobody has looked into, and a person other than the one it is about.
func (c Acknowledge) May(s State, m domain.Meta) error {
	switch {
	case m.Actor.Staff == "":
		return ErrNoPerson
	case m.Actor.Staff == s.Person:
		return ErrOwn
	case s.Acknowledged:
		return ErrAcknowledged
	}
	return nil
}

// Decide acknowledges.
func (c Acknowledge) Decide(_ State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "conclusion", c.Conclusion, Conclusions...)
	v.RequiredText("text", c.Text, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Acknowledged{By: m.Actor.Staff, Conclusion: c.Conclusion, Text: c.Text}}, nil
}
