package worktime

import (
	"math"
	"time"
)

// segment is a stretch of instants [from, to) in ms during which a zone's clocks run at one offset from UTC.
type segment struct{ from, to, offset int64 }

// segments lists how a zone's clocks run from two days before a date to two days after another.
func segments(zone *time.Location, from, to Date) []segment {
	var list []segment
	end := (to + 2).utc()
	for at := (from - 2).utc().In(zone); at.Before(end); {
		start, next := at.ZoneBounds()
		_, seconds := at.Zone()
		s := segment{math.MinInt64, math.MaxInt64, int64(seconds) * 1000}
		if !start.IsZero() {
			s.from = start.UnixMilli()
		}
		if list = append(list, s); next.IsZero() {
			break
		}
		list[len(list)-1].to = next.UnixMilli()
		at = next
	}
	return list
}

// stretch is the instants of the segment at which clocks show a date and a time of day within the span. A span that a change
// of clocks repeats is open twice, one that it skips is not open at all.
func (s segment) stretch(d Date, span Span) (from, to int64, ok bool) {
	midnight := int64(d)*dayMs - s.offset
	from, to = max(midnight+span.Open.ms(), s.from), min(midnight+span.Close.ms(), s.to)
	return from, to, from < to
}

// instant is the first at which clocks have reached the date and so many ms after midnight.
func (c *Calendar) instant(d Date, after int64) int64 {
	for _, s := range c.segments {
		if t := max(int64(d)*dayMs+after-s.offset, s.from); t < s.to {
			return t
		}
	}
	last := c.segments[len(c.segments)-1]
	return int64(d)*dayMs + after - last.offset
}

func instantOf(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
