package ticket

import (
	"cmp"
	"slices"

	"docket/domain"
	"docket/domain/form"
	"docket/domain/route"
)

// Correct puts a field of a registered form right under the unit's correction stamp (更正章＋經辦人員簽字, mission row K1). Nothing
// is overwritten: the old value stays in the history. A stage that relied on the field has to be decided again, and so have
// later ones (更正後重審, mission row K3).
type Correct struct {
	Field  string `json:"field" doc:"key of the field" pattern:"^[a-z][a-z0-9_]{0,39}$"`
	Value  string `json:"value" doc:"the right value; an empty text takes the value away" maxLength:"10000"`
	Fault  Fault  `json:"fault" enum:"staff,customer,external,system,rule_change,undetermined" doc:"whose mistake it was"`
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`
	Stamp  string `json:"stamp" doc:"number of the unit's correction stamp" pattern:"^[A-Za-z0-9-]{1,32}$"`

	Facts    RouteFacts `json:"-"`
	Stamping StampFacts `json:"-"`
}

// StampFacts are what the registers of the ticket's group, its unit and those above tell of the stamp.
type StampFacts struct {
	Registers bool   // a stamp has been registered there; where none ever was, any number is taken as it is written
	Kept      bool   // the stamp is registered, has not been withdrawn and is the actor's to keep
	Unit      string // whose register it stands in
}

// Refusals of corrections.
var (
	ErrNotCorrectable  = domain.Refusal(domain.Conflict, "ticket.not_correctable", "only what has been registered and not been withdrawn is corrected")
	ErrNeedsDepartment = domain.Refusal(domain.Forbidden, "ticket.needs_department_head", "a closed ticket is corrected by the department head, as an addendum")
	ErrNotYourStamp    = domain.Refusal(domain.Forbidden, "ticket.not_your_stamp", "the stamp is not registered for the ticket's unit, has been withdrawn or is kept by somebody else")
)

// departmentHead is the role whose correction of a closed ticket makes an addendum (部門負責人).
const departmentHead = "department_head"

// May wants a registered form and a person with the stamp; of a closed ticket the department head.
func (c Correct) May(s State, m domain.Meta) error {
	if !s.Planned() {
		return ErrNoRoute
	}
	switch s.Status { //nolint:exhaustive // the others can be corrected
	case "", StatusDraft, StatusCancelled, StatusDeclined, StatusLapsed, StatusJoined:
		return ErrNotCorrectable
	}
	if m.Actor.Staff == "" {
		return ErrNoPerson
	}
	if _, heads := s.seat(route.Stage{Role: departmentHead}, m.Actor); s.Status == StatusClosed && !heads {
		return ErrNeedsDepartment
	}
	return nil
}

// Decide corrects under a stamp that the corrector keeps, voids the decisions that relied on the field, and sends the ticket back
// to the first of them. A closed ticket keeps its decisions; what is corrected then is an addendum.
func (c Correct) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	f, known := s.field(c.Field)
	old := s.Route.Form.Values[c.Field]
	switch {
	case !known:
		v.Fail("field", "unknown", "no such field in this ticket's form")
	case f.Same(old, c.Value):
		v.Fail("value", "unchanged", "is the value that stands there")
	default:
		fits(&v, "value", f, c.Value)
	}
	domain.OneOf(&v, "fault", c.Fault, Faults...)
	v.RequiredText("reason", c.Reason, maxText)
	v.RequiredText("stamp", c.Stamp, maxMarked)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if c.Stamping.Registers && !c.Stamping.Kept {
		return nil, ErrNotYourStamp
	}
	e := FieldCorrected{
		Field: c.Field, Fault: c.Fault, Reason: c.Reason, Corrector: signs(m.Actor), Unit: cmp.Or(c.Stamping.Unit, s.Unit), Stamp: c.Stamp,
		Form: s.Route.Form.Revision + 1, Addendum: s.Status == StatusClosed, Customer: s.Intake.Application.Customer,
	}
	if f.Marked {
		e.OldMarked, e.NewMarked = old, c.Value
	} else {
		e.Old, e.New = old, c.Value
	}
	if e.Addendum {
		return []Event{e}, nil
	}
	events := append([]Event{e}, evolve(s, e).reconsidered(s.relied(f), f.Key, c.Facts.Conditions)...)
	return s.timed(events, m.Effective, c.Facts.Calendar), nil
}

// relied are the stages whose decisions do not stand once a field has changed: the first that judged it and every later one
// that has been decided, in the order of the route.
func (s State) relied(f form.Field) []string {
	if f.Harmless {
		return nil
	}
	var voided []string
	for _, st := range s.Rules.Stages {
		decided := s.Route.Refused == st.Key || slices.ContainsFunc(s.Route.Passes, func(p Pass) bool { return p.Stage == st.Key })
		judged := len(st.ReliesOn) == 0 || slices.Contains(st.ReliesOn, f.Key)
		if decided && (judged || len(voided) > 0) {
			voided = append(voided, st.Key)
		}
	}
	return voided
}

// reconsidered is what follows for the route once a field has changed: decisions that are void, conditions that come out
// another way, and the way back to the first stage that has to be decided now.
func (s State) reconsidered(voided []string, field string, holds map[string]bool) []Event {
	var events []Event
	refused := s.Route.Refused
	if len(voided) > 0 {
		events = append(events, StagesVoided{Stages: voided, Field: field})
		s = evolve(s, events[0])
	}
	s, looked := s.looked(holds, s.Route.Risk)
	events = append(events, looked...)
	before, openBefore := s.pending(route.Before)
	after, openAfter := s.pending(route.After)
	told := s.Status == StatusReviewed || s.Status == StatusDelivered
	switch {
	case s.Route.Refused != "":
	case refused != "":
		events = append(events, ReviewVoided{Stage: refused, Status: StatusRegistered})
		if !openBefore {
			events = append(events, Accepted{})
		}
	case s.Status == StatusRegistered:
		if !openBefore && !s.Route.Returned.WithClerk() { // the stage that was waited for does not apply any more
			events = append(events, Accepted{})
		}
	case openBefore:
		events = append(events, ReviewVoided{Stage: before.Key, Status: StatusRegistered})
	case openAfter && told:
		events = append(events, ReviewVoided{Stage: after.Key, Status: StatusCompleted})
	}
	return events
}
