package readapi

import (
	"context"
	"time"

	"docket/domain"
	"docket/internal/httpapi"
	"docket/projections/ticketpage"
)

// AsOfRequest asks for a ticket's page as it was. The three ways may be combined: only acts that meet all count.
type AsOfRequest struct {
	Request
	TicketPath
	Effective time.Time `query:"effective" doc:"what was true then, as is known now: acts that had happened by this time"`
	Recorded  time.Time `query:"recorded" doc:"what was known then: acts that had been recorded by this time"`
	Revision  string    `query:"revision" pattern:"^[0-9]{1,18}$" doc:"after this act of the ticket, counted from 0"`
	Language  string    `header:"Accept-Language" doc:"of labels" example:"zh-Hant"`
}

// AsOfResponse is a page of the past.
type AsOfResponse struct {
	Position uint64 `header:"Docket-Position"`
	Vary     string `header:"Vary"`
	Body     *TicketPage
}

// asOf folds the page's own model over the part of the history that meets the question.
func (s *service) asOf(ctx context.Context, in *AsOfRequest) (*AsOfResponse, error) {
	var c check
	c.id("path.id", &in.ID)
	p := c.point("query.", in.Effective, in.Recorded, in.Revision)
	if p.now() {
		c.v.Fail("query", "required", "must give effective, recorded or revision")
	}
	if err := c.v.Err(); err != nil {
		return nil, err
	}
	f, err := s.recall(ctx, "ticket.as_of", in.ID)
	if err != nil {
		return nil, err
	}
	if err := p.within(&f, "query.revision"); err != nil {
		return nil, err
	}
	page, existed := ticketpage.Replay(p.of(f.events))
	if !existed {
		return nil, ticketpage.ErrUnknown
	}
	m := s.scene(p.instant(&page, s.Clock()), httpapi.Wanted(in.Language))
	m.names.known = p.recorded
	return &AsOfResponse{Position: f.position, Vary: "Accept-Language", Body: s.ticketPage(&page, m)}, nil
}

// point is a moment in a ticket's life in both times (mission row X1): what was true at effective, by what was known at
// recorded, after a revision. The zero point is now.
type point struct {
	effective, recorded *time.Time
	revision            uint64
	limited             bool // by the revision
}

// point reads a moment from its parameters.
func (c *check) point(prefix string, effective, recorded time.Time, revision string) point {
	var p point
	p.effective = c.instant(prefix+"effective", effective)
	p.recorded = c.instant(prefix+"recorded", recorded)
	p.revision, p.limited = c.revision(prefix+"revision", revision)
	return p
}

func (p point) now() bool { return p.effective == nil && p.recorded == nil && !p.limited }

// within wants a revision that the ticket has.
func (p point) within(f *folder, field string) error {
	if p.limited && p.revision > f.Revision {
		return domain.ErrInvalid.With(domain.FieldError{Field: field, Code: "out_of_range", Msg: "the ticket has no such revision yet"})
	}
	return nil
}

// holds reports whether an event had happened and was known at the point.
func (p point) holds(e *domain.Envelope) bool {
	return (p.effective == nil || !e.Meta.Effective.After(*p.effective)) &&
		(p.recorded == nil || !e.Meta.Decided.After(*p.recorded)) && (!p.limited || e.Revision <= p.revision)
}

// of are the events that hold.
func (p point) of(events []domain.Envelope) []domain.Envelope {
	var then []domain.Envelope
	for i := range events {
		if p.holds(&events[i]) {
			then = append(then, events[i])
		}
	}
	return then
}

// instant is the time whose organisation, calendar and clocks the point's page shows: that of the question or, where only a
// revision is named, that of the newest act that counts.
func (p point) instant(page *ticketpage.Page, now time.Time) time.Time {
	switch {
	case p.effective != nil:
		return *p.effective
	case p.recorded != nil:
		return *p.recorded
	case p.limited:
		return page.ChangedAt.UTC()
	}
	return now.UTC()
}
