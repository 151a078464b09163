package customer

import (
	"slices"

	"docket/domain"
)

// Update records what is known of a customer now (客戶信息更新, mission row U4). What tickets were submitted with stays.
type Update struct {
	Fields []Entry `json:"fields" minItems:"1" maxItems:"40"`
	Reason string  `json:"reason,omitempty" maxLength:"10000"`
}

// May wants a file that stands for itself.
func (c Update) May(s State, _ domain.Meta) error { return current(s) }

// Decide records the fields that differ.
func (c Update) Decide(s State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.Text("reason", c.Reason, maxText)
	if len(c.Fields) == 0 {
		v.Fail("fields", "required", "must not be empty")
	}
	events := s.record(&v, c.Fields, c.Reason)
	for _, e := range c.Fields {
		if e.Field == Name && e.Value == "" {
			v.Fail("fields", "name_required", "must leave the name")
		}
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return events, nil
}

// Classify puts a file into its class (分類).
type Classify struct {
	Stage Stage    `json:"stage" enum:"prospect,client,former"`
	Tier  Tier     `json:"tier" enum:"key,regular"`
	Tags  []string `json:"tags,omitempty" doc:"codes of the organisation's own" maxItems:"20"`
}

// May wants a file that stands for itself.
func (c Classify) May(s State, _ domain.Meta) error { return current(s) }

// Decide classifies; the same class changes nothing.
func (c Classify) Decide(s State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "stage", c.Stage, Stages...)
	domain.OneOf(&v, "tier", c.Tier, Tiers...)
	if len(c.Tags) > maxTags {
		v.Fail("tags", "too_many", "must be at most 20")
	}
	for _, tag := range c.Tags {
		v.RequiredText("tags", tag, maxTag)
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	if s.Stage == c.Stage && s.Tier == c.Tier && slices.Equal(s.Tags, c.Tags) {
		return nil, nil
	}
	return []Event{Classified(c)}, nil
}

// NoteNeed writes down what the customer wants of us.
type NoteNeed struct {
	Text string `json:"text" minLength:"1" maxLength:"10000"`
}

// May wants a file that stands for itself.
func (c NoteNeed) May(s State, _ domain.Meta) error { return current(s) }

// Decide notes.
func (c NoteNeed) Decide(State, domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("text", c.Text, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{NeedNoted(c)}, nil
}

func current(s State) error {
	if s.Into != "" {
		return ErrMerged
	}
	return nil
}
