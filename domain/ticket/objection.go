package ticket

import (
	"fmt"
	"slices"
	"time"

	"docket/domain"
)

// Refusals of objections.
var (
	ErrNotObjectable     = domain.Refusal(domain.Conflict, "ticket.not_objectable", "only a result that the customer was told can be objected to")
	ErrObjectionOpen     = domain.Refusal(domain.Conflict, "ticket.objection_open", "an objection is open")
	ErrNoObjection       = domain.Refusal(domain.Conflict, "ticket.no_objection", "no objection is open")
	ErrObjectionDecided  = domain.Refusal(domain.Conflict, "ticket.objection_decided", "the objection has been decided")
	ErrObjectionPending  = domain.Refusal(domain.Conflict, "ticket.objection_pending", "the objection has not been decided")
	ErrObjectionTooLate  = domain.Refusal(domain.Conflict, "ticket.objection_too_late", "the time for objections is over; it can be taken as a complaint")
	ErrDecidedOriginal   = domain.Refusal(domain.Forbidden, "ticket.decided_original", "an objection is decided by somebody who had no part in the result")
	ErrObjectionRole     = domain.Refusal(domain.Forbidden, "ticket.not_objection_reviewer", "the ticket's rules name another role for objections")
	ErrObjectionNotTried = domain.Refusal(domain.Conflict, "ticket.objection_not_tried", "without the customer's confirmation it can be closed only after enough attempts to reach them")
)

// objectionTries is how often the customer has to be tried where the rules do not say.
const objectionTries = 3

// Objection is what decisions read of the newest objection.
type Objection struct {
	Objection int // counts from 1
	Open      bool
	Verdict   Verdict // empty until decided
	Reviewer  string
	Tries     int
}

// Object files an objection for the customer within the template's window (異議, mission row F3).
type Object struct {
	Channel Channel `json:"channel" enum:"window,phone,online,mail"`
	Grounds string  `json:"grounds" minLength:"1" maxLength:"10000"`
	Party   Party   `json:"party,omitempty" enum:"customer,agent" doc:"who objects; left out: the agent where one acts for the customer"`

	Facts ClockFacts `json:"-"`
}

// May wants a result that the customer knows, and no other objection open.
func (c Object) May(s State, m domain.Meta) error {
	switch {
	case s.Result.Objection.Open:
		return ErrObjectionOpen
	case s.Status != StatusDelivered && s.Status != StatusClosed:
		return ErrNotObjectable
	case s.objectionOver(m.Effective):
		return ErrObjectionTooLate
	}
	return nil
}

// objectionOver reports whether the days for objections are over, counted from when the customer was told, which ended the
// handling limit.
func (s State) objectionOver(at time.Time) bool {
	handling, ok := s.Clocks.Clock(HandlingClock)
	return ok && s.Planned() && s.Rules.Objection.Days > 0 && !handling.Running() &&
		at.After(handling.Stopped.AddDate(0, 0, s.Rules.Objection.Days))
}

// Decide files it and starts its clock.
func (c Object) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "channel", c.Channel, Window, Phone, Online, Mail)
	v.RequiredText("grounds", c.Grounds, maxText)
	s.party(&v, c.Party)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if err := s.actsFor(m, c.Party, MayObject); err != nil {
		return nil, err
	}
	number := s.Result.Objection.Objection + 1
	events := []Event{Objected{
		Objection: number, Number: fmt.Sprintf("%s-O%d", s.Number, number), Channel: c.Channel, Grounds: c.Grounds, Party: c.Party,
	}}
	return append(events, s.startClock(ObjectionClock, m.Effective, c.Facts.Calendar)...), nil
}

// DecideObjection answers the objection. Upheld, in whole or in part, it begins a new round; the first is kept.
type DecideObjection struct {
	Verdict Verdict `json:"verdict" enum:"upheld,partly_upheld,not_upheld"`
	Fault   Fault   `json:"fault,omitempty" doc:"whose mistake it was; when upheld in whole or part"`
	Reasons string  `json:"reasons" minLength:"1" maxLength:"10000"`

	Facts ClockFacts `json:"-"`
}

// May wants an open, undecided objection, and a person who had no part in the result and has the role that the rules name.
func (c DecideObjection) May(s State, m domain.Meta) error {
	switch o := s.Result.Objection; {
	case !o.Open:
		return ErrNoObjection
	case o.Verdict != "":
		return ErrObjectionDecided
	case m.Actor.Staff == "":
		return ErrNoPerson
	case isOneOf(m.Actor, s.parties()...):
		return ErrDecidedOriginal
	case s.Planned() && !s.reviewsObjections(m.Actor):
		return ErrObjectionRole
	}
	return nil
}

