// Package tree guards the organisation's tree: one stream that holds which unit was last hung below which other, so that two
// moves which are each right by what they read, such as of two units below one another at the same moment, are not both
// decided (mission row O1). Who moved what, why and from when on stands in the units' own streams; here are ids alone.
package tree

import (
	"maps"

	"docket/domain"
)

// Event is what may become true of the tree.
//
//sumtype:decl
type Event interface{ isTree() }

// Claimed: the unit is to hang below another from now on; without a parent it is to stand at the top.
type Claimed struct {
	Unit   string `json:"unit" class:"skeleton"`
	Parent string `json:"parent,omitempty" class:"skeleton"`
}

func (Claimed) isTree() {}

// State is the parent that each unit was last moved to; a unit that was never moved is not in it. It is replaced, never
// changed in place.
type State struct{ Parents map[string]string }

// Stream is the one stream.
var Stream = domain.Stream("tree", "units")

// Decider ties the stream, its fold and its contract together.
var Decider = domain.Decider[State, Event]{
	Category: "tree",
	Evolve: func(s State, event Event) State {
		if e, ok := event.(Claimed); ok {
			parents := maps.Clone(s.Parents)
			if parents == nil {
				parents = map[string]string{}
			}
			parents[e.Unit] = e.Parent
			s.Parents = parents
		}
		return s
	},
	Scope:  func(State) domain.Scope { return domain.Scope{} },
	Events: domain.Contract[Event]{"UnitPlaceClaimed": domain.Of[Claimed]()},
}

// Claim hangs a unit below another. Known is the tree as the directory has it, child to parent; it may be behind, or ahead of a
// claim whose move was cut off.
type Claim struct {
	Unit, Parent string
	Known        map[string]string
}

// May leaves it to Decide, since all depends on which units are meant.
func (c Claim) May(State, domain.Meta) error { return nil }

// Decide claims unless the unit would come to lie below itself by way of any place that a unit has, be it known or claimed;
// what is so already changes nothing. Errors: invalid, field parent, code cycle.
func (c Claim) Decide(s State, _ domain.Meta) ([]Event, error) {
	if parent, claimed := s.Parents[c.Unit]; claimed && parent == c.Parent {
		return nil, nil
	}
	seen, open := map[string]bool{"": true}, []string{c.Parent}
	for len(open) > 0 {
		at := open[0]
		open = open[1:]
		if at == c.Unit {
			var v domain.Checks
			v.Fail("parent", "cycle", "lies below the unit itself")
			return nil, v.Err()
		}
		if seen[at] {
			continue
		}
		seen[at] = true
		open = append(open, c.Known[at], s.Parents[at])
	}
	return []Event{Claimed{Unit: c.Unit, Parent: c.Parent}}, nil
}
