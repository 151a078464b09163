package queue

import (
	"slices"
	"time"

	"docket/domain"
	"docket/domain/ticket"
	"docket/projections/internal/help"
)

// Row is one ticket in the lists of those who look after tickets. Empty texts mean "none"; times are effective times.
// Finished tickets keep their row, since they can be reopened.
type Row struct {
	Ticket       string           `db:"ticket,key"` // key of the ticket's stream
	Number       string           `db:"number"`
	Type         string           `db:"type"`     // business type
	Template     string           `db:"template"` // id of the template that it follows
	Version      int              `db:"version"`  // of the template
	Title        string           `db:"title"`
	Reference    string           `db:"reference"` // number in another system
	Customer     string           `db:"customer"`  // key of the customer's file, as it was given
	Channel      ticket.Channel   `db:"channel"`
	Urgency      ticket.Urgency   `db:"urgency"`
	Rank         int              `db:"rank"` // of the urgency, the highest first
	Unit         string           `db:"unit"`
	Group        string           `db:"grp"`
	Fallback     bool             `db:"fallback"` // the group is a fallback queue, since the rules placed the ticket nowhere
	Handler      string           `db:"handler"`
	Status       ticket.Status    `db:"status"`
	Open         bool             `db:"open"`        // something is still to be done
	Stage        string           `db:"stage"`       // that waits for its decision
	StageRole    string           `db:"stage_role"`  // whose posts decide it
	Barred       []string         `db:"barred,json"` // staff who must not decide it
	Paused       ticket.PauseKind `db:"paused"`
	PausedAt     *time.Time       `db:"paused_at"`
	PausedWhy    string           `db:"paused_why"`
	Handover     int              `db:"handover"` // the offer that waits for an answer; 0 when none does
	Receiver     string           `db:"receiver"` // who has to answer it
	OfferedAt    *time.Time       `db:"offered_at"`
	Handovers    int              `db:"handovers"`    // offers so far
	Helping      []Help           `db:"helping,json"` // who does a sub-task of it, or helps its handler
	Round        int              `db:"round"`
	Weight       int              `db:"weight"` // difficulty in hundredths
	DueAt        *time.Time       `db:"due_at"`
	Limited      bool             `db:"limited"`     // a limit for the whole has been set
	HalfAt       *time.Time       `db:"half_at"`     // when half of the limit is used up
	MostAt       *time.Time       `db:"most_at"`     // when four fifths are
	OverAt       *time.Time       `db:"over_at"`     // when all of it is
	DeadlineAt   *time.Time       `db:"deadline_at"` // the next date of any limit
	Deadline     string           `db:"deadline"`    // whose date that is: name of the clock
	ReportedAt   *time.Time       `db:"reported_at"` // when somebody said that the limit will not be met
	RegisteredAt time.Time        `db:"registered_at"`
	ChangedAt    time.Time        `db:"changed_at"` // of the newest event
	Revision     uint64           `db:"revision"`
	Position     uint64           `db:"position"` // of the newest event in the log
}

// Help is that somebody helps with a ticket.
type Help = help.Help

// helps reports whether somebody helps with the ticket.
func (r *Row) helps(staff string) bool {
	return staff != "" && slices.ContainsFunc(r.Helping, func(h Help) bool { return h.Staff == staff })
}

// usualWeight is that of a ticket whose template sets none.
const usualWeight = 100

