package ticket

import (
	"time"

	"docket/domain"
)

// Submit ends intake: the ticket gets its number, its urgency and its group, and goes to its first stage or to handling
// (mission rows I3, I7, I10 and A1).
type Submit struct {
	DueAt *time.Time `json:"due_at,omitempty" doc:"promised date"`

	Facts SubmitFacts `json:"-"`
}

// SubmitFacts are what the pipeline looks up before a ticket is submitted.
type SubmitFacts struct {
	UnitCode string  // the part of numbers that names the unit
	Type     string  // the part that names the business type
	Number   string  // empty while it is only asked whether the ticket may be submitted
	Urgency  Urgency // that the template's rules give

	Customer CustomerFile // of the ticket's customer
}

// May wants a draft.
func (c Submit) May(s State, _ domain.Meta) error { return draft(s) }

// Decide registers.
func (c Submit) Decide(s State, m domain.Meta) ([]Event, error) {
	if err := s.contractual(c.Facts.Customer); err != nil {
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
	a := s.Intake.Application
	return []Event{Registered{
		Number: c.Facts.Number, Unit: s.Unit, Type: a.Type, Channel: a.Channel, Urgency: c.Facts.Urgency, Title: a.Title,
		Description: a.Description, Customer: a.Customer, CustomerName: a.CustomerName, CustomerPhone: a.CustomerPhone,
		CustomerIDNumber: a.CustomerIDNumber, Reference: a.Reference, DueAt: c.DueAt, Template: s.Template,
	}}, nil
}
