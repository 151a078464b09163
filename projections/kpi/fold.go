package kpi

import (
	"cmp"
	"slices"

	"docket/domain"
	"docket/domain/calendar"
	"docket/domain/casetype"
	"docket/domain/template"
	"docket/domain/ticket"
	"docket/projections"
)

// fold brings a case forward by one event and puts down what became a fact by it.
func fold(e domain.Envelope, rows *projections.Rows) {
	chronicle(e, rows)
	switch event := e.Event.(type) {
	case calendar.Published:
		publish(rows, e.Stream.Key(), event)
	case template.Drafted:
		define(rows, e.Stream.Key(), event.Version, event.Definition.Rules)
	case template.Revised:
		define(rows, e.Stream.Key(), event.Version, event.Definition.Rules)
	case ticket.Event:
		foldTicket(e, event, rows)
	}
}

// define puts down what a template version says of its tickets.
func define(rows *projections.Rows, key string, version int, r casetype.Rules) {
	kinds.Put(rows, Kind{
		Template: key, Version: version, Weight: int64(cmp.Or(r.Weight, fullWeight)), Instant: r.Instant, Limits: r.Limits,
	})
}

func foldTicket(e domain.Envelope, event ticket.Event, rows *projections.Rows) {
	step := step{rows: rows, position: e.Position, at: e.Meta.Effective.UnixMilli()}
	stored, found := cases.Get(rows, e.Stream.Key())
	if found {
		if e.Revision <= stored.Revision {
			return // seen already
		}
		step.c = *stored
	} else {
		step.c = Case{
			Ticket: e.Stream.Key(), FirstMS: step.at, LastMS: step.at, EndedMS: step.at, FromPos: e.Position,
			RecordedMS: e.Meta.Decided.UnixMilli(),
		}
	}
	before := step.c
	var course course
	course.follow(e, event, rows)
	step.told, step.newest = course.told(), &course.m.Acts
	step.happen(event)
	course.settle(event)
	c := step.c
	c.LastMS, c.Revision = step.at, e.Revision
	if found && (c.LastMS != before.LastMS || c.Unit != before.Unit || c.Group != before.Group) {
		spans.Put(rows, Span{
			Ticket: c.Ticket, FromPos: before.FromPos, ToPos: e.Position, Unit: before.Unit, Group: before.Group,
			FirstMS: before.FirstMS, LastMS: before.LastMS, RecordedMS: before.RecordedMS,
		})
		c.FromPos, c.RecordedMS = e.Position, e.Meta.Decided.UnixMilli()
	}
	cases.Put(rows, c)
	if c.FromPos == e.Position {
		recorded(rows, c.FromPos, c.RecordedMS)
	}
}

// recorded notes the newest change of any case.
func recorded(rows *projections.Rows, position uint64, ms int64) {
	if before, found := newests.Get(rows, ofAll); found {
		if position <= before.FromPos {
			return // seen already
		}
		ms = max(ms, before.RecordedMS)
	}
	newests.Put(rows, Newest{ID: ofAll, FromPos: position, RecordedMS: ms})
}

// step is one event being folded into a case.
type step struct {
	rows     *projections.Rows
	c        Case
	position uint64
	at       int64
	told     Act // what every act of the event has in common
	newest   *[len(repeated)]uint64
}

func (s *step) happen(event ticket.Event) {
	switch e := event.(type) {
	case ticket.Registered:
		s.c.Type, s.c.Channel, s.c.Urgency, s.c.Unit, s.c.Round = e.Type, e.Channel, e.Urgency, e.Unit, 1
		s.open()
	case ticket.Accepted:
		s.act(actAccepted, "", "", "")
	case ticket.AssignedToGroup:
		s.move(e.Unit, e.Group)
		s.act(actGrouped, e.Previous, e.Group, "")
	case ticket.Taken:
		s.act(actTaken, "", e.Handler, "")
	case ticket.AssignedToHandler:
		s.act(actAssigned, e.Previous, e.Handler, "")
	case ticket.HandoverAccepted:
		s.act(actHandedOver, e.From, e.To, "")
	case ticket.Paused:
		s.resume()
		s.pause(string(e.Kind))
	case ticket.Resumed:
		s.resume()
	case ticket.Completed:
		s.act(actCompleted, "", e.Handler, string(e.Outcome))
	case ticket.ReviewPassed:
		s.act(actPassed, "", e.Reviewer, "")
	case ticket.ReviewReturned:
		s.resume()
		s.act(actReturned, e.Reviewer, "", string(e.Fault))
		s.c.Round = e.Round
	case ticket.ResultDelivered:
		s.act(actDelivered, "", "", string(e.Channel))
	case ticket.Reopened:
		s.resume()
		s.c.Round = e.Round
		s.open()
		s.act(actReopened, "", "", string(e.Fault))
	case ticket.Closed:
		s.resume()
		s.end()
		s.act(actClosed, "", "", "")
	case ticket.Cancelled:
		s.resume()
		s.end()
		s.act(actCancelled, "", "", string(e.Code))
	case ticket.WorkRecorded, ticket.Noted, ticket.HandoverOffered, ticket.HandoverRefused, ticket.ReviewVoided:
	}
}

func (s *step) act(kind, from, to, code string) {
	a := s.told
	a.Kind, a.FromID, a.ToID, a.Code = kind, from, to, code
	a.Unit, a.Group, a.Round = s.c.Unit, s.c.Group, s.c.Round
	if i := slices.Index(repeated[:], kind); i >= 0 {
		a.Prior, s.newest[i] = s.newest[i], s.position
	}
	acts.Put(s.rows, a)
}

// open begins a stretch of being open, unless the ticket is open already. It never begins before the last one ended, so that
// events told out of order do not count a ticket twice.
func (s *step) open() {
	if s.c.OpenPos == nil {
		s.c.OpenPos, s.c.OpenMS = new(s.position), max(s.at, s.c.EndedMS)
	}
}

// end ends the stretch of being open.
func (s *step) end() {
	if s.c.OpenPos == nil {
		return
	}
	s.c.EndedMS = max(s.at, s.c.OpenMS)
	segments.Put(s.rows, Segment{
		Ticket: s.c.Ticket, FromPos: *s.c.OpenPos, ToPos: s.position, Unit: s.c.Unit, Group: s.c.Group,
		StartedMS: s.c.OpenMS, EndedMS: s.c.EndedMS,
	})
	s.c.OpenPos = nil
}

// move puts the ticket with another unit and group; what it was open with the old ones ends there.
func (s *step) move(unit, group string) {
	moves := s.c.OpenPos != nil && (unit != s.c.Unit || group != s.c.Group)
	if moves {
		s.end()
	}
	s.c.Unit, s.c.Group = unit, group
	if moves {
		s.open()
	}
}

func (s *step) pause(kind string) {
	s.c.PausedPos, s.c.PausedMS, s.c.PausedKind = new(s.position), s.at, kind
	s.c.PausedUnit, s.c.PausedGrp = s.c.Unit, s.c.Group
}

// resume ends a pause, if there is one.
func (s *step) resume() {
	if s.c.PausedPos == nil {
		return
	}
	waits.Put(s.rows, Wait{
		Ticket: s.c.Ticket, FromPos: *s.c.PausedPos, ToPos: s.position, Kind: s.c.PausedKind, Unit: s.c.PausedUnit,
		Group: s.c.PausedGrp, StartedMS: s.c.PausedMS, EndedMS: max(s.at, s.c.PausedMS),
	})
	s.c.PausedPos, s.c.PausedMS, s.c.PausedKind, s.c.PausedUnit, s.c.PausedGrp = nil, 0, "", "", ""
}
