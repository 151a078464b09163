package attachment

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/security"
	"docket/domain/staff"
	"docket/domain/ticket"
	"docket/internal/httpapi"
)

// Route is where a ticket's files are uploaded to; a file's own address has its digest behind.
const Route = "/v1/tickets/{id}/attachments"

// History loads a stream with marked values masked; internal/eventstore does.
type History interface {
	LoadMasked(ctx context.Context, id domain.StreamID) ([]domain.Envelope, domain.Revision, error)
}

// People tells what is known of a member of staff at an instant; projections/directory does.
type People interface {
	Staff(id string, at time.Time) (staff.Facts, bool)
}

// Deps are what the routes stand on.
type Deps struct {
	Store   *Store
	History History
	People  People
}

// Mount adds the upload and the download of a ticket's files. Whoever may note something on a ticket may upload, whoever may
// read it may download; both need a live confidentiality agreement (mission row O4).
func Mount(api *httpapi.API, d Deps) {
	e := &endpoint{api, d}
	document(api)
	api.AllowBody(http.MethodPost, Route, d.Store.Largest+overhead)
	api.Router.Method(http.MethodPost, Route, http.HandlerFunc(e.upload))
	api.Router.Method(http.MethodGet, Route+"/{digest}", http.HandlerFunc(e.download))
}

// overhead is what a form puts around a file.
const overhead = 64 << 10

type endpoint struct {
	api *httpapi.API
	Deps
}

func (e *endpoint) upload(w http.ResponseWriter, r *http.Request) {
	stream, _, err := e.open(r, "ticket.attach_file", authz.TicketNote)
	if err != nil {
		httpapi.WriteProblem(w, r, err)
		return
	}
	file, err := fileOf(r)
	if err != nil {
		httpapi.WriteProblem(w, r, err)
		return
	}
	u, err := e.Store.Put(r.Context(), stream, httpapi.ActorFrom(r.Context()).Principal, file)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		err = ErrTooLarge
	case errors.Is(err, ErrMalware):
		err = ErrMalware.With(domain.FieldError{Field: "body", Code: "malware", Msg: "did not pass the malware scan"})
	}
	if err != nil {
		httpapi.WriteProblem(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Location", r.URL.Path+"/"+u.Digest)
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(u) // the client is gone when this fails
}

// fileOf is the body, or the first file of a form.
func fileOf(r *http.Request) (io.Reader, error) {
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media != "multipart/form-data" {
		return r.Body, nil // whatever the sender calls it: the bytes tell the type
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, domain.ErrInvalid.With(domain.FieldError{Field: "body", Code: "wrong_form", Msg: "must be a well-formed form"})
	}
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil, ErrEmpty
		case err != nil:
			return nil, domain.ErrInvalid.With(domain.FieldError{Field: "body", Code: "wrong_form", Msg: "must be a well-formed form"})
		case part.FileName() != "":
			return part, nil
		}
	}
}

func (e *endpoint) download(w http.ResponseWriter, r *http.Request) {
	stream, state, err := e.open(r, "ticket.read_file", authz.TicketRead)
	if err != nil {
		httpapi.WriteProblem(w, r, err)
		return
	}
	purpose, err := httpapi.Purpose(r)
	if err != nil {
		httpapi.WriteProblem(w, r, err)
		return
	}
	f, attached := state.Privacy.Files[chi.URLParam(r, "digest")]
	if !attached {
		httpapi.WriteProblem(w, r, ErrUnknown)
		return
	}
	file, err := e.Store.Read(r.Context(), stream, f.Digest)
	if err != nil {
		httpapi.WriteProblem(w, r, err)
		return
	}
	defer func() { _ = file.Close() }()
	read := security.SensitiveRead{What: "ticket.read_file", Target: string(stream), Purpose: purpose, Rows: 1}
	if err := e.api.Note(r.Context(), read); err != nil {
		httpapi.WriteProblem(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.MediaType)
	h.Set("Content-Length", strconv.FormatInt(f.Size, 10))
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(f.Name))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	if _, err := io.Copy(w, file); err != nil {
		e.Store.Logger.WarnContext(r.Context(), "a file could not be sent to its end", "stream", stream, "digest", f.Digest, "error", err)
		panic(http.ErrAbortHandler) // half a file must not look like a whole one
	}
}

