package readapi_test

import (
	"context"
	"encoding/json"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/staff"
	"docket/domain/ticket"
	"docket/domain/unit"
	"docket/internal/httpapi"
	"docket/internal/pgtest"
	"docket/projections"
	"docket/projections/kpi"
	"docket/readapi"
)

const (
	kpiUnit  = "0a000000-0000-4000-8000-000000000001"
	kpiGroup = "0a000000-0000-4000-8000-000000000002"
	kpiOther = "0a000000-0000-4000-8000-000000000003"
)

// figures is the KPI queries over a short log of two tickets. It is also that log, and the directory, of one group in a unit.
type figures struct {
	t       *testing.T
	handler http.Handler
	events  []domain.Envelope
}

func newFigures(t *testing.T) *figures {
	t.Helper()
	f := &figures{t: t}
	one := func(key string, revision int, at string, e ticket.Event) {
		when, err := time.Parse("2006-01-02T15:04", at)
		require.NoError(t, err)
		n := uint64(len(f.events) + 1)
		f.events = append(f.events, domain.Envelope{
			Stream: domain.Stream("ticket", key), Revision: uint64(revision), Position: 100 * n, Event: e,
			Type: ticket.Decider.Events.Name(e), Meta: domain.Metadata{Effective: when, Decided: when.Add(time.Minute)},
		})
	}
	registered := ticket.Registered{Unit: kpiUnit, Type: "INC", Channel: ticket.Phone, Urgency: ticket.Normal}
	one("a", 0, "2026-01-31T15:00", registered)
	one("a", 1, "2026-01-31T15:30", ticket.AssignedToGroup{Group: kpiGroup, Unit: kpiUnit})
	one("b", 0, "2026-01-31T16:30", registered)
	one("a", 2, "2026-01-31T17:00", ticket.Completed{Outcome: ticket.Fulfilled})
	one("a", 3, "2026-01-31T17:00", ticket.Closed{})
	runner, err := projections.New(projections.Options{
		Pool: pgtest.Migrated(t), Source: f, Models: []projections.Model{kpi.Model}, TempDir: t.TempDir(),
	})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(ctx) }()
	t.Cleanup(func() { stop(); <-ended })
	api := httpapi.New(httpapi.Options{Auth: f, Lookups: f, Logger: slog.New(slog.DiscardHandler)})
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	readapi.MountKPIs(api, readapi.KPIDeps{Reader: runner, Lookups: f, Zone: shanghai})
	f.handler = api.Handler()
	require.Eventually(t, func() bool { return f.ask("analyst", "throughput", "Docket-After", "500").status == http.StatusOK },
		patience, 5*time.Millisecond)
	return f
}

// Head and Subscribe make it a log.
func (f *figures) Head(context.Context) (uint64, error) { return uint64(len(f.events)) * 100, nil }

func (f *figures) Subscribe(ctx context.Context, after uint64) iter.Seq2[domain.Page, error] {
	return func(yield func(domain.Page, error) bool) {
		rest := f.events[after/100:]
		if len(rest) > 0 && !yield(domain.Page{Events: rest, From: after, To: uint64(len(f.events)) * 100, Live: true}, nil) {
			return
		}
		<-ctx.Done()
	}
}

// Unit, Staff, Position and WaitFor make it a directory.
func (f *figures) Unit(id string, _ time.Time) (unit.Facts, bool) {
	if id != kpiGroup {
		return unit.Facts{}, false
	}
	return unit.Facts{ID: id, Kind: unit.Group, Parent: kpiUnit, Active: true}, true
}
func (f *figures) Staff(string, time.Time) (staff.Facts, bool) { return staff.Facts{}, false }
func (f *figures) Position() uint64                            { return 500 }
func (f *figures) WaitFor(context.Context, uint64) error       { return nil }

