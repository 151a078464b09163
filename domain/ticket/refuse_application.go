package ticket

import (
	"fmt"

	"docket/domain"
	"docket/domain/route"
)

// RefuseApplication ends the stages before handling with a no (審批不通過, mission row R7). What is written here is what the
// customer has to be told.
type RefuseApplication struct {
	Stage     string   `json:"stage" doc:"key of the stage" pattern:"^[a-z][a-z0-9_]{0,39}$"`
	Reasons   []string `json:"reasons" minItems:"1" maxItems:"50"`
	Remedies  []string `json:"remedies" doc:"what the customer can do about it" minItems:"1" maxItems:"50"`
	Objection string   `json:"objection" doc:"how, where and by when to object" minLength:"1" maxLength:"10000"`

	Facts StageFacts `json:"-"`
}

// ErrNotRefusable: a first or second review gives its opinion; the stage that decides refuses.
var ErrNotRefusable = domain.Refusal(domain.Conflict, "ticket.not_refusable", "only an approval, or the last stage before handling, refuses an application")

// May wants an open stage before handling that may refuse, and somebody who may decide it.
func (c RefuseApplication) May(s State, m domain.Meta) error {
	st, err := s.OpenStage()
	if err != nil {
		return err
	}
	if !s.refuses(st) {
		return ErrNotRefusable
	}
	return deciding(s, m)
}

// Decide refuses; reasons, remedies and the way to object are all needed.
func (c RefuseApplication) Decide(s State, m domain.Meta) ([]Event, error) {
	before := s
	s, events := s.looked(c.Facts.Conditions, s.Route.Risk)
	st, err := s.named(c.Stage)
	switch {
	case err != nil:
		return nil, err
	case !s.refuses(st):
		return nil, ErrNotRefusable
	}
	if err := s.signs(st, m, c.Facts); err != nil {
		return nil, err
	}
	var v domain.Checks
	texts(&v, "reasons", c.Reasons)
	texts(&v, "remedies", c.Remedies)
	v.RequiredText("objection", c.Objection, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	refused := ApplicationRefused{
		Stage: st.Key, Round: s.round(route.Before), Reasons: c.Reasons, Remedies: c.Remedies, Objection: c.Objection,
		Signature: s.sign(st, m, ""),
	}
	words := append(append(append([]string{}, c.Reasons...), c.Remedies...), c.Objection)
	refused.Digest = s.digest(st, "refused", words, Judgement{}, refused.Signature)
	return before.timed(append(events, refused), m.Effective, c.Facts.Calendar), nil
}

// refuses reports whether a stage decides on the application for good: an approval does, and so does the last stage that
// applies before handling.
func (s State) refuses(st route.Stage) bool {
	if st.When != route.Before || st.Kind == route.Approval {
		return st.When == route.Before
	}
	last := st.Key
	for _, other := range s.Rules.Stages {
		if other.When == route.Before && s.applies(other) {
			last = other.Key
		}
	}
	return last == st.Key
}

// texts wants at least one text, none of them blank.
func texts(v *domain.Checks, field string, values []string) {
	if len(values) == 0 {
		v.Fail(field, "required", "must not be empty")
	}
	for i, text := range values {
		v.RequiredText(fmt.Sprintf("%s[%d]", field, i), text, maxText)
	}
}
