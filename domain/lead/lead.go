// Package lead guards who leads the groups: one stream that holds who was last to lead which group and who is leaving, so that
// somebody is not made a group's leader at the moment at which they leave (mission row O1). Who appointed whom, and when people
// left, stands in the units' and people's own streams; here are ids alone.
package lead

import (
	"maps"
	"slices"

	"docket/domain"
)

// Event is what may become true of who leads.
//
//sumtype:decl
type Event interface{ isLead() }

// Claimed: the person is to lead the group from now on.
type Claimed struct {
	Group  string `json:"group" class:"skeleton"`
	Person string `json:"person" class:"skeleton"`
}

// Leaving: the person is to leave, and leads nothing any more.
type Leaving struct {
	Person string `json:"person" class:"skeleton"`
}

// Back: the person is to work here again.
type Back struct {
	Person string `json:"person" class:"skeleton"`
}

func (Claimed) isLead() {}
func (Leaving) isLead() {}
func (Back) isLead()    {}

// State is who each group was last given to, and who has left since. It is replaced, never changed in place.
type State struct {
	Leaders map[string]string
	Gone    map[string]bool
}

// Stream is the one stream.
var Stream = domain.Stream("lead", "groups")

// Decider ties the stream, its fold and its contract together.
var Decider = domain.Decider[State, Event]{
	Category: "lead",
	Evolve:   evolve,
	Scope:    func(State) domain.Scope { return domain.Scope{} },
	Events: domain.Contract[Event]{
		"GroupLeadClaimed": domain.Of[Claimed](),
		"LeaverClaimed":    domain.Of[Leaving](),
		"ReturnClaimed":    domain.Of[Back](),
	},
}

func evolve(s State, event Event) State {
	switch e := event.(type) {
	case Claimed:
		s.Leaders = copied(s.Leaders)
		s.Leaders[e.Group] = e.Person
	case Leaving:
		s.Gone = copied(s.Gone)
		s.Gone[e.Person] = true
	case Back:
		s.Gone = copied(s.Gone)
		delete(s.Gone, e.Person)
	}
	return s
}

func copied[V any](m map[string]V) map[string]V {
	if m == nil {
		return map[string]V{}
	}
	return maps.Clone(m)
}

// Claim gives a group to somebody.
type Claim struct{ Group, Person string }

// May leaves it to Decide, since all depends on who is meant.
func (c Claim) May(State, domain.Meta) error { return nil }

// Decide claims for somebody who is not leaving. Errors: invalid, field leader, code inactive.
func (c Claim) Decide(s State, _ domain.Meta) ([]Event, error) {
	switch {
	case s.Gone[c.Person]:
		var v domain.Checks
		v.Fail("leader", "inactive", "is leaving at this moment")
		return nil, v.Err()
	case s.Leaders[c.Group] == c.Person:
		return nil, nil
	}
	return []Event{Claimed(c)}, nil
}

// Leave takes somebody out of what they could lead. Closed are groups that need no leader any more.
type Leave struct {
	Person string
	Group  string // empty: altogether
	Field  string // that names what is left
	Closed []string
	Undone bool // they come back
}

// May leaves it to Decide, since all depends on who is meant.
func (c Leave) May(State, domain.Meta) error { return nil }

// Decide lets nobody go whom a group was last given to, be its own stream behind. Leaving one group needs no claim of its own: who
// is appointed afterwards leads it as somebody from outside would. Errors: invalid, the field, code leads.
func (c Leave) Decide(s State, _ domain.Meta) ([]Event, error) {
	if c.Undone {
		if !s.Gone[c.Person] {
			return nil, nil
		}
		return []Event{Back{Person: c.Person}}, nil
	}
	for group, leader := range s.Leaders {
		if leader == c.Person && (c.Group == "" || c.Group == group) && !slices.Contains(c.Closed, group) {
			var v domain.Checks
			v.Fail(c.Field, "leads", "leads a group that would be left without a leader; appoint a successor first")
			return nil, v.Err()
		}
	}
	if c.Group != "" || s.Gone[c.Person] {
		return nil, nil
	}
	return []Event{Leaving{Person: c.Person}}, nil
}
