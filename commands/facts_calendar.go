package commands

import (
	"time"

	"docket/domain/ticket"
	"docket/domain/worktime"
)

// Calendars is what the directory tells about working calendars, compiled. The boolean is false when there was none by
// then, or this process has not read of it.
type Calendars interface {
	Calendar(id string, at time.Time) (*worktime.Calendar, bool)
	CalendarVersion(id string, version int) (*worktime.Calendar, bool)
}

// Calendar is the newest version of a calendar that had been published by the effective time; nil when there is none.
func (f Facts) Calendar(id string) *worktime.Calendar {
	if f.calendars == nil || id == "" {
		return nil
	}
	c, _ := f.calendars.Calendar(id, f.At)
	return c
}

// hasCalendar reports whether there is a calendar, whenever it was published: it may tell of years before.
func (f Facts) hasCalendar(id string) bool {
	if f.calendars == nil || id == "" {
		return false
	}
	_, published := f.calendars.CalendarVersion(id, 1)
	return published
}

// Clocks are the calendars that acts upon a ticket's clocks need: the versions by which they run or ran, and the newest of
// the ticket's own.
func (f Facts) Clocks(s ticket.State) ticket.ClockFacts {
	var facts ticket.ClockFacts
	if s.Rules != nil {
		facts.Calendar = f.Calendar(s.Rules.Calendar)
	}
	if f.calendars == nil {
		return facts
	}
	type edition struct {
		id      string
		version int
	}
	seen := map[edition]bool{}
	for _, clock := range s.Clocks.All {
		e := edition{clock.Calendar, clock.Version}
		if seen[e] {
			continue
		}
		seen[e] = true
		if c, ok := f.calendars.CalendarVersion(e.id, e.version); ok {
			facts.Clocks = append(facts.Clocks, c)
		}
	}
	return facts
}

// newest are the newest versions of the calendars by which a ticket's clocks run or ran, for putting them on those.
func (f Facts) newest(s ticket.State) ticket.Calendars {
	var newest ticket.Calendars
	seen := map[string]bool{}
	for _, clock := range s.Clocks.All {
		if c := f.Calendar(clock.Calendar); c != nil && !seen[clock.Calendar] {
			newest = append(newest, c)
		}
		seen[clock.Calendar] = true
	}
	return newest
}
