package ticket

import (
	"fmt"

	"docket/domain"
	"docket/domain/route"
)

// PassStage finds the application (before handling) or the result (after it) good at one stage of the route, or gives the
// stage's opinion on it, and signs (初審, 復審, 審批, 審核; mission rows R1, R2, R4–R6). A first opinion to ask once sends the
// application back to the clerk instead, with what the customer has to be asked for.
type PassStage struct {
	Stage      string    `json:"stage" doc:"key of the stage" pattern:"^[a-z][a-z0-9_]{0,39}$"`
	Opinion    string    `json:"opinion" minLength:"1" maxLength:"10000"`
	Judgement  Judgement `json:"judgement,omitempty" doc:"the parts that the stage demands"`
	Conditions []string  `json:"conditions,omitempty" doc:"what handling has to observe; each has to be answered before completion" maxItems:"50"`
	Ask        []string  `json:"ask,omitempty" doc:"with the first opinion ask_once: what the customer has to be asked for" maxItems:"100"`

	Facts StageFacts `json:"-"`
}

// ErrAboveAuthority: the matrix of authorities gives this to others; the failing field names their roles.
var ErrAboveAuthority = domain.Refusal(domain.Forbidden, "ticket.above_authority", "this lies above your authority")

// May wants an open stage, somebody who may decide it, and the identity check where the template asks for one (mission row
// I9).
func (c PassStage) May(s State, m domain.Meta) error {
	if err := deciding(s, m); err != nil {
		return err
	}
	return identityRefusal(s, m)
}

// Decide records the opinion with its signature. When the last stage before handling has been passed the application is
// accepted, when the last one after it the result is reviewed.
func (c PassStage) Decide(s State, m domain.Meta) ([]Event, error) {
	before := s
	s, events := s.looked(c.Facts.Conditions, c.Judgement.freshest(s.Route.Risk))
	st, err := s.named(c.Stage)
	if err != nil {
		return nil, err
	}
	if err := s.signs(st, m, c.Facts); err != nil {
		return nil, err
	}
	if err := c.check(st, s.demands(st)); err != nil {
		return nil, err
	}
	if c.Judgement.FirstOpinion == OpinionAskOnce {
		events = append(events, s.returned(st, m, StageReturned{
			Fault: FaultCustomer, Reason: c.Opinion, Items: c.Ask, AskOnce: true, Judgement: c.Judgement,
		})...)
		return before.timed(events, m.Effective, c.Facts.Calendar), nil
	}
	if st.Authority != "" && !c.Facts.Authority.Within {
		return nil, above(c.Facts.Authority)
	}
	passed := s.pass(st, m, c)
	after := evolve(s, passed)
	_, more := after.pending(st.When)
	passed.Last = after.passed(st)
	events = append(events, passed)
	switch {
	case more:
	case st.When == route.Before:
		events = append(events, Accepted{Opinion: c.Opinion})
	default:
		events = append(events, ReviewPassed{Reviewer: passed.Signature.By, Opinion: c.Opinion})
	}
	return before.timed(events, m.Effective, c.Facts.Calendar), nil
}

// check tells everything that is missing or wrong.
func (c PassStage) check(st route.Stage, demanded []string) error {
	var v domain.Checks
	v.RequiredText("opinion", c.Opinion, maxText)
	c.Judgement.check(&v, demanded)
	c.Judgement.passing(&v)
	for i, text := range c.Conditions {
		v.RequiredText(fmt.Sprintf("conditions[%d]", i), text, maxText)
	}
	for i, text := range c.Ask {
		v.RequiredText(fmt.Sprintf("ask[%d]", i), text, maxText)
	}
	switch asks := c.Judgement.FirstOpinion == OpinionAskOnce; {
	case asks && st.When == route.After:
		v.Fail("judgement.first_opinion", "not_allowed", "a result is returned, not asked for")
	case asks && len(c.Ask) == 0:
		v.Fail("ask", "required", "must name what the customer has to be asked for")
	case !asks && len(c.Ask) > 0:
		v.Fail("ask", "not_allowed", "goes with the first opinion ask_once alone")
	}
	if len(c.Conditions) > 0 && st.When == route.After {
		v.Fail("conditions", "not_allowed", "only what comes before handling can bind it")
	}
	return v.Err()
}

// pass is the decision as it is recorded.
func (s State) pass(st route.Stage, m domain.Meta, c PassStage) StagePassed {
	passed := StagePassed{
		Stage: st.Key, When: st.When, Round: s.round(st.When), Opinion: c.Opinion, Judgement: c.Judgement,
		Signature: s.sign(st, m, c.Facts.Authority.Entry),
	}
	words := []string{c.Opinion}
	for i, text := range c.Conditions {
		passed.Conditions = append(passed.Conditions, Condition{Number: s.Route.Numbered + 1 + i, Text: text})
		words = append(words, text)
	}
	passed.Digest = s.digest(st, "passed", words, c.Judgement, passed.Signature)
	return passed
}

// above is the refusal of a signature above the signer's authority, with who may sign instead.
func above(a Authority) error {
	e := ErrAboveAuthority
	for _, who := range a.Who {
		e = e.With(domain.FieldError{Field: "signature." + who, Code: "may_sign", Msg: "this role may sign"})
	}
	return e
}
