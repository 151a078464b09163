package customer

import "docket/domain"

// ErrNothingThere: the file has no such value.
var ErrNothingThere = domain.Refusal(domain.Conflict, "customer.nothing_there", "the file holds no value of this field")

// Reveal shows a marked value in plain, for a stated purpose, and has it recorded (mission row T5).
type Reveal struct {
	Field   Field  `json:"field" enum:"id_number,phone,email,address,bank_card"`
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
	var v domain.Checks
	if !c.Field.Marked() {
		v.Fail("field", "not_marked", "must be a marked field")
	}
	v.RequiredText("purpose", c.Purpose, maxValue)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if s.Values[c.Field].Text == "" {
		return nil, ErrNothingThere
	}
	return []Event{FieldRevealed(c)}, nil
}

// Value is the plain value.
func (c Reveal) Value(s State) string { return s.Values[c.Field].Text }
