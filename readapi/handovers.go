package readapi

import (
	"context"
	"slices"
	"time"

	"docket/domain/authz"
	"docket/projections/handover"
)

// HandoversRequest narrows the handover log.
type HandoversRequest struct {
	Request
	Paging
	Kind    string    `query:"kind" enum:"handover,circulation,external,all" default:"handover" doc:"handovers between people, legs of circulation between groups, those to bodies outside, or all of them"`
	Ticket  string    `query:"ticket"`
	Person  string    `query:"person" doc:"sender or receiver: an id or me"`
	From    string    `query:"from" doc:"sender: an id or me"`
	To      string    `query:"to" doc:"receiver: an id or me"`
	Unit    string    `query:"unit" doc:"responsible unit when it was offered"`
	Group   string    `query:"group" doc:"responsible group when it was offered"`
	Outcome string    `query:"outcome" enum:"pending,accepted,refused,superseded"`
	Since   time.Time `query:"since" doc:"offered at or after"`
	Until   time.Time `query:"until" doc:"offered before"`
	Shift
}

// HandoverView is one handover. Lags run from the offer to the answer.
type HandoverView struct {
	Ticket             string     `json:"ticket"`
	Number             string     `json:"number" doc:"of the ticket"`
	Kind               string     `json:"kind" enum:"handover,circulation,external"`
	Handover           int        `json:"handover" doc:"counts the ticket's offers from 1, or its legs of the kind"`
	From               *Ref       `json:"from"`
	To                 *Ref       `json:"to"`
	Unit               *Ref       `json:"unit"`
	Group              *Ref       `json:"group"`
	Status             string     `json:"status" doc:"of the ticket when it was offered"`
	Note               string     `json:"note,omitempty"`
	Pages              int        `json:"pages,omitempty"`
	Paper              bool       `json:"paper,omitempty"`
	OfferedAt          time.Time  `json:"offered_at" doc:"when it happened"`
	OfferedRecordedAt  time.Time  `json:"offered_recorded_at"`
	AnsweredAt         *time.Time `json:"answered_at,omitempty" doc:"when it was accepted, refused or overtaken"`
	AnsweredRecordedAt *time.Time `json:"answered_recorded_at,omitempty"`
	Outcome            string     `json:"outcome"`
	Code               string     `json:"code,omitempty"`
	Reason             string     `json:"reason,omitempty"`
	LagMS              *int64     `json:"lag_ms,omitempty" doc:"by when it happened; left out while it waits"`
	ReadyAt            time.Time  `json:"ready_at" doc:"when the sender's part was ready: the last work record, or when the sender got the ticket"`
	SendLagMS          int64      `json:"send_lag_ms" doc:"from ready to offered, charged to the sender"`
	OverdueAt          *time.Time `json:"overdue_at,omitempty" doc:"when the receiver had let the time pass"`
	DisputedAt         *time.Time `json:"disputed_at,omitempty" doc:"when it had been refused once too often"`
	ArbitratedAt       *time.Time `json:"arbitrated_at,omitempty"`
	Arbiter            *Ref       `json:"arbiter,omitempty"`
	ArbitratedTo       *Ref       `json:"arbitrated_to,omitempty" doc:"whom the arbiter made responsible"`
	RecordedLagMS      *int64     `json:"recorded_lag_ms,omitempty" doc:"by when it was recorded"`
	WaitingMS          *int64     `json:"waiting_ms,omitempty" doc:"so far, while it waits"`
	ToGroup            *Ref       `json:"to_group,omitempty" doc:"to which a leg of circulation goes; to is who got it there"`
	Outside            *Outside   `json:"outside,omitempty" doc:"of what went to a body outside"`
}

// Outside is what went to a body outside, and its receipt (mission rows C4 and C5).
type Outside struct {
	Reference  string     `json:"reference"`
	Body       string     `json:"body"`
	Channel    string     `json:"channel"`
	Receipt    string     `json:"receipt,omitempty" doc:"its kind; left out while there is none"`
	Signer     string     `json:"signer,omitempty"`
	SignedAt   *time.Time `json:"signed_at,omitempty"`
	ReturnedAt *time.Time `json:"returned_at,omitempty"`
}