// after is the row once an event has happened, and what else is kept of a planned ticket; the aggregate's own fold decides what
// follows.
func (r Row) after(e domain.Envelope, event ticket.Event, t *Track) Row {
	before := t.state(r)
	now := ticket.Decider.Evolve(before, event)
	effective := e.Meta.Effective
	r = r.begun(event, effective)
	if now.Pause != before.Pause {
		r.PausedAt, r.PausedWhy = since(now.Pause != "", effective), ""
		if p, ok := event.(ticket.Paused); ok {
			r.PausedWhy = p.Reason
		}
	}
	if now.Offer != before.Offer {
		r.OfferedAt = since(now.Offer.Pending(), effective)
	}
	switch f := event.(type) { // what no column shows is left out
	case ticket.FormFilled:
		if f.Title != "" {
			r.Title = f.Title
		}
	case ticket.GroupFallback:
		r.Fallback = true
	case ticket.AssignedToGroup:
		r.Fallback = f.Rule == "fallback"
	case ticket.LateReported:
		r.ReportedAt = &effective
	case ticket.ClockMoved, ticket.ClockRebased, ticket.Reopened:
		r.ReportedAt = nil
	case ticket.Migrated:
		r.Template, r.Version = f.Template.Template, f.Template.Version
	}
	r.Ticket, r.DueAt, r.Urgency = e.Stream.Key(), ticket.Promised(r.DueAt, event), ticket.UrgencyAfter(r.Urgency, event)
	r.Rank = rank(r.Urgency)
	r.Unit, r.Group, r.Handler, r.Status = now.Unit, now.Group, now.Handler, now.Status
	r.Open = !now.Status.Finished()
	r.Paused, r.Handover, r.Receiver, r.Handovers = now.Pause, now.Offer.Handover, now.Offer.To, now.Offers
	r.Helping = help.Of(now.Duty)
	r.Round, r.ChangedAt, r.Revision, r.Position = now.Round, effective, e.Revision, e.Position
	if r.Template == "" {
		r = r.resting(settled(before.Status), settled(now.Status))
	}
	if t != nil {
		t.take(now, event)
		return t.show(r, now)
	}
	return r
}

// settled reports whether a promised date is kept or missed for good: the result is with the customer, or nothing is left to do.
func settled(s ticket.Status) bool { return s == ticket.StatusDelivered || s.Finished() }

// resting lets the share of a ticket without clocks rest where it was when the ticket was settled, and go on when it is taken up again,
// as the clocks of others do.
func (r Row) resting(was, is bool) Row {
	switch {
	case is && !was:
		c := clock{HalfAt: r.HalfAt, MostAt: r.MostAt, OverAt: r.OverAt}.rests(r.ChangedAt)
		r.HalfAt, r.MostAt, r.OverAt = c.HalfAt, c.MostAt, c.OverAt
	case was && !is:
		r.HalfAt, r.MostAt, r.OverAt = shares(r.RegisteredAt, r.DueAt, nil)
	}
	return r
}

// begun is a new row where the event begins one. A draft has no urgency until its template's conditions are looked at, when it is
// submitted.
func (r Row) begun(event ticket.Event, effective time.Time) Row {
	switch f := event.(type) { // the two events that begin a ticket
	case ticket.Registered:
		fallback := r.Fallback
		r = Row{
			Number: f.Number, Type: f.Type, Template: f.Template.Template, Version: f.Template.Version, Title: f.Title, Reference: f.Reference,
			Customer: f.Customer, Channel: f.Channel, Fallback: fallback, Weight: usualWeight, RegisteredAt: effective,
		}
		if f.Template.Zero() {
			r.HalfAt, r.MostAt, r.OverAt = shares(effective, f.DueAt, nil)
			r.DeadlineAt, r.Limited = f.DueAt, f.DueAt != nil
		}
	case ticket.Opened:
		r = Row{
			Type: f.Type, Template: f.Template.Template, Version: f.Template.Version, Title: f.Title, Reference: f.Reference,
			Customer: f.Customer, Channel: f.Channel, Weight: usualWeight, RegisteredAt: effective,
		}
	}
	return r
}

// state is the aggregate's state as far as its fold depends on it and this row shows it.
func (r Row) state() ticket.State {
	return ticket.State{
		Status: r.Status, Unit: r.Unit, Group: r.Group, Handler: r.Handler, Pause: r.Paused, Urgency: r.Urgency,
		Offer: ticket.Offer{Handover: r.Handover, To: r.Receiver}, Offers: r.Handovers, Round: r.Round,
		Duty: help.Duty(r.Helping),
	}
}

// rank counts the urgencies from 1, the highest first.
func rank(u ticket.Urgency) int {
	if i := slices.Index(ticket.Urgencies, u); i >= 0 {
		return i + 1
	}
	return len(ticket.Urgencies) + 1
}

func since(running bool, at time.Time) *time.Time {
	if !running {
		return nil
	}
	return &at
}