// Authenticate makes the token a post's role; a deputy's and a leader's are in the unit and the group.
func (f *figures) Authenticate(_ context.Context, role string) (httpapi.Account, error) {
	posts := map[string]domain.Post{
		"analyst": {Role: authz.Analyst}, "deputy": {Role: authz.DeputyManager, Unit: kpiUnit},
		"leader": {Role: authz.Leader, Unit: kpiGroup}, "clerk": {Role: authz.Clerk},
	}
	return httpapi.Account{ID: "service-" + role, Posts: []domain.Post{posts[role]}}, nil
}

type reply struct {
	status int
	body   map[string]any
}

func (f *figures) ask(role, target string, header ...string) reply {
	f.t.Helper()
	q := httptest.NewRequest(http.MethodGet, strings.TrimSuffix("/v1/kpis/"+target, "/"), nil)
	q.Header.Set("Authorization", "Bearer "+role)
	for i := 0; i < len(header); i += 2 {
		q.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, q)
	r := reply{status: w.Code}
	require.NoError(f.t, json.Unmarshal(w.Body.Bytes(), &r.body), "%s", w.Body)
	return r
}

// part digs into an answer.
func (r reply) part(path ...any) any {
	var v any = r.body
	for _, p := range path {
		switch key := p.(type) {
		case string:
			v = v.(map[string]any)[key]
		case int:
			v = v.([]any)[key]
		}
	}
	return v
}

func TestFiguresOverHTTP(t *testing.T) {
	t.Parallel()
	f := newFigures(t)

	t.Run("tell what fixes them", func(t *testing.T) {
		r := f.ask("analyst", "throughput?from=2026-02-01&to=2026-03-01")
		require.Equal(t, "throughput", r.part("kpi"))
		require.InDelta(t, 1, r.part("definition_version"), 0)
		require.Equal(t, "Asia/Shanghai", r.part("zone"))
		require.Equal(t, map[string]any{"from": "2026-01-31T16:00:00Z", "to": "2026-02-28T16:00:00Z"}, r.part("window"))
		require.InDelta(t, 500, r.part("as_of_position"), 0)
		require.Equal(t, "2026-01-31T17:01:00Z", r.part("as_of"))
		require.InDelta(t, 1, r.part("figures", "n"), 0, "only b began in February")
	})
	t.Run("no data is not zero", func(t *testing.T) {
		r := f.ask("analyst", "throughput?to=2026-01-01")
		require.Equal(t, map[string]any{"n": 0.0}, r.part("figures"))
	})
	t.Run("as of an earlier position", func(t *testing.T) {
		r := f.ask("analyst", "volumes?position=400")
		require.InDelta(t, 1, r.part("figures", "items", 0, "completed", "tickets"), 0)
		require.InDelta(t, 0, r.part("figures", "items", 0, "closed", "tickets"), 0)
		require.InDelta(t, 400, r.part("as_of_position"), 0)
	})
	t.Run("midnights of a zone", func(t *testing.T) {
		const days = "backlog?midnights_from=2026-01-31&midnights_to=2026-02-01"
		r := f.ask("analyst", days)
		require.Equal(t, "2026-01-31T16:00:00Z", r.part("figures", "items", 1, "at"))
		require.InDelta(t, 1, r.part("figures", "items", 1, "open"), 0, "a; b is registered later")
		r = f.ask("analyst", days+"&zone=UTC")
		require.Equal(t, "2026-02-01T00:00:00Z", r.part("figures", "items", 1, "at"))
		require.InDelta(t, 1, r.part("figures", "items", 1, "open"), 0, "b; a is closed by then")
		r = f.ask("analyst", "backlog?at="+url.QueryEscape("2026-01-31T17:00:00+00:00"))
		require.InDelta(t, 2, r.part("figures", "items", 0, "open"), 0, "closed at that instant, not before it")
	})
	t.Run("by dimension", func(t *testing.T) {
		r := f.ask("analyst", "volumes?by=group")
		require.Equal(t, kpiGroup, r.part("figures", "items", 1, "key"))
	})
	t.Run("definitions", func(t *testing.T) {
		r := f.ask("leader", "")
		require.Len(t, r.part("items"), 6+len(kpi.Formulas()))
	})
	for _, name := range []string{"handovers", "reopens", "waiting"} {
		require.Equal(t, http.StatusOK, f.ask("analyst", name).status, name)
	}
}

