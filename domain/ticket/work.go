package ticket

import (
	"time"

	"docket/domain"
)

// RecordWork writes a work record (工作記錄, mission row A5): what was done, when, with what result.
type RecordWork struct {
	Content   string     `json:"content" minLength:"1" maxLength:"10000"`
	Result    string     `json:"result,omitempty" maxLength:"10000"`
	StartedAt *time.Time `json:"started_at,omitempty"`
	EndedAt   *time.Time `json:"ended_at,omitempty"`

	Step      string   `json:"step,omitempty" maxLength:"40" doc:"key step of the template that this records; then times and result are needed"`
	Deviation string   `json:"deviation,omitempty" maxLength:"10000" doc:"why an earlier mandatory step is still open; required then"`
	Files     []string `json:"files,omitempty" maxItems:"50" doc:"SHA-256 of what is attached"`
}

// May wants a ticket that is still looked after.
func (c RecordWork) May(s State, _ domain.Meta) error { return live(s) }

// Decide records; work neither ends before it starts nor lies after the time the act is said to have happened.
func (c RecordWork) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("content", c.Content, maxText)
	v.Text("result", c.Result, maxText)
	if c.StartedAt != nil {
		v.NotAfter("started_at", *c.StartedAt, m.Effective, "the time of the record")
	}
	if c.EndedAt != nil {
		v.NotAfter("ended_at", *c.EndedAt, m.Effective, "the time of the record")
		if c.StartedAt == nil {
			v.Fail("started_at", "required", "must be given with ended_at")
		} else if c.EndedAt.Before(*c.StartedAt) {
			v.Fail("ended_at", "too_early", "must not lie before started_at")
		}
	}
	c.check(s, &v)
	if err := v.Err(); err != nil {
		return nil, err
	}
	e := WorkRecorded{Content: c.Content, Result: c.Result, StartedAt: c.StartedAt, EndedAt: c.EndedAt, Step: c.Step, Files: c.Files}
	if c.Step != "" {
		e.By = m.Actor.Staff
	}
	return append(c.deviates(s, m), e), nil
}

// Note leaves a note; it is the one thing still possible on a closed ticket.
type Note struct {
	Text    string `json:"text" minLength:"1" maxLength:"10000"`
	Visible bool   `json:"visible,omitempty" doc:"the customer may see it; left out, it is internal and never leaves the house"`
}

// May wants a ticket that exists, which the pipeline has seen to.
func (c Note) May(State, domain.Meta) error { return nil }

// Decide notes.
func (c Note) Decide(State, domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("text", c.Text, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Noted(c)}, nil
}