func (s *service) handovers(ctx context.Context, in *HandoversRequest) (*ListResponse[HandoverView], error) {
	reach, err := s.reaches(ctx, "handover.list", authz.TicketRead)
	if err != nil {
		return nil, err
	}
	f, err := s.handoverFilter(ctx, in, reach)
	if err != nil {
		return nil, err
	}
	after, err := s.after(ctx)
	if err != nil {
		return nil, err
	}
	l, err := handover.List(ctx, s.Reader, after, f)
	if err != nil {
		return nil, err
	}
	out := &ListResponse[HandoverView]{Position: l.Position, Body: List[HandoverView]{Items: make([]HandoverView, len(l.Rows))}}
	now := s.Clock()
	for i := range l.Rows {
		out.Body.Items[i] = s.handover(&l.Rows[i], now)
	}
	if l.Next != nil {
		out.Body.Next = encodeCursor(l.Next)
	}
	return out, nil
}

func (in *HandoversRequest) filter(me string) (handover.Filter, error) {
	var c check
	f := handover.Filter{
		Ticket: in.Ticket, Person: in.Person, From: in.From, To: in.To, Unit: in.Unit, Group: in.Group,
		Outcome: handover.Outcome(in.Outcome), Limit: in.Limit,
		Since: c.instant("query.since", in.Since), Until: c.instant("query.until", in.Until),
	}
	if in.Kind != "all" {
		f.Kind = handover.Kind(in.Kind)
	}
	c.id("query.ticket", &f.Ticket)
	c.person("query.person", &f.Person, me)
	c.person("query.from", &f.From, me)
	c.person("query.to", &f.To, me)
	c.id("query.unit", &f.Unit)
	c.id("query.group", &f.Group)
	if in.After != "" {
		k := &handover.Key{}
		if !decodeCursor(in.After, k) || !sensible(k.OfferedAt) || !isID(k.Ticket) || !slices.Contains(handover.Kinds, k.Kind) {
			return f, errCursor
		}
		f.After = k
	}
	return f, c.v.Err()
}

func (s *service) handover(r *handover.Row, now time.Time) HandoverView {
	at := r.OfferedAt
	v := HandoverView{
		Ticket: r.Ticket, Number: r.Number, Kind: string(r.Kind), Handover: r.Handover, From: s.names.staff(r.From, at), To: s.names.staff(r.To, at),
		Unit: s.names.unit(r.Unit, at), Group: s.names.unit(r.Group, at), Status: string(r.Status), Note: r.Note, Pages: r.Pages,
		Paper: r.Paper, OfferedAt: at.UTC(), OfferedRecordedAt: r.OfferedRecordedAt.UTC(), AnsweredAt: utc(r.AnsweredAt),
		AnsweredRecordedAt: utc(r.AnsweredRecordedAt), Outcome: string(r.Outcome), Code: string(r.Code), Reason: r.Reason,
		ReadyAt: r.ReadyAt.UTC(), SendLagMS: r.SendLag, OverdueAt: utc(r.OverdueAt), DisputedAt: utc(r.DisputedAt),
		ArbitratedAt: utc(r.ArbitratedAt), Arbiter: s.names.staff(r.Arbiter, at), ArbitratedTo: s.names.staff(r.ArbitratedTo, at),
	}
	if r.ToGroup != "" {
		v.ToGroup = s.names.unit(r.ToGroup, at)
	}
	if r.Kind == handover.External {
		v.Outside = &Outside{r.Reference, r.Body, string(r.Channel), string(r.Receipt), r.Signer, utc(r.SignedAt), utc(r.ReturnedAt)}
	}
	if r.Outcome == handover.Pending {
		waiting := max(0, now.Sub(at).Milliseconds())
		v.WaitingMS = &waiting
		return v
	}
	v.LagMS = &r.Lag
	if r.AnsweredRecordedAt != nil {
		lag := r.AnsweredRecordedAt.Sub(r.OfferedRecordedAt).Milliseconds()
		v.RecordedLagMS = &lag
	}
	return v
}
