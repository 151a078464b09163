package ticket

import (
	"maps"
	"slices"

	"docket/domain"
	"docket/domain/route"
)

// Resubmit puts a returned application before its reviewers again, with amended fields where the return asks for them
// (mission rows I8, R3). All stages before handling have to be passed anew.
type Resubmit struct {
	Values map[string]string `json:"values,omitempty" doc:"amended fields by their keys; an empty text takes a value away"`

	Facts RouteFacts `json:"-"`
}

// ErrNotReturned: the application is before its reviewers or beyond them.
var ErrNotReturned = domain.Refusal(domain.Conflict, "ticket.not_returned", "the application has not been returned")

// May wants an application that was returned.
func (c Resubmit) May(s State, m domain.Meta) error {
	switch {
	case !s.Planned():
		return ErrNoRoute
	case s.Status != StatusRegistered || !s.Route.Returned.WithClerk():
		return ErrNotReturned
	case m.Actor.Staff == "":
		return ErrNoPerson
	}
	return nil
}

// Decide hands it in again once every item has its answer.
func (c Resubmit) Decide(s State, m domain.Meta) ([]Event, error) {
	if !s.Route.Returned.Settled() {
		return nil, ErrItemsOpen
	}
	var v domain.Checks
	e := ApplicationResubmitted{Round: s.round(route.Before), By: signs(m.Actor), Customer: s.Intake.Application.Customer}
	marked := s.markedFields()
	for _, key := range slices.Sorted(maps.Keys(c.Values)) {
		value := c.Values[key]
		f, known := s.field(key)
		if !known {
			v.Fail("values."+key, "unknown", "no such field in this ticket's form")
			continue
		}
		if f.Same(s.Route.Form.Values[key], value) {
			continue
		}
		fits(&v, "values."+key, f, value)
		e.Fields = append(e.Fields, key)
		into := &e.Values
		if marked[key] {
			into = &e.Marked
		}
		if *into == nil {
			*into = map[string]string{}
		}
		(*into)[key] = value
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return s.timed(append([]Event{e}, evolve(s, e).enterRoute(c.Facts.Conditions)...), m.Effective, c.Facts.Calendar), nil
}
