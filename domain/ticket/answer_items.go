package ticket

import (
	"fmt"
	"slices"

	"docket/domain"
	"docket/domain/route"
)

// AnswerItems says what was done about items of the last return (整改, mission row R3). A returned result cannot be completed
// again, nor a returned application submitted again, before every item has its answer.
type AnswerItems struct {
	Answers []ItemAnswer `json:"answers" minItems:"1" maxItems:"100"`
}

// ItemAnswer is what was done about one item.
type ItemAnswer struct {
	Item   int    `json:"item" doc:"its place in the return, from 1" minimum:"1" maximum:"100"`
	Answer string `json:"answer" minLength:"1" maxLength:"10000"`
}

// Refusals about what a return asks for.
var (
	ErrNothingReturned = domain.Refusal(domain.Conflict, "ticket.nothing_returned", "nothing is to be put right now")
	ErrItemsOpen       = domain.Refusal(domain.Conflict, "ticket.items_open", "items of the last return have not been answered")
	ErrNotTheHandler   = domain.Refusal(domain.Forbidden, "ticket.not_the_handler", "the result is put right by its handler")
)

// May wants a return that is still open. A result is put right in handling and by its handler, an application by who may
// fill in forms.
func (c AnswerItems) May(s State, m domain.Meta) error {
	switch {
	case !s.Planned():
		return ErrNoRoute
	case !s.Route.Returned.Open():
		return ErrNothingReturned
	case s.Route.Returned.When == route.After && !s.Handling(),
		s.Route.Returned.When == route.Before && s.Status != StatusRegistered:
		return ErrNothingReturned
	case m.Actor.Staff == "":
		return ErrNoPerson
	case s.Route.Returned.When == route.After && s.Handler != "" && !isOneOf(m.Actor, s.Handler):
		return ErrNotTheHandler
	}
	return nil
}

// Decide records the answers. A later answer to the same item stands beside the earlier one.
func (c AnswerItems) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	if len(c.Answers) == 0 {
		v.Fail("answers", "required", "must not be empty")
	}
	e := ItemsAnswered{Round: s.Route.Returned.Round, By: signs(m.Actor)}
	for i, a := range c.Answers {
		field := fmt.Sprintf("answers[%d]", i)
		switch {
		case a.Item < 1 || a.Item > s.Route.Returned.Items:
			v.Fail(field+".item", "unknown", "no such item in the last return")
		case slices.Contains(e.Items, a.Item):
			v.Fail(field+".item", "twice", "is named twice")
		}
		v.RequiredText(field+".answer", a.Answer, maxText)
		e.Items, e.Answers = append(e.Items, a.Item), append(e.Answers, a.Answer)
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}