// open lets the asker at a ticket, or tells why not; to whoever may not read it there is no such ticket.
func (e *endpoint) open(r *http.Request, operation string, p authz.Permission) (domain.StreamID, ticket.State, error) {
	var s ticket.State
	ctx, actor := r.Context(), httpapi.ActorFrom(r.Context())
	id, ok := httpapi.ParseID(chi.URLParam(r, "id"))
	if !ok {
		return "", s, domain.ErrInvalid.With(domain.FieldError{Field: "path.id", Code: "not_an_id", Msg: "must be an id: a UUID of 36 characters"})
	}
	stream := domain.Stream(ticket.Decider.Category, id)
	if !authz.Anywhere(actor, p) {
		e.api.Deny(ctx, operation, p, "")
		return "", s, httpapi.ErrNotAllowed
	}
	history, _, err := e.History.LoadMasked(ctx, stream)
	if err != nil {
		return "", s, err
	}
	for i := range history {
		event, ok := history[i].Event.(ticket.Event)
		if !ok {
			return "", s, errors.New("a ticket's stream holds what is not a ticket's")
		}
		s = ticket.Decider.Evolve(s, event)
	}
	if !s.Exists() {
		return "", s, ErrUnknown
	}
	scope := ticket.Decider.Scope(s)
	if _, ok := authz.Allowed(actor, p, scope); !ok {
		e.api.Deny(ctx, operation, p, stream)
		if _, readable := authz.Allowed(actor, authz.TicketRead, scope); readable {
			return "", s, httpapi.ErrNotAllowed
		}
		return "", s, ErrUnknown
	}
	if facts, _ := e.People.Staff(actor.Staff, time.Now()); actor.Staff != "" && !facts.Fit.Agreed(time.Now()) {
		e.api.Deny(ctx, operation, p, stream)
		return "", s, httpapi.ErrNoAgreement
	}
	return stream, s, nil
}

// document describes both routes in the OpenAPI document.
func document(api *httpapi.API) {
	refused := api.Shape(reflect.TypeFor[httpapi.ProblemDetails]()).Schema
	problems := &huma.Response{Description: "Refused", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: refused}}}
	file := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	id := &huma.Param{Name: "id", In: "path", Required: true, Description: "key of the ticket", Schema: &huma.Schema{Type: huma.TypeString}}
	digest := &huma.Param{Name: "digest", In: "path", Required: true, Description: "of the sealed file", Schema: &huma.Schema{Type: huma.TypeString}}
	purpose := &huma.Param{Name: "purpose", In: "query", Description: "what the file is wanted for; recorded with the read", Schema: &huma.Schema{Type: huma.TypeString}}
	api.Huma.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "upload-file", Method: http.MethodPost, Path: Route, Summary: "Upload a file, to be attached by a command within a day",
		Tags: []string{"Tickets"}, Parameters: []*huma.Param{id},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/octet-stream": file}},
		Responses: map[string]*huma.Response{
			"201":     {Description: "Kept sealed", Content: map[string]*huma.MediaType{"application/json": {Schema: api.Shape(reflect.TypeFor[Upload]()).Schema}}},
			"default": problems,
		},
	})
	api.Huma.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "read-file", Method: http.MethodGet, Path: Route + "/{digest}", Summary: "A file that is attached to a ticket",
		Tags: []string{"Tickets"}, Parameters: []*huma.Param{id, digest, purpose},
		Responses: map[string]*huma.Response{
			"200": {Description: "The file", Content: map[string]*huma.MediaType{"application/octet-stream": file}}, "default": problems,
		},
	})
}
