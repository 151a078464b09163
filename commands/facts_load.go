package commands

import (
	"context"
	"slices"
	"time"

	"docket/domain"
	"docket/domain/load"
	"docket/domain/ticket"
)

// Holdings tells which open tickets somebody holds. It may be behind; what was claimed since is on the guard of somebody's load
// (docs/adr/0028-a-ticket-is-claimed-before-it-is-held.md).
type Holdings interface {
	Held(ctx context.Context, staff string) ([]string, error)
}

// inFlight is how long a claim counts although its ticket does not know of it yet: longer than an append may take.
const inFlight = 15 * time.Second

// Overloaded reports whether somebody holds as many open tickets as a member of the group may.
func (f Facts) Overloaded(staff, group string) bool {
	g, ok := f.Unit(group)
	return ok && g.Load > 0 && staff != "" && len(f.sources.held(staff)) >= g.Load
}

// loadOf is what the guard of somebody's load needs before they hold a ticket of a group; nothing where there is no limit, and
// for whoever holds the ticket already. Field names the person in a refusal.
func (f Facts) loadOf(s ticket.State, staff, field string) ticket.LoadFacts {
	g, ok := f.Unit(s.Group)
	if !ok || g.Load == 0 || staff == "" || staff == s.Handler {
		return ticket.LoadFacts{}
	}
	facts := ticket.LoadFacts{
		Staff: staff, Field: field, Limit: g.Load, Month: f.At, Held: f.sources.held(staff), Ended: map[string]int{},
	}
	var claims load.State
	newest := map[string]domain.Metadata{}
	for _, e := range f.sources.load(load.Stream(staff, f.At)) {
		event, ok := e.Event.(load.Event)
		if !ok {
			continue
		}
		claims = load.Decider.Evolve(claims, event)
		if claimed, ok := event.(load.Claimed); ok {
			newest[claimed.Ticket] = e.Meta
		}
	}
	for id, claim := range claims.Open {
		if !slices.Contains(facts.Held, id) && f.ended(id, staff, newest[id]) {
			facts.Ended[id] = claim
		}
	}
	return facts
}

// ended reports whether a claim no longer counts: the ticket is not theirs any more, or is at its end, or never became theirs
// although the command that claimed it must be over by now.
func (f Facts) ended(id, staff string, claim domain.Metadata) bool {
	fulfilled := false
	var s ticket.State
	for _, e := range f.sources.load(domain.Stream(ticket.Decider.Category, id)) {
		if event, ok := e.Event.(ticket.Event); ok {
			s = ticket.Decider.Evolve(s, event)
		}
		fulfilled = fulfilled || e.Meta.Key == claim.Key && e.Meta.Command == claim.Command && e.Meta.Principal == claim.Principal
	}
	if s.Handler == staff && !s.Status.Finished() {
		return false
	}
	return fulfilled || f.At.Sub(claim.Decided) > inFlight
}

// loadGuard claims a ticket for who is to hold it, where their group limits what its members hold.
func loadGuard[C any](of func(C) ticket.LoadFacts) *Guard[C] {
	return &Guard[C]{
		Of: func(_ any, c C) domain.StreamID {
			if f := of(c); f.Limit > 0 {
				return load.Stream(f.Staff, f.Month)
			}
			return ""
		},
		Claim: func(history []domain.Envelope, id string, c C) ([]any, error) {
			f := of(c)
			return decideOn(load.Decider, history, load.Claim{Ticket: id, Limit: f.Limit, Held: f.Held, Ended: f.Ended, Field: f.Field})
		},
	}
}
