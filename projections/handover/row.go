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
	now := ticket.Decider.Evolve(s.state(), event)
	if r, ok := event.(ticket.Registered); ok {
		s = Standing{Number: r.Number}
	}
	pending := s.Pending
	s.Ticket, s.Revision = e.Stream.Key(), e.Revision
	s.Unit, s.Group, s.Handler, s.Status = now.Unit, now.Group, now.Handler, now.Status
	if o, ok := event.(ticket.HandoverOffered); ok {
		s.Pending = offer(s, e, o)
		return s, s.Pending
	}
	if pending == nil || now.Offer.Pending() {
		return s, nil
	}
	s.Pending = nil
	return s, pending.answered(e, event)
}

// offer is the row that an offer writes.
func offer(s Standing, e domain.Envelope, o ticket.HandoverOffered) *Row {
	return &Row{
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
