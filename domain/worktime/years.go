package worktime

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"docket/domain"
)

// YearDay is one date that a year's announcement names: a day off, or one that is worked instead.
type YearDay struct {
	Date Date   `json:"date" doc:"such as 2026-02-14"`
	Name string `json:"name" doc:"such as 春节" maxLength:"100"`
	Off  bool   `json:"off" doc:"false: a make-up working day 調休"`
}

// Year is the announcement of one year's public holidays (國務院辦公廳關於節假日安排的通知). It may name days at the end of
// the year before, which then count as that year's.
type Year struct {
	Year int       `json:"year" minimum:"1970" maximum:"2200"`
	Days []YearDay `json:"days" minItems:"1" maxItems:"366"`
}

// The length of a believable announcement.
const maxYearDays = 366

// Check notes what makes the announcement unusable. One without any day is not yet made, and refused (mission row L4).
func (y Year) Check(c *domain.Checks, path string) {
	if y.Year < firstYear || y.Year > lastYear {
		c.Fail(path+"year", "out_of_range", fmt.Sprintf("must lie between %d and %d", firstYear, lastYear))
	}
	if len(y.Days) == 0 {
		c.Fail(path+"days", "required", "names no day: the year has not been announced")
	}
	if len(y.Days) > maxYearDays {
		c.Fail(path+"days", "too_many", fmt.Sprintf("must be at most %d", maxYearDays))
		return
	}
	seen := make(map[Date]bool, len(y.Days))
	within, off := false, false
	for i, d := range y.Days {
		field := fmt.Sprintf("%sdays[%d]", path, i)
		c.RequiredText(field+".name", d.Name, longestName)
		if d.Date < Day(y.Year-1, time.December, 1) || d.Date > Day(y.Year, time.December, 31) {
			c.Fail(field+".date", "other_year", "must lie in the year or in the December before it")
		}
		if seen[d.Date] {
			c.Fail(field+".date", "twice", "must be named once")
		}
		seen[d.Date] = true
		within = within || d.Date.Year() == y.Year
		off = off || d.Off
	}
	if len(y.Days) > 0 && (!within || !off) {
		c.Fail(path+"days", "incomplete", "must name a day off and a day of the year itself")
	}
}

// WithYear is the definition with a year's announcement taken in: what it said of the dates of that year is replaced, but for
// the closures, and so is what it said of the dates that the announcement names. The year must be known or follow the last
// known one, for there are no gaps.
func (d Definition) WithYear(y Year) (Definition, error) {
	var v domain.Checks
	y.Check(&v, "")
	if y.Year < d.FirstYear || y.Year > d.LastYear+1 {
		v.Fail("year", "gap", "must be a year that is known or the one after it")
	}
	if err := v.Err(); err != nil {
		return d, err
	}
	named := make(map[Date]bool, len(y.Days))
	for _, day := range y.Days {
		named[day.Date] = true
	}
	next := d
	next.LastYear = max(d.LastYear, y.Year)
	next.Exceptions = slices.DeleteFunc(slices.Clone(d.Exceptions), func(e Exception) bool {
		own := e.Date.Year() == y.Year && (y.Year == next.LastYear || e.Date < Day(y.Year, time.December, 1)) // else the next year's
		return e.Kind != Closure && (own || named[e.Date])
	})
	closed := make(map[Date]bool)
	for _, e := range next.Exceptions {
		closed[e.Date] = true
	}
	for _, day := range y.Days {
		if closed[day.Date] || day.Date.Year() < d.FirstYear {
			continue // a closure is the calendar's own and stays; what lies before its years concerns it not
		}
		e := Exception{Date: day.Date, Kind: Holiday, Name: day.Name}
		if !day.Off {
			if e.Kind = MakeUp; len(next.MakeUp) == 0 {
				e.Hours = next.usual()
			}
		}
		next.Exceptions = append(next.Exceptions, e)
	}
	slices.SortStableFunc(next.Exceptions, byDate)
	var checks domain.Checks
	next.Check(&checks, "")
	return next, checks.Err()
}

// With is the definition with exceptions that replace what it said of their dates.
func (d Definition) With(exceptions ...Exception) (Definition, error) {
	named := make(map[Date]bool, len(exceptions))
	for _, e := range exceptions {
		named[e.Date] = true
	}
	next := d
	next.Exceptions = slices.DeleteFunc(slices.Clone(d.Exceptions), func(e Exception) bool { return named[e.Date] })
	next.Exceptions = append(next.Exceptions, exceptions...)
	slices.SortStableFunc(next.Exceptions, byDate)
	var v domain.Checks
	next.Check(&v, "")
	return next, v.Err()
}

func byDate(a, b Exception) int { return cmp.Compare(a.Date, b.Date) }

// Equal reports whether two definitions say the same.
func (d Definition) Equal(other Definition) bool {
	return d.Zone == other.Zone && d.FirstYear == other.FirstYear && d.LastYear == other.LastYear &&
		d.Week.equal(other.Week) && slices.Equal(d.MakeUp, other.MakeUp) &&
		slices.EqualFunc(d.Exceptions, other.Exceptions, func(a, b Exception) bool {
			return a.Date == b.Date && a.Kind == b.Kind && a.Name == b.Name && slices.Equal(a.Hours, b.Hours)
		})
}

func (w Week) equal(other Week) bool {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if !slices.Equal(w.On(day), other.On(day)) {
			return false
		}
	}
	return true
}

// usual is the hours of the first day of the week that has any, from Monday.
func (d Definition) usual() []Span {
	for _, spans := range [][]Span{d.Week.Mon, d.Week.Tue, d.Week.Wed, d.Week.Thu, d.Week.Fri, d.Week.Sat, d.Week.Sun} {
		if len(spans) > 0 {
			return spans
		}
	}
	return nil
}
