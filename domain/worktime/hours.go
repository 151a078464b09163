package worktime

import (
	"fmt"
	"time"

	"docket/domain"
)

// TimeOfDay is what a clock on the wall shows, in minutes after midnight up to 24:00. As text it is "09:00".
type TimeOfDay int16

// Midnight is the end of a day, "24:00".
const Midnight TimeOfDay = 24 * 60

// At is the time of day of an hour and a minute.
func At(hour, minute int) TimeOfDay { return TimeOfDay(hour*60 + minute) }

func (t TimeOfDay) ms() int64 { return int64(t) * 60_000 }

// String is the time as "09:00".
func (t TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", t/60, t%60) }

// MarshalText writes "09:00".
func (t TimeOfDay) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads "00:00" to "24:00".
func (t *TimeOfDay) UnmarshalText(b []byte) error {
	digits := len(b) == 5 && b[2] == ':'
	for i, c := range b {
		digits = digits && (i == 2 || (c >= '0' && c <= '9'))
	}
	if digits {
		hour, minute := int(b[0]-'0')*10+int(b[1]-'0'), int(b[3]-'0')*10+int(b[4]-'0')
		if v := At(hour, minute); minute < 60 && v <= Midnight {
			*t = v
			return nil
		}
	}
	return fmt.Errorf("%w: not a time of day such as 09:00", domain.ErrInvalid)
}

// Span is a half-open stretch of a day, [Open, Close). Hours past midnight are a span of the next day.
type Span struct {
	Open  TimeOfDay `json:"open" doc:"such as 09:00" pattern:"^[0-2][0-9]:[0-5][0-9]$"`
	Close TimeOfDay `json:"close" doc:"such as 17:30; at most 24:00" pattern:"^[0-2][0-9]:[0-5][0-9]$"`
}

// Week is the office hours of each day of the week; a day without any is closed.
type Week struct {
	Mon []Span `json:"mon,omitempty"`
	Tue []Span `json:"tue,omitempty"`
	Wed []Span `json:"wed,omitempty"`
	Thu []Span `json:"thu,omitempty"`
	Fri []Span `json:"fri,omitempty"`
	Sat []Span `json:"sat,omitempty"`
	Sun []Span `json:"sun,omitempty"`
}

// On is the hours of one day of the week.
func (w Week) On(d time.Weekday) []Span {
	return [...][]Span{w.Sun, w.Mon, w.Tue, w.Wed, w.Thu, w.Fri, w.Sat}[d]
}

// MondayToFriday is a week with the same hours on five days.
func MondayToFriday(hours ...Span) Week {
	return Week{Mon: hours, Tue: hours, Wed: hours, Thu: hours, Fri: hours}
}

// checkSpans wants spans that are not empty, lie within a day, and follow each other.
func checkSpans(c *domain.Checks, field string, spans []Span) {
	var end TimeOfDay
	for i, s := range spans {
		switch {
		case s.Open < 0 || s.Close > Midnight || s.Open >= s.Close:
			c.Fail(fmt.Sprintf("%s[%d]", field, i), "not_a_span", "must open before it closes, within one day")
		case i > 0 && s.Open < end:
			c.Fail(fmt.Sprintf("%s[%d]", field, i), "overlaps", "must not begin before the one before it ends")
		}
		end = max(end, s.Close)
	}
}
