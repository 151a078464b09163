package ticket

import (
	"docket/domain"
	"docket/domain/casetype"
)

// Open begins a ticket on the version of a template that is in force: a draft that may be incomplete, and that gets its
// number when it is submitted (mission rows I1, I3 and T2). Values are the fields filled in already.
type Open struct {
	Template         string            `json:"template" doc:"key of the template" minLength:"1" maxLength:"64"`
	Unit             string            `json:"unit" doc:"unit that receives it" minLength:"1" maxLength:"64"`
	Channel          Channel           `json:"channel" enum:"window,phone,online,mail,system"`
	Title            string            `json:"title" minLength:"1" maxLength:"200"`
	Description      string            `json:"description,omitempty" maxLength:"10000"`
	Customer         string            `json:"customer,omitempty" doc:"customer reference" pattern:"^[A-Za-z0-9_-]{1,64}$"`
	CustomerName     string            `json:"customer_name,omitempty" maxLength:"200"`
	CustomerPhone    string            `json:"customer_phone,omitempty" maxLength:"32"`
	CustomerIDNumber string            `json:"customer_id_number,omitempty" maxLength:"32"`
	Reference        string            `json:"reference,omitempty" doc:"number in another system" pattern:"^[A-Za-z0-9_./-]{1,64}$"`
	Message          string            `json:"message,omitempty" doc:"id of the message that brought it, of mail and online applications" maxLength:"998"`
	Values           map[string]string `json:"values,omitempty" doc:"by the keys of the form's fields"`

	Facts OpenFacts `json:"-"`
}

// OpenFacts are what the pipeline looks up before a ticket is opened.
type OpenFacts struct {
	UnitKnown, UnitActive bool
	TemplateKnown         bool
	InForce               bool            // a version of the template is, at the effective time
	Template              casetype.Ref    // that version
	Rules                 *casetype.Rules // of that version

	Procedure casetype.ProcedureRef // version in force then of the one that the rules name
}

// ErrNotInForce: tickets are opened on what has been approved and is in force, and on nothing else (mission row T2).
var ErrNotInForce = domain.Refusal(domain.Conflict, "ticket.template_not_in_force", "no approved version of the template is in force at that time")

// Scope is the unit that receives the application.
func (c Open) Scope() domain.Scope { return domain.Scope{Unit: c.Unit} }

// May wants a stream that does not exist yet.
func (c Open) May(s State, _ domain.Meta) error {
	if s.Exists() {
		return ErrExists
	}
	return nil
}

// Decide opens, with what is filled in already.
func (c Open) Decide(_ State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	c.check(&v)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return c.begin(m)
}

// opened is what becomes true.
func (c Open) opened(m domain.Meta) Opened {
	return Opened{
		Template: c.Facts.Template, Unit: c.Unit, Channel: c.Channel, Title: c.Title, Description: c.Description,
		Customer: c.Customer, CustomerName: c.CustomerName, CustomerPhone: c.CustomerPhone, CustomerIDNumber: c.CustomerIDNumber,
		Reference: c.Reference, Message: c.Message, By: signs(m.Actor), Procedure: c.Facts.Procedure,
	}
}

// check notes everything that is missing or wrong.
func (c Open) check(v *domain.Checks) {
	switch {
	case !c.Facts.UnitKnown:
		v.Fail("unit", "unknown", "no such unit at that time")
	case !c.Facts.UnitActive:
		v.Fail("unit", "inactive", "is closed at that time")
	}
	if !c.Facts.TemplateKnown {
		v.Fail("template", "unknown", "no such template at that time")
	}
	c.opened(domain.Meta{}).application().check(v)
	v.Text("message", c.Message, maxMessage)
	if c.Facts.Rules != nil {
		checkValues(v, c.Facts.Rules, c.Values)
	}
}

// begin opens what has passed the check, on a version that is in force.
func (c Open) begin(m domain.Meta) ([]Event, error) {
	if !c.Facts.InForce {
		return nil, ErrNotInForce
	}
	opened := c.opened(m)
	opened.Type = c.Facts.Rules.Type
	events := []Event{opened}
	if len(c.Values) > 0 {
		events = append(events, filledIn(c.Facts.Rules, c.Values, c.Customer, signs(m.Actor)))
	}
	return events, nil
}

// maxMessage is the longest line of a message (RFC 5322 §2.1.1).
const maxMessage = 998
