package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/staff"
	"docket/internal/httpapi"
)

// accounts knows accounts by their bearer token.
type accounts map[string]httpapi.Account

var errDatabase = errors.New("the database at 10.0.0.7 is away")

func (k accounts) Authenticate(_ context.Context, bearer string) (httpapi.Account, error) {
	if bearer == "outage" {
		return httpapi.Account{}, errDatabase
	}
	if a, ok := k[bearer]; ok {
		return a, nil
	}
	return httpapi.Account{}, domain.Refusal(domain.Forbidden, "token.refused", "no such token")
}

// people is a directory that learns of late at position 7.
type people struct{ position uint64 }

func (p *people) Staff(id string, _ time.Time) (staff.Facts, bool) {
	switch {
	case id == "ann", id == "late" && p.position >= 7:
		return staff.Facts{ID: id, Active: true, Groups: []string{"g"}, Posts: []domain.Post{{Role: authz.Auditor}}}, true
	case id == "left":
		return staff.Facts{ID: id}, true
	}
	return staff.Facts{}, false
}

func (p *people) Position() uint64 { return p.position }

func (p *people) WaitFor(_ context.Context, position uint64) error {
	p.position = position
	return nil
}

// log of denied attempts.
type attempts []string

func (l *attempts) Record(_ context.Context, a domain.Actor, operation string, p authz.Permission, target domain.StreamID, rule string) {
	*l = append(*l, fmt.Sprint(a.Principal, " ", operation, " ", p, " ", target, " ", rule))
}

type answer struct {
	Body struct {
		Actor domain.Actor `json:"actor"`
	}
}

type asked struct {
	Limit int       `query:"limit" minimum:"1" maximum:"100" default:"10"`
	State string    `query:"state" enum:"open,closed"`
	At    time.Time `query:"at"`
	Body  *struct {
		Text string `json:"text" maxLength:"3"`
	}
}

type fixture struct {
	*testing.T
	handler http.Handler
	denied  attempts
	log     bytes.Buffer
}

func newFixture(t *testing.T) *fixture {
	f := &fixture{T: t}
	api := httpapi.New(httpapi.Options{
		Auth: accounts{
			"ann": {ID: "staff-ann", Staff: "ann"}, "late": {ID: "staff-late", Staff: "late"}, "left": {ID: "staff-left", Staff: "left"},
			"robot": {ID: "service-import", Posts: []domain.Post{{Role: authz.Importer}}},
		},
		Lookups: &people{}, Denials: &f.denied, Logger: slog.New(slog.NewTextHandler(&f.log, nil)), Public: []string{"/v1/login"},
	})
	whoami := func(ctx context.Context, in *asked) (*answer, error) {
		switch in.State {
		case "open":
			return nil, fmt.Errorf("deep inside: %w", domain.Refusal(domain.Conflict, "ticket.not_open", "not open"))
		case "closed":
			if err := api.Allow(ctx, "test.see", authz.OrganisationManage, domain.Scope{}); err != nil {
				return nil, httpapi.Problem(err)
			}
			return nil, errDatabase
		}
		var a answer
		a.Body.Actor = httpapi.ActorFrom(ctx)
		return &a, nil
	}
	for _, path := range []string{"/v1/whoami", "/v1/login"} {
		huma.Register(api.Huma, huma.Operation{OperationID: path, Method: http.MethodPost, Path: path}, whoami)
	}
	api.Router.Get("/v1/panic", func(http.ResponseWriter, *http.Request) { panic("at the disco") })
	api.Router.Get("/v1/late-panic", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
		panic("too late")
	})
	f.handler = api.Handler()
	return f
}

func (f *fixture) send(method, path, token, body string, headers ...string) (*httptest.ResponseRecorder, httpapi.ProblemDetails) {
	r := httptest.NewRequestWithContext(f.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	var p httpapi.ProblemDetails
	if w.Header().Get("Content-Type") == "application/problem+json" {
		require.NoError(f, json.Unmarshal(w.Body.Bytes(), &p))
		require.Equal(f, w.Code, p.Status)
	}
	return w, p
}

func TestActorIsResolved(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for token, want := range map[string]domain.Actor{
		"ann": {
			Principal: "staff-ann", Staff: "ann", Groups: []string{"g"}, Posts: []domain.Post{{Role: authz.Auditor}}, Channel: "api", Source: "192.0.2.1",
		},
		"robot": {Principal: "service-import", Posts: []domain.Post{{Role: authz.Importer}}, Channel: "import", Source: "192.0.2.1"},
	} {
		w, _ := f.send(http.MethodPost, "/v1/whoami", token, "")
		require.Equal(t, http.StatusOK, w.Code, w.Body)
		var a answer
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &a.Body))
		require.Equal(t, want, a.Body.Actor)
	}
	_, p := f.send(http.MethodPost, "/v1/whoami", "left", "")
	require.Equal(t, "account.inactive", p.Code)
	_, p = f.send(http.MethodPost, "/v1/whoami", "late", "")
	require.Equal(t, "account.inactive", p.Code)
	w, _ := f.send(http.MethodPost, "/v1/whoami", "late", "", "Docket-After", "7")
	require.Equal(t, http.StatusOK, w.Code)
	w, _ = f.send(http.MethodPost, "/v1/login", "", "")
	require.Equal(t, http.StatusOK, w.Code, "public")
}

