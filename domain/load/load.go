// Package load guards how many open tickets somebody may hold: one stream for a person and month says which tickets they have
// claimed, so that two takes at one moment, each right by what it read, do not exceed a limit together (mission row A2). That
// somebody holds a ticket stands in the ticket's own stream; here are ids alone.
package load

import (
	"maps"
	"slices"
	"time"

	"docket/domain"
)

// Event is what may become true of somebody's load.
//
//sumtype:decl
type Event interface{ isLoad() }

// Claimed: the person is about to hold the ticket.
type Claimed struct {
	Ticket string `json:"ticket" class:"skeleton"`
}

// Released: an earlier claim no longer counts, since the person does not hold the ticket.
type Released struct {
	Ticket string `json:"ticket" class:"skeleton"`
}

func (Claimed) isLoad()  {}
func (Released) isLoad() {}

// State is the claims that count, each ticket with the ordinal of its newest claim. It is replaced, never changed in place.
type State struct {
	Open   map[string]int
	events int
}

// Decider ties the streams, fold and contract together.
var Decider = domain.Decider[State, Event]{
	Category: "load",
	Evolve:   evolve,
	Scope:    func(State) domain.Scope { return domain.Scope{} },
	Events: domain.Contract[Event]{
		"LoadClaimed":  domain.Of[Claimed](),
		"LoadReleased": domain.Of[Released](),
	},
}

func evolve(s State, event Event) State {
	open := maps.Clone(s.Open)
	if open == nil {
		open = map[string]int{}
	}
	switch e := event.(type) {
	case Claimed:
		open[e.Ticket] = s.events + 1
	case Released:
		delete(open, e.Ticket)
	}
	return State{Open: open, events: s.events + 1}
}

// Stream is where somebody's claims of a UTC month are; what was claimed earlier is known from the tickets by now.
func Stream(staff string, at time.Time) domain.StreamID {
	return domain.Stream(Decider.Category, staff+"-"+at.UTC().Format("200601"))
}

// Claim lets somebody hold one more ticket.
type Claim struct {
	Ticket string
	Limit  int
	Held   []string       // what they hold, as far as has been read
	Ended  map[string]int // claims that do not count any more, by ticket and the ordinal of the claim that was looked at
	Field  string         // that names the person
}

// May leaves it to Decide, since all depends on which ticket is meant.
func (c Claim) May(State, domain.Meta) error { return nil }

// Decide claims unless as many other tickets as the limit allows are held or claimed. What has ended is released on the way;
// a claim newer than the one that was looked at stands. Errors: invalid, code over_limit.
func (c Claim) Decide(s State, _ domain.Meta) ([]Event, error) {
	var events []Event
	for _, ticket := range slices.Sorted(maps.Keys(c.Ended)) {
		if s.Open[ticket] == c.Ended[ticket] {
			events = append(events, Released{Ticket: ticket})
		}
	}
	for _, e := range events {
		s = evolve(s, e)
	}
	others := map[string]bool{}
	for _, ticket := range c.Held {
		others[ticket] = true
	}
	for ticket := range s.Open {
		others[ticket] = true
	}
	delete(others, c.Ticket)
	if len(others) >= c.Limit {
		var v domain.Checks
		v.Fail(c.Field, "over_limit", "holds as many open tickets as are allowed")
		return nil, v.Err()
	}
	if s.Open[c.Ticket] == 0 {
		events = append(events, Claimed{Ticket: c.Ticket})
	}
	return events, nil
}
