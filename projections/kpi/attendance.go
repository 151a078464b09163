package kpi

import (
	"cmp"
	"slices"
	"time"

	"docket/domain/worktime"
)

// Why a day, or a part of it, does not count as available. Beside these the calendar's own words tell of days that are not worked:
// closed, holiday and closure.
const (
	NotHere     = "not_a_member" // of any group: before joining one, or after leaving
	Absent      = "absent"
	NotYet      = "not_yet" // it had not begun at the as-of instant
	NoCalendar  = "no_calendar"
	UnknownYear = "unknown_year" // to the calendar
)

// wholeDay is a working day in hundredths, in which available days are counted.
const wholeDay = 100

// Day is what a date is for somebody. One who belongs to several groups has a row for each, the day being shared among them
// evenly, so that the days of groups sum up to those of people.
type Day struct {
	Person     string
	Unit       string
	Group      string
	Date       worktime.Date
	AtMS       int64  // when it opens; midnight of a day that is not worked
	Hundredths int64  // of a working day for which the person was available
	Reason     string // why it does not count, or not whole; empty: it counts
	Name       string // of the holiday or closure
}

// attendance is when somebody belonged to which groups, and when they were absent.
type attendance struct {
	person   string
	spells   []spell
	absences []stretch // disjoint and in order
}

// spell is a time of unchanged membership; it lasts until the next one.
type spell struct {
	from   int64
	groups []string // sorted; none: not a member
}

// stretch is a time [from, to) in milliseconds.
type stretch struct{ from, to int64 }

func (s stretch) cut(from, to int64) stretch { return stretch{max(s.from, from), min(s.to, to)} }

// attended folds somebody's notes, as the directory folds them: memberships are of people who work here.
func attended(person string, notes []Note) attendance {
	a := attendance{person: person}
	here, groups := false, []string(nil)
	absences := map[int]stretch{}
	for _, n := range notes {
		switch n.Kind {
		case noteJoined:
			here, groups = true, nil
		case noteReturned:
			here = true
		case noteLeft:
			here, groups = false, nil
		case noteInto:
			if here && !slices.Contains(groups, n.Ref) {
				groups = append(slices.Clone(groups), n.Ref)
				slices.Sort(groups)
			}
		case noteOutOf:
			groups = slices.DeleteFunc(slices.Clone(groups), func(g string) bool { return g == n.Ref })
		case noteAbsent:
			absences[n.Number] = stretch{n.FromMS, cmp.Or(n.UntilMS, end)}
			continue
		case noteBack:
			if s, entered := absences[n.Number]; entered {
				absences[n.Number] = stretch{s.from, n.UntilMS}
			}
			continue
		}
		if k := len(a.spells); k > 0 && a.spells[k-1].from == n.AtMS {
			a.spells[k-1].groups = groups
			continue
		}
		a.spells = append(a.spells, spell{n.AtMS, groups})
	}
	for _, s := range absences {
		if s.from < s.to {
			a.absences = append(a.absences, s)
		}
	}
	a.absences = united(a.absences)
	return a
}

// united are stretches in order without overlaps: what is said twice counts once (kpis §1.4).
func united(all []stretch) (disjoint []stretch) {
	slices.SortFunc(all, func(a, b stretch) int { return cmp.Compare(a.from, b.from) })
	for _, s := range all {
		if k := len(disjoint); k > 0 && s.from <= disjoint[k-1].to {
			disjoint[k-1].to = max(disjoint[k-1].to, s.to)
			continue
		}
		disjoint = append(disjoint, s)
	}
	return disjoint
}

