package ticket

import (
	"maps"
	"slices"

	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/form"
)

// Fill writes fields of a draft's form (mission row I3). A draft may be incomplete, and may say what is not so: the check
// finds it, and the customer is told once. What no field of its type can hold, such as an identity number whose check
// character is wrong, is refused at once (mission row T4). An empty value takes a field away.
type Fill struct {
	Values      map[string]string `json:"values,omitempty" doc:"by the keys of the form's fields; empty takes a value away"`
	Title       string            `json:"title,omitempty" doc:"left out: as it was" maxLength:"200"`
	Description string            `json:"description,omitempty" doc:"left out: as it was" maxLength:"10000"`
}

// ErrNotDraft: what intake does is done before the ticket is registered.
var ErrNotDraft = domain.Refusal(domain.Conflict, "ticket.not_draft", "the ticket is not being drawn up")

// May wants a draft; an agent who supplements what the customer was told needs the authority for it.
func (c Fill) May(s State, m domain.Meta) error { return supplementing(s, m) }

// Decide writes what differs from what stands there.
func (c Fill) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	checkValues(&v, s.Rules, c.Values)
	v.Text("title", c.Title, maxTitle)
	v.Text("description", c.Description, maxText)
	if len(c.Values) == 0 && c.Title == "" && c.Description == "" {
		v.Fail("values", "required", "must not be empty")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	changed := maps.Clone(c.Values)
	maps.DeleteFunc(changed, func(key, value string) bool { return s.Route.Form.Values[key] == value })
	filled := filledIn(s.Rules, changed, s.Intake.Application.Customer, signs(m.Actor))
	if c.Title != s.Intake.Application.Title {
		filled.Title = c.Title
	}
	if c.Description != s.Intake.Application.Description {
		filled.Description = c.Description
	}
	if len(changed) == 0 && filled.Title == "" && filled.Description == "" {
		return nil, nil
	}
	return s.settled(m, filled), nil
}

func draft(s State) error {
	if s.Status != StatusDraft {
		return ErrNotDraft
	}
	return nil
}

// checkValues notes values that their fields cannot hold, and those of fields that the form lacks (mission row T4). What is
// not filled in yet is no mistake of a draft.
func checkValues(v *domain.Checks, rules *casetype.Rules, values map[string]string) {
	form.Validate(v, "values.", rules.Fields, values, false)
}

// filledIn keeps marked values apart from the others.
func filledIn(rules *casetype.Rules, values map[string]string, customer, by string) FormFilled {
	e := FormFilled{Customer: customer, By: by}
	for key, value := range values {
		into := &e.Values
		if f, _ := fieldOf(rules, key); f.Marked {
			into = &e.Marked
		}
		if *into == nil {
			*into = map[string]string{}
		}
		(*into)[key] = value
	}
	return e
}

func fieldOf(rules *casetype.Rules, key string) (form.Field, bool) {
	i := slices.IndexFunc(rules.Fields, func(f form.Field) bool { return f.Key == key })
	if i < 0 {
		return form.Field{}, false
	}
	return rules.Fields[i], true
}
