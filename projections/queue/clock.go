package queue

import (
	"time"

	"docket/domain/ticket"
)

// clock is what lists show of a limit: its date, and when shares of it are used up. Where it rests, stops or is paused, the
// instants that have passed stay and the others go, so that comparing them with any later moment tells the share it rests at.
type clock struct {
	Name   string     `json:"name"`
	Since  time.Time  `json:"since"`
	Rests  bool       `json:"rests,omitempty"`
	HalfAt *time.Time `json:"half_at,omitempty"`
	MostAt *time.Time `json:"most_at,omitempty"`
	OverAt *time.Time `json:"over_at,omitempty"`
}

// told gives the clocks once an event has happened. There is one of each name: the newest.
func told(clocks []clock, event ticket.Event) []clock {
	switch e := event.(type) { // the events of clocks
	case ticket.ClockStarted:
		c := clock{Name: e.Clock, Since: e.Since}
		return with(clocks, c.runs(e.Deadline))
	case ticket.ClockResumed:
		return with(clocks, find(clocks, e.Clock).runs(e.Deadline))
	case ticket.ClockMoved:
		return with(clocks, find(clocks, e.Clock).runs(e.Deadline))
	case ticket.ClockRebased:
		if c := find(clocks, e.Clock); e.Met == nil { // else it has stopped already
			return with(clocks, c.runs(e.Deadline))
		}
	case ticket.ClockPaused:
		return with(clocks, find(clocks, e.Clock).rests(e.At))
	case ticket.ClockStopped:
		return with(clocks, find(clocks, e.Clock).rests(e.At))
	}
	return clocks
}

func find(clocks []clock, name string) clock {
	for _, c := range clocks {
		if c.Name == name {
			return c
		}
	}
	return clock{Name: name}
}

// with is a copy of the list in which a clock has taken the place of the one of its name.
func with(clocks []clock, changed clock) []clock {
	next := make([]clock, 0, len(clocks)+1)
	for _, c := range clocks {
		if c.Name != changed.Name {
			next = append(next, c)
		}
	}
	return append(next, changed)
}

// runs puts the clock on a deadline. Without a date, in a pause or beyond the calendar, it stays as it is.
func (c clock) runs(d ticket.Deadline) clock {
	if d.DueAt == nil {
		return c
	}
	c.Rests = false
	c.HalfAt, c.MostAt, c.OverAt = shares(c.Since, d.DueAt, d.Reminders)
	return c
}

// rests keeps what has passed.
func (c clock) rests(at time.Time) clock {
	c.Rests = true
	for _, instant := range []**time.Time{&c.HalfAt, &c.MostAt, &c.OverAt} {
		if *instant != nil && (*instant).After(at) {
			*instant = nil
		}
	}
	return c
}

// shares are the instants at which 50, 80 and 100 percent of a limit are used up. What the clock's own events tell is taken as
// told; a share that they do not tell lies between its neighbours in proportion, and so do all of a ticket without clocks, from
// its registration to its promised date.
func shares(since time.Time, due *time.Time, told []ticket.Share) (half, most, over *time.Time) {
	if due == nil {
		return nil, nil, nil
	}
	end := due.Truncate(time.Microsecond) // as rows keep instants, so that shares made anew from a row are the same
	since = since.Truncate(time.Microsecond)
	at := func(percent int) *time.Time {
		low, high := ticket.Share{At: since}, ticket.Share{Percent: 100, At: end}
		for _, s := range told {
			if s.Percent <= percent && s.Percent >= low.Percent {
				low = s
			}
			if s.Percent >= percent && s.Percent <= high.Percent {
				high = s
			}
		}
		instant := high.At
		if high.Percent > low.Percent {
			part := float64(percent-low.Percent) / float64(high.Percent-low.Percent)
			instant = low.At.Add(time.Duration(part * float64(high.At.Sub(low.At))))
		}
		return &instant
	}
	return at(50), at(80), &end
}
