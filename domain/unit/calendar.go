package unit

import "docket/domain"

// CalendarChosen: the people of the unit, and of what hangs below it without a calendar of its own, work by this calendar from
// now on; empty: by that of the unit above (工作日曆, mission row O5).
type CalendarChosen struct {
	Calendar string `json:"calendar" class:"skeleton"`
}

func (CalendarChosen) isUnit() {}

// ChooseCalendar says by which calendar the people of the unit or group work, which is what their available days are counted by.
// The limits of tickets run by the calendars that their templates name.
type ChooseCalendar struct {
	Calendar string `json:"calendar,omitempty" maxLength:"64" doc:"left out: that of the unit above"`

	Facts CalendarFacts `json:"-"`
}

// CalendarFacts are what the directory tells about the calendar.
type CalendarFacts struct{ Known bool }

// May wants an open unit.
func (c ChooseCalendar) May(s State, _ domain.Meta) error { return open(s) }

// Decide chooses; the same calendar again changes nothing.
func (c ChooseCalendar) Decide(s State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	if c.Calendar != "" && !c.Facts.Known {
		v.Fail("calendar", "unknown", "no such calendar")
	}
	if err := v.Err(); err != nil || c.Calendar == s.Calendar {
		return nil, err
	}
	return []Event{CalendarChosen{Calendar: c.Calendar}}, nil
}
