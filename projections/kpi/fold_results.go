package kpi

import (
	"slices"
	"time"

	"docket/domain/ticket"
)

const (
	// fullWeight is the difficulty of a ticket whose template states none, in hundredths.
	fullWeight = 100
	// observed is for how long after registration faults of the form count, and after the first delivery errors of the result
	// (kpis §2.1 and §2.7).
	observed = 60 * day
	// reopening is for how long after a delivery a reopening counts (kpis §3.34).
	reopening = 30 * day

	day = 24 * 60 * 60 * 1000
)

// Errors of a result: caught before the customer had it, or not.
const (
	internal = "internal"
	escaped  = "escaped"
)

// judge puts down what the event means for the quality of what was filled in and of what was delivered.
func (c *course) judge(event ticket.Event) {
	switch e := event.(type) {
	case ticket.FieldCorrected:
		c.flawed(e.Fault, e.Field)
		if !inside(c.was.Status) {
			c.found(e.Fault, false)
		}
	case ticket.StageReturned:
		c.flawed(e.Fault, e.Fields...)
	case ticket.ReviewReturned:
		c.found(e.Fault, true)
	case ticket.ObjectionDecided:
		if e.Verdict != ticket.NotUpheld {
			c.found(e.Fault, false)
		}
	case ticket.Reopened:
		c.reopened(e.Fault)
	case ticket.Registered:
		c.registered(e)
	case ticket.ResultDelivered, ticket.Closed:
		if inside(c.was.Status) {
			c.delivered()
		}
	}
}

// registered begins the observation of the form, which a ticket of a template has.
func (c *course) registered(e ticket.Registered) {
	c.life.RegisteredMS = c.life.EnteredMS
	c.m.Promised = milliseconds(e.DueAt)
	if c.m.Opened == 0 {
		c.m.Opened = c.at
	}
	c.m.Weight = fullWeight
	if !e.Template.Zero() {
		if kind, found := kinds.Get(c.rows, e.Template.Template, e.Template.Version); found {
			c.m.Weight, c.m.Instant = kind.Weight, kind.Instant
			c.compressed(kind, e.Urgency)
		}
		c.fill(Fill{
			AtMS: c.at, Unit: e.Unit, Group: c.now.Group, Person: c.meta.Actor, Template: e.Template.Template,
			Urgency: string(e.Urgency), Filled: int64(len(c.m.Fields)),
		})
	}
	c.act(actRegistered, Act{ToID: c.meta.Actor, N: c.m.Weight, M: max(c.at-c.m.Opened, 0)})
	if c.m.Notices > 0 {
		c.act(actSupplemented, Act{Code: "registered", N: c.m.Notices})
	}
	c.m.Fields, c.m.Notices = nil, 0
}

// compressed puts down how much shorter than the law allows a ticket's limit is, where both are in one unit.
func (c *course) compressed(k *Kind, urgency ticket.Urgency) {
	for _, l := range k.Limits {
		if l.Urgency == string(urgency) && !l.Statutory.Zero() && l.Statutory.Unit == l.Handling.Unit {
			c.act(actCommitted, Act{N: l.Handling.Amount, M: l.Statutory.Amount})
		}
	}
}

// fill puts down what is known of the form from now on.
func (c *course) fill(next Fill) {
	if before := c.m.Fill; before != nil {
		c.strike("fill", before.FromPos)
	}
	next.Ticket, next.FromPos = c.life.Ticket, c.position
	c.m.Fill = &next
	fills.Put(c.rows, next)
}

// flawed notes fields at fault, each once.
func (c *course) flawed(fault ticket.Fault, fields ...string) {
	if c.m.Fill == nil || c.at > c.m.Fill.AtMS+observed {
		return
	}
	next := *c.m.Fill
	for _, field := range fields {
		if fault == ticket.FaultStaff && !slices.Contains(c.m.Flawed, field) {
			c.m.Flawed = append(slices.Clip(c.m.Flawed), field)
			next.Flawed++
		}
		if fault == ticket.FaultUndetermined && !slices.Contains(c.m.Unsure, field) {
			c.m.Unsure = append(slices.Clip(c.m.Unsure), field)
			next.Unsure++
		}
	}
	if next != *c.m.Fill {
		c.fill(next)
	}
}

