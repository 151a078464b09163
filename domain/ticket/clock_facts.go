package ticket

import (
	"docket/domain"
	"docket/domain/worktime"
)

// ErrNoCalendar: a calendar by which the ticket's clocks run is not known here yet; try again.
var ErrNoCalendar = domain.Refusal(domain.Unavailable, "clock.no_calendar", "the calendar of a limit is not known here yet")

// ClockFacts are the calendars that commands about clocks need: each version by which a clock of the ticket runs or ran, and
// the newest of the ticket's own, for clocks that start. The pipeline fills them.
type ClockFacts struct {
	Clocks   Calendars
	Calendar *worktime.Calendar
}

// Calendars are versions of calendars, as the pipeline looked them up.
type Calendars []*worktime.Calendar

// of is the calendar by which a clock runs; nil when it was not looked up.
func (cs Calendars) of(c Clock) *worktime.Calendar {
	for _, cal := range cs {
		if cal != nil && cal.ID() == c.Calendar && cal.Version() == c.Version {
			return cal
		}
	}
	return nil
}

// named is the calendar of an id; nil when it was not looked up.
func (cs Calendars) named(id string) *worktime.Calendar {
	for _, cal := range cs {
		if cal != nil && cal.ID() == id {
			return cal
		}
	}
	return nil
}

// Roles that rules about limits name when a template names none.
const (
	roleHandler       = "handler"
	roleLeader        = "leader"
	roleDeputyManager = "deputy_manager"
	roleManager       = "manager"
)