func TestProblemsOfHumaAreOurs(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for query, want := range map[string]struct {
		body, code, errors string
		status             int
	}{
		"?limit=0":                 {code: "invalid", status: 422, errors: "query.limit out_of_range"},
		"?limit=many":              {code: "invalid", status: 422, errors: "query.limit wrong_type"},
		"?state=s3cr3t&limit=1000": {code: "invalid", status: 422, errors: "query.limit out_of_range, query.state not_allowed"},
		"?at=yesterday":            {code: "invalid", status: 422, errors: "query.at not_a_time"},
		"?state=open":              {code: "ticket.not_open", status: 409},
		"?limit=1":                 {body: `{"text":"s3cr3t"}`, code: "invalid", status: 422, errors: "text too_long"},
		"?limit=2":                 {body: `{"text":"\u0000"}`, code: "invalid", status: 400, errors: " wrong_form"},
		"?limit=3":                 {body: `{"Text":"x"}`, code: "invalid", status: 422, errors: "text required, Text unknown_field"},
		"?limit=4":                 {body: strings.Repeat(" ", 2<<20), code: "body.too_large", status: 413},
	} {
		w, p := f.send(http.MethodPost, "/v1/whoami"+query, "robot", want.body)
		require.Equal(t, want.status, w.Code, "%s: %s", query, w.Body)
		require.Equal(t, want.code, p.Code, query)
		var told []string
		for _, e := range p.Errors {
			require.NotEmpty(t, e.Msg, query)
			told = append(told, e.Field+" "+e.Code)
		}
		require.Equal(t, want.errors, strings.Join(told, ", "), query)
		require.NotContains(t, w.Body.String(), "s3cr3t", query)
		require.NotContains(t, w.Body.String(), "$schema", query)
	}
	w, p := f.send(http.MethodPost, "/v1/whoami?state=open", "robot", "", "Accept-Language", "zh-TW")
	require.Equal(t, "業務單未受理，或已關閉、已撤銷", p.Detail)
	require.Equal(t, "zh-Hant", w.Header().Get("Content-Language"))
}

func TestInternalFailuresAreLoggedNotTold(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for path, told := range map[string]string{"/v1/whoami?state=closed": "10.0.0.7", "/v1/panic": "disco"} {
		method := http.MethodGet
		if strings.HasPrefix(path, "/v1/whoami") {
			method = http.MethodPost
		}
		w, p := f.send(method, path, "robot", "")
		require.Equal(t, http.StatusInternalServerError, w.Code, path)
		require.Equal(t, "internal", p.Code)
		require.NotContains(t, w.Body.String(), told)
		require.Contains(t, f.log.String(), told)
	}
	w, _ := f.send(http.MethodGet, "/v1/whoami", "outage", "")
	require.Equal(t, http.StatusInternalServerError, w.Code)
	w, _ = f.send(http.MethodGet, "/v1/late-panic", "robot", "")
	require.Equal(t, http.StatusOK, w.Code, "the answer had begun")
	require.Contains(t, f.log.String(), "too late")
}

func TestMalformedPositionIsRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, headers := range [][]string{{"Docket-After", "latest"}, {"Docket-After", "-1"}, {"Docket-After", "1", "Docket-After", "2"}} {
		w, p := f.send(http.MethodGet, "/v1/panic", "robot", "", headers...)
		require.Equal(t, http.StatusUnprocessableEntity, w.Code, headers)
		require.Equal(t, "not_a_position", p.Errors[0].Code)
	}
}

func TestDeniedQueryIsRecorded(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w, p := f.send(http.MethodPost, "/v1/whoami?state=closed", "ann", "")
	require.Equal(t, http.StatusForbidden, w.Code)
	require.Equal(t, "not_allowed", p.Code)
	require.Equal(t, attempts{"staff-ann test.see organisation.manage  not_allowed"}, f.denied)
}

func TestPartsThatCannotBeReachedAreNoFailureOfTheRequest(t *testing.T) {
	t.Parallel()
	_, err := (&net.Dialer{}).DialContext(t.Context(), "unix", filepath.Join(t.TempDir(), "nobody"))
	p := httpapi.Problem(fmt.Errorf("look up token: %w", err))
	require.Equal(t, http.StatusServiceUnavailable, p.GetStatus())
	require.NotContains(t, p.Error(), "nobody", "where it lies is nobody's business")
	require.ErrorIs(t, errors.Unwrap(p), err, "it is logged")
}

func TestInterruptedRequestsAreNotFailures(t *testing.T) {
	t.Parallel()
	require.Equal(t, http.StatusServiceUnavailable, httpapi.Problem(fmt.Errorf("load: %w", context.Canceled)).GetStatus())
	require.Equal(t, http.StatusInternalServerError, httpapi.Problem(errDatabase).GetStatus())
	require.Equal(t, http.StatusServiceUnavailable, httpapi.Problem(domain.Refusal(domain.Unavailable, "x", "")).GetStatus())
}
