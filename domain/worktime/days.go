package worktime

import (
	"slices"
	"time"
)

// IsWorkingDay reports whether any time is worked on a date.
func (c *Calendar) IsWorkingDay(d Date) (bool, error) {
	if d < c.first || d >= c.end() {
		return false, c.unknown(instantOf(int64(d) * dayMs))
	}
	return len(c.days[d-c.first].spans) > 0, nil
}

// WorkingDay is the n-th working day after a date, which itself is not counted; n is at least 1.
func (c *Calendar) WorkingDay(d Date, n int64) (Date, error) {
	if d < c.first || d >= c.end() {
		return 0, c.unknown(instantOf(int64(d) * dayMs))
	}
	target := int64(c.worked[d-c.first+1]) + n
	if target > int64(c.worked[len(c.days)]) {
		return 0, c.unknown(instantOf(c.hi))
	}
	i, _ := slices.BinarySearch(c.worked, int32(target)) // the day after the one by which so many have been worked
	return c.first + Date(i) - 1, nil
}

// AddDays is the end of n working days that begin at start (kpis §1.6), the start day not counted: the close of the n-th
// working day after it when whole days count, else the same time of day on it. That time of day is moved into the hours of
// the day it falls on; and where nothing is worked any more on the start day, the days that count are whole ones. No days
// end at the start.
func (c *Calendar) AddDays(start time.Time, n int64, whole bool) (time.Time, error) {
	if err := c.check(start); err != nil || n <= 0 {
		return start, err
	}
	first := DateOf(start, c.zone)
	last, err := c.WorkingDay(first, n)
	if err != nil {
		return time.Time{}, err
	}
	opens, shuts := c.bounds(last)
	if _, shut := c.bounds(first); whole || start.UnixMilli() >= shut {
		return instantOf(shuts), nil
	}
	local := start.In(c.zone)
	after := int64(local.Hour()*3600+local.Minute()*60+local.Second())*1000 + int64(local.Nanosecond())/1e6
	return instantOf(min(max(c.instant(last, after), opens), shuts)), nil
}

// bounds is when a known date first opens and last closes; a day that is not worked has closed before it began.
func (c *Calendar) bounds(d Date) (opens, shuts int64) {
	spans := c.days[d-c.first].spans
	if len(spans) == 0 {
		return c.lo, c.lo
	}
	return c.instant(d, spans[0].Open.ms()), c.instant(d, spans[len(spans)-1].Close.ms())
}

// Opening is the first instant worked on the first working day after a date.
func (c *Calendar) Opening(after Date) (time.Time, error) {
	next, err := c.WorkingDay(after, 1)
	if err != nil {
		return time.Time{}, err
	}
	opens, _ := c.bounds(next)
	return instantOf(opens), nil
}

// About tells what a date is: its kind and name, and when it first opens and last closes; on a day that is not worked both are its
// midnight. A date outside the known years is [ErrUnknownYear].
func (c *Calendar) About(d Date) (kind StepKind, name string, opens, shuts time.Time, err error) {
	if d < c.first || d >= c.end() {
		return "", "", opens, shuts, c.unknown(instantOf(int64(d) * dayMs))
	}
	is := c.days[d-c.first]
	if len(is.spans) == 0 {
		midnight := instantOf(c.instant(d, 0))
		return is.kind, is.name, midnight, midnight, nil
	}
	from, to := c.bounds(d)
	return is.kind, is.name, instantOf(from), instantOf(to), nil
}
