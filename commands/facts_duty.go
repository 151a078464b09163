package commands

import (
	"slices"

	"docket/domain/casetype"
	"docket/domain/ticket"
	"docket/domain/unit"
)

// person tells what the directory knows of somebody who is to hold a ticket of a group.
func person(f Facts, s ticket.State, id, group string) ticket.Person {
	p, ok := f.Staff(id)
	g, known := f.Unit(group)
	_, absent := f.Absence(id)
	return ticket.Person{
		Known: ok, Active: p.Active, Member: slices.Contains(p.Groups, group), Absent: absent, Closed: known && !g.Active,
		Unqualified: !f.Qualified(id, qualification(s)), Overloaded: s.Handler != id && f.Overloaded(id, group),
	}
}

// responsible tells what the directory knows of a group that is to be responsible for a ticket under rules, if it has any.
func responsible(f Facts, rules *casetype.Rules, id string) ticket.GroupFacts {
	g, ok := f.Unit(id)
	facts := ticket.GroupFacts{Known: ok && g.Kind == unit.Group, Active: g.Active, Unit: g.Root(), Led: g.Leader != "", Qualified: true}
	if rules == nil {
		return facts
	}
	facts.Responsible = g.TakesOn(rules.Type)
	if kind := rules.Qualified; kind != "" {
		facts.Qualified = slices.ContainsFunc(f.Members(id), func(member string) bool { return f.Qualified(member, kind) })
	}
	return facts
}

// Members lists the people who work here and belong to a group, in no order.
func (f Facts) Members(group string) []string {
	var members []string
	for _, p := range f.lookups.People(f.At) {
		if p.Active && slices.Contains(p.Groups, group) {
			members = append(members, p.ID)
		}
	}
	return members
}

// qualification is the kind of certificate that handlers of the ticket need; empty: none.
func qualification(s ticket.State) string {
	if s.Rules == nil {
		return ""
	}
	return s.Rules.Qualified
}

// place is where a ticket lies in the organisation: with its group, or with its unit while it has none.
func placeOf(s ticket.State) string {
	if s.Group != "" {
		return s.Group
	}
	return s.Unit
}

// arbiter names who decides when nobody takes the ticket: the holder of the role that the template names, or else the
// superior of the handler.
func arbiter(f Facts, s ticket.State) string {
	if s.Rules != nil && s.Rules.Handover.Arbiter != "" {
		if holder := f.Holder(s.Rules.Handover.Arbiter, placeOf(s)); holder != "" {
			return holder
		}
	}
	return f.Superior(s.Handler, placeOf(s))
}

// superiors are those of the sender and the receiver of a handover, each once.
func superiors(f Facts, s ticket.State) []string {
	list := []string{f.Superior(s.Handler, placeOf(s)), f.Superior(s.Offer.To, placeOf(s))}
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(id string) bool { return id == "" })
}

// above tells who comes after somebody, and the calendar for the clock of the answer.
func above(f Facts, s ticket.State, person string) ticket.SuperiorFacts {
	return ticket.SuperiorFacts{Superior: f.Superior(person, placeOf(s)), Clock: f.Clocks(s)}
}
