package readapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"golang.org/x/text/language"

	"docket/domain"
	"docket/domain/security"
	"docket/internal/bundle"
	"docket/internal/httpapi"
	"docket/projections/ticketpage"
)

// Fingerprints gives the digests of a stream's stored bytes, event by event.
type Fingerprints interface {
	Fingerprints(ctx context.Context, id domain.StreamID) ([]domain.Fingerprint, error)
}

// BundleRequest asks for a ticket's evidence bundle.
type BundleRequest struct {
	Request
	TicketPath
	Purpose  string `query:"purpose" required:"true" minLength:"1" maxLength:"200" doc:"what the evidence is wanted for; recorded with the read"`
	Language string `header:"Accept-Language" doc:"of labels; texts of the index are Chinese" example:"zh-Hant"`
}

// bundlePatience is how long the sending of one file may take.
const bundlePatience = 2 * time.Minute

// mountBundle adds the evidence bundle.
func mountBundle(s *service) {
	huma.Register(s.api.Huma, huma.Operation{
		OperationID: "bundle-ticket", Method: http.MethodGet, Path: "/v1/tickets/{id}/bundle", Tags: []string{"Tickets"},
		Summary:     "A ticket's evidence, to be read and checked without the service",
		Description: "A ZIP with every event as the reader may see it and the SHA-256 of its stored bytes, the page, the custody, definitions and attached files, proofs that each event stands in the log under a signed tree head, an index for people, and a manifest that sha256sum checks. sh verify.sh checks all of it with OpenSSL alone. The same position, reader and purpose give the same bytes.",
		Responses: map[string]*huma.Response{"200": {Description: "The bundle", Content: map[string]*huma.MediaType{
			"application/zip": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
		}}},
		Errors:                       []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
		RejectUnknownQueryParameters: true,
	}, func(ctx context.Context, in *BundleRequest) (*huma.StreamResponse, error) {
		out, err := s.bundle(ctx, in)
		if err != nil {
			return nil, httpapi.Problem(err)
		}
		return out, nil
	})
}

// evidence is everything that goes into a bundle.
type evidence struct {
	folder
	scene
	prints  []domain.Fingerprint
	proven  []bundle.Proven // under one signed head of the log; none where that could not be had
	why     string          // it could not
	reader  *Ref
	purpose string
	agreed  bool // the reader is bound to confidentiality, so attached files may go along
	page    *TicketPage
	custody CustodyView
}

// bundle gathers the evidence, records the read, and streams the archive. All of it stands as of the ticket's newest act, so
// that it does not depend on when it is asked for.
func (s *service) bundle(ctx context.Context, in *BundleRequest) (*huma.StreamResponse, error) {
	var c check
	c.id("path.id", &in.ID)
	if err := c.v.Err(); err != nil {
		return nil, err
	}
	f, err := s.recall(ctx, "ticket.bundle", in.ID)
	if err != nil {
		return nil, err
	}
	e := evidence{folder: f, purpose: in.Purpose}
	if e.agreed, err = s.mayTakeFiles(ctx); err != nil {
		return nil, err
	}
	if err := s.gather(ctx, &e, httpapi.Wanted(in.Language)); err != nil {
		return nil, err
	}
	if err := s.prove(ctx, &e); err != nil {
		return nil, err
	}
	read := security.SensitiveRead{What: "ticket.bundle", Target: string(e.Stream()), Purpose: in.Purpose, Rows: len(e.events)}
	if err := s.api.Note(ctx, read); err != nil {
		return nil, err
	}
	name := e.name() + ".zip"
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", "application/zip")
		hc.SetHeader("Content-Disposition", `attachment; filename*=UTF-8''`+url.PathEscape(name))
		hc.SetHeader("Cache-Control", "no-store")
		hc.SetHeader("Docket-Position", position(e.position))
		_, w := humachi.Unwrap(hc)
		control := http.NewResponseController(w)
		longer := func() { // a server that cannot keeps the deadline it has
			_ = control.SetWriteDeadline(time.Now().Add(bundlePatience))
		}
		if err := s.writeBundle(ctx, hc.BodyWriter(), &e, longer); err != nil {
			panic(http.ErrAbortHandler) // half a bundle must not look like a whole one
		}
	}}, nil
}

// mayTakeFiles reports whether the reader is bound to confidentiality; who is not gets the files' digests alone.
func (s *service) mayTakeFiles(ctx context.Context) (bool, error) {
	err := s.agreed(ctx, httpapi.ActorFrom(ctx))
	if errors.Is(err, httpapi.ErrNoAgreement) {
		return false, nil
	}
	return err == nil && s.Files != nil, err
}

// gather adds what is computed from the history, as of its newest act.
func (s *service) gather(ctx context.Context, e *evidence, tag language.Tag) (err error) {
	if e.prints, err = s.Fingerprints.Fingerprints(ctx, e.Stream()); err != nil {
		return err
	}
	if len(e.prints) < len(e.events) {
		return errShortened
	}
	var end time.Time
	for i := range e.events {
		if m := e.events[i].Meta; m.Decided.After(end) {
			end = m.Decided
		}
		if m := e.events[i].Meta; m.Effective.After(end) {
			end = m.Effective
		}
	}
	e.scene = s.scene(end.UTC(), tag)
	e.page = s.ticketPage(&e.Page, e.scene)
	e.custody = s.custodyView(&e.Page, ticketpage.Custody(e.events, end.Add(time.Millisecond)))
	actor := httpapi.ActorFrom(ctx)
	e.reader = e.names.account(actor.Principal, end)
	return nil
}

// errShortened: the stream was deleted while it was read.
var errShortened = domain.Refusal(domain.Unavailable, "bundle.changed", "the ticket's stream changed while it was read; try again")

// name is the bundle's folder: the ticket's number, or its key for a draft, with the revision.
func (e *evidence) name() string {
	name := e.Number
	if name == "" {
		name = e.Ticket
	}
	return name + "-r" + position(e.Revision)
}

// writeBundle writes file after file; longer is called before each.
func (s *service) writeBundle(ctx context.Context, w io.Writer, e *evidence, longer func()) error {
	b := bundle.New(w, e.name(), e.at)
	attachments := make([]attachmentLine, len(e.Files))
	for i, f := range e.Files {
		longer()
		line, err := s.attach(ctx, b, e, f)
		if err != nil {
			return err
		}
		attachments[i] = line
	}
	longer()
	for _, part := range []func() error{
		func() error { return b.Text("README.txt", readme) },
		func() error { return b.Add("index.html", s.index(e, attachments).HTML) },
		func() error { return b.Add("events.jsonl", e.jsonl) },
		func() error { return inJSON(b, "page.json", e.page) },
		func() error { return inJSON(b, "custody.json", e.custody) },
		func() error { return inJSON(b, "attachments.json", attachments) },
		func() error { return s.definitions(b, e) },
		func() error { return inJSON(b, "about.json", e.about()) },
		func() error { return s.writeProofs(b, e) },
		func() error { return s.writeContents(b, e) }, // last, since it lists what is there
	} {
		if err := part(); err != nil {
			return err
		}
	}
	return b.Close()
}
