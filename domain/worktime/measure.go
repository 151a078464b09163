package worktime

import (
	"fmt"
	"slices"
	"time"
)

// W is the working time in [a, b), in milliseconds (kpis §1.3); none when b is not after a. Instants are taken to the
// millisecond. An instant outside the known years is [ErrUnknownYear].
func (c *Calendar) W(a, b time.Time) (int64, error) {
	from, err := c.upTo(a)
	if err != nil {
		return 0, err
	}
	to, err := c.upTo(b)
	if err != nil {
		return 0, err
	}
	return max(to-from, 0), nil
}

// Add is the least instant t with W(start, t) = ms: for none the start itself, else the end of the last millisecond worked.
// Where the known years hold less working time it is [ErrUnknownYear].
func (c *Calendar) Add(start time.Time, ms int64) (time.Time, error) {
	before, err := c.upTo(start)
	if err != nil || ms <= 0 {
		return start, err
	}
	target := before + ms
	i, _ := slices.BinarySearch(c.sum, target) // the first interval before which at least the target lies
	if i >= len(c.sum) {
		return time.Time{}, c.unknown(instantOf(c.hi))
	}
	return instantOf(c.open[i-1] + target - c.sum[i-1]), nil
}

// IsOpen reports whether an instant lies in working time.
func (c *Calendar) IsOpen(t time.Time) (bool, error) {
	if err := c.check(t); err != nil {
		return false, err
	}
	i, at := slices.BinarySearch(c.open, t.UnixMilli())
	return at || (i > 0 && t.UnixMilli() < c.shut[i-1]), nil
}

// NextOpen is the first instant of working time at or after t, for acts that wait for office hours.
func (c *Calendar) NextOpen(t time.Time) (time.Time, error) {
	if open, err := c.IsOpen(t); err != nil || open {
		return t, err
	}
	i, _ := slices.BinarySearch(c.open, t.UnixMilli())
	if i == len(c.open) {
		return time.Time{}, c.unknown(instantOf(c.hi))
	}
	return instantOf(c.open[i]), nil
}

// upTo is the working time from the first known instant up to t.
func (c *Calendar) upTo(t time.Time) (int64, error) {
	if err := c.check(t); err != nil {
		return 0, err
	}
	ms := t.UnixMilli()
	i, at := slices.BinarySearch(c.open, ms)
	if at || i == 0 {
		return c.sum[i], nil
	}
	return c.sum[i-1] + min(ms, c.shut[i-1]) - c.open[i-1], nil
}

// check wants a known instant; the end of the last known year is the end of known stretches.
func (c *Calendar) check(t time.Time) error {
	if ms := t.UnixMilli(); ms < c.lo || ms > c.hi {
		return c.unknown(t)
	}
	return nil
}

func (c *Calendar) unknown(t time.Time) error {
	return ErrUnknownYear.Because(fmt.Sprintf("calendar %s, version %d, does not know the year %d", c.id, c.version, t.In(c.zone).Year()))
}
