package calendar

import (
	"fmt"

	"docket/domain"
	"docket/domain/worktime"
)

// ImportYear takes in the announcement of a year's holidays and make-up days. Its form is that of a file of holiday-cn
// (https://github.com/NateScarlet/holiday-cn), so that such a file can be sent as it is.
type ImportYear struct {
	Schema string         `json:"$schema,omitempty" doc:"of the file; not looked at" maxLength:"500"`
	Source string         `json:"$id,omitempty" doc:"of the file; not looked at" maxLength:"500"`
	Year   int            `json:"year" minimum:"1970" maximum:"2200"`
	Papers []string       `json:"papers,omitempty" doc:"where the announcement can be read" maxItems:"20"`
	Days   []AnnouncedDay `json:"days" minItems:"1" maxItems:"366"`
}

// AnnouncedDay is a date that the announcement names: a day off, or one that is worked instead (調休).
type AnnouncedDay struct {
	Name  string        `json:"name" minLength:"1" maxLength:"100"`
	Date  worktime.Date `json:"date" doc:"such as 2026-02-14"`
	IsOff bool          `json:"isOffDay"`
}

// May wants a calendar that exists.
func (c ImportYear) May(s State, _ domain.Meta) error { return s.published() }

// Decide publishes a version that knows the year, in force from the first date that the announcement names. A year that is
// known already and says the same changes nothing; one that names no day has not been announced, and one that would leave a
// gap is refused.
func (c ImportYear) Decide(s State, m domain.Meta) ([]Event, error) {
	year := worktime.Year{Year: c.Year, Days: make([]worktime.YearDay, len(c.Days))}
	for i, d := range c.Days {
		year.Days[i] = worktime.YearDay{Date: d.Date, Name: d.Name, Off: d.IsOff}
	}
	var v domain.Checks
	year.Check(&v, "")
	if len(c.Papers) > maxPapers {
		v.Fail("papers", "too_many", fmt.Sprintf("must be at most %d", maxPapers))
	}
	for i, paper := range c.Papers {
		v.RequiredText(fmt.Sprintf("papers[%d]", i), paper, maxPaper)
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	d, err := s.Newest().WithYear(year)
	if err != nil || d.Equal(s.Newest()) {
		return nil, err
	}
	from := max(worktime.Day(c.Year, 1, 1), worktime.Day(d.FirstYear, 1, 1))
	for _, day := range c.Days {
		if day.Date.Year() >= d.FirstYear {
			from = min(from, day.Date)
		}
	}
	return []Event{s.next(m, Published{From: from, Definition: d, Cause: Year, Papers: c.Papers})}, nil
}

// CloseDays says on which dates the office is closed, or shuts early.
type CloseDays struct {
	Name   string      `json:"name" doc:"what derivations of deadlines call these days" minLength:"1" maxLength:"100"`
	Days   []ClosedDay `json:"days" minItems:"1" maxItems:"366"`
	Reason string      `json:"reason" minLength:"1" maxLength:"10000"`
}

// ClosedDay is a date with the hours that are left open on it; none: closed all day.
type ClosedDay struct {
	Date  worktime.Date   `json:"date" doc:"such as 2026-02-14"`
	Hours []worktime.Span `json:"hours,omitempty" maxItems:"12"`
}

// May wants a calendar that exists.
func (c CloseDays) May(s State, _ domain.Meta) error { return s.published() }

// Decide publishes a version with the closures, in force from the first of them.
func (c CloseDays) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("name", c.Name, maxLabel)
	v.RequiredText("reason", c.Reason, maxText)
	if len(c.Days) == 0 || len(c.Days) > maxDays {
		v.Fail("days", "out_of_range", fmt.Sprintf("must name 1 to %d days", maxDays))
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	d, from := s.Newest(), c.Days[0].Date
	closed := make([]worktime.Exception, len(c.Days))
	for i, day := range c.Days {
		from = min(from, day.Date)
		closed[i] = worktime.Exception{Date: day.Date, Kind: worktime.Closure, Name: c.Name, Hours: day.Hours}
	}
	d, err := d.With(closed...)
	if err != nil || d.Equal(s.Newest()) {
		return nil, err
	}
	return []Event{s.next(m, Published{From: from, Definition: d, Cause: Closures, Reason: c.Reason})}, nil
}
