package commands

import (
	"cmp"
	"slices"
	"time"

	"docket/domain"
	"docket/domain/staff"
	"docket/domain/unit"
)

// duty tells what the directory knows of somebody who is to be on duty from an instant on.
func (f Facts) duty(s unit.State, person string, from time.Time) unit.DutyFacts {
	if from.Before(f.At) {
		from = f.At
	}
	p, known := f.lookups.Staff(person, from)
	_, absent := p.Fit.Absence(from)
	return unit.DutyFacts{Known: known, Active: p.Active, Absent: absent, Member: f.belongs(p, s)}
}

// belongs reports whether somebody is a member of a group; of a unit, of one of its groups or by a post there.
func (f Facts) belongs(p staff.Facts, s unit.State) bool {
	if s.Kind != unit.Department {
		return slices.Contains(p.Groups, s.ID)
	}
	return slices.ContainsFunc(p.Groups, func(group string) bool {
		g, _ := f.Unit(group)
		return g.Parent == s.ID
	}) || slices.ContainsFunc(p.Posts, func(post domain.Post) bool { return post.Unit == "" || post.Unit == s.ID })
}

// onDuty is who is on duty for a unit or group, or for the nearest unit above it where somebody is; whoever has left or is absent
// is not. It is empty when there is nobody.
func (f Facts) onDuty(place string) string {
	for range deepest {
		u, ok := f.Unit(place)
		if !ok {
			return ""
		}
		if d, planned := u.Roster.On(f.At); planned {
			p, known := f.Staff(d.Person)
			if _, absent := p.Fit.Absence(f.At); known && p.Active && !absent {
				return d.Person
			}
		}
		place = u.Parent
	}
	return ""
}

// called is who is called for a unit or group: who is on duty there, else who leads it (mission row I10).
func (f Facts) called(place string) string { return cmp.Or(f.onDuty(place), f.leader(place)) }
