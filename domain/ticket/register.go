package ticket

import (
	"time"

	"docket/domain"
)

// Register opens a ticket and gives it a number (登記, mission row I7). The unit's policy and the number are the pipeline's
// to fill in.
type Register struct {
	Unit             string     `json:"unit" doc:"responsible unit" minLength:"1" maxLength:"64"`
	Type             string     `json:"type" doc:"business type, upper-case letters and digits" pattern:"^[A-Z0-9]{2,8}$"`
	Channel          Channel    `json:"channel" enum:"window,phone,online,mail,system"`
	Urgency          Urgency    `json:"urgency" enum:"critical,urgent,normal,low"`
	Title            string     `json:"title" minLength:"1" maxLength:"200"`
	Description      string     `json:"description,omitempty" maxLength:"10000"`
	Customer         string     `json:"customer,omitempty" doc:"customer reference" pattern:"^[A-Za-z0-9_-]{1,64}$"`
	CustomerName     string     `json:"customer_name,omitempty" maxLength:"200"`
	CustomerPhone    string     `json:"customer_phone,omitempty" maxLength:"32"`
	CustomerIDNumber string     `json:"customer_id_number,omitempty" maxLength:"32"`
	Reference        string     `json:"reference,omitempty" doc:"number in another system" pattern:"^[A-Za-z0-9_./-]{1,64}$"`
	DueAt            *time.Time `json:"due_at,omitempty" doc:"promised date"`

	Facts RegisterFacts `json:"-"`
}

// RegisterFacts are what the pipeline looks up before the decision.
type RegisterFacts struct {
	UnitKnown, UnitActive bool
	UnitCode              string // the part of numbers that names the unit
	Policy                Policy
	Number                string // empty while it is only asked whether the ticket may be registered
}

// ErrExists: the stream is taken already.
var ErrExists = domain.Refusal(domain.Conflict, "ticket.exists", "the ticket is registered already")

// Scope is the unit that will be responsible.
func (c Register) Scope() domain.Scope { return domain.Scope{Unit: c.Unit} }

// May wants a stream that does not exist yet.
func (c Register) May(s State, _ domain.Meta) error {
	if s.Exists() {
		return ErrExists
	}
	return nil
}

// Decide registers, and accepts at once where the unit's policy says so.
func (c Register) Decide(_ State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	switch {
	case !c.Facts.UnitKnown:
		v.Fail("unit", "unknown", "no such unit at that time")
	case !c.Facts.UnitActive:
		v.Fail("unit", "inactive", "is closed at that time")
	case c.Facts.UnitCode == "":
		v.Fail("unit", "no_code", "gives no numbers: it has no code")
	}
	v.Code("type", c.Type, 2, 8)
	v.RequiredText("title", c.Title, maxTitle)
	v.Text("description", c.Description, maxText)
	v.Text("customer_name", c.CustomerName, maxName)
	v.Text("customer_phone", c.CustomerPhone, maxMarked)
	v.Text("customer_id_number", c.CustomerIDNumber, maxMarked)
	domain.OneOf(&v, "channel", c.Channel, Channels...)
	domain.OneOf(&v, "urgency", c.Urgency, Urgencies...)
	if c.DueAt != nil && c.DueAt.Before(m.Effective) {
		v.Fail("due_at", "too_early", "must not lie before the registration")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	events := []Event{Registered{
		Number: c.Facts.Number, Unit: c.Unit, Type: c.Type, Channel: c.Channel, Urgency: c.Urgency,
		Title: c.Title, Description: c.Description,
		Customer: c.Customer, CustomerName: c.CustomerName, CustomerPhone: c.CustomerPhone, CustomerIDNumber: c.CustomerIDNumber,
		Reference: c.Reference, DueAt: c.DueAt, Policy: c.Facts.Policy,
	}}
	if c.Facts.Policy.AcceptOnRegister {
		events = append(events, Accepted{})
	}
	return events, nil
}
