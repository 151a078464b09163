package processes

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/jackc/pgx/v5"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/export"
	"docket/domain/security"
	files "docket/internal/export"
	"docket/internal/httpapi"
)

// Refusals of files.
var (
	errNotReady = domain.Refusal(domain.Conflict, "export.not_ready", "the file is not ready yet")
	errNoFile   = domain.Refusal(domain.Conflict, "export.failed", "no file could be made")
	errOver     = domain.Refusal(domain.Gone, "export.over", "the file's time is over; ask for it again")
)

// ExportView is an export as it stands.
type ExportView struct {
	ID          string     `json:"id" doc:"the mark that the file carries"`
	What        string     `json:"what"`
	Format      string     `json:"format"`
	Filter      string     `json:"filter,omitempty"`
	Purpose     string     `json:"purpose"`
	Staff       string     `json:"staff" doc:"who asked for it"`
	RequestedAt time.Time  `json:"requested_at"`
	State       string     `json:"state" enum:"running,finished,failed,over"`
	Rows        *int       `json:"rows,omitempty"`
	Size        *int64     `json:"size,omitempty" doc:"bytes"`
	Digest      string     `json:"digest,omitempty" doc:"of the sealed file"`
	Position    uint64     `json:"position,omitempty" doc:"of the log, that all rows stand at"`
	AsOf        *time.Time `json:"as_of,omitempty" doc:"when that was read"`
	EndsAt      *time.Time `json:"ends_at,omitempty" doc:"until when the file is kept"`
	Code        string     `json:"code,omitempty" doc:"why it failed"`
	Detail      string     `json:"detail,omitempty"`
}

type exportsInput struct {
	Before string `query:"before" doc:"key of the last export seen; left out: from the newest" maxLength:"64"`
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200"`
}

type exportsOutput struct {
	Body struct {
		Items []ExportView `json:"items"`
		Next  string       `json:"next,omitempty" doc:"send it as before for what is older; left out at the end"`
	}
}

type exportInput struct {
	ID string `path:"id" maxLength:"64" doc:"key of the export"`
}

type exportOutput struct{ Body ExportView }

// Mount adds GET /v1/exports, /v1/exports/{id} and /v1/exports/{id}/file, each for one's own exports; who may read the audit trail
// sees every export, and no other's file.
func (x *Exports) Mount(api *httpapi.API) {
	get := func(id, path, summary string) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{"Exports"}, RejectUnknownQueryParameters: true,
			Errors: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusGone, http.StatusUnprocessableEntity},
		}
	}
	huma.Register(api.Huma, get("list-exports", "/v1/exports", "The reader's own exports, the newest first"),
		func(ctx context.Context, in *exportsInput) (*exportsOutput, error) {
			out, err := x.list(ctx, api, in)
			if err != nil {
				return nil, httpapi.Problem(err)
			}
			return out, nil
		})
	huma.Register(api.Huma, get("read-export", "/v1/exports/{id}", "An export: what was asked, and what came of it"),
		func(ctx context.Context, in *exportInput) (*exportOutput, error) {
			s, at, err := x.open(ctx, api, in.ID, true)
			if err != nil {
				return nil, httpapi.Problem(err)
			}
			return &exportOutput{x.view(in.ID, s, at)}, nil
		})
	huma.Register(api.Huma, get("read-export-file", "/v1/exports/{id}/file", "The file of an export"),
		func(ctx context.Context, in *exportInput) (*huma.StreamResponse, error) {
			out, err := x.file(ctx, api, in.ID)
			if err != nil {
				return nil, httpapi.Problem(err)
			}
			return out, nil
		})
}

