package readapi

import (
	"cmp"
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"docket/domain"
	"docket/internal/httpapi"
	"docket/internal/paper"
	"docket/projections/ticketpage"
)

// errNoCorrections: there is nothing to print.
var errNoCorrections = domain.Refusal(domain.Conflict, "corrections.none", "nothing has been corrected on the ticket")

// mountCorrectionSheet adds the sheet of corrections, whose answer is no JSON.
func mountCorrectionSheet(s *service) {
	sheet := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	refused := s.api.Shape(reflect.TypeFor[httpapi.ProblemDetails]()).Schema
	huma.Register(s.api.Huma, huma.Operation{
		OperationID: "print-corrections", Method: http.MethodGet, Path: "/v1/tickets/{id}/corrections.pdf", Tags: []string{"Tickets"},
		Summary: "Every correction under its stamp, the old value struck through beside the new one", RejectUnknownQueryParameters: true,
		Responses: map[string]*huma.Response{
			"200":     {Description: "The sheet", Content: map[string]*huma.MediaType{"application/pdf": sheet}},
			"default": {Description: "Refused", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: refused}}},
		},
	}, func(ctx context.Context, in *ReceiptRequest) (*ReceiptResponse, error) {
		out, err := s.correctionSheet(ctx, in)
		if err != nil {
			return nil, httpapi.Problem(err)
		}
		return out, nil
	})
}

// correctionSheet prints the corrections that a ticket's page shows, to whom the page is open (更正章, mission row K1). Marked
// values stand there masked.
func (s *service) correctionSheet(ctx context.Context, in *ReceiptRequest) (*ReceiptResponse, error) {
	f, err := s.open(ctx, "ticket.corrections", in.ID)
	if err != nil {
		return nil, err
	}
	if len(f.Corrections) == 0 {
		return nil, errNoCorrections
	}
	language := httpapi.Wanted(in.Language).String()
	pdf, err := s.stamped(&f.Page, language).PDF(language)
	if err != nil {
		return nil, err
	}
	return &ReceiptResponse{
		Position: f.position, ContentType: "application/pdf", Disposition: `inline; filename="` + f.Number + `-corrections.pdf"`,
		Language: "zh-Hant, " + language, CacheControl: "private, no-store", Vary: "Accept-Language", Body: pdf,
	}, nil
}

// stamped is the sheet in words that people read, names and times as they were when a correction was signed.
func (s *service) stamped(p *ticketpage.Page, language string) paper.Corrections {
	now := s.Clock()
	zone, named := s.words(p, language)
	sheet := paper.Corrections{
		Number: cmp.Or(p.Number, p.Ticket), Title: p.Form.Title, Unit: s.names.unit(p.Unit, now).name(), Printed: now.In(zone),
	}
	for _, c := range p.Corrections {
		sheet.Lines = append(sheet.Lines, paper.Correction{
			Field: named(c.Field), Old: c.Old, New: c.New, Masked: c.Marked, Stamp: c.Stamp, Unit: s.names.unit(c.Unit, c.At).name(),
			Signer: s.names.staff(c.Corrector, c.At).name(), Signed: c.At.In(zone), Fault: string(c.Fault), Reason: c.Reason,
			Addendum: c.Addendum,
		})
	}
	return sheet
}
