package readapi

import (
	"context"
	"time"

	"docket/domain"
	"docket/domain/ticket"
	"docket/projections/ticketpage"
)

// CustodyRequest asks who held a ticket.
type CustodyRequest struct {
	Request
	TicketPath
	At time.Time `query:"at" doc:"only who held it at this instant"`
}

// CustodyView is who was responsible for a ticket at every instant from its first act to the end, by when things happened
// (mission row X14): the intervals follow each other without gaps and without overlaps, and sum up to elapsed_ms.
type CustodyView struct {
	From         time.Time     `json:"from" doc:"first act of the ticket"`
	RegisteredAt *time.Time    `json:"registered_at,omitempty" doc:"null for a draft"`
	To           time.Time     `json:"to" doc:"now, or the end of the interval asked for"`
	ElapsedMs    int64         `json:"elapsed_ms"`
	Intervals    []CustodyLine `json:"intervals"`
	Totals       []CustodySum  `json:"totals" doc:"by holder, in the order in which they first held it"`
}

// CustodyLine is an interval in which nothing about responsibility changed: from From up to but not including To. Without a
// person the group's queue held it; without a group, the unit.
type CustodyLine struct {
	From      time.Time `json:"from"`
	To        time.Time `json:"to"`
	Ms        int64     `json:"ms"`
	Status    string    `json:"status"`
	Unit      *Ref      `json:"unit"`
	Group     *Ref      `json:"group,omitempty"`
	Person    *Ref      `json:"person,omitempty"`
	OfferedTo *Ref      `json:"offered_to,omitempty" doc:"had been offered it and not answered; the sender went on holding it"`
	Waiting   string    `json:"waiting,omitempty" doc:"kind of the running pause"`
	Customer  bool      `json:"waiting_for_customer,omitempty" doc:"to cure what is missing, or by a pause of that kind"`
	Outside   int       `json:"outside,omitempty" doc:"circulations with outside bodies that were not back"`
	Revision  uint64    `json:"revision" doc:"of the act that began it"`
}

// CustodySum is how long one holder had the ticket.
type CustodySum struct {
	Unit     *Ref  `json:"unit"`
	Group    *Ref  `json:"group,omitempty"`
	Person   *Ref  `json:"person,omitempty"`
	Ms       int64 `json:"ms"`
	Waiting  int64 `json:"waiting_ms" doc:"of these, in which it waited for the customer or for somebody outside"`
	Finished int64 `json:"finished_ms" doc:"of these, in which nothing was to be done"`
}

// custody answers with all intervals, or with the one of an instant.
func (s *service) custody(ctx context.Context, in *CustodyRequest) (*OneResponse[CustodyView], error) {
	var c check
	c.id("path.id", &in.ID)
	at := c.instant("query.at", in.At)
	if err := c.v.Err(); err != nil {
		return nil, err
	}
	f, err := s.recall(ctx, "ticket.custody", in.ID)
	if err != nil {
		return nil, err
	}
	end := s.Clock().UTC()
	for i := range f.events { // should this server's clock be behind the one that recorded them
		if last := f.events[i].Meta.Effective; !last.Before(end) {
			end = last.Add(time.Millisecond).UTC()
		}
	}
	held := ticketpage.Custody(f.events, end)
	if at != nil {
		h, ok := ticketpage.HolderAt(held, *at)
		if !ok {
			return nil, domain.ErrInvalid.With(domain.FieldError{Field: "query.at", Code: "out_of_range", Msg: "must lie between the ticket's first act and now"})
		}
		held = []ticketpage.Holding{h}
	}
	return &OneResponse[CustodyView]{Position: f.position, Body: s.custodyView(&f.Page, held)}, nil
}

func (s *service) custodyView(p *ticketpage.Page, held []ticketpage.Holding) CustodyView {
	v := CustodyView{Intervals: []CustodyLine{}, Totals: []CustodySum{}}
	if p.Form.Submitted != nil {
		v.RegisteredAt = utc(&p.Form.Submitted.At)
	}
	type holder struct{ unit, group, person string }
	places := map[holder]int{}
	for i, h := range held {
		line := CustodyLine{
			From: h.From.UTC(), To: h.To.UTC(), Ms: h.To.Sub(h.From).Milliseconds(), Status: string(h.Status), Unit: s.names.unit(h.Unit, h.From),
			Group: s.names.unit(h.Group, h.From), Person: s.names.staff(h.Person, h.From), OfferedTo: s.names.staff(h.OfferedTo, h.From),
			Waiting: string(h.Waiting), Customer: h.Customer || h.Waiting == ticket.AwaitingCustomer, Outside: h.Outside, Revision: h.Cause,
		}
		if i == 0 {
			v.From = line.From
		}
		// Whole milliseconds since the beginning, so that the parts sum up to the whole.
		line.Ms = line.To.Sub(v.From).Milliseconds() - line.From.Sub(v.From).Milliseconds()
		v.To, v.ElapsedMs = line.To, v.ElapsedMs+line.Ms
		v.Intervals = append(v.Intervals, line)

		k := holder{h.Unit, h.Group, h.Person}
		place, known := places[k]
		if !known {
			place = len(v.Totals)
			places[k] = place
			v.Totals = append(v.Totals, CustodySum{Unit: line.Unit, Group: line.Group, Person: line.Person})
		}
		sum := &v.Totals[place]
		sum.Ms += line.Ms
		switch {
		case h.Status.Finished():
			sum.Finished += line.Ms
		case h.Waiting != "" || line.Customer || h.Outside > 0:
			sum.Waiting += line.Ms
		}
	}
	return v
}
