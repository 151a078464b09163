package handover

import (
	"time"

	"docket/domain"
	"docket/domain/ticket"
	"docket/projections/internal/help"
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
// those responsible when it was offered. Each act has the time it happened and the time it was recorded. A leg of circulation is told
// likewise (see circulation.go).
type Row struct {
	Ticket             string               `db:"ticket,key"`
	Kind               Kind                 `db:"kind,key"`
	Handover           int                  `db:"handover,key"` // counts the ticket's offers from 1, or its legs of a kind
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

	// Of a leg of circulation.
	ToGroup    string                    `db:"to_group" json:",omitempty"`
	Reference  string                    `db:"reference" json:",omitempty"` // of what went outside
	Body       string                    `db:"body" json:",omitempty"`      // outside, to which it went
	Channel    ticket.CirculationChannel `db:"channel" json:",omitempty"`
	Receipt    ticket.ReceiptKind        `db:"receipt" json:",omitempty"`
	Signer     string                    `db:"signer" json:",omitempty"` // of the receipt
	SignedAt   *time.Time                `db:"signed_at" json:",omitempty"`
	ReturnedAt *time.Time                `db:"returned_at" json:",omitempty"` // what had gone outside
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
	Helping  []help.Help   `db:"helping,json"` // who does a sub-task of it, or helps its handler
	Course   *Course       `db:"course,json"`  // its way between groups and outside; nil when it has had none
	Revision uint64        `db:"revision"`
}

// state is the aggregate's state as far as its fold depends on it and this row shows it.
func (s Standing) state() ticket.State {
	state := ticket.State{Status: s.Status, Unit: s.Unit, Group: s.Group, Handler: s.Handler, Duty: help.Duty(s.Helping)}
	if s.Pending != nil {
		state.Offer = ticket.Offer{Handover: s.Pending.Handover, To: s.Pending.To}
	}
	return state
}

// after is the standing once an event has happened, and the rows of the log that it writes, if any.
func (s Standing) after(e domain.Envelope, event ticket.Event) (Standing, []Row) {
	before := s.state()
	now := ticket.Decider.Evolve(before, event)
	if r, ok := event.(ticket.Registered); ok {
		s = Standing{Number: r.Number}
	}
	pending, ready := s.Pending, s.Ready
	if _, worked := event.(ticket.WorkRecorded); worked || now.Handler != before.Handler {
		s.Ready = &e.Meta.Effective
	}
	s.Ticket, s.Revision = e.Stream.Key(), e.Revision
	s.Unit, s.Group, s.Handler, s.Status, s.Helping = now.Unit, now.Group, now.Handler, now.Status, help.Of(now.Duty)
	var written []Row
	s, row := s.offered(e, event, pending, now)
	if row != nil {
		written = append(written, *row)
	}
	s.Course, written = s.Course.after(e, event, leaving{s, before, ready}, written)
	return s, written
}

// offered follows the offer from one person to another.
func (s Standing) offered(e domain.Envelope, event ticket.Event, pending *Row, now ticket.State) (Standing, *Row) {
	effective := e.Meta.Effective
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
	row := pending.answered(e, outcomeOf(event))
	if answer, refused := event.(ticket.HandoverRefused); refused {
		row.Code, row.Reason = answer.Code, answer.Reason
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
		Ticket: s.Ticket, Kind: Plain, Handover: o.Handover, Number: s.Number, From: o.From, To: o.To, Unit: s.Unit, Group: s.Group,
		Status: s.Status, Note: o.Note, Pages: o.Pages, Paper: o.Paper, OfferedAt: e.Meta.Effective,
		OfferedRecordedAt: e.Meta.Decided, Outcome: Pending, Position: e.Position,
	}
}

// answered is a pending row once it has been settled.
func (r Row) answered(e domain.Envelope, outcome Outcome) *Row {
	effective, decided := e.Meta.Effective, e.Meta.Decided
	r.AnsweredAt, r.AnsweredRecordedAt, r.Position, r.Outcome = &effective, &decided, e.Position, outcome
	r.Lag = effective.Sub(r.OfferedAt).Milliseconds()
	return &r
}

// outcomeOf is what an event that settles an offer makes of it.
func outcomeOf(event ticket.Event) Outcome {
	switch event.(type) { // all else overtakes it
	case ticket.HandoverAccepted:
		return Accepted
	case ticket.HandoverRefused:
		return Refused
	}
	return Superseded
}