// Whoever reads figures of a part of the organisation reads no others.
func TestFiguresAreAuthorised(t *testing.T) {
	t.Parallel()
	f := newFigures(t)
	for _, c := range []struct {
		role, target string
		status       int
	}{
		{"analyst", "reopens", http.StatusOK},
		{"clerk", "reopens", http.StatusForbidden},
		{"clerk", "", http.StatusForbidden},
		{"deputy", "reopens", http.StatusForbidden},
		{"deputy", "reopens?unit=" + kpiUnit, http.StatusOK},
		{"deputy", "reopens?group=" + kpiGroup, http.StatusOK},
		{"deputy", "reopens?group=" + kpiOther, http.StatusForbidden},
		{"deputy", "reopens?unit=" + kpiOther, http.StatusForbidden},
		{"leader", "reopens?unit=" + kpiUnit, http.StatusForbidden},
		{"leader", "reopens?group=" + kpiGroup, http.StatusOK},
		{"leader", "reopens?group=" + kpiOther, http.StatusForbidden},
	} {
		require.Equal(t, c.status, f.ask(c.role, c.target).status, "%s %s", c.role, c.target)
	}
}

func TestBadQuestionsAboutFigures(t *testing.T) {
	t.Parallel()
	f := newFigures(t)
	for target, field := range map[string]string{
		"reopens?zone=Mars":                                         "query.zone",
		"reopens?zone=..%2F..%2Fetc%2Fpasswd":                       "query.zone",
		"reopens?zone=Local":                                        "query.zone",
		"reopens?from=yesterday":                                    "query.from",
		"reopens?from=0001-01-01":                                   "query.from",
		"reopens?from=2026-02-01&to=2026-01-01":                     "query.to",
		"reopens?unit=7":                                            "query.unit",
		"reopens?group=%00":                                         "query.group",
		"reopens?group=" + kpiGroup + "&group=" + kpiGroup:          "query.group",
		"reopens?position=-1":                                       "query.position",
		"reopens?position=99999999999999999999":                     "query.position",
		"volumes?by=weather":                                        "query.by",
		"backlog?midnights_from=2026-01-01":                         "query.midnights_to",
		"backlog?midnights_from=2026-01-02&midnights_to=2026-01-01": "query.midnights_to",
		"backlog?midnights_from=1900-01-01&midnights_to=2900-01-01": "query.midnights_to",
		"backlog?at=noon":                                           "query.at",
		"backlog?at=0001-01-01T00:00:01Z":                           "query.at",
		"backlog?from=2026-01-01":                                   "query.from",
		"backlog?at=2026-01-01T00:00:00Z&midnights_from=2026-01-01&step=day&midnights_to=2026-01-01": "query.at",
	} {
		r := f.ask("analyst", target)
		require.Equal(t, http.StatusUnprocessableEntity, r.status, target)
		failing, _ := r.body["errors"].([]any)
		fields := make([]any, len(failing))
		for i, e := range failing {
			fields[i] = e.(map[string]any)["field"]
		}
		require.Contains(t, fields, field, target)
	}
	require.Equal(t, http.StatusUnprocessableEntity, f.ask("analyst", "reopens?position=501").status, "beyond the log")
	require.Equal(t, http.StatusUnprocessableEntity, f.ask("analyst", "reopens", "Docket-After", "501").status)
	require.Equal(t, http.StatusUnprocessableEntity, f.ask("analyst", "reopens", "Docket-After", "soon").status)
}
