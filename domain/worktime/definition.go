package worktime

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"docket/domain"
)

// ExceptionKind says why a date departs from its day of the week.
type ExceptionKind string

// The kinds of exception.
const (
	Holiday ExceptionKind = "holiday" // 法定節假日
	Closure ExceptionKind = "closure" // the unit is closed, or shuts early
	MakeUp  ExceptionKind = "make_up" // 調休: a day off by the week that is worked
)

// ExceptionKinds are the kinds, in the order forms show them.
var ExceptionKinds = []ExceptionKind{Holiday, Closure, MakeUp}

// UnmarshalText refuses an unknown kind.
func (k *ExceptionKind) UnmarshalText(b []byte) error {
	if v := ExceptionKind(b); slices.Contains(ExceptionKinds, v) {
		*k = v
		return nil
	}
	return fmt.Errorf("%w: not one of %v", domain.ErrInvalid, ExceptionKinds)
}

// Exception is one date that departs from its day of the week. Hours are what is open on that date: none on a holiday, what
// is left on a closure, and on a make-up day the definition's MakeUp hours unless others are given.
type Exception struct {
	Date  Date          `json:"date" doc:"such as 2026-02-14"`
	Kind  ExceptionKind `json:"kind" enum:"holiday,closure,make_up"`
	Name  string        `json:"name,omitempty" doc:"such as 春节" maxLength:"100"`
	Hours []Span        `json:"hours,omitempty" maxItems:"12"`
}

// Definition is what one version of a calendar says: the zone by name, the hours of a week, the dates that depart from it,
// and the years for which all of that is known. Dates of the first and last known year are known to the day.
type Definition struct {
	Zone       string      `json:"zone" doc:"IANA name, such as Asia/Shanghai" minLength:"1" maxLength:"64"`
	Week       Week        `json:"week"`
	MakeUp     []Span      `json:"make_up,omitempty" doc:"hours of make-up days that name none of their own" maxItems:"12"`
	Exceptions []Exception `json:"exceptions,omitempty" maxItems:"4000"`
	FirstYear  int         `json:"first_year" minimum:"1970" maximum:"2200"`
	LastYear   int         `json:"last_year" minimum:"1970" maximum:"2200"`
}

// The bounds of a definition.
const (
	firstYear     = 1970
	lastYear      = 2200
	longestName   = 100
	maxSpans      = 12
	maxExceptions = 4000
	maxYears      = 60
)

// Check notes every field that makes the definition unusable, under the given path. Whether the zone exists is the edge's to
// tell.
func (d Definition) Check(c *domain.Checks, path string) {
	c.RequiredText(path+"zone", d.Zone, 64)
	switch {
	case d.FirstYear < firstYear || d.LastYear > lastYear:
		c.Fail(path+"first_year", "out_of_range", fmt.Sprintf("must lie between %d and %d", firstYear, lastYear))
	case d.LastYear < d.FirstYear || d.LastYear-d.FirstYear >= maxYears:
		c.Fail(path+"last_year", "out_of_range", fmt.Sprintf("must be the first year or one of the %d after it", maxYears-1))
	}
	open := false
	for day := time.Sunday; day <= time.Saturday; day++ {
		d.checkHours(c, path+"week."+strings.ToLower(day.String()[:3]), d.Week.On(day))
		open = open || len(d.Week.On(day)) > 0
	}
	if !open {
		c.Fail(path+"week", "never_open", "must be open on some day")
	}
	d.checkHours(c, path+"make_up", d.MakeUp)
	d.checkExceptions(c, path)
}

func (d Definition) checkHours(c *domain.Checks, field string, spans []Span) {
	if len(spans) > maxSpans {
		c.Fail(field, "too_many", fmt.Sprintf("must have at most %d spans", maxSpans))
		return
	}
	checkSpans(c, field, spans)
}

func (d Definition) checkExceptions(c *domain.Checks, path string) {
	if len(d.Exceptions) > maxExceptions {
		c.Fail(path+"exceptions", "too_many", fmt.Sprintf("must be at most %d", maxExceptions))
		return
	}
	seen := make(map[Date]bool, len(d.Exceptions))
	for i, e := range d.Exceptions {
		field := fmt.Sprintf("%sexceptions[%d]", path, i)
		domain.OneOf(c, field+".kind", e.Kind, ExceptionKinds...)
		c.Text(field+".name", e.Name, longestName)
		d.checkHours(c, field+".hours", e.Hours)
		switch {
		case seen[e.Date]:
			c.Fail(field+".date", "twice", "must be the only exception of its date")
		case e.Date.Year() < d.FirstYear || e.Date.Year() > d.LastYear:
			c.Fail(field+".date", "unknown_year", "must lie in the years the calendar knows")
		}
		switch {
		case e.Kind == Holiday && len(e.Hours) > 0:
			c.Fail(field+".hours", "open_holiday", "a holiday has no hours; a day that is open in part is a closure")
		case e.Kind == MakeUp && len(e.Hours) == 0 && len(d.MakeUp) == 0:
			c.Fail(field+".hours", "required", "must be given where the calendar has no hours for make-up days")
		}
		seen[e.Date] = true
	}
}

// hours is what is open on an exception's date.
func (d Definition) hours(e Exception) []Span {
	if e.Kind == MakeUp && len(e.Hours) == 0 {
		return d.MakeUp
	}
	return e.Hours
}
