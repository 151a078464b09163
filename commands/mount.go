package commands

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"

	"docket/domain"
	"docket/internal/httpapi"
)

// Mount adds a route and its documentation for every command of the catalogue, and GET /v1/meta/commands.
func Mount(api *httpapi.API, p *Pipeline) {
	answer := api.Shape(reflect.TypeFor[Answer]()).Schema
	refused := api.Shape(reflect.TypeFor[httpapi.ProblemDetails]()).Schema
	for i := range catalogue {
		e := &catalogue[i]
		shape := api.Shape(e.Payload)
		document(api.Huma.OpenAPI(), e, shape, answer, refused)
		api.Router.Method(http.MethodPost, e.Route, &endpoint{p, e, shape})
	}
	mountMeta(api)
	mountPreview(api, p)
}

// endpoint is the one HTTP side of every command.
type endpoint struct {
	p     *Pipeline
	e     *Entry
	shape *httpapi.Shape
}

// Limits of what clients may put into metadata.
const (
	maxKey   = 200
	maxTrace = 128
)

// ServeHTTP reads the command, has it carried out and answers.
func (n *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := httpapi.Body(r)
	if err != nil {
		httpapi.WriteProblem(w, r, err)
		return
	}
	request, err := n.request(r, body)
	if err != nil {
		httpapi.WriteProblem(w, r, err)
		return
	}
	a, err := n.p.Do(r.Context(), n.e, request)
	if err != nil {
		httpapi.WriteProblem(w, r, err)
		return
	}
	n.answer(w, a)
}

// request reads headers, path and body; what is wrong with any of them is told at once, later.
func (n *endpoint) request(r *http.Request, body []byte) (Request, error) {
	h := httpapi.Header{Values: r.Header}
	q := Request{
		Actor: httpapi.ActorFrom(r.Context()), Command: n.e.New(),
		Key: h.Token(httpapi.HeaderKey, maxKey), Effective: h.Instant(httpapi.HeaderEffectiveAt),
		Correlation: h.Token("Docket-Correlation-Id", maxKey), Trace: h.Token("Traceparent", maxTrace),
	}
	if !n.e.Creates {
		q.ID = h.ID("path.id", chi.URLParam(r, "id"))
	}
	q.Match, q.Matches = h.Revision("If-Match")
	if n.e.Creates && q.Matches {
		h.Fail("header.If-Match", "not_applicable")
	}
	if person, given := h.One(httpapi.HeaderOnBehalfOf); given {
		q.OnBehalfOf = h.ID("header."+httpapi.HeaderOnBehalfOf, person)
	}
	q.After, _ = h.Position(httpapi.HeaderAfter)
	if r.URL.RawQuery != "" {
		h.Fail("query", "unknown_parameter")
	}
	canonical, failures, err := n.shape.Decode(body, q.Command)
	if err != nil {
		return Request{}, err
	}
	q.Canonical, q.Failures = canonical, append(h.Failures, failures...)
	if !n.e.Creates && q.ID == "" {
		return Request{}, domain.ErrInvalid.With(q.Failures...) // there is nothing to ask the rules about
	}
	return q, nil
}

// answer writes 201 for what was created, else 200; a repeated command gets its first answer again.
func (n *endpoint) answer(w http.ResponseWriter, a Answer) {
	h := w.Header()
	h["Content-Type"] = []string{"application/json"}
	h["Etag"] = []string{`"` + strconv.FormatUint(a.Revision, 10) + `"`}
	h[httpapi.HeaderPosition] = []string{strconv.FormatUint(a.Position, 10)}
	if a.Revealed != nil {
		h["Cache-Control"] = []string{"no-store"}
	}
	if a.Repeated {
		h["Idempotent-Replayed"] = []string{"true"}
	}
	status := http.StatusOK
	if n.e.Creates {
		status = http.StatusCreated
		h["Location"] = []string{n.e.place() + "/" + a.ID}
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(a) // the client is gone when this fails
}

// document describes the route in the OpenAPI document.
func document(o *huma.OpenAPI, e *Entry, shape *httpapi.Shape, answer, refused *huma.Schema) {
	text := func(name, in, doc string, required bool) *huma.Param {
		return &huma.Param{Name: name, In: in, Description: doc, Required: required, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	op := &huma.Operation{
		OperationID: e.Name, Method: http.MethodPost, Path: e.Route, Summary: e.Doc, Tags: []string{e.Category},
		Description: "Needs the permission `" + string(e.Allow) + "`. " + refusalsText(e),
		RequestBody: &huma.RequestBody{
			Required: shape.Required(),
			Content:  map[string]*huma.MediaType{"application/json": {Schema: shape.Schema, Example: e.Example}},
		},
		Responses: map[string]*huma.Response{"default": {
			Description: "Refused", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: refused}},
		}},
		Parameters: []*huma.Param{
			text(httpapi.HeaderKey, "header", "Repeating the command with the same key gives the first answer and adds nothing. A command that changed nothing is not remembered.", false),
			text(httpapi.HeaderEffectiveAt, "header", "When it happened, RFC 3339; left out: now.", false),
			text(httpapi.HeaderOnBehalfOf, "header", "Key of the person for whom the account acts.", false),
			text(httpapi.HeaderAfter, "header", "Position that the directory must have passed.", false),
		},
	}
	success := &huma.Response{
		Description: "Accepted", Content: map[string]*huma.MediaType{"application/json": {Schema: answer}},
		Headers: map[string]*huma.Param{
			"ETag":                 {Description: "the revision", Schema: &huma.Schema{Type: huma.TypeString}},
			httpapi.HeaderPosition: {Description: "place in the log", Schema: &huma.Schema{Type: huma.TypeString}},
		},
	}
	if e.Creates {
		op.Responses["201"] = success
	} else {
		op.Responses["200"] = success
		op.Parameters = append(op.Parameters,
			text("id", "path", "Key of the stream, a UUID.", true),
			text("If-Match", "header", `Revision the command was decided on, as "<revision>".`, e.Match == MatchRequired))
	}
	o.AddOperation(op)
}

func refusalsText(e *Entry) string {
	if len(e.Refuses) == 0 {
		return ""
	}
	rules := make([]string, len(e.Refuses))
	for i, r := range e.Refuses {
		rules[i] = "`" + r.Rule + "`"
	}
	return "May be refused by " + strings.Join(rules, ", ") + "."
}
