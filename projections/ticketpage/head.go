package ticketpage

import (
	"time"

	"docket/domain"
	"docket/domain/ticket"
)

// Head is where a ticket stands: the part of its page that changes. Empty texts mean "none". Times are the events'
// effective times, except Recorded.
type Head struct {
	Ticket    string // key of the ticket's stream
	Number    string
	Status    ticket.Status
	Unit      string
	Group     string
	Handler   string           // who is responsible now
	Completer string           // who completed the running round
	Round     int              // from 1
	Paused    ticket.PauseKind // what it waits for
	PausedAt  *time.Time       // since when
	Handover  int              // the offer that waits for an answer; 0 when none does
	Receiver  string           // who has to answer it
	OfferedAt *time.Time
	Handovers int // offers so far
	DueAt     *time.Time
	Urgency   ticket.Urgency
	Subtasks  []ticket.Subtask // that are not done yet; who has one may read the ticket for as long (mission row A7)
	Helpers   []string         // who work on it beside the handler (mission row A2)

	HeldSince    time.Time // since when unit, group and handler are as they are
	RegisteredAt time.Time
	ChangedAt    time.Time // of the newest event
	RecordedAt   time.Time // when the newest event was decided
	Revision     uint64
	Position     uint64 // of the newest event in the log
}

// Stream is the ticket's own.
func (h Head) Stream() domain.StreamID { return domain.Stream(ticket.Decider.Category, h.Ticket) }

// Scope places the ticket in the organisation, as its aggregate does.
func (h Head) Scope() domain.Scope { return ticket.Decider.Scope(h.state()) }

// after is the head once an event has happened. It is total, like the aggregate's fold, which decides what follows.
func (h Head) after(e domain.Envelope, event ticket.Event) Head {
	before := h.state()
	now := ticket.Decider.Evolve(before, event)
	effective := e.Meta.Effective
	switch r := event.(type) {
	case ticket.Opened:
		h = Head{RegisteredAt: effective}
	case ticket.Registered:
		h = Head{Number: r.Number, RegisteredAt: effective}
	}
	h.DueAt, h.Urgency = ticket.Promised(h.DueAt, event), ticket.UrgencyAfter(h.Urgency, event)
	if now.Pause != before.Pause {
		h.PausedAt = nil
		if now.Pause != "" {
			h.PausedAt = &effective
		}
	}
	if now.Offer != before.Offer {
		h.OfferedAt = nil
		if now.Offer.Pending() {
			h.OfferedAt = &effective
		}
	}
	if now.Unit != before.Unit || now.Group != before.Group || now.Handler != before.Handler || h.HeldSince.IsZero() {
		h.HeldSince = effective
	}
	h.Ticket = e.Stream.Key()
	h.Status, h.Unit, h.Group, h.Handler, h.Completer = now.Status, now.Unit, now.Group, now.Handler, now.Completer
	h.Round, h.Paused = now.Round, now.Pause
	h.Handover, h.Receiver, h.Handovers = now.Offer.Handover, now.Offer.To, now.Offers
	h.Subtasks, h.Helpers = pending(now.Duty.Subtasks), now.Duty.Helpers
	h.ChangedAt, h.RecordedAt = effective, e.Meta.Decided
	h.Revision, h.Position = e.Revision, e.Position
	return h
}

// state is the aggregate's state as far as its fold depends on it; the policy matters to decisions only.
func (h Head) state() ticket.State {
	return ticket.State{
		Status: h.Status, Unit: h.Unit, Group: h.Group, Handler: h.Handler, Completer: h.Completer, Pause: h.Paused,
		Offer: ticket.Offer{Handover: h.Handover, To: h.Receiver}, Offers: h.Handovers, Round: h.Round,
		Duty: ticket.Duty{Subtasks: h.Subtasks, Helpers: h.Helpers},
	}
}

// pending are the sub-tasks that are not done yet, as far as the fold and the scope read them.
func pending(all []ticket.Subtask) []ticket.Subtask {
	var list []ticket.Subtask
	for _, t := range all {
		if t.Pending() {
			list = append(list, ticket.Subtask{Number: t.Number, To: t.To, Status: ticket.SubtaskIsOpen})
		}
	}
	return list
}
