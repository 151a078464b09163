package kpi

import (
	"slices"
	"strings"
	"time"

	"docket/domain/ticket"
	"docket/domain/worktime"
)

// unknown is a time that no calendar tells.
const unknown = -1

// Answers to a handover.
const (
	accepted  = "accepted"
	refused   = "refused"
	withdrawn = "withdrawn"
	unjust    = "unjust" // refused, and the arbiter found for the sender
)

// clockOf names the clock that an event is about; empty for none.
func clockOf(event ticket.Event) (name string, round int) {
	switch e := event.(type) {
	case ticket.ClockStarted:
		return e.Clock, e.Round
	case ticket.ClockPaused:
		return e.Clock, e.Round
	case ticket.ClockResumed:
		return e.Clock, e.Round
	case ticket.ClockMoved:
		return e.Clock, e.Round
	case ticket.ClockRebased:
		return e.Clock, e.Round
	case ticket.ClockStopped:
		return e.Clock, e.Round
	case ticket.LateReported:
		return e.Clock, e.Round
	case ticket.BreachExplained:
		return e.Clock, e.Round
	}
	return "", 0
}

// followClocks puts down what an event means for the ticket's clocks: those it is about, and all that have not been decided
// when somebody else is responsible from now on.
func (c *course) followClocks(event ticket.Event) {
	name, round := clockOf(event)
	for i, row := range c.m.Rows {
		if row.StoppedMS == 0 && (row.Clock != name || row.Round != round) {
			c.replace(i, c.attributed(row).decided())
		}
	}
	switch e := event.(type) {
	case ticket.ClockStarted:
		c.begin(e)
	case ticket.ClockPaused:
		c.change(name, round, func(row Clock) Clock {
			row.DueMS = c.due(name, round)
			return row
		})
	case ticket.ClockResumed:
		c.resumed(e)
	case ticket.ClockMoved:
		c.change(name, round, func(row Clock) Clock { return row.at(e.Deadline) })
	case ticket.ClockRebased:
		c.change(name, round, func(row Clock) Clock { return row.at(e.Deadline) })
	case ticket.ClockStopped:
		c.change(name, round, func(row Clock) Clock { return c.stopped(row, e) })
	case ticket.LateReported:
		c.change(name, round, func(row Clock) Clock {
			row.Reported = row.Reported || !e.Late && (row.DueMS == 0 || c.at <= row.DueMS)
			return row
		})
	case ticket.BreachExplained:
		c.change(name, round, func(row Clock) Clock {
			row.Cause = string(e.Cause)
			return row
		})
	case ticket.Arbitrated:
		c.arbitrated(e)
	}
}

func (c *course) begin(e ticket.ClockStarted) {
	kind, _, _ := strings.Cut(e.Clock, ":")
	row := Clock{Ticket: c.life.Ticket, Clock: e.Clock, Round: e.Round, Kind: kind, SinceMS: e.Since.UnixMilli()}
	row = row.at(e.Deadline)
	row.PromisedMS = row.DueMS
	if kind == ticket.HandoverClock {
		row.LagMS, row.Sender = c.m.Leg.LagMS, c.m.Leg.From
	}
	c.replace(-1, c.attributed(row).decided())
}

// resumed lets a clock count again. One that had been met stays decided as it was, and a new run of it is decided apart, so
// that a month that is over does not change by it; one that had been missed is not missed again.
func (c *course) resumed(e ticket.ClockResumed) {
	i := c.m.row(e.Clock, e.Round)
	if i < 0 {
		return
	}
	row := c.m.Rows[i]
	row.Ticket = c.life.Ticket
	switch {
	case row.StoppedMS == 0:
		c.replace(i, c.attributed(row).at(e.Deadline).decided())
	case row.Cancelled:
		row.StoppedMS, row.Cancelled, row.UsedMS = 0, false, 0
		c.replace(i, c.attributed(row).at(e.Deadline).decided())
	case row.Met:
		row.Run, row.StoppedMS, row.UsedMS, row.Reported, row.Answer = row.Run+1, 0, 0, false, ""
		row = row.at(e.Deadline)
		row.PromisedMS = row.DueMS
		c.again(i, c.attributed(row).decided())
	}
}

// stopped is a clock at its stop: when that counts, and what of its limit had been used by then.
func (c *course) stopped(row Clock, e ticket.ClockStopped) Clock {
	if row.StoppedMS > 0 {
		return row
	}
	at := e.At
	if c.tooLate() {
		at = instantOf(max(c.at, at.UnixMilli()))
	}
	if e.DueAt != nil {
		row.DueMS = e.DueAt.UnixMilli()
	}
	row.StoppedMS, row.Cancelled, row.UsedMS = at.UnixMilli(), e.Cancelled, c.used(e.Clock, e.Round, at)
	switch row.Kind {
	case ticket.HandoverClock:
		row.Answer = c.m.Leg.Answer
		row.Cancelled = row.Cancelled || row.Answer == withdrawn
	case "stage", ticket.ObjectionClock:
		if row.DueMS == 0 || row.StoppedMS <= row.DueMS {
			row.Person = c.meta.Actor
		}
	}
	return row
}

