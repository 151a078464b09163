package queue

import (
	"time"

	"docket/domain"
	"docket/domain/ticket"
)

// Row is one ticket in the lists of those who look after tickets. Empty texts mean "none"; times are effective times.
// Finished tickets keep their row, since they can be reopened.
type Row struct {
	Ticket       string           `db:"ticket,key"` // key of the ticket's stream
	Number       string           `db:"number"`
	Type         string           `db:"type"` // business type
	Title        string           `db:"title"`
	Reference    string           `db:"reference"` // number in another system
	Customer     string           `db:"customer"`  // key of the customer's file, as it was given
	Channel      ticket.Channel   `db:"channel"`
	Urgency      ticket.Urgency   `db:"urgency"`
	Unit         string           `db:"unit"`
	Group        string           `db:"grp"`
	Handler      string           `db:"handler"`
	Status       ticket.Status    `db:"status"`
	Open         bool             `db:"open"` // something is still to be done
	Paused       ticket.PauseKind `db:"paused"`
	PausedAt     *time.Time       `db:"paused_at"`
	Handover     int              `db:"handover"` // the offer that waits for an answer; 0 when none does
	Receiver     string           `db:"receiver"` // who has to answer it
	OfferedAt    *time.Time       `db:"offered_at"`
	Handovers    int              `db:"handovers"` // offers so far
	Round        int              `db:"round"`
	DueAt        *time.Time       `db:"due_at"`
	RegisteredAt time.Time        `db:"registered_at"`
	ChangedAt    time.Time        `db:"changed_at"` // of the newest event
	Revision     uint64           `db:"revision"`
	Position     uint64           `db:"position"` // of the newest event in the log
}

// after is the row once an event has happened; the aggregate's own fold decides what follows.
func (r Row) after(e domain.Envelope, event ticket.Event) Row {
	before := r.state()
	now := ticket.Decider.Evolve(before, event)
	effective := e.Meta.Effective
	if f, ok := event.(ticket.Registered); ok {
		r = Row{
			Number: f.Number, Type: f.Type, Title: f.Title, Reference: f.Reference, Customer: f.Customer, Channel: f.Channel,
			RegisteredAt: effective,
		}
	}
	if f, ok := event.(ticket.Opened); ok {
		r = Row{
			Type: f.Type, Title: f.Title, Reference: f.Reference, Customer: f.Customer, Channel: f.Channel, RegisteredAt: effective,
		}
	}
	if now.Pause != before.Pause {
		r.PausedAt = since(now.Pause != "", effective)
	}
	if now.Offer != before.Offer {
		r.OfferedAt = since(now.Offer.Pending(), effective)
	}
	if f, ok := event.(ticket.FormFilled); ok && f.Title != "" {
		r.Title = f.Title
	}
	r.Ticket, r.DueAt, r.Urgency = e.Stream.Key(), ticket.Promised(r.DueAt, event), ticket.UrgencyAfter(r.Urgency, event)
	r.Unit, r.Group, r.Handler, r.Status = now.Unit, now.Group, now.Handler, now.Status
	r.Open = !now.Status.Finished()
	r.Paused, r.Handover, r.Receiver, r.Handovers = now.Pause, now.Offer.Handover, now.Offer.To, now.Offers
	r.Round, r.ChangedAt, r.Revision, r.Position = now.Round, effective, e.Revision, e.Position
	return r
}

// state is the aggregate's state as far as its fold depends on it and this row shows it.
func (r Row) state() ticket.State {
	return ticket.State{
		Status: r.Status, Unit: r.Unit, Group: r.Group, Handler: r.Handler, Pause: r.Paused,
		Offer: ticket.Offer{Handover: r.Handover, To: r.Receiver}, Offers: r.Handovers, Round: r.Round,
	}
}

func since(running bool, at time.Time) *time.Time {
	if !running {
		return nil
	}
	return &at
}
