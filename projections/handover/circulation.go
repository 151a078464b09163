package handover

import (
	"cmp"
	"slices"
	"time"

	"docket/domain"
	"docket/domain/ticket"
)

// Kind tells offers between people from legs of circulation.
type Kind string

// The kinds. A plain handover goes from one person to another. A leg of circulation goes from one group to another (內部流轉): it is
// accepted when somebody there gets the ticket, by taking it, by their leader or by a handover, and superseded when it moves on or the
// work ends before that. An external one goes to a body outside (外部流轉): ready once its copy is sealed, accepted with the receipt.
const (
	Plain    Kind = "handover"
	Internal Kind = "circulation"
	External Kind = "external"
)

// Kinds lists every kind.
var Kinds = []Kind{Plain, Internal, External}

// Course is a ticket's way between groups and to bodies outside, as far as it is still to be followed.
type Course struct {
	Legs    int   `json:"legs,omitempty"`    // between groups so far
	Open    *Row  `json:"open,omitempty"`    // between groups, while nobody there has the ticket
	Outside []Row `json:"outside,omitempty"` // prepared or sent, until it has a receipt and is back
}

// leaving is what a leg needs to know of where the ticket was: its standing after the event, its state before, and when the
// holder's part was ready.
type leaving struct {
	now    Standing
	before ticket.State
	ready  *time.Time
}

// after is the way once an event has happened; rows of the log that it writes are added to written.
func (c *Course) after(e domain.Envelope, event ticket.Event, at leaving, written []Row) (*Course, []Row) {
	switch o := event.(type) {
	case ticket.AssignedToGroup:
		if at.before.Group == "" || at.before.Group == o.Group {
			return c, written // the first group is no leg
		}
		next, written := c.overtaken(e, written)
		leg := at.leg(e, Internal, next.Legs+1)
		leg.Unit, leg.Group, leg.ToGroup = at.before.Unit, at.before.Group, o.Group
		next.Legs, next.Open = next.Legs+1, &leg
		return next, append(written, leg)
	case ticket.CirculationPrepared:
		leg := at.leg(e, External, o.Circulation)
		leg.Reference, leg.From, leg.Paper, leg.ReadyAt = o.Reference, o.CheckedBy, o.Paper, e.Meta.Effective
		next := c.copied()
		next.Outside = append(next.Outside, leg)
		return next, written
	case ticket.CirculationReleased:
		return c.outside(o.Circulation, written, func(r Row) Row {
			r.From, r.Body, r.Channel, r.Status = cmp.Or(e.Meta.Actor, r.From), o.Body, o.Channel, at.now.Status
			r.OfferedAt, r.OfferedRecordedAt, r.Position = e.Meta.Effective, e.Meta.Decided, e.Position
			r.SendLag = max(r.OfferedAt.Sub(r.ReadyAt).Milliseconds(), 0)
			return r
		})
	case ticket.CirculationReceived:
		return c.outside(o.Circulation, written, func(r Row) Row {
			r = *r.answered(e, Accepted)
			r.Receipt, r.Signer, r.SignedAt = o.Kind, o.Signer, &o.SignedAt
			return r
		})
	case ticket.CirculationReturned:
		return c.outside(o.Circulation, written, func(r Row) Row {
			r.ReturnedAt, r.Position = &o.At, e.Position
			return r
		})
	}
	if c == nil || c.Open == nil {
		return c, written
	}
	switch at.now.Status {
	case ticket.StatusRegistered, ticket.StatusAccepted, ticket.StatusInProgress:
	default:
		return c.overtaken(e, written)
	}
	if holder := at.now.Handler; holder != "" && holder != at.before.Handler {
		row := c.Open.answered(e, Accepted)
		row.To = holder
		next := c.copied()
		next.Open = nil
		return next, append(written, *row)
	}
	return c, written
}

// leg is a row of the log of a leg that begins with an event.
func (at leaving) leg(e domain.Envelope, kind Kind, number int) Row {
	ready := e.Meta.Effective
	if at.ready != nil && at.ready.Before(ready) {
		ready = at.ready.UTC()
	}
	return Row{
		Ticket: at.now.Ticket, Kind: kind, Handover: number, Number: at.now.Number, From: cmp.Or(e.Meta.Actor, at.before.Handler),
		Unit: at.now.Unit, Group: at.now.Group, Status: at.now.Status, ReadyAt: ready, SendLag: e.Meta.Effective.Sub(ready).Milliseconds(),
		OfferedAt: e.Meta.Effective, OfferedRecordedAt: e.Meta.Decided, Outcome: Pending, Position: e.Position,
	}
}

// overtaken ends the leg that nobody has accepted, if there is one.
func (c *Course) overtaken(e domain.Envelope, written []Row) (*Course, []Row) {
	next := c.copied()
	if next.Open == nil {
		return next, written
	}
	row := next.Open.answered(e, Superseded)
	next.Open = nil
	return next, append(written, *row)
}

// outside changes what was sent outside, and writes it; what is back and has its receipt is followed no longer.
func (c *Course) outside(number int, written []Row, change func(Row) Row) (*Course, []Row) {
	next := c.copied()
	for i, r := range next.Outside {
		if r.Handover != number {
			continue
		}
		r = change(r)
		if next.Outside[i] = r; r.AnsweredAt != nil && r.ReturnedAt != nil {
			next.Outside = slices.Delete(next.Outside, i, i+1)
		}
		return next, append(written, r)
	}
	return next, written
}

// copied is a way that may be changed; a new one where there was none.
func (c *Course) copied() *Course {
	if c == nil {
		return &Course{}
	}
	return &Course{Legs: c.Legs, Open: c.Open, Outside: slices.Clone(c.Outside)}
}
