package commands

import (
	"cmp"
	"fmt"

	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/ticket"
	"docket/domain/unit"
)

// Ticket is another ticket as it is now, read from its own stream; false when there is none of that key.
func (f Facts) Ticket(id string) (ticket.State, bool) {
	if id == "" {
		return ticket.State{}, false
	}
	var s ticket.State
	for _, e := range f.sources.load(domain.Stream(ticket.Decider.Category, id)) {
		event, ok := e.Event.(ticket.Event)
		if !ok {
			return ticket.State{}, false
		}
		s = ticket.Decider.Evolve(s, event)
	}
	return s, s.Exists()
}

// group tells what the directory knows of a group that is to be responsible.
func (f Facts) group(id string) ticket.GroupFacts {
	g, ok := f.Unit(id)
	return ticket.GroupFacts{Known: ok && g.Kind == unit.Group, Active: g.Active, Unit: g.Root()}
}

// placement is the group that the rules name for a ticket of a unit, and who leads there (mission row A1).
func (f Facts) placement(rules *casetype.Rules, unit string, values map[string]string) ticket.Placement {
	p := ticket.Placement{
		Fallback: rules.Fallback, FallbackFacts: f.group(rules.Fallback), FallbackLeader: f.leader(rules.Fallback),
		UnitLeader: f.leader(unit),
	}
	if i, value := chosen(rules.Groups, values); i >= 0 {
		p.Rule, p.Group, p.Facts, p.Leader = fmt.Sprintf("groups[%d]", i), value, f.group(value), f.leader(value)
	}
	return p
}

// urgency is the class that the rules give (mission row I10).
func urgency(rules *casetype.Rules, values map[string]string) ticket.Urgency {
	_, value := chosen(rules.Urgencies, values)
	return ticket.Urgency(cmp.Or(value, string(ticket.Normal)))
}

// leader is who leads a unit or group, if that one works here then.
func (f Facts) leader(id string) string {
	u, _ := f.Unit(id)
	if p, ok := f.Staff(u.Leader); ok && p.Active {
		return u.Leader
	}
	return ""
}
