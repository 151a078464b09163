package worktime

import (
	"fmt"
	"time"

	"docket/domain"
)

// Date is a day of the civil calendar, counted from 1970-01-01; it belongs to no zone. As text it is "2026-02-14".
type Date int32

const (
	layout     = "2006-01-02"
	daySeconds = 86_400
	dayMs      = daySeconds * 1000
)

// Day is the date of a year, month and day; values out of range roll over as in [time.Date].
func Day(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / daySeconds)
}

// DateOf is the date that clocks in the zone show at an instant.
func DateOf(t time.Time, zone *time.Location) Date {
	year, month, day := t.In(zone).Date()
	return Day(year, month, day)
}

func (d Date) utc() time.Time { return time.Unix(int64(d)*daySeconds, 0).UTC() }

// Year is the year the date lies in.
func (d Date) Year() int { return d.utc().Year() }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// String is the date as ISO 8601 writes it.
func (d Date) String() string { return d.utc().Format(layout) }

// MarshalText writes "2026-02-14".
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads "2026-02-14" and refuses days that do not exist.
func (d *Date) UnmarshalText(b []byte) error {
	t, err := time.Parse(layout, string(b))
	if err != nil {
		return fmt.Errorf("%w: not a date such as 2026-02-14", domain.ErrInvalid)
	}
	*d = Day(t.Date())
	return nil
}