// reviewsObjections reports whether somebody has the role that the rules name for objections, or is above it: the manager
// answers where whoever has it took part in the result.
func (s State) reviewsObjections(a domain.Actor) bool {
	role := s.Rules.Objection.Role
	return role == "" || slices.ContainsFunc(a.Posts, func(p domain.Post) bool { return p.Role == role || p.Role == roleManager })
}

// parties are all who had a part in the running result.
func (s State) parties() []string {
	return slices.Concat([]string{s.Handler, s.Completer, s.Finisher}, s.Reviewers, s.Route.deciders())
}

// Decide records the verdict; an upheld one reopens the ticket. One that a correction has sent back to its stages since is in
// a new round already, and goes on from where it stands.
func (c DecideObjection) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "verdict", c.Verdict, Verdicts...)
	v.RequiredText("reasons", c.Reasons, maxText)
	upheld := c.Verdict == Upheld || c.Verdict == PartlyUpheld
	switch {
	case upheld:
		domain.OneOf(&v, "fault", c.Fault, Faults...)
	case c.Fault != "":
		v.Fail("fault", "not_applicable", "does not go with this verdict")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	events := []Event{ObjectionDecided{
		Objection: s.Result.Objection.Objection, Reviewer: m.Actor.Staff, Verdict: c.Verdict, Fault: c.Fault, Reasons: c.Reasons,
	}}
	events = append(events, s.stopClock(ObjectionClock, m.Effective)...)
	if !upheld || s.Status != StatusDelivered && s.Status != StatusClosed {
		return events, nil
	}
	handling, err := s.goOn(HandlingClock, m.Effective, c.Facts.Clocks)
	if err != nil {
		return nil, err
	}
	return s.timed(slices.Concat(events, s.reopened(c.Fault, c.Reasons), handling), m.Effective, c.Facts.Calendar), nil
}

// ContactObjector records a try to reach the customer about the answer.
type ContactObjector struct {
	Reached bool   `json:"reached"`
	Summary string `json:"summary" minLength:"1" maxLength:"10000"`
}

// May wants a decided objection that is still open.
func (c ContactObjector) May(s State, _ domain.Meta) error { return s.answered() }

// Decide records the try.
func (c ContactObjector) Decide(s State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("summary", c.Summary, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	o := s.Result.Objection
	return []Event{ObjectionContacted{Objection: o.Objection, Try: o.Tries + 1, Reached: c.Reached, Summary: c.Summary}}, nil
}

// ConfirmObjection closes it because the customer is content with the answer (直至客戶滿意).
type ConfirmObjection struct {
	Reason string `json:"reason,omitempty" doc:"what the customer said" maxLength:"10000"`
}

// May wants a decided objection that is still open.
func (c ConfirmObjection) May(s State, _ domain.Meta) error { return s.answered() }

// Decide closes it.
func (c ConfirmObjection) Decide(s State, _ domain.Meta) ([]Event, error) {
	if err := bounded("reason", c.Reason); err != nil {
		return nil, err
	}
	return []Event{ObjectionClosed{Objection: s.Result.Objection.Objection, Confirmed: true, Reason: c.Reason}}, nil
}

// CloseObjection closes it without the customer's confirmation, after enough tries to reach them; a supervisor's act.
type CloseObjection struct {
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`
}

// May wants a decided objection about which the customer has been tried often enough.
func (c CloseObjection) May(s State, _ domain.Meta) error {
	if err := s.answered(); err != nil {
		return err
	}
	enough := objectionTries
	if s.Planned() && s.Rules.Objection.Tries > 0 {
		enough = s.Rules.Objection.Tries
	}
	if s.Result.Objection.Tries < enough {
		return ErrObjectionNotTried
	}
	return nil
}

// Decide closes it.
func (c CloseObjection) Decide(s State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{ObjectionClosed{Objection: s.Result.Objection.Objection, Reason: c.Reason}}, nil
}

// answered wants an objection that is decided and still open.
func (s State) answered() error {
	switch o := s.Result.Objection; {
	case !o.Open:
		return ErrNoObjection
	case o.Verdict == "":
		return ErrObjectionPending
	}
	return nil
}
