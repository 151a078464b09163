// Package merges is the guard of merged customers: one stream that holds which file goes on as which other, so that two
// merges that do not fit each other, such as in opposite directions, are not both decided (mission row U1). Who merged
// what, why, and when stands in the customers' own streams; here are ids alone.
package merges

import "docket/domain"

// Event is what may become true of the relation.
//
//sumtype:decl
type Event interface{ isMerges() }

// Claimed: from now on the one file goes on as the other.
type Claimed struct {
	Duplicate string `json:"duplicate" class:"skeleton"`
	Survivor  string `json:"survivor" class:"skeleton"`
}

// Released: the file stands for itself again.
type Released struct {
	Duplicate string `json:"duplicate" class:"skeleton"`
}

func (Claimed) isMerges()  {}
func (Released) isMerges() {}

// State is the relation: duplicate to survivor.
type State struct{ Into map[string]string }

// Stream is the one stream.
var Stream = domain.Stream("merges", "customers")

// Decider ties the stream, its fold and its contract together. Evolve changes the state it is given, which a fold over a
// long stream needs and the pipeline allows: nobody keeps an earlier one.
var Decider = domain.Decider[State, Event]{
	Category: "merges",
	Evolve:   evolve,
	Scope:    func(State) domain.Scope { return domain.Scope{} },
	Events: domain.Contract[Event]{
		"CustomersMergeClaimed":  domain.Of[Claimed](),
		"CustomersMergeReleased": domain.Of[Released](),
	},
}

func evolve(s State, event Event) State {
	if s.Into == nil {
		s.Into = map[string]string{}
	}
	switch e := event.(type) {
	case Claimed:
		s.Into[e.Duplicate] = e.Survivor
	case Released:
		delete(s.Into, e.Duplicate)
	}
	return s
}

// ErrContrary: the relation does not allow the merge.
var ErrContrary = domain.Refusal(domain.Conflict, "customer.merge_contrary", "another merge does not fit this one: take that back first")

// Claim merges unless the file goes on as a third already, or the other would, in the end, go on as this one.
func (s State) Claim(duplicate, survivor string) ([]Event, error) {
	switch s.Into[duplicate] {
	case survivor:
		return nil, nil
	case "":
	default:
		return nil, ErrContrary
	}
	for id, ok := survivor, true; ok; id, ok = s.Into[id] {
		if id == duplicate {
			return nil, ErrContrary
		}
	}
	return []Event{Claimed{Duplicate: duplicate, Survivor: survivor}}, nil
}

// Release takes a merge back; one that is not there changes nothing.
func (s State) Release(duplicate string) []Event {
	if s.Into[duplicate] == "" {
		return nil
	}
	return []Event{Released{Duplicate: duplicate}}
}

// Of lists the files that go on as this one, directly.
func (s State) Of(survivor string) []string {
	var duplicates []string
	for duplicate, into := range s.Into {
		if into == survivor {
			duplicates = append(duplicates, duplicate)
		}
	}
	return duplicates
}
