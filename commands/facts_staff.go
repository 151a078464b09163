package commands

import (
	"slices"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/staff"
	"docket/domain/unit"
)

// Absence is the absence that covers the effective time, if the person has one.
func (f Facts) Absence(person string) (staff.Absence, bool) {
	p, _ := f.Staff(person)
	return p.Fit.Absence(f.At)
}

// Delegations are the powers that the person has lent and that are lent at the effective time.
func (f Facts) Delegations(person string) []staff.Delegation {
	p, _ := f.Staff(person)
	return p.Fit.Delegated(f.At)
}

// Qualified reports whether the person holds a certificate of the kind that is good at the effective time (mission row O2).
// The empty kind asks for none.
func (f Facts) Qualified(person, kind string) bool {
	p, _ := f.Staff(person)
	return p.Fit.Qualified(kind, f.At)
}

// Agreed reports whether a confidentiality agreement binds the person at the effective time (mission row O4).
func (f Facts) Agreed(person string) bool {
	p, _ := f.Staff(person)
	return p.Fit.Agreed(f.At)
}

// Superior is the direct superior of somebody in the organisation, beginning at a unit or group: the first active leader
// upwards, and for somebody who leads on that way the first one above them. It is empty at the top.
func (f Facts) Superior(person, place string) string {
	superior := ""
	for range deepest {
		u, ok := f.Unit(place)
		if !ok {
			break
		}
		leader, known := f.Staff(u.Leader)
		switch {
		case u.Leader == person:
			superior = "" // whoever was found lies below
		case superior == "" && known && leader.Active:
			superior = u.Leader
		}
		place = u.Parent
	}
	return superior
}

// Below reports whether a unit or group is another one, or lies below it.
func (f Facts) Below(place, other string) bool {
	for range deepest {
		if place == other {
			return true
		}
		u, ok := f.Unit(place)
		if !ok || u.Parent == "" {
			return false
		}
		place = u.Parent
	}
	return true // a history that goes in circles is no place to hang anything below
}

// Parents is the organisation's tree, child to parent.
func (f Facts) Parents() map[string]string {
	parents := map[string]string{}
	for _, u := range f.lookups.Units(f.At) {
		if u.Parent != "" {
			parents[u.ID] = u.Parent
		}
	}
	return parents
}

// Leads lists the open groups that somebody leads, sorted.
func (f Facts) Leads(person string) []string {
	var groups []string
	for _, u := range f.lookups.Units(f.At) {
		if u.Leader == person && u.Active && u.Kind == unit.Group {
			groups = append(groups, u.ID)
		}
	}
	slices.Sort(groups)
	return groups
}

// Closed lists the groups that are closed, sorted.
func (f Facts) Closed() []string {
	var groups []string
	for _, u := range f.lookups.Units(f.At) {
		if !u.Active && u.Kind == unit.Group {
			groups = append(groups, u.ID)
		}
	}
	slices.Sort(groups)
	return groups
}

// leadsBy tells by which posts the addressed person can lead each of their groups: at the group, at its unit, or for the whole
// organisation. Only leaders' posts are such.
func leadsBy(f Facts, role string) staff.PostLeadFacts {
	facts := staff.PostLeadFacts{Groups: map[string][]domain.Post{}}
	if role != authz.Leader {
		return facts
	}
	for _, group := range f.Leads(f.ID.Key()) {
		g, _ := f.Unit(group)
		for _, place := range []string{group, g.Parent, ""} {
			facts.Groups[group] = append(facts.Groups[group], domain.Post{Role: role, Unit: place})
		}
	}
	return facts
}

// Holder is somebody who is here and holds a post of the role: at the place, or else at the nearest unit above it, or else
// in the whole organisation. Of several it is the one whose key comes first. It is empty when there is nobody.
func (f Facts) Holder(role, place string) string {
	people := f.lookups.People(f.At)
	for range deepest {
		var found []string
		for _, p := range people {
			_, absent := p.Fit.Absence(f.At)
			if p.Active && !absent && slices.Contains(p.Posts, domain.Post{Role: role, Unit: place}) {
				found = append(found, p.ID)
			}
		}
		if len(found) > 0 {
			return slices.Min(found)
		}
		if place == "" {
			return ""
		}
		u, _ := f.Unit(place)
		place = u.Parent
	}
	return ""
}

// deepest bounds walks up the organisation, should its history hold a cycle.
const deepest = 64

// deputy tells what the directory knows of somebody who is to stand in for another.
func deputy(f Facts, person string) staff.DeputyFacts {
	p, ok := f.Staff(person)
	_, absent := f.Absence(person)
	return staff.DeputyFacts{Known: ok, Active: p.Active, Absent: absent}
}

// delegate tells what is known of a deputy and of the permissions to be lent.
func delegate(f Facts, to string, permissions []string) staff.DelegateFacts {
	facts := staff.DelegateFacts{Deputy: deputy(f, to)}
	facts.Deputy.Absent = false // powers may be lent for a time after the deputy's own absence
	for i, p := range permissions {
		if !authz.Exists(authz.Permission(p)) {
			facts.UnknownPermissions = append(facts.UnknownPermissions, i)
		}
	}
	return facts
}

// resolveStaff tells the state whose it is, so that people have their own affairs as their own.
func resolveStaff(id domain.StreamID, state any, _ Library) (any, error) {
	s := state.(staff.State)
	if s.Existed {
		s.ID = id.Key()
	}
	return s, nil
}
