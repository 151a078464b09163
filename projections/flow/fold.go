package flow

import (
	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/ticket"
	"docket/projections"
)

// fold brings a ticket forward by one event, and puts down its step.
func fold(e domain.Envelope, rows *projections.Rows) {
	event, ok := e.Event.(ticket.Event)
	if !ok {
		return
	}
	c := Case{Ticket: e.Stream.Key(), Place: e.Position}
	stored, found := cases.Get(rows, c.Ticket)
	if found {
		if e.Revision <= stored.Revision {
			return // seen already
		}
		c = *stored
	}
	before, was := c.Place, c.Over
	if before := c.what(); c.become(event) != before || !found {
		c.Place = e.Position
		places.Put(rows, Place{
			Pos: c.Place, Ticket: c.Ticket, Unit: c.Unit, Group: c.Group, Type: c.Type, Template: c.Template, Version: c.Version,
		})
	}
	if act := activity(e.Type, event); act != "" {
		at := e.Meta.Effective.UnixMilli()
		step := Step{Pos: e.Position, Place: c.Place, FromActivity: c.Activity, Activity: act, FromMS: c.AtMS, AtMS: at, FromOver: was, FromPlace: before}
		if c.Activity == "" {
			step.FromMS, step.FromPlace = at, 0
		}
		c.Over = ends[act] || c.Over && !returns[act]
		step.Over = c.Over
		steps.Put(rows, step)
		c.Activity, c.Pos, c.AtMS = act, e.Position, at
	}
	c.Revision = e.Revision
	cases.Put(rows, c)
}

// what tells a place from another.
type what struct {
	unit, group, kind, template string
	version                     int
}

func (c *Case) what() what { return what{c.Unit, c.Group, c.Type, c.Template, c.Version} }

// become takes from an event what the ticket is and where it lies after it.
func (c *Case) become(event ticket.Event) what {
	if e, ok := event.(ticket.Opened); ok {
		c.Unit, c.Type = e.Unit, e.Type
		c.follow(e.Template)
	}
	if e, ok := event.(ticket.Registered); ok {
		c.Unit, c.Type = e.Unit, e.Type
		c.follow(e.Template)
	}
	if e, ok := event.(ticket.AssignedToGroup); ok {
		c.Unit, c.Group = e.Unit, e.Group
	}
	if e, ok := event.(ticket.Migrated); ok {
		c.follow(e.Template)
	}
	return c.what()
}

func (c *Case) follow(t casetype.Ref) {
	if t.Template != "" {
		c.Template, c.Version = t.Template, t.Version
	}
}
