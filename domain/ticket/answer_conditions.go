package ticket

import (
	"fmt"
	"slices"

	"docket/domain"
)

// AnswerConditions says what was done about conditions that an approval wrote (按審批意見辦理, mission row A6). The ticket cannot
// be completed before every condition has its answer.
type AnswerConditions struct {
	Answers []ConditionAnswer `json:"answers" minItems:"1" maxItems:"100"`
}

// ConditionAnswer is what was done about one condition.
type ConditionAnswer struct {
	Condition int    `json:"condition" doc:"its number" minimum:"1"`
	Answer    string `json:"answer" minLength:"1" maxLength:"10000"`
}

// Refusals about conditions.
var (
	ErrNoConditions   = domain.Refusal(domain.Conflict, "ticket.no_conditions", "no approval of this ticket asks for anything")
	ErrConditionsOpen = domain.Refusal(domain.Conflict, "ticket.conditions_open", "conditions of the approval have not been answered")
)

// May wants a ticket in handling whose approval asks for something, and its handler where there is one.
func (c AnswerConditions) May(s State, m domain.Meta) error {
	switch {
	case !s.Planned():
		return ErrNoRoute
	case !s.Handling():
		return ErrNotHandling
	case len(s.Route.Conditions) == 0:
		return ErrNoConditions
	case m.Actor.Staff == "":
		return ErrNoPerson
	case s.Handler != "" && !isOneOf(m.Actor, s.Handler):
		return ErrNotTheHandler
	}
	return nil
}

// Decide records the answers.
func (c AnswerConditions) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	if len(c.Answers) == 0 {
		v.Fail("answers", "required", "must not be empty")
	}
	e := ConditionsAnswered{By: signs(m.Actor)}
	for i, a := range c.Answers {
		field := fmt.Sprintf("answers[%d]", i)
		switch {
		case !slices.ContainsFunc(s.Route.Conditions, func(k Asked) bool { return k.Number == a.Condition }):
			v.Fail(field+".condition", "unknown", "no such condition stands")
		case slices.Contains(e.Conditions, a.Condition):
			v.Fail(field+".condition", "twice", "is named twice")
		}
		v.RequiredText(field+".answer", a.Answer, maxText)
		e.Conditions, e.Answers = append(e.Conditions, a.Condition), append(e.Answers, a.Answer)
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

// routeComplete wants everything answered that binds the end of handling (mission rows A6, R3).
func (s State) routeComplete() error {
	switch {
	case !s.Planned():
		return nil
	case slices.ContainsFunc(s.Route.Conditions, func(k Asked) bool { return !k.Answered }):
		return ErrConditionsOpen
	case !s.Route.Returned.Settled():
		return ErrItemsOpen
	}
	return nil
}
