package readapi

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"docket/domain"
	"docket/domain/authz"
	asked "docket/domain/export"
	"docket/domain/security"
	"docket/internal/export"
	"docket/internal/httpapi"
)

// exportNowRows is how many rows are answered at once.
const exportNowRows = 10_000

// ExportNowRequest asks for a short list as a file.
type ExportNowRequest struct {
	Request
	What    string `query:"what" required:"true" minLength:"1" maxLength:"80" doc:"queue, search, handovers, audit, flow/tickets, kpis/<name>, kpis/<name>/tickets, closings/<id>/sheets or sheets/year"`
	Format  string `query:"format" enum:"csv,xlsx,jsonl" default:"csv"`
	Filter  string `query:"filter" maxLength:"2000" doc:"the list's own parameters, as a query: group=…&state=open"`
	Purpose string `query:"purpose" required:"true" minLength:"1" maxLength:"200" doc:"recorded with the export"`
}

// MountExports adds GET /v1/exports/now. Larger files are asked for by the command export.request.
func MountExports(api *httpapi.API, e *Exporter) {
	huma.Register(api.Huma, huma.Operation{
		OperationID: "export-now", Method: http.MethodGet, Path: "/v1/exports/now", Summary: "A list of at most 10,000 rows as a file", Tags: []string{"Exports"},
		RejectUnknownQueryParameters: true,
		Responses: map[string]*huma.Response{"200": {
			Description: "The file; Docket-Rows tells how many rows it has, Docket-Position and Docket-As-Of the snapshot that they show",
			Content: map[string]*huma.MediaType{
				export.CSV.MediaType(): {}, export.XLSX.MediaType(): {}, export.JSONL.MediaType(): {},
			},
		}},
		Errors: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
	}, e.now)
}

// now makes the whole file before any of it leaves, so that a refusal or a list that is too long is told as one, and the read is
// recorded first.
func (e *Exporter) now(ctx context.Context, in *ExportNowRequest) (*huma.StreamResponse, error) {
	actor := httpapi.ActorFrom(ctx)
	if !authz.Anywhere(actor, authz.Export) {
		e.api.Deny(ctx, "export.now", authz.Export, "")
		return nil, httpapi.Problem(httpapi.ErrNotAllowed)
	}
	var v domain.Checks
	asked.Check(&v, in.What, in.Format, in.Filter, in.Purpose)
	if err := v.Err(); err != nil {
		return nil, httpapi.Problem(err)
	}
	q := Question{
		Mark: uuid.NewString(), What: in.What, Filter: in.Filter, Purpose: in.Purpose, Format: export.Format(in.Format), Limit: exportNowRows,
	}
	var file bytes.Buffer
	made, err := e.Write(ctx, actor, q, &file)
	var refused *RefusedError
	switch {
	case errors.As(err, &refused):
		return &huma.StreamResponse{Body: func(c huma.Context) {
			c.SetHeader("Content-Type", "application/problem+json")
			c.SetStatus(refused.Status)
			_, _ = c.BodyWriter().Write(refused.Body) // the client is gone when this fails
		}}, nil
	case err != nil:
		return nil, httpapi.Problem(err)
	}
	target := string(domain.Stream(asked.Decider.Category, q.Mark))
	if err := e.api.Note(ctx, security.SensitiveRead{What: "export." + in.What, Target: target, Purpose: in.Purpose, Rows: made.Rows}); err != nil {
		return nil, httpapi.Problem(err)
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", q.Format.MediaType())
		c.SetHeader("Content-Disposition", `attachment; filename="`+export.FileName(q.Mark, made.Position, q.Format)+`"`)
		c.SetHeader("Cache-Control", "no-store")
		c.SetHeader("Docket-Rows", strconv.Itoa(made.Rows))
		c.SetHeader("Docket-As-Of", made.At.Format(time.RFC3339))
		c.SetHeader(httpapi.HeaderPosition, strconv.FormatUint(made.Position, 10))
		_, _ = c.BodyWriter().Write(file.Bytes()) // the client is gone when this fails
	}}, nil
}
