package readapi

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"docket/domain"
	"docket/domain/casetype"
	"docket/internal/httpapi"
	"docket/internal/paper"
	"docket/projections/ticketpage"
)

// errNoReceipt: an application that was not registered has no number, and so nothing to give a receipt for.
var errNoReceipt = domain.Refusal(domain.Conflict, "receipt.not_registered", "the ticket has not been registered, so there is no receipt yet")

// ReceiptRequest asks for a ticket's receipt.
type ReceiptRequest struct {
	Request
	TicketPath
	Language string `header:"Accept-Language" doc:"of the labels beside Traditional Chinese: zh-Hant, zh-Hans or en"`
}

// ReceiptResponse is a receipt as PDF. Nobody keeps it on the way, for it tells who the customer is.
type ReceiptResponse struct {
	Position     uint64 `header:"Docket-Position"`
	ContentType  string `header:"Content-Type"`
	Disposition  string `header:"Content-Disposition"`
	Language     string `header:"Content-Language"`
	CacheControl string `header:"Cache-Control"`
	Vary         string `header:"Vary"`
	Body         []byte
}

// mountReceipt adds the receipt, whose answer is no JSON.
func mountReceipt(s *service) {
	paper := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	refused := s.api.Shape(reflect.TypeFor[httpapi.ProblemDetails]()).Schema
	huma.Register(s.api.Huma, huma.Operation{
		OperationID: "print-receipt", Method: http.MethodGet, Path: "/v1/tickets/{id}/receipt.pdf", Tags: []string{"Tickets"},
		Summary: "The receipt that the customer takes home", RejectUnknownQueryParameters: true,
		Responses: map[string]*huma.Response{
			"200":     {Description: "The receipt", Content: map[string]*huma.MediaType{"application/pdf": paper}},
			"default": {Description: "Refused", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: refused}}},
		},
	}, func(ctx context.Context, in *ReceiptRequest) (*ReceiptResponse, error) {
		out, err := s.receipt(ctx, in)
		if err != nil {
			return nil, httpapi.Problem(err)
		}
		return out, nil
	})
}

// receipt prints what a registered ticket's page says (回執, mission row I7).
func (s *service) receipt(ctx context.Context, in *ReceiptRequest) (*ReceiptResponse, error) {
	f, err := s.open(ctx, "ticket.receipt", in.ID)
	if err != nil {
		return nil, err
	}
	p, position := &f.Page, f.position
	if p.Number == "" {
		return nil, errNoReceipt
	}
	language := httpapi.Wanted(in.Language).String()
	pdf, err := s.paper(p, language).PDF(language)
	if err != nil {
		return nil, err
	}
	return &ReceiptResponse{
		Position: position, ContentType: "application/pdf", Disposition: `inline; filename="` + p.Number + `.pdf"`,
		Language: "zh-Hant, " + language, CacheControl: "private, no-store", Vary: "Accept-Language", Body: pdf,
	}, nil
}

// paper is the receipt in words that people read, times as the office's clocks show them.
func (s *service) paper(p *ticketpage.Page, language string) paper.Receipt {
	now := s.Clock()
	zone, named := s.words(p, language)
	r := paper.Receipt{
		Number: p.Number, Title: p.Form.Title, Type: p.Form.Type, Unit: s.names.unit(p.Unit, now).name(),
		Handler: s.names.staff(p.Handler, now).name(), Phone: p.Form.CustomerPhone,
	}
	if s.definition(p.Form.Template) != nil {
		r.Type += " " + named("title")
	}
	r.Registered, r.Printed = p.RegisteredAt.In(zone), now.In(zone)
	if p.DueAt != nil {
		due := p.DueAt.In(zone)
		r.Promised = &due
	}
	for _, m := range p.Received() {
		r.Materials = append(r.Materials, paper.Material{
			Item: m.Item, Name: named(m.Material), Copies: m.Copies, Pages: m.Pages, Original: m.Original, Received: m.At.In(zone),
		})
	}
	return r
}

// words are where the clocks of a ticket's office are, and its template's labels in both languages of a paper; UTC and the keys
// themselves for a plain ticket.
func (s *service) words(p *ticketpage.Page, language string) (*time.Location, func(key string) string) {
	d := s.definition(p.Form.Template)
	if d == nil {
		return time.UTC, func(key string) string { return key }
	}
	return s.zone(d.Rules.Calendar, s.Clock()), func(key string) string {
		return paper.Both(d.Label(key, paper.Languages[0]), d.Label(key, language))
	}
}

// definition is what a ticket follows; nil for a plain one, or where the directory does not know its template.
func (s *service) definition(ref casetype.Ref) *casetype.Definition {
	f, known := s.Templates.Template(ref.Template)
	if !known {
		return nil
	}
	e, known := f.Edition(ref.Version)
	if !known {
		return nil
	}
	return e.Definition
}

// zone is where a calendar's clocks are; UTC where the calendar is not known.
func (s *service) zone(id string, at time.Time) *time.Location {
	for _, f := range s.Calendars.Calendars(at) {
		if f.ID != id {
			continue
		}
		if c, ok := s.Calendars.CalendarVersion(id, len(f.Versions)); ok {
			return c.Zone()
		}
	}
	return time.UTC
}
