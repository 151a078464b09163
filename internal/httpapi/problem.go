package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"docket/domain"
)

// ProblemDetails is the body of every answer that is not a success: RFC 9457 with a stable code. It never holds a value that
// was submitted.
type ProblemDetails struct { //nolint:errname // the term of RFC 9457
	Type            string              `json:"type" doc:"URN of the rule" example:"urn:docket:problem:ticket.not_open"`
	Title           string              `json:"title" doc:"text of the status"`
	Status          int                 `json:"status"`
	Detail          string              `json:"detail" doc:"what is wrong, in the language asked for"`
	Code            string              `json:"code" doc:"stable slug of the rule" example:"ticket.not_open"`
	Errors          []domain.FieldError `json:"errors,omitempty" doc:"every failing field"`
	Revision        *int64              `json:"revision,omitempty" doc:"current revision of the stream, on conflicts"`
	AllowedCommands []string            `json:"allowed_commands,omitempty" doc:"what the asker may do now, on conflicts"`
	Since           []EventRef          `json:"since,omitempty" doc:"what happened after the revision that If-Match names"`

	header http.Header
	cause  error // of what is our own fault: logged, never shown
}

// EventRef names one event of a stream.
type EventRef struct {
	Type     string `json:"type"`
	Revision uint64 `json:"revision"`
}

// Error is the code and the detail.
func (p *ProblemDetails) Error() string { return p.Code + ": " + p.Detail }

// Unwrap is what caused an internal failure.
func (p *ProblemDetails) Unwrap() error { return p.cause }

// GetStatus is the HTTP status; the name is huma's.
func (p *ProblemDetails) GetStatus() int { return p.Status }

// GetHeaders are further headers of the answer; the name is huma's.
func (p *ProblemDetails) GetHeaders() http.Header { return p.header }

// ContentType makes huma answer with the media type of RFC 9457.
func (p *ProblemDetails) ContentType(string) string { return "application/problem+json" }

// Situated is implemented by refusals that know where the stream stands: what to try instead.
type Situated interface {
	error
	Situation() (revision int64, allowed []string, since []EventRef)
}

// statuses maps the closed codes of refusals; anything else is 500.
var statuses = map[domain.Code]int{
	domain.Invalid:      http.StatusUnprocessableEntity,
	domain.Forbidden:    http.StatusForbidden,
	domain.NotFound:     http.StatusNotFound,
	domain.Conflict:     http.StatusConflict,
	domain.Precondition: http.StatusPreconditionFailed,
	domain.Gone:         http.StatusGone,
	domain.Unavailable:  http.StatusServiceUnavailable,
}

// rules maps single rules to a status of their own.
var rules = map[string]int{
	"match.required": http.StatusPreconditionRequired, // RFC 6585
	"login.refused":  http.StatusUnauthorized,
	"token.refused":  http.StatusUnauthorized,
	"login.too_many": http.StatusTooManyRequests,
}

// errInterrupted: the client went away, or time was up.
var errInterrupted = domain.Refusal(domain.Unavailable, "request.interrupted", "the request was given up before it was answered; try again")

// errUnreachable: a part behind the service does not take connections. It is logged all the same.
var errUnreachable = domain.Refusal(domain.Unavailable, "service.unreachable", "a part of the service cannot be reached; try again")

// Problem turns an error into the problem that is answered: refusals by their code, problems as they are, anything else as
// a 500 that tells nothing but is logged when it is written.
func Problem(err error) huma.StatusError { return problem(err) }

func problem(err error) *ProblemDetails {
	var p *ProblemDetails
	if errors.As(err, &p) {
		return p
	}
	var e *domain.Error
	found := errors.As(err, &e)
	if !found && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
		e, found = errInterrupted, true
	}
	var outage *net.OpError
	if !found && errors.As(err, &outage) {
		p = problem(errUnreachable)
		p.cause = err
		return p
	}
	if !found || statuses[e.Code] == 0 {
		p = fail(http.StatusInternalServerError, "internal", "something went wrong inside the service; it has been logged")
		p.cause = err
		return p
	}
	status := statuses[e.Code]
	if s, own := rules[e.Rule]; own {
		status = s
	}
	p = fail(status, e.Rule, e.Msg)
	p.Errors = e.Fields
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		p.header = http.Header{"Retry-After": {"1"}}
	}
	var s Situated
	if errors.As(err, &s) {
		revision, allowed, since := s.Situation()
		p.Revision, p.AllowedCommands, p.Since = &revision, allowed, since
	}
	return p
}

// fail makes a problem that has no domain refusal behind it.
func fail(status int, code, detail string) *ProblemDetails {
	return &ProblemDetails{
		Type: "urn:docket:problem:" + code, Title: http.StatusText(status), Status: status, Code: code, Detail: detail,
	}
}

// WriteProblem answers a request with the problem of an error, in the language asked for, and logs what is our own fault.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := problem(err)
	logCause(r.Context(), p, r.Method, r.URL.Path)
	p, language := localized(p, r.Header.Get("Accept-Language"))
	h := w.Header()
	for name, values := range p.header {
		h[http.CanonicalHeaderKey(name)] = values
	}
	h.Set("Content-Type", p.ContentType(""))
	h.Set("Content-Language", language)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client is gone when this fails
}
