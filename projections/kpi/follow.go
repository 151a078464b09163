package kpi

import (
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
	"docket/domain/worktime"
	"docket/projections"
)

// keyedIn is how much later than it happened an act is recorded before it counts as keyed in later (kpis §5.5).
const keyedIn = time.Minute

// course follows one event through what is remembered of its ticket. Was and now are the ticket's state before and after.
type course struct {
	rows     *projections.Rows
	position uint64
	meta     domain.Metadata
	at       int64 // when the event counts, in milliseconds
	late     bool  // it was keyed in later than it happened
	life     Life
	m        memory
	was, now ticket.State
}

// follow makes out what an event changes, before any fact is put down.
func (c *course) follow(e domain.Envelope, event ticket.Event, rows *projections.Rows) {
	c.rows, c.position, c.meta, c.at = rows, e.Position, e.Meta, e.Meta.Effective.UnixMilli()
	c.late = e.Meta.Decided.Sub(e.Meta.Effective) > keyedIn
	if stored, found := lives.Get(rows, e.Stream.Key()); found {
		c.life, c.m = *stored, *stored.Memory
	} else {
		c.life = Life{Ticket: e.Stream.Key()}
		c.m = memory{Weight: fullWeight}
	}
	c.was = c.life.state(c.m)
	c.now = c.was
	if moves(event) {
		c.now = ticket.Decider.Evolve(c.was, event)
	}
	if c.tooLate() {
		c.at = e.Meta.Decided.UnixMilli()
	}
	c.m = c.m.keep(c.now)
}

// moves reports whether an event changes what facts are told by: the core's events, and those of the families that change
// the core or clocks.
func moves(event ticket.Event) bool {
	switch event.(type) {
	case ticket.ClockEvent, ticket.Opened, ticket.ScopeDecided, ticket.Declined, ticket.Lapsed, ticket.IntakeReopened, ticket.Joined,
		ticket.Unjoined, ticket.Migrated, ticket.ApplicationRefused, ticket.Released:
		return true
	case ticket.IntakeEvent, ticket.RouteEvent, ticket.DutyEvent, ticket.ResultEvent, ticket.PrivacyEvent:
		return false
	}
	return true
}

// tooLate reports whether the event was keyed in after the back-dating limit, so that it counts as of when it was recorded:
// after the working day that follows the day on which it happened (kpis §1.2). What carries in another system's log is
// bound by no limit, nor is a ticket without a calendar.
func (c *course) tooLate() bool {
	if !c.late || c.meta.Role == authz.Importer {
		return false
	}
	cal := c.calendar()
	if cal == nil {
		return false
	}
	last, err := cal.AddDays(c.meta.Effective, 1, true)
	return err == nil && c.meta.Decided.After(last)
}

// calendar is that of the ticket's newest clock; nil when it has none.
func (c *course) calendar() *worktime.Calendar {
	for _, s := range []*ticket.State{&c.now, &c.was} {
		if n := len(s.Clocks.All); n > 0 {
			return calendarOf(c.rows, s.Clocks.All[n-1].Calendar, s.Clocks.All[n-1].Version)
		}
	}
	return nil
}

// settle puts down what the event changed and what is remembered of it.
func (c *course) settle(event ticket.Event) {
	c.hold()
	c.note(event)
	c.followClocks(event)
	c.stay(event)
	c.judge(event)
	if c.now.Status.Finished() && c.now.Status != ticket.StatusJoined {
		c.m = c.m.pruned()
	}
	kept := c.m // a pointer into the course would keep all of it for as long as the row lives
	c.life.Memory = &kept
	lives.Put(c.rows, c.life)
}

// act puts down that something happened.
func (c *course) act(kind string, a Act) {
	told := c.told()
	told.Kind, told.FromID, told.ToID, told.Code, told.N, told.M = kind, a.FromID, a.ToID, a.Code, a.N, a.M
	acts.Put(c.rows, told)
}

// told is what all acts of the event have in common.
func (c *course) told() Act {
	return Act{
		FromPos: c.position, Ticket: c.life.Ticket, AtMS: c.at, Late: c.late, Unit: c.now.Unit, Group: c.now.Group, Person: c.now.Handler,
		Template: c.now.Template.Template, Urgency: string(c.now.Urgency), Round: c.now.Round,
	}
}

// pruned forgets what no later event of a ticket that is over can change: all clocks but the handling one, which may go on.
func (m memory) pruned() memory {
	m.Parts, m.Fields, m.Leg = nil, nil, leg{}
	var kept []counted
	for _, k := range m.Clocks {
		if k.Name == ticket.HandlingClock {
			kept = append(kept, k)
		}
	}
	m.Clocks = kept
	return m
}

func milliseconds(t *time.Time) int64 {
	if t == nil || t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
