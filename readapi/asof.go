package readapi

import (
	"context"
	"time"

	"docket/domain"
	"docket/projections/ticketpage"
)

// AsOfRequest asks for a ticket's page as it was. The three ways may be combined: only acts that meet all count.
type AsOfRequest struct {
	Request
	TicketPath
	Effective time.Time `query:"effective" doc:"what was true then, as is known now: acts that had happened by this time"`
	Recorded  time.Time `query:"recorded" doc:"what was known then: acts that had been recorded by this time"`
	Revision  string    `query:"revision" pattern:"^[0-9]{1,18}$" doc:"after this act of the ticket, counted from 0"`
}

// AsOfResponse is a page of the past.
type AsOfResponse struct {
	Position uint64 `header:"Docket-Position"`
	Body     *TicketPage
}

// asOf folds the page's own model over the part of the history that meets the question.
func (s *service) asOf(ctx context.Context, in *AsOfRequest) (*AsOfResponse, error) {
	var c check
	c.id("path.id", &in.ID)
	effective := c.instant("query.effective", in.Effective)
	recorded := c.instant("query.recorded", in.Recorded)
	revision, limited := c.revision("query.revision", in.Revision)
	if effective == nil && recorded == nil && !limited {
		c.v.Fail("query", "required", "must give effective, recorded or revision")
	}
	if err := c.v.Err(); err != nil {
		return nil, err
	}
	position, err := s.passed(ctx)
	if err != nil {
		return nil, err
	}
	events, err := s.recall(ctx, "ticket.as_of", in.ID)
	if err != nil {
		return nil, err
	}
	last := events[len(events)-1]
	if limited && revision > last.Revision {
		return nil, domain.ErrInvalid.With(domain.FieldError{Field: "query.revision", Code: "out_of_range", Msg: "the ticket has no such revision yet"})
	}
	var then []domain.Envelope
	for _, e := range events {
		if effective != nil && e.Meta.Effective.After(*effective) || recorded != nil && e.Meta.Decided.After(*recorded) ||
			limited && e.Revision > revision {
			continue
		}
		then = append(then, e)
	}
	page, existed := ticketpage.Replay(then)
	if !existed {
		return nil, ticketpage.ErrUnknown
	}
	at := page.ChangedAt
	if effective != nil {
		at = *effective
	}
	return &AsOfResponse{Position: max(position, last.Position), Body: s.ticketPage(&page, at)}, nil
}
