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
	Conditional
}

// TicketByNumberRequest asks for a ticket's page by the number on the paper.
type TicketByNumberRequest struct {
	Request
	Number string `query:"number" required:"true" maxLength:"64" doc:"the ticket's number, with its check character" example:"CS-INC-2026-000042-K"`
	Conditional
}

// NumberRequest asks for a ticket's page by the number that a receipt bears.
type NumberRequest struct {
	Request
	Number string `path:"number" maxLength:"64" doc:"the ticket's number, with its check character" example:"CS-INC-2026-000042-K"`
	Conditional
}

// Conditional is what a page is asked for with: what the reader has already, and in which language labels are read.
type Conditional struct {
	IfNoneMatch string `header:"If-None-Match" doc:"revisions already at hand"`
	Language    string `header:"Accept-Language" doc:"of labels and reasons" example:"zh-Hant"`
}

// TicketResponse is a page with its revision as entity tag, which commands take as If-Match. Names and offers may change
// while the revision stays.
type TicketResponse struct {
	Status          int
	Position        uint64 `header:"Docket-Position"`
	ETag            string `header:"ETag"`
	CacheControl    string `header:"Cache-Control"`
	ContentLocation string `header:"Content-Location"`
	Vary            string `header:"Vary"`
	Body            *TicketPage
}

func (s *service) ticket(ctx context.Context, in *TicketRequest) (*TicketResponse, error) {
	return s.page(ctx, in.Conditional, in.ID)
}

// ticketByNumber looks nothing up for a number that was mistyped.
func (s *service) ticketByNumber(ctx context.Context, in *TicketByNumberRequest) (*TicketResponse, error) {
	return s.numbered(ctx, "query.number", in.Number, in.Conditional)
}

// number is ticketByNumber for the address that a receipt's code leads to (mission row I7).
func (s *service) number(ctx context.Context, in *NumberRequest) (*TicketResponse, error) {
	return s.numbered(ctx, "path.number", in.Number, in.Conditional)
}

func (s *service) numbered(ctx context.Context, field, number string, with Conditional) (*TicketResponse, error) {
	number, err := series.Check(number)
	if err != nil {
		return nil, series.ErrMistyped.With(domain.FieldError{Field: field, Code: "mistyped", Msg: "its check character does not fit"})
	}
	after, err := s.after(ctx)
	if err != nil {
		return nil, err
	}
	key, _, err := ticketpage.Find(ctx, s.Reader, after, number)
	if err != nil {
		return nil, err
	}
	return s.page(ctx, with, key)
}

// page answers with a ticket's page, or with 304 when the reader has this revision already.
func (s *service) page(ctx context.Context, with Conditional, id string) (*TicketResponse, error) {
	var opened Opened
	f, err := s.openFrom(ctx, "ticket.read", id, func(ctx context.Context, stream domain.StreamID) ([]domain.Envelope, error) {
		var err error
		opened, err = s.Pages.Open(ctx, stream)
		return opened.Events, err
	})
	if err != nil {
		return nil, err
	}
	out := &TicketResponse{
		Status: http.StatusOK, Position: f.position, ETag: etag(f.Revision), CacheControl: "private, no-cache",
		ContentLocation: "/v1/tickets/" + f.Ticket, Vary: "Accept-Language",
	}
	if matches(with.IfNoneMatch, f.Revision) {
		out.Status = http.StatusNotModified
		return out, nil
	}
	language := httpapi.Wanted(with.Language)
	out.Body = s.ticketPage(&f.Page, s.scene(s.Clock().UTC(), language))
	if err := s.present(ctx, &f, opened, out.Body, language); err != nil {
		return nil, err
	}
	return out, nil
}

// folder is a ticket's whole history and the page that it makes.
type folder struct {
	ticketpage.Page
	events   []domain.Envelope // marked values masked
	position uint64            // the answer stands at
}

// open reads a ticket from its own stream, which is never behind, for who may read it now; for others there is none, and the
// attempt is recorded.
func (s *service) open(ctx context.Context, operation, id string) (folder, error) {
	return s.openFrom(ctx, operation, id, s.masked)
}

// load gives the events of a stream, marked values masked.
type load func(ctx context.Context, id domain.StreamID) ([]domain.Envelope, error)

func (s *service) masked(ctx context.Context, id domain.StreamID) ([]domain.Envelope, error) {
	events, _, err := s.History.LoadMasked(ctx, id)
	return events, err
}

func (s *service) openFrom(ctx context.Context, operation, id string, from load) (folder, error) {
	var c check
	c.id("path.id", &id)
	if err := c.v.Err(); err != nil {
		return folder{}, err
	}
	f, err := s.fetch(ctx, id, from)
	if err != nil {
		return f, err
	}
	if !canRead(ctx, ticket.Decider.Scope(f.State)) {
		s.api.Deny(ctx, operation, authz.TicketRead, f.Stream())
		return folder{}, ticketpage.ErrUnknown
	}
	return f, nil
}

// recall is open for who may see the ticket's past; the state now decides that, not the state then.
func (s *service) recall(ctx context.Context, operation, id string) (folder, error) {
	f, err := s.fetch(ctx, id, s.masked)
	if err != nil {
		return f, err
	}
	return f, s.mayRecall(ctx, operation, id, ticket.Decider.Scope(f.State))
}

// fetch loads and folds whatever stands in a ticket's stream, whoever asks.
func (s *service) fetch(ctx context.Context, id string, from load) (folder, error) {
	position, err := s.passed(ctx)
	if err != nil {
		return folder{}, err
	}
	events, err := from(ctx, domain.Stream(ticket.Decider.Category, id))
	if err != nil {
		return folder{}, err
	}
	page, existed := ticketpage.Replay(events)
	if !existed {
		return folder{}, ticketpage.ErrUnknown
	}
	return folder{page, events, max(position, events[len(events)-1].Position)}, nil
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
