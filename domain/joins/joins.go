// Package joins guards the joining of duplicates: one stream for the tickets of a customer says which ticket goes on as which
// other, so that two clerks who join in opposite directions at once cannot both succeed (mission rows I11 and X9). It knows
// keys of tickets and nothing else of them; the ticket's own events follow its decisions.
package joins

import (
	"maps"

	"docket/domain"
)

// Event is what may become true of the tickets of a customer.
//
//sumtype:decl
type Event interface{ isJoins() }

// Claimed: a ticket goes on as another one.
type Claimed struct {
	Ticket string `json:"ticket" class:"skeleton"`
	Into   string `json:"into" class:"skeleton"`
}

// Released: a ticket stands for itself again.
type Released struct {
	Ticket string `json:"ticket" class:"skeleton"`
	From   string `json:"from" class:"skeleton"`
}

func (Claimed) isJoins()  {}
func (Released) isJoins() {}

// State is which ticket goes on as which other. It is replaced, never changed in place.
type State struct{ Into map[string]string }

// Decider ties the streams, fold and contract together.
var Decider = domain.Decider[State, Event]{
	Category: "joins",
	Evolve:   evolve,
	Scope:    func(State) domain.Scope { return domain.Scope{} },
	Events: domain.Contract[Event]{
		"JoinClaimed":  domain.Of[Claimed](),
		"JoinReleased": domain.Of[Released](),
	},
}

func evolve(s State, event Event) State {
	into := maps.Clone(s.Into)
	if into == nil {
		into = map[string]string{}
	}
	switch e := event.(type) {
	case Claimed:
		into[e.Ticket] = e.Into
	case Released:
		delete(into, e.Ticket)
	}
	return State{Into: into}
}

// Stream is where the tickets of a customer are joined; the empty customer stands for tickets that name none.
func Stream(customer string) domain.StreamID {
	if customer == "" {
		return domain.Stream(Decider.Category, "none")
	}
	return domain.Stream(Decider.Category, "customer-"+customer)
}

// Refusals of joining.
var (
	ErrElsewhere = domain.Refusal(domain.Conflict, "join.elsewhere", "the ticket goes on as another one already")
	ErrTarget    = domain.Refusal(domain.Conflict, "join.target_joined", "the other ticket goes on as yet another one itself")
	ErrNotJoined = domain.Refusal(domain.Conflict, "join.not_joined", "the ticket goes on as no other one")
)

// Claim lets a ticket go on as another one. Both have to stand for themselves, so that whatever is joined, every ticket leads
// to exactly one that goes on, and none in a circle.
type Claim struct{ Ticket, Into string }

// May leaves it to Decide, since all depends on which tickets are meant.
func (c Claim) May(State, domain.Meta) error { return nil }

// Decide claims; what is so already changes nothing.
func (c Claim) Decide(s State, _ domain.Meta) ([]Event, error) {
	if c.Ticket == c.Into {
		var v domain.Checks
		v.Fail("into", "self", "must be another ticket")
		return nil, v.Err()
	}
	if into, joined := s.Into[c.Ticket]; joined {
		if into == c.Into {
			return nil, nil
		}
		return nil, ErrElsewhere
	}
	if _, joined := s.Into[c.Into]; joined {
		return nil, ErrTarget
	}
	return []Event{Claimed(c)}, nil
}

// Release lets a ticket stand for itself again. From is the ticket it went on as; empty: whichever.
type Release struct{ Ticket, From string }

// May leaves it to Decide, since all depends on which ticket is meant.
func (c Release) May(State, domain.Meta) error { return nil }

// Decide releases; what is so already changes nothing, and what has been joined anew since is not touched.
func (c Release) Decide(s State, _ domain.Meta) ([]Event, error) {
	into, joined := s.Into[c.Ticket]
	switch {
	case !joined:
		return nil, nil
	case c.From != "" && into != c.From:
		return nil, ErrNotJoined
	}
	return []Event{Released{Ticket: c.Ticket, From: into}}, nil
}
