package worktime

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"docket/domain"
)

// ErrUnknownYear: the answer would need a day of a year that the calendar does not know yet. It is refused, not guessed.
var ErrUnknownYear = domain.Refusal(domain.Conflict, "calendar.unknown_year", "the calendar does not know that year")

// Edition is one published version of a calendar. It is in force on every day from its date on, until a later version says
// otherwise; the first one also on the days of its years before that date.
type Edition struct {
	Version    int
	From       Date
	Definition Definition
}

// Calendar answers questions about working time. It is made of all versions published so far, each for the days on which it
// is in force (kpis §1.3), does not change, and may be used by many at once. Questions take a time of about a binary
// search over its open intervals, whatever the distance.
type Calendar struct {
	id      string
	version int
	zone    *time.Location

	first    Date // the first known day
	days     []day
	worked   []int32 // worked[i] counts the working days before days[i]
	segments []segment
	lo, hi   int64 // the known instants, [lo, hi)

	open, shut []int64 // open intervals in ms, sorted and disjoint
	sum        []int64 // sum[i] is the working time before open[i]
}

// day is what one date is.
type day struct {
	kind  StepKind
	name  string
	spans []Span
}

// New compiles a calendar of all its published versions, of which there is at least one. The location is that of the
// definitions' zone. Errors are [domain.ErrInvalid] with the failing fields.
func New(id string, zone *time.Location, editions ...Edition) (*Calendar, error) {
	var v domain.Checks
	for i, e := range editions {
		e.Definition.Check(&v, fmt.Sprintf("editions[%d].", i))
	}
	if len(editions) == 0 {
		v.Fail("editions", "required", "must not be empty")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	editions = slices.SortedFunc(slices.Values(editions), func(a, b Edition) int { return cmp.Compare(a.Version, b.Version) })
	editions[0].From = min(editions[0].From, Day(editions[0].Definition.FirstYear, time.January, 1))
	c := &Calendar{id: id, version: editions[len(editions)-1].Version, zone: zone}
	c.lay(editions)
	c.segments = segments(zone, c.first, c.end())
	c.lo, c.hi = c.instant(c.first, 0), c.instant(c.end(), 0)
	c.measure()
	return c, nil
}

// ID names the calendar.
func (c *Calendar) ID() string { return c.id }

// Version is the newest version it is made of.
func (c *Calendar) Version() int { return c.version }

// Zone is where its days begin and end.
func (c *Calendar) Zone() *time.Location { return c.zone }

// Known is the stretch of instants it can tell about, [from, to).
func (c *Calendar) Known() (from, to time.Time) { return instantOf(c.lo), instantOf(c.hi) }

// end is the day after the last known one.
func (c *Calendar) end() Date { return c.first + Date(len(c.days)) }

// lay lists what every known day is, by the newest version in force on it.
func (c *Calendar) lay(editions []Edition) {
	exceptions := make([]map[Date]Exception, len(editions))
	c.first = Day(editions[0].Definition.FirstYear, time.January, 1)
	end := c.first
	for i, e := range editions {
		exceptions[i] = make(map[Date]Exception, len(e.Definition.Exceptions))
		for _, x := range e.Definition.Exceptions {
			exceptions[i][x.Date] = x
		}
		end = max(end, Day(e.Definition.LastYear+1, time.January, 1))
	}
	for d := c.first; d < end; d++ {
		i := len(editions) - 1
		for i >= 0 && editions[i].From > d {
			i--
		}
		if i < 0 {
			break
		}
		in := editions[i].Definition
		if year := d.Year(); year < in.FirstYear || year > in.LastYear {
			break // what lies behind a gap cannot be reached without crossing it
		}
		c.days = append(c.days, in.day(d, exceptions[i]))
	}
}

// day tells what a date is.
func (d Definition) day(date Date, exceptions map[Date]Exception) day {
	x, special := exceptions[date]
	switch {
	case !special && len(d.Week.On(date.Weekday())) > 0:
		return day{kind: StepOpen, spans: d.Week.On(date.Weekday())}
	case !special:
		return day{kind: StepClosed}
	case x.Kind == Holiday:
		return day{kind: StepHoliday, name: x.Name}
	case x.Kind == MakeUp:
		return day{StepMakeUp, x.Name, d.hours(x)}
	}
	return day{StepClosure, x.Name, d.hours(x)}
}

// measure lists the open intervals and what lies before each.
func (c *Calendar) measure() {
	type stretch struct{ from, to int64 }
	var open []stretch
	c.worked = make([]int32, len(c.days)+1)
	for i, d := range c.days {
		c.worked[i+1] = c.worked[i]
		if len(d.spans) > 0 {
			c.worked[i+1]++
		}
		for _, s := range d.spans {
			for _, at := range c.segments {
				if from, to, ok := at.stretch(c.first+Date(i), s); ok {
					open = append(open, stretch{from, to})
				}
			}
		}
	}
	slices.SortFunc(open, func(a, b stretch) int { return cmp.Compare(a.from, b.from) })
	total := int64(0)
	for _, s := range open {
		c.open, c.shut, c.sum = append(c.open, s.from), append(c.shut, s.to), append(c.sum, total)
		total += s.to - s.from
	}
	c.sum = append(c.sum, total)
}
