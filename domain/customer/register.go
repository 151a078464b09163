package customer

import (
	"fmt"

	"docket/domain"
)

// Refusals of customers.
var (
	ErrExists   = domain.Refusal(domain.Conflict, "customer.exists", "there is a file under this id already")
	ErrMerged   = domain.Refusal(domain.Conflict, "customer.merged", "this file was merged into another; go on with that one")
	ErrNoPerson = domain.Refusal(domain.Forbidden, "customer.no_person", "only a person can do this, not a service for itself")
)

const (
	maxText  = 10_000
	maxValue = 500
	maxTags  = 20
	maxTag   = 40
)

// Entry is one field of a file as somebody gives it.
type Entry struct {
	Field   Field   `json:"field" enum:"name,id_number,organisation,phone,email,address,bank_card,contact,company,business,legal_person,reach_through"`
	Value   string  `json:"value" doc:"as written; empty: it is not true any more" maxLength:"500"`
	Source  Source  `json:"source" enum:"customer,document,staff,public,system,third" doc:"where it comes from"`
	Purpose Purpose `json:"purpose" enum:"service,identity,contract,contact,law" doc:"what it is kept for"`
}

// Register opens a file for a person or an organisation, be it only a prospect.
type Register struct {
	Unit   string  `json:"unit" doc:"that keeps the file" minLength:"1" maxLength:"64"`
	Kind   Kind    `json:"kind" enum:"person,organisation"`
	Stage  Stage   `json:"stage" enum:"prospect,client"`
	Fields []Entry `json:"fields" minItems:"1" maxItems:"40"`
	Need   string  `json:"need,omitempty" doc:"what a prospect may want of us" maxLength:"10000"`

	Facts UnitFacts `json:"-"`
}

// UnitFacts are what the directory tells about the unit that is to keep a file.
type UnitFacts struct{ Known, Active bool }

// Scope is the unit that will keep the file.
func (c Register) Scope() domain.Scope { return domain.Scope{Unit: c.Unit} }

// May wants a stream that does not exist yet.
func (c Register) May(s State, _ domain.Meta) error {
	if s.Exists() {
		return ErrExists
	}
	return nil
}

// Decide opens the file; a customer has a name at least.
func (c Register) Decide(_ State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	switch {
	case !c.Facts.Known:
		v.Fail("unit", "unknown", "no such unit at that time")
	case !c.Facts.Active:
		v.Fail("unit", "inactive", "is closed at that time")
	}
	domain.OneOf(&v, "kind", c.Kind, Kinds...)
	domain.OneOf(&v, "stage", c.Stage, Prospect, Client)
	v.Text("need", c.Need, maxText)
	state := State{Kind: c.Kind}
	recorded := state.record(&v, c.Fields, "")
	named := false
	for _, e := range recorded {
		named = named || e.(FieldRecorded).Field == Name
	}
	if !named {
		v.Fail("fields", "name_required", "must hold a name")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	events := append([]Event{Registered{Kind: c.Kind, Unit: c.Unit, Stage: c.Stage}}, recorded...)
	if c.Need != "" {
		events = append(events, NeedNoted{Text: c.Need})
	}
	return events, nil
}

// record checks entries and gives an event for each that changes something.
func (s State) record(v *domain.Checks, entries []Entry, reason string) []Event {
	var events []Event
	seen := map[Field]bool{}
	for i, e := range entries {
		at := func(name string) string { return fmt.Sprintf("fields[%d].%s", i, name) }
		p, known := fields[e.Field]
		switch {
		case !known:
			domain.OneOf(v, at("field"), e.Field, Fields...)
			continue
		case seen[e.Field]:
			v.Fail(at("field"), "repeated", "must be given once")
		case p.of != "" && p.of != s.Kind:
			v.Fail(at("field"), "not_applicable", "does not fit this kind of customer")
		case e.Value != "" && p.check != nil && !p.check(e.Value):
			v.Fail(at("value"), "mistyped", "is not a valid value of this field")
		}
		seen[e.Field] = true
		v.Text(at("value"), e.Value, maxValue)
		domain.OneOf(v, at("source"), e.Source, Sources...)
		domain.OneOf(v, at("purpose"), e.Purpose, Purposes...)
		if s.Values[e.Field] == (Value{Text: e.Value, Source: e.Source, Purpose: e.Purpose}) || (e.Value == "" && s.Values[e.Field].Text == "") {
			continue
		}
		r := FieldRecorded{Field: e.Field, Text: e.Value, Source: e.Source, Purpose: e.Purpose, Reason: reason}
		if p.marked {
			r.Text, r.Secret = "", e.Value
		}
		events = append(events, r)
	}
	return events
}