// present calls f with the memberships that [from, to) holds a part of, each with that part.
func (a attendance) present(from, to int64, f func(groups []string, part stretch) (more bool)) {
	first, at := slices.BinarySearchFunc(a.spells, from, func(s spell, ms int64) int { return cmp.Compare(s.from, ms) })
	if !at && first > 0 {
		first--
	}
	for i := first; i < len(a.spells) && a.spells[i].from < to; i++ {
		part := stretch{a.spells[i].from, end}
		if i+1 < len(a.spells) {
			part.to = a.spells[i+1].from
		}
		if part = part.cut(from, to); len(a.spells[i].groups) > 0 && part.from < part.to && !f(a.spells[i].groups, part) {
			return
		}
	}
}

// absent is how much of [from, to) is absence, by a measure of time.
func (a attendance) absent(from, to int64, measure func(stretch) int64) (ms int64) {
	for _, s := range a.absences {
		if s = s.cut(from, to); s.from < s.to {
			ms += measure(s)
		}
	}
	return ms
}

// date is what a date is for somebody, as of an instant. Of several memberships on it the first one tells where the day belongs, and by
// which calendar.
func (r roll) date(a attendance, d worktime.Date, asOf int64) []Day {
	noon := int64(d)*day + day/2
	is := Day{Person: a.person, Date: d, AtMS: noon, Reason: NotHere}
	var groups []string
	a.present(noon-day-day/2, noon+day+day/2, func(these []string, part stretch) bool { // no zone is farther away
		cal := r.calendar(these[0], noon)
		if cal == nil {
			if part.from > noon || part.to <= noon {
				return true
			}
			groups, is.Reason = these, NoCalendar
			return false
		}
		kind, name, opens, shuts, err := cal.About(d)
		if err != nil {
			groups, is.Reason = these, UnknownYear
			return false
		}
		from, to := opens.UnixMilli(), shuts.UnixMilli()
		if part.from >= max(to, from+1) || part.to <= from {
			return true
		}
		groups, is.AtMS, is.Name = these, from, name
		switch {
		case from == to:
			is.Reason = string(kind)
		case from > asOf:
			is.Reason = NotYet
		default:
			is.Hundredths, is.Reason = a.hundredths(cal, from, to)
		}
		return false
	})
	if groups == nil {
		return []Day{is}
	}
	days := make([]Day, len(groups))
	for i, g := range groups {
		days[i] = is
		days[i].Group, days[i].Unit = g, r.unit(g, is.AtMS)
		days[i].Hundredths = is.Hundredths*int64(i+1)/int64(len(groups)) - is.Hundredths*int64(i)/int64(len(groups))
	}
	return days
}

// hundredths is how much of a working day somebody was available for, by its working time, rounded half up; and what kept them from
// the rest.
func (a attendance) hundredths(cal *worktime.Calendar, from, to int64) (n int64, reason string) {
	worked := func(s stretch) int64 {
		ms, err := cal.W(time.UnixMilli(s.from), time.UnixMilli(s.to))
		if err != nil {
			return 0 // a day of a year that the calendar knows lies in it whole
		}
		return ms
	}
	whole := worked(stretch{from, to})
	var here, away int64
	a.present(from, to, func(_ []string, part stretch) bool {
		here += worked(part)
		away += a.absent(part.from, part.to, worked)
		return true
	})
	switch {
	case away > 0:
		reason = Absent
	case here < whole:
		reason = NotHere
	}
	return (2*wholeDay*(here-away) + whole) / (2 * whole), reason
}

// farthest is how far ahead of the as-of instant days are told, none of which counts.
const farthest = 400 * day

// days are what the dates of a window are for somebody, as of an instant: each date that opens in it.
func (r roll) days(a attendance, from, to, asOf int64) (all []Day) {
	if len(a.spells) == 0 {
		return nil
	}
	from, to = max(from, a.spells[0].from-day), min(to, asOf+farthest)
	for d := worktime.DateOf(time.UnixMilli(from), time.UTC) - 1; d <= worktime.DateOf(time.UnixMilli(to), time.UTC)+1; d++ {
		for _, is := range r.date(a, d, asOf) {
			if is.AtMS >= from && is.AtMS < to {
				all = append(all, is)
			}
		}
	}
	return all
}
