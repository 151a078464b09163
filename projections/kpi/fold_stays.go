package kpi

import (
	"docket/domain/ticket"
	"docket/domain/worktime"
)

// moved is how a stay begins or ends when the ticket stays inside.
const moved = "moved"

// stay ends the stay that held until now, and begins another one, where the event changed what backlogs are told by.
func (c *course) stay(event ticket.Event) {
	next := c.life
	next.Unit, next.Group, next.Person = c.now.Unit, c.now.Group, c.now.Handler
	next.Template, next.Urgency, next.Paused = c.now.Template.Template, string(c.now.Urgency), string(c.now.Pause)
	if clock, _ := clockOf(event); clock == ticket.HandlingClock {
		next.HalfMS, next.MostMS, next.DueMS = c.shares()
	}
	was, is := inside(c.was.Status), inside(c.now.Status)
	if was == is && (!is || next.placed() == c.life.placed()) {
		c.life = next
		return
	}
	at := c.at
	if was {
		at = max(at, c.life.EnteredMS)
		left := c.life.left(c.position, at)
		if !is {
			left.Exit, c.m.Left = passage(event), at
		}
		stays.Put(c.rows, left)
	}
	next.Pos, next.Entry, next.EnteredMS = nil, moved, at
	if is {
		next.Pos = new(c.position)
	}
	if is && !was {
		next.EnteredMS, next.Entry = max(at, c.m.Left), passage(event)
		c.m.Entered, c.m.Held = next.EnteredMS, next.EnteredMS
		c.m.Since.NewsMS = next.EnteredMS
	}
	c.life = next
}

// placed is what distinguishes stays.
func (l Life) placed() Life {
	l.Pos, l.EnteredMS, l.Entry, l.Memory = nil, 0, "", nil
	return l
}

func (l Life) left(position uint64, at int64) Stay {
	return Stay{
		Ticket: l.Ticket, FromPos: *l.Pos, ToPos: position, EnteredMS: l.EnteredMS, LeftMS: at, Unit: l.Unit, Group: l.Group,
		Person: l.Person, Template: l.Template, Urgency: l.Urgency, Paused: l.Paused, Entry: l.Entry, Exit: moved,
		RegisteredMS: l.RegisteredMS, HalfMS: l.HalfMS, MostMS: l.MostMS, DueMS: l.DueMS,
	}
}

// passage names how an event brings a ticket in or out.
func passage(event ticket.Event) string {
	switch event.(type) {
	case ticket.Registered:
		return "registered"
	case ticket.Reopened, ticket.ReviewVoided:
		return "reopened"
	case ticket.ResultDelivered:
		return "delivered"
	case ticket.Closed:
		return "closed"
	case ticket.Cancelled:
		return "cancelled"
	case ticket.Declined, ticket.Lapsed:
		return "declined"
	case ticket.Joined:
		return "joined"
	}
	return "put_back"
}

// shares are the instants at which half, four fifths and all of the handling limit are used up, where it runs; 0: unknown.
func (c *course) shares() (half, most, due int64) {
	k, ok := c.now.Clocks.Clock(ticket.HandlingClock)
	if !ok || !k.Running() || k.Due.IsZero() {
		return 0, 0, 0
	}
	due = k.Due.UnixMilli()
	cal := calendarOf(c.rows, k.Calendar, k.Version)
	if cal == nil {
		return due, due, due
	}
	w := k.On(cal)
	allowed, err := w.Allowed()
	if err != nil {
		return due, due, due
	}
	return min(reached(w, allowed/2), due), min(reached(w, allowed*4/5), due), due
}

// reached is when so much of a limit is used up; the end of time where the calendar does not reach.
func reached(w worktime.Clock, used int64) int64 {
	at, err := w.Reached(used)
	if err != nil {
		return end
	}
	return at.UnixMilli()
}

// hold accounts for the time that whoever had the ticket before the event held it, where that changes by it.
func (c *course) hold() {
	if !inside(c.was.Status) || c.at <= c.m.Held {
		return
	}
	before := holder(c.was)
	if inside(c.now.Status) && before == holder(c.now) {
		return
	}
	before.MS = c.worked(c.m.Held, c.at)
	c.m.Held = c.at
	parts := make([]share, 0, len(c.m.Parts)+1)
	found := false
	for _, p := range c.m.Parts {
		if p.Party == before.Party && p.Unit == before.Unit && p.Group == before.Group && p.Person == before.Person {
			p.MS += before.MS
			found = true
		}
		parts = append(parts, p)
	}
	if !found {
		parts = append(parts, before)
	}
	c.m.Parts = parts
}

// holder is who has a ticket: the customer or somebody outside while it waits for them, else the narrowest of person, group
// and unit.
func holder(s ticket.State) share {
	p := share{Unit: s.Unit, Group: s.Group, Person: s.Handler}
	switch {
	case s.Pause == ticket.AwaitingCustomer:
		p.Party = "customer"
	case s.Pause != "":
		p.Party = "external"
	case s.Handler != "":
		p.Party = "person"
	case s.Group != "":
		p.Party = "group"
	default:
		p.Party = "unit"
	}
	return p
}

// worked is the working time between two instants by the ticket's calendar, or all of it where it has none.
func (c *course) worked(from, to int64) int64 {
	if to <= from {
		return 0
	}
	if cal := c.calendar(); cal != nil {
		if ms, err := cal.W(instantOf(from), instantOf(to)); err == nil {
			return ms
		}
	}
	return to - from
}
