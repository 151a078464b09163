package ticket

import (
	"time"

	"docket/domain"
	"docket/domain/worktime"
)

// Submit ends intake: a draft that has passed the check whole gets its number, its urgency and its group, and goes to its
// first stage or to handling (mission rows I3, I7, I10 and A1).
type Submit struct {
	DueAt *time.Time `json:"due_at,omitempty" doc:"promised date; left out: the deadline of handling"`

	Facts SubmitFacts `json:"-"`
}

// SubmitFacts are what the pipeline looks up before a ticket is submitted.
type SubmitFacts struct {
	UnitCode string             // the part of numbers that names the unit
	Type     string             // the part that names the business type
	Number   string             // empty while it is only asked whether the ticket may be submitted
	Urgency  Urgency            // that the template's rules give
	Group    Placement          // that the template's rules give
	Stages   map[string]bool    // whether the conditions of stages hold, by their keys
	Calendar *worktime.Calendar // of the template's limits
	Customer CustomerFile       // of the ticket's customer
}

// Placement is the group that the rules of a template name, and the one that stands in for it (mission row A1).
type Placement struct {
	Rule           string // "groups[0]"; empty: no rule's condition holds
	Group          string
	Facts          GroupFacts
	Called         string // who is on duty for the group that gets it, else who leads it
	Fallback       string
	FallbackFacts  GroupFacts
	FallbackCalled string
	UnitCalled     string
}

// May wants a draft; an agent needs the authority to apply.
func (c Submit) May(s State, m domain.Meta) error {
	if err := draft(s); err != nil {
		return err
	}
	return agentRefusal(s, m, MayApply)
}

// Decide registers, places the ticket with its group, lets its route begin and starts its clocks.
func (c Submit) Decide(s State, m domain.Meta) ([]Event, error) {
	if err := s.contractual(c.Facts.Customer); err != nil {
		return nil, err
	}
	if err := refuse(s.Gaps(m.Effective)); err != nil {
		return nil, err
	}
	var v domain.Checks
	if c.Facts.UnitCode == "" {
		v.Fail("unit", "no_code", "gives no numbers: it has no code")
	}
	if c.DueAt != nil && c.DueAt.Before(m.Effective) {
		v.Fail("due_at", "too_early", "must not lie before the registration")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	if c.Facts.Calendar == nil && len(s.Rules.Limits) > 0 {
		return nil, ErrNoCalendar
	}
	a := s.Intake.Application
	registered := Registered{
		Number: c.Facts.Number, Unit: s.Unit, Type: a.Type, Channel: a.Channel, Urgency: c.Facts.Urgency, Title: a.Title,
		Description: a.Description, Customer: a.Customer, CustomerName: a.CustomerName, CustomerPhone: a.CustomerPhone,
		CustomerIDNumber: a.CustomerIDNumber, Reference: a.Reference, DueAt: c.DueAt, Template: s.Template,
	}
	draft := s
	s = evolve(s, registered)
	clocks := s.startClock(ResponseClock, m.Effective, c.Facts.Calendar)
	clocks = append(clocks, s.startClock(HandlingClock, m.Effective, c.Facts.Calendar)...)
	clocks = append(clocks, s.stopClock(SupplementClock, m.Effective)...)
	if c.DueAt == nil {
		registered.DueAt = dueOf(clocks, HandlingClock)
	}
	events := append([]Event{registered}, c.Facts.Group.place(s)...)
	for _, e := range events[1:] {
		s = evolve(s, e)
	}
	events = append(events, s.enterRoute(c.Facts.Stages)...)
	events = append(append(events, clocks...), s.page(m.Effective, c.Facts)...)
	return draft.timed(events, m.Effective, c.Facts.Calendar), nil
}

// dueOf is the deadline of a clock among those that start; nil when it has none.
func dueOf(started []Event, name string) *time.Time {
	for _, e := range started {
		if c, ok := e.(ClockStarted); ok && c.Clock == name {
			return c.Deadline.DueAt
		}
	}
	return nil
}
