package readapi

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/series"
	"docket/domain/ticket"
	"docket/internal/httpapi"
	"docket/projections/ticketpage"
)

// TicketRequest asks for a ticket's page.
type TicketRequest struct {
	Request
	TicketPath
	IfNoneMatch string `header:"If-None-Match" doc:"revisions already at hand"`
}

// TicketByNumberRequest asks for a ticket's page by the number on the paper.
type TicketByNumberRequest struct {
	Request
	Number      string `query:"number" required:"true" maxLength:"64" doc:"the ticket's number, with its check character" example:"CS-INC-2026-000042-K"`
	IfNoneMatch string `header:"If-None-Match" doc:"revisions already at hand"`
}

// NumberRequest asks for a ticket's page by the number that a receipt bears.
type NumberRequest struct {
	Request
	Number      string `path:"number" maxLength:"64" doc:"the ticket's number, with its check character" example:"CS-INC-2026-000042-K"`
	IfNoneMatch string `header:"If-None-Match" doc:"revisions already at hand"`
}

// TicketResponse is a page with its revision as entity tag, which commands take as If-Match. Names and offers may change
// while the revision stays.
type TicketResponse struct {
	Status          int
	Position        uint64 `header:"Docket-Position"`
	ETag            string `header:"ETag"`
	CacheControl    string `header:"Cache-Control"`
	ContentLocation string `header:"Content-Location"`
	Body            *TicketPage
}

func (s *service) ticket(ctx context.Context, in *TicketRequest) (*TicketResponse, error) {
	var c check
	c.id("path.id", &in.ID)
	if err := c.v.Err(); err != nil {
		return nil, err
	}
	return s.page(ctx, in.IfNoneMatch, ticketpage.By{Ticket: in.ID})
}

// ticketByNumber looks nothing up for a number that was mistyped.
func (s *service) ticketByNumber(ctx context.Context, in *TicketByNumberRequest) (*TicketResponse, error) {
	return s.numbered(ctx, "query.number", in.Number, in.IfNoneMatch)
}

// number is ticketByNumber for the address that a receipt's code leads to (mission row I7).
func (s *service) number(ctx context.Context, in *NumberRequest) (*TicketResponse, error) {
	return s.numbered(ctx, "path.number", in.Number, in.IfNoneMatch)
}

func (s *service) numbered(ctx context.Context, field, number, known string) (*TicketResponse, error) {
	number, err := series.Check(number)
	if err != nil {
		return nil, series.ErrMistyped.With(domain.FieldError{Field: field, Code: "mistyped", Msg: "its check character does not fit"})
	}
	return s.page(ctx, known, ticketpage.By{Number: number})
}

// page answers with a ticket's page, or with 304 when the reader has this revision already.
func (s *service) page(ctx context.Context, known string, by ticketpage.By) (*TicketResponse, error) {
	after, err := s.after(ctx)
	if err != nil {
		return nil, err
	}
	var readable, fresh bool
	p, position, err := ticketpage.Open(ctx, s.Reader, after, by, func(h ticketpage.Head) bool {
		readable, fresh = canRead(ctx, h.Scope()), matches(known, h.Revision)
		return readable && !fresh
	})
	if err != nil {
		return nil, err
	}
	if !readable { // as if there were none, but the attempt is recorded
		s.api.Deny(ctx, "ticket.read", authz.TicketRead, domain.Stream(ticket.Decider.Category, p.Ticket))
		return nil, ticketpage.ErrUnknown
	}
	out := &TicketResponse{
		Status: http.StatusOK, Position: position, ETag: etag(p.Revision), CacheControl: "private, no-cache",
		ContentLocation: "/v1/tickets/" + p.Ticket,
	}
	if fresh {
		out.Status = http.StatusNotModified
		return out, nil
	}
	offers, err := s.Offers.Offers(ctx, httpapi.ActorFrom(ctx), domain.Stream(ticket.Decider.Category, p.Ticket))
	if err != nil {
		return nil, err
	}
	out.Body = s.ticketPage(&p, s.Clock())
	out.Body.offer(offers)
	return out, nil
}

func etag(revision uint64) string { return `"` + strconv.FormatUint(revision, 10) + `"` }

// matches reports whether an If-None-Match header names the revision (RFC 9110 §13.1.2, weak comparison).
func matches(header string, revision uint64) bool {
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == "*" || tag == etag(revision) {
			return true
		}
	}
	return false
}
