package ticketpage

import (
	"time"

	"docket/domain"
	"docket/domain/ticket"
)

// Head is where a ticket stands: the part of its page that changes. Empty texts mean "none". Times are the events'
// effective times, except Recorded.
type Head struct {
	Ticket    string           `db:"ticket,key"` // key of the ticket's stream
	Number    string           `db:"number"`
	Status    ticket.Status    `db:"status"`
	Unit      string           `db:"unit"`
	Group     string           `db:"grp"`
	Handler   string           `db:"handler"`   // who is responsible now
	Completer string           `db:"completer"` // who completed the running round
	Round     int              `db:"round"`     // from 1
	Paused    ticket.PauseKind `db:"paused"`    // what it waits for
	PausedAt  *time.Time       `db:"paused_at"` // since when
	Handover  int              `db:"handover"`  // the offer that waits for an answer; 0 when none does
	Receiver  string           `db:"receiver"`  // who has to answer it
	OfferedAt *time.Time       `db:"offered_at"`
	Handovers int              `db:"handovers"` // offers so far
	DueAt     *time.Time       `db:"due_at"`
	Urgency   ticket.Urgency   `db:"urgency"`

	RegisteredAt time.Time `db:"registered_at"`
	ChangedAt    time.Time `db:"changed_at"`  // of the newest event
	RecordedAt   time.Time `db:"recorded_at"` // when the newest event was decided
	Revision     uint64    `db:"revision"`
	Position     uint64    `db:"position"` // of the newest event in the log
}

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
	h.Ticket = e.Stream.Key()
	h.Status, h.Unit, h.Group, h.Handler, h.Completer = now.Status, now.Unit, now.Group, now.Handler, now.Completer
	h.Round, h.Paused = now.Round, now.Pause
	h.Handover, h.Receiver, h.Handovers = now.Offer.Handover, now.Offer.To, now.Offers
	h.ChangedAt, h.RecordedAt = effective, e.Meta.Decided
	h.Revision, h.Position = e.Revision, e.Position
	return h
}

// state is the aggregate's state as far as its fold depends on it; the policy matters to decisions only.
func (h Head) state() ticket.State {
	return ticket.State{
		Status: h.Status, Unit: h.Unit, Group: h.Group, Handler: h.Handler, Completer: h.Completer, Pause: h.Paused,
		Offer: ticket.Offer{Handover: h.Handover, To: h.Receiver}, Offers: h.Handovers, Round: h.Round,
	}
}
