package handover

import (
	"time"

	"docket/domain"
	"docket/domain/ticket"
)

// Outcome says what became of an offer.
type Outcome string

// The outcomes. Superseded: the ticket was given to somebody, closed or cancelled before the receiver answered.
const (
	Pending    Outcome = "pending"
	Accepted   Outcome = "accepted"
	Refused    Outcome = "refused"
	Superseded Outcome = "superseded"
)

// Outcomes lists every outcome.
var Outcomes = []Outcome{Pending, Accepted, Refused, Superseded}

// Row is one handover: who offered a ticket to whom and what became of it (mission rows C1 and C2). Unit and Group are
// those responsible when it was offered. Each act has the time it happened and the time it was recorded.
type Row struct {
	Ticket             string               `db:"ticket,key"`
	Handover           int                  `db:"handover,key"` // counts the ticket's offers from 1
	Number             string               `db:"number"`       // of the ticket
	From               string               `db:"sender"`
	To                 string               `db:"receiver"`
	Unit               string               `db:"unit"`
	Group              string               `db:"grp"`
	Status             ticket.Status        `db:"status"` // of the ticket when it was offered
	Note               string               `db:"note"`
	Pages              int                  `db:"pages"`
	Paper              bool                 `db:"paper"`
	OfferedAt          time.Time            `db:"offered_at"`
	OfferedRecordedAt  time.Time            `db:"offered_recorded_at"`
	AnsweredAt         *time.Time           `db:"answered_at"`
	AnsweredRecordedAt *time.Time           `db:"answered_recorded_at"`
	Outcome            Outcome              `db:"outcome"`
	Code               ticket.RefusalReason `db:"code" json:",omitempty"` // of a refusal; json refuses an empty one
	Reason             string               `db:"reason"`                 // of a refusal
	Lag                int64                `db:"lag_ms"`                 // from offer to answer, effective times, in milliseconds; 0 while pending
	Position           uint64               `db:"position"`

	// The sender's side: when the sender's part was ready to go on – the last work record, or else when the sender got the
	// ticket – and how long it lay until it was offered (kpis §2, 流轉及時率).
	ReadyAt time.Time `db:"ready_at"`
	SendLag int64     `db:"send_lag_ms"`

	OverdueAt    *time.Time `db:"overdue_at"`    // the receiver let the time pass
	DisputedAt   *time.Time `db:"disputed_at"`   // refused once too often, so that an arbiter decides
	ArbitratedAt *time.Time `db:"arbitrated_at"` // the arbiter has decided
	Arbiter      string     `db:"arbiter"`
	ArbitratedTo string     `db:"arbitrated_to"` // whom the arbiter made responsible
}

// Standing is where a ticket stands, as far as a handover needs it: for the next offer, and for who may read the log.
type Standing struct {
	Ticket   string        `db:"ticket,key"`
	Number   string        `db:"number"`
	Unit     string        `db:"unit"`
	Group    string        `db:"grp"`
	Handler  string        `db:"handler"`
	Status   ticket.Status `db:"status"`
	Pending  *Row          `db:"pending,json"` // the offer that waits for an answer
	Refused  *Row          `db:"refused,json"` // the last refusal, until somebody takes the ticket or it is offered anew
	Ready    *time.Time    `db:"ready_at"`     // when the holder's part was ready last
	Revision uint64        `db:"revision"`
}

// state is the aggregate's state as far as its fold depends on it and this row shows it.
func (s Standing) state() ticket.State {
	state := ticket.State{Status: s.Status, Unit: s.Unit, Group: s.Group, Handler: s.Handler}
	if s.Pending != nil {
		state.Offer = ticket.Offer{Handover: s.Pending.Handover, To: s.Pending.To}
	}
	return state
}

// after is the standing once an event has happened, and the row of the log that it writes, if any.
func (s Standing) after(e domain.Envelope, event ticket.Event) (Standing, *Row) {
	before := s.state()
	now := ticket.Decider.Evolve(before, event)
	if r, ok := event.(ticket.Registered); ok {
		s = Standing{Number: r.Number}
	}
	pending, effective := s.Pending, e.Meta.Effective
	if _, worked := event.(ticket.WorkRecorded); worked || now.Handler != before.Handler {
		s.Ready = &effective
	}
	s.Ticket, s.Revision = e.Stream.Key(), e.Revision
	s.Unit, s.Group, s.Handler, s.Status = now.Unit, now.Group, now.Handler, now.Status
	switch o := event.(type) {
	case ticket.HandoverOffered:
		s.Pending, s.Refused = offer(s, e, o), nil
		return s, s.Pending
	case ticket.HandoverOverdue:
		if pending == nil || pending.Handover != o.Handover {
			return s, nil
		}
		late := *pending
		late.OverdueAt, late.Position = &effective, e.Position
		s.Pending = &late
		return s, s.Pending
	case ticket.HandoverDisputed:
		return s.refused(func(r *Row) { r.DisputedAt, r.Arbiter, r.Position = &effective, o.Arbiter, e.Position })
	case ticket.Arbitrated:
		next, row := s.refused(func(r *Row) {
			r.ArbitratedAt, r.Arbiter, r.ArbitratedTo, r.Position = &effective, o.Arbiter, o.To, e.Position
		})
		next.Refused = nil
		return next, row
	}
	if pending == nil || now.Offer.Pending() {
		return s, nil
	}
	s.Pending = nil
	row := pending.answered(e, event)
	if row.Outcome == Refused {
		s.Refused = row
	}
	return s, row
}

// refused changes the last refusal, if there is one.
func (s Standing) refused(change func(*Row)) (Standing, *Row) {
	if s.Refused == nil {
		return s, nil
	}
	r := *s.Refused
	change(&r)
	s.Refused = &r
	return s, &r
}

// offer is the row that an offer writes.
func offer(s Standing, e domain.Envelope, o ticket.HandoverOffered) *Row {
	ready := e.Meta.Effective
	if s.Ready != nil && s.Ready.Before(ready) {
		ready = s.Ready.UTC()
	}
	return &Row{
		ReadyAt: ready, SendLag: e.Meta.Effective.Sub(ready).Milliseconds(),
		Ticket: s.Ticket, Handover: o.Handover, Number: s.Number, From: o.From, To: o.To, Unit: s.Unit, Group: s.Group,
		Status: s.Status, Note: o.Note, Pages: o.Pages, Paper: o.Paper, OfferedAt: e.Meta.Effective,
		OfferedRecordedAt: e.Meta.Decided, Outcome: Pending, Position: e.Position,
	}
}

// answered is a pending row once an event has settled it.
func (r Row) answered(e domain.Envelope, event ticket.Event) *Row {
	effective, decided := e.Meta.Effective, e.Meta.Decided
	r.AnsweredAt, r.AnsweredRecordedAt, r.Position = &effective, &decided, e.Position
	r.Lag = effective.Sub(r.OfferedAt).Milliseconds()
	switch answer := event.(type) {
	case ticket.HandoverAccepted:
		r.Outcome = Accepted
	case ticket.HandoverRefused:
		r.Outcome, r.Code, r.Reason = Refused, answer.Code, answer.Reason
	default:
		r.Outcome = Superseded
	}
	return &r
}
