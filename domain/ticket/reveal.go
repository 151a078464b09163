package ticket

import (
	"slices"

	"docket/domain"
	"docket/domain/form"
)

// ErrNothingThere: the ticket has no such value.
var ErrNothingThere = domain.Refusal(domain.Conflict, "ticket.nothing_there", "the ticket holds no value of this field")

// maxPurpose is how long a purpose may be, in characters.
const maxPurpose = 500

// Reveal shows a marked value in plain, for a stated purpose, and has it recorded (重要信息保密, mission row T5).
type Reveal struct {
	Field   string `json:"field" doc:"customer_phone, customer_id_number, or the key of a marked field of the form" pattern:"^[a-z][a-z0-9_]{0,39}$"`
	Purpose string `json:"purpose" doc:"what it is needed for" minLength:"1" maxLength:"500"`
}

// May wants a person who asks.
func (c Reveal) May(_ State, m domain.Meta) error {
	if m.Actor.Staff == "" {
		return ErrNoPerson
	}
	return nil
}

// Decide records that it is shown.
func (c Reveal) Decide(s State, _ domain.Meta) ([]Event, error) {
	value, marked := s.marked(c.Field)
	var v domain.Checks
	if !marked {
		v.Fail("field", "not_marked", "must be a marked field")
	}
	v.RequiredText("purpose", c.Purpose, maxPurpose)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if value == "" {
		return nil, ErrNothingThere
	}
	return []Event{FieldRevealed(c)}, nil
}

// Value is the plain value.
func (c Reveal) Value(s State) string {
	value, _ := s.marked(c.Field)
	return value
}

// marked gives the value of a marked field, and whether the field is one.
func (s State) marked(field string) (string, bool) {
	if field == "customer_phone" || field == "customer_id_number" {
		return s.Privacy.Marked[field], true
	}
	if s.Rules == nil {
		return "", false
	}
	marked := slices.ContainsFunc(s.Rules.Fields, func(f form.Field) bool { return f.Key == field && f.Marked })
	if !marked {
		return "", false
	}
	return s.Route.Form.Values[field], true
}
