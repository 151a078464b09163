package directory

import (
	"cmp"
	"slices"
	"time"

	"docket/domain/calendar"
	"docket/domain/worktime"
)

// book is what a view holds of one calendar: everything published, and a compiled calendar for each version, made of that
// version and those before it. Versions are few and compiled once.
type book struct {
	editions []publication // in order of their versions
}

// publication is one version with the time from which it was known.
type publication struct {
	calendar.Published
	at       time.Time // when it was published
	compiled *worktime.Calendar
}

// bookOf takes over the versions that were compiled already.
func bookOf(id string, changes []change, before book) book {
	var b book
	for _, c := range changes {
		if e, ok := c.Event.(calendar.Published); ok {
			b.editions = append(b.editions, publication{Published: e, at: c.At})
		}
	}
	slices.SortFunc(b.editions, func(x, y publication) int { return cmp.Compare(x.Version, y.Version) })
	editions := make([]worktime.Edition, len(b.editions))
	for i, p := range b.editions {
		editions[i] = worktime.Edition{Version: p.Version, From: p.From, Definition: p.Definition}
		if i < len(before.editions) && before.editions[i].Version == p.Version {
			b.editions[i].compiled = before.editions[i].compiled
			continue
		}
		zone, err := time.LoadLocation(p.Definition.Zone)
		if err != nil {
			continue // published where the zone was known; here its version stays unknown
		}
		if compiled, err := worktime.New(id, zone, editions[:i+1]...); err == nil {
			b.editions[i].compiled = compiled
		}
	}
	return b
}

// upTo counts the versions that had been published by an instant.
func (b book) upTo(at time.Time) int {
	n := 0
	for n < len(b.editions) && !b.editions[n].at.After(at) {
		n++
	}
	return n
}

// Calendar is a calendar as it was published by an instant; false when there was none, or this process cannot compile it.
func (v *View) Calendar(id string, at time.Time) (*worktime.Calendar, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	b := v.calendars.facts(id)
	n := b.upTo(at)
	if n == 0 || b.editions[n-1].compiled == nil {
		return nil, false
	}
	return b.editions[n-1].compiled, true
}

// CalendarVersion is a calendar as of one of its versions; false when this process has not read of it.
func (v *View) CalendarVersion(id string, version int) (*worktime.Calendar, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for _, p := range v.calendars.facts(id).editions {
		if p.Version == version && p.compiled != nil {
			return p.compiled, true
		}
	}
	return nil, false
}

// Calendars gives all calendars with the versions that had been published by an instant, in no order.
func (v *View) Calendars(at time.Time) []calendar.Facts {
	v.mu.RLock()
	defer v.mu.RUnlock()
	all := make([]calendar.Facts, 0, len(v.calendars.known))
	for id, k := range v.calendars.known {
		b := k.facts
		n := b.upTo(at)
		if n == 0 {
			continue
		}
		f := calendar.Facts{ID: id, Name: b.editions[n-1].Name}
		for _, p := range b.editions[:n] {
			f.Versions = append(f.Versions, calendar.Version{
				Edition:     worktime.Edition{Version: p.Version, From: p.From, Definition: p.Definition},
				PublishedAt: p.at, Cause: p.Cause, Publisher: p.Publisher, Reason: p.Reason, Papers: p.Papers,
			})
		}
		all = append(all, f)
	}
	return all
}