// arbitrated charges a refusal to the one who refused, where the arbiter found that it was theirs to take.
func (c *course) arbitrated(e ticket.Arbitrated) {
	if c.m.Leg.Answer != refused || c.m.Leg.To != e.To {
		return
	}
	for i := len(c.m.Rows) - 1; i >= 0; i-- {
		if row := c.m.Rows[i]; row.Kind == ticket.HandoverClock && row.Answer == refused {
			row.Answer = unjust
			c.replace(i, row.decided())
			return
		}
	}
}

// used is the time used of a clock at an instant.
func (c *course) used(name string, round int, at time.Time) int64 {
	k, found := find(c.now.Clocks.All, name, round)
	if !found {
		return unknown
	}
	cal := calendarOf(c.rows, k.Calendar, k.Version)
	if cal == nil {
		return unknown
	}
	used, err := k.On(cal).Used(at)
	if err != nil {
		return unknown
	}
	return used
}

// due is the deadline that a clock has now; 0 for none.
func (c *course) due(name string, round int) int64 {
	k, _ := find(c.now.Clocks.All, name, round)
	return milliseconds(&k.Due)
}

func find(all []ticket.Clock, name string, round int) (ticket.Clock, bool) {
	i := slices.IndexFunc(all, func(k ticket.Clock) bool { return k.Name == name && k.Round == round })
	if i < 0 {
		return ticket.Clock{}, false
	}
	return all[i], true
}

// at is a clock with what a deadline says.
func (c Clock) at(d ticket.Deadline) Clock {
	c.DueMS, c.AllowedMS = milliseconds(d.DueAt), d.AllowedMs
	return c
}

// decided is a clock with when it is decided, and how, as of what is known (kpis §1.9). One that was cancelled is decided
// only if its deadline had passed by then.
func (c Clock) decided() Clock {
	c.Met, c.DecidedMS = false, c.DueMS
	switch {
	case c.StoppedMS == 0:
	case c.Cancelled:
		if c.DueMS == 0 || c.StoppedMS <= c.DueMS {
			c.DecidedMS = 0
		}
	case c.DueMS == 0 || c.StoppedMS <= c.DueMS:
		c.Met, c.DecidedMS = c.Answer != unjust, c.StoppedMS
	}
	return c
}

// attributed is a clock with who is responsible for it from now on, unless it has been decided by then (kpis §1.10). Whoever
// gets a ticket at the very instant of the deadline has it when the deadline passes.
func (c *course) attributed(row Clock) Clock {
	if row.DueMS > 0 && row.DueMS < c.at && row.FromPos > 0 {
		return row
	}
	row.Unit, row.Group, row.Template, row.Urgency = c.now.Unit, c.now.Group, c.now.Template.Template, string(c.now.Urgency)
	switch row.Kind {
	case ticket.HandoverClock:
		row.Person = c.m.Leg.To
	case "raise":
		row.Person = c.m.Superior
	case "stage", ticket.ObjectionClock, ticket.SupplementClock:
		row.Person = "" // nobody's alone until somebody decides it
	default:
		row.Person = c.now.Handler
	}
	return row
}

// change replaces what is known of the newest fact of a clock.
func (c *course) change(name string, round int, f func(Clock) Clock) {
	if i := c.m.row(name, round); i >= 0 {
		row := c.m.Rows[i]
		row.Ticket = c.life.Ticket
		if row.StoppedMS == 0 {
			row = c.attributed(row)
		}
		c.replace(i, f(row).decided())
	}
}

// replace puts down what is known of a clock from now on, and that the fact before no longer holds; i is -1 for none.
func (c *course) replace(i int, next Clock) {
	next.Ticket = c.life.Ticket
	if i >= 0 {
		before := c.m.Rows[i]
		before.Ticket = c.life.Ticket
		if next == before {
			return
		}
		if before.StoppedMS > 0 {
			c.strike("clock", before.FromPos) // of a ticket, one clock alone stops by one event
		} else {
			running.Delete(c.rows, before.Ticket, before.Clock, before.Round, before.FromPos)
			before.ToPos = c.position
			clocks.Put(c.rows, before)
		}
	}
	c.again(i, next)
}

// again puts down a fact about a clock beside those before.
func (c *course) again(i int, next Clock) {
	next.FromPos, next.ToPos = c.position, 0
	c.m = c.m.with(i, next)
	next.ToPos = forever
	next.Basis = c.basis(next)
	if next.StoppedMS > 0 {
		clocks.Put(c.rows, next)
	} else {
		running.Put(c.rows, next)
	}
}

// basis is what a clock is computed on now.
func (c *course) basis(row Clock) *Basis {
	k, found := find(c.now.Clocks.All, row.Clock, row.Round)
	if !found {
		return nil
	}
	pauses := make([]worktime.Pause, len(k.Pauses))
	for i, p := range k.Pauses {
		pauses[i] = p.Pause
	}
	return &Basis{
		Calendar: k.Calendar, Version: k.Version, Rule: k.Rule, Since: k.Since, Limit: k.Limit, Pauses: pauses, Extensions: k.Extensions,
	}
}