// found notes an error of the result: before delivery, or of a result that the customer had already. It counts against the
// first delivery; an error that escaped is not also an internal one.
func (c *course) found(fault ticket.Fault, before bool) {
	if len(c.m.Deliveries) == 0 {
		if before {
			c.m.Internal = c.m.Internal || fault == ticket.FaultStaff
			c.m.Doubtful = c.m.Doubtful || fault == ticket.FaultUndetermined
		}
		return
	}
	first := c.m.Deliveries[0]
	if c.at > first.AtMS+observed {
		return
	}
	first.Unsure = first.Unsure || fault == ticket.FaultUndetermined
	if fault == ticket.FaultStaff {
		first.Error = escaped
		if before && c.m.Deliveries[0].Error != escaped {
			first.Error = internal
		}
	}
	c.deliver(0, first)
}

// reopened notes that what had been delivered was taken up again.
func (c *course) reopened(fault ticket.Fault) {
	n := len(c.m.Deliveries)
	if n == 0 || inside(c.was.Status) {
		return
	}
	last := c.m.Deliveries[n-1]
	last.ReopenedMS, last.Fault = max(c.at, last.AtMS), string(fault)
	c.deliver(n-1, last)
}

// deliver puts down what is known of a delivery from now on.
func (c *course) deliver(i int, next Delivery) {
	if i < len(c.m.Deliveries) {
		before := c.m.Deliveries[i]
		before.Ticket = c.life.Ticket
		next.Ticket = before.Ticket
		if next == before {
			return
		}
		c.strike("delivery", before.FromPos)
	}
	next.Ticket, next.FromPos = c.life.Ticket, c.position
	c.m.Deliveries = slices.Clone(c.m.Deliveries)
	if i < len(c.m.Deliveries) {
		c.m.Deliveries[i] = next
	} else {
		c.m.Deliveries = append(c.m.Deliveries, next)
	}
	results.Put(c.rows, next)
}

// delivered puts down the result that the customer has from now on, and who held the ticket until then.
func (c *course) delivered() {
	at := c.m.Left
	d := Delivery{
		Number: int64(len(c.m.Deliveries) + 1), AtMS: at, Unit: c.was.Unit, Group: c.was.Group, Person: c.was.Handler,
		Template: c.was.Template.Template, Urgency: string(c.was.Urgency), Weight: c.m.Weight, Instant: c.m.Instant,
		UsedMS: unknown, WallMS: at - c.m.Entered, PromisedMS: c.m.Promised, Unsure: c.m.Doubtful,
		Extensions: c.m.Since.Extensions, Contacts: c.m.Since.Contacts, Touches: c.m.Since.Touches,
		Reassigned: c.m.Since.Reassigned, WorkedMS: c.m.Since.WorkedMS, SilenceMS: max(c.m.Since.SilenceMS, at-c.m.Since.NewsMS),
	}
	if c.m.Internal {
		d.Error = internal
	}
	if k, ok := c.now.Clocks.Clock(ticket.HandlingClock); ok {
		d.UsedMS, d.DueMS = c.used(k.Name, k.Round, instantOf(at)), milliseconds(&k.Due)
		if i := c.m.row(k.Name, k.Round); i >= 0 {
			d.AllowedMS, d.PromisedMS = c.m.Rows[i].AllowedMS, c.m.Rows[i].PromisedMS
		}
	}
	c.deliver(len(c.m.Deliveries), d)
	for i, p := range c.m.Parts {
		holdings.Put(c.rows, Holding{
			FromPos: c.position, N: int64(i), Ticket: c.life.Ticket, AtMS: at, Party: p.Party, Unit: p.Unit, Group: p.Group,
			Person: p.Person, Template: d.Template, Urgency: d.Urgency, HeldMS: p.MS,
		})
	}
	c.m.Parts, c.m.Internal, c.m.Doubtful, c.m.Since = nil, false, false, tally{}
}

// strike says that a fact holds no longer.
func (c *course) strike(fact string, from uint64) {
	struck.Put(c.rows, Struck{Fact: fact, Ticket: c.life.Ticket, FromPos: from, ToPos: c.position})
}

func instantOf(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