func (x *Exports) list(ctx context.Context, api *httpapi.API, in *exportsInput) (*exportsOutput, error) {
	actor := httpapi.ActorFrom(ctx)
	if !authz.Anywhere(actor, authz.Export) {
		api.Deny(ctx, "export.list", authz.Export, "")
		return nil, httpapi.ErrNotAllowed
	}
	rows, err := x.Pool.Query(ctx, `SELECT export FROM processes.exports WHERE staff = $1 AND ($2 = '' OR (requested_at, export) <
		(SELECT requested_at, export FROM processes.exports WHERE export = $2 AND staff = $1)) ORDER BY requested_at DESC, export DESC LIMIT $3`,
		actor.Staff, in.Before, in.Limit+1)
	if err != nil {
		return nil, fmt.Errorf("list exports: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("list exports: %w", err)
	}
	out := &exportsOutput{}
	out.Body.Items = []ExportView{}
	if len(ids) > in.Limit {
		ids = ids[:in.Limit]
		out.Body.Next = ids[in.Limit-1]
	}
	for _, id := range ids {
		s, at, err := x.load(ctx, id)
		if err != nil {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, x.view(id, s, at))
	}
	return out, nil
}

// open is an export for somebody who may see it; to others there is none.
func (x *Exports) open(ctx context.Context, api *httpapi.API, id string, auditors bool) (s export.State, at time.Time, err error) {
	if _, ok := httpapi.ParseID(id); !ok {
		return s, at, export.ErrUnknown
	}
	if s, at, err = x.load(ctx, id); err != nil {
		return s, at, err
	}
	actor := httpapi.ActorFrom(ctx)
	_, audits := authz.Allowed(actor, authz.AuditRead, domain.Scope{})
	own := actor.Staff != "" && actor.Staff == s.Staff && authz.Anywhere(actor, authz.Export)
	switch {
	case !s.Exists():
		return s, at, export.ErrUnknown
	case !own && (!auditors || !audits):
		api.Deny(ctx, "export.read", authz.Export, domain.Stream(export.Decider.Category, id))
		return s, at, export.ErrUnknown
	}
	return s, at, nil
}

func (x *Exports) view(id string, s export.State, at time.Time) ExportView {
	v := ExportView{
		ID: id, What: s.What, Format: s.Format, Filter: s.Filter, Purpose: s.Purpose, Staff: s.Staff, RequestedAt: at, State: "running",
	}
	if f := s.Finished; f != nil {
		v.State, v.Rows, v.Size, v.Digest, v.Position, v.EndsAt = "finished", &f.Rows, &f.Size, f.Digest, f.Position, &f.EndsAt
		if !f.AsOf.IsZero() {
			v.AsOf = &f.AsOf
		}
		if !x.now().Before(f.EndsAt) {
			v.State = "over"
		}
	}
	if f := s.Failed; f != nil {
		v.State, v.Code, v.Detail = "failed", f.Code, f.Detail
	}
	return v
}

// file streams the file, once that is recorded as a sensitive read.
func (x *Exports) file(ctx context.Context, api *httpapi.API, id string) (*huma.StreamResponse, error) {
	s, _, err := x.open(ctx, api, id, false)
	switch {
	case err != nil:
		return nil, err
	case s.Failed != nil:
		return nil, errNoFile.Because(s.Failed.Detail)
	case s.Finished == nil:
		return nil, errNotReady
	case !x.now().Before(s.Finished.EndsAt):
		return nil, errOver
	}
	stream := domain.Stream(export.Decider.Category, id)
	in, err := x.Files.Produced(ctx, stream)
	if err != nil {
		return nil, err
	}
	read := security.SensitiveRead{What: "export.file", Target: string(stream), Purpose: s.Purpose, Rows: s.Finished.Rows}
	if err := api.Note(ctx, read); err != nil {
		_ = in.Close() // only read
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		defer func() { _ = in.Close() }()
		c.SetHeader("Content-Type", files.Format(s.Format).MediaType())
		c.SetHeader("Content-Disposition", `attachment; filename="`+files.FileName(id, s.Finished.Position, files.Format(s.Format))+`"`)
		c.SetHeader("Cache-Control", "no-store")
		c.SetHeader(httpapi.HeaderPosition, strconv.FormatUint(s.Finished.Position, 10))
		c.SetHeader("Docket-Rows", strconv.Itoa(s.Finished.Rows))
		if at := s.Finished.AsOf; !at.IsZero() {
			c.SetHeader("Docket-As-Of", at.Format(time.RFC3339))
		}
		c.SetHeader("Content-Length", strconv.FormatInt(s.Finished.Size, 10))
		_, _ = io.Copy(c.BodyWriter(), in) // the client sees that bytes are missing
	}}, nil
}
