package readapi_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/internal/httpapi"
	"docket/internal/pgtest"
	"docket/projections"
	"docket/projections/flow"
	"docket/readapi"
)

// charted is the process map over the short log of two tickets.
type charted struct {
	*figures
	api http.Handler
}

func newCharted(t *testing.T) *charted {
	t.Helper()
	f := &charted{figures: newFigures(t)}
	runner, err := projections.New(projections.Options{
		Pool: pgtest.Migrated(t), Source: f, Models: []projections.Model{flow.Model}, TempDir: t.TempDir(),
	})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(ctx) }()
	t.Cleanup(func() { stop(); <-ended })
	api := httpapi.New(httpapi.Options{Auth: f, Lookups: f, Logger: slog.New(slog.DiscardHandler)})
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	readapi.MountFlow(api, readapi.FlowDeps{Reader: runner, Lookups: f, Zone: shanghai})
	readapi.MountCharts(api, readapi.KPIDeps{Reader: runner, Lookups: f, Zone: shanghai})
	f.api = api.Handler()
	require.Eventually(t, func() bool { return f.get("analyst", "/v1/flow", "500").status == http.StatusOK }, patience, 5*time.Millisecond)
	return f
}

func (f *charted) get(role, target, after string) reply {
	f.t.Helper()
	q := httptest.NewRequest(http.MethodGet, target, http.NoBody)
	q.Header.Set("Authorization", "Bearer "+role)
	if after != "" {
		q.Header.Set("Docket-After", after)
	}
	w := httptest.NewRecorder()
	f.api.ServeHTTP(w, q)
	r := reply{status: w.Code}
	if w.Header().Get("Content-Type") != "image/svg+xml" {
		require.NoError(f.t, json.Unmarshal(w.Body.Bytes(), &r.body), "%s", w.Body)
	}
	return r
}

func TestFlow(t *testing.T) {
	t.Parallel()
	f := newCharted(t)
	body := f.get("analyst", "/v1/flow", "").body
	require.Equal(t, "Asia/Shanghai", body["zone"])
	require.InDelta(t, 500, body["as_of_position"], 0)
	require.Equal(t, []any{
		map[string]any{"activity": "registered", "count": 2., "begins": 2., "ends": 0., "stands": 1.},
		map[string]any{"activity": "assigned_to_group", "count": 1., "begins": 0., "ends": 0., "stands": 0.},
		map[string]any{"activity": "closed", "count": 1., "begins": 0., "ends": 1., "stands": 0.},
		map[string]any{"activity": "completed", "count": 1., "begins": 0., "ends": 0., "stands": 0.},
	}, body["nodes"])
	require.Contains(t, body["edges"], map[string]any{
		"from": "assigned_to_group", "to": "completed", "count": 1., "sum_ms": 5400000., "mean_ms": 5400000., "median_ms": 5400000.,
		"p90_ms": 5400000., "max_ms": 5400000.,
	})
	// The first of February begins at 16:00 of the day before in UTC.
	body = f.get("analyst", "/v1/flow?from=2026-02-01&as_of=400", "").body
	require.Equal(t, []any{
		map[string]any{"activity": "completed", "count": 1., "begins": 0., "ends": 0., "stands": 1.},
		map[string]any{"activity": "registered", "count": 1., "begins": 1., "ends": 0., "stands": 1.},
		map[string]any{"activity": "assigned_to_group", "count": 0., "begins": 0., "ends": 0., "stands": 0.},
	}, body["nodes"])

	list := f.get("analyst", "/v1/flow/tickets?from_activity=begin&to_activity=registered&limit=1", "").body
	require.Equal(t, "a", list["items"].([]any)[0].(map[string]any)["ticket"])
	list = f.get("analyst", "/v1/flow/tickets?from_activity=begin&to_activity=registered&limit=1&after="+list["next"].(string), "").body
	require.Equal(t, "b", list["items"].([]any)[0].(map[string]any)["ticket"])
	require.NotContains(t, list, "next")
}

// The picture says in words what it shows, and needs the same right.
func TestFlowChart(t *testing.T) {
	t.Parallel()
	f := newCharted(t)
	q := httptest.NewRequest(http.MethodGet, "/v1/flow/chart.svg", http.NoBody)
	q.Header.Set("Authorization", "Bearer analyst")
	w := httptest.NewRecorder()
	f.api.ServeHTTP(w, q)
	require.Equal(t, http.StatusOK, w.Code, "%s", w.Body)
	require.Equal(t, "image/svg+xml", w.Header().Get("Content-Type"))
	for _, part := range []string{">5 acts of tickets as 4 activities, and 3 of 3 ways", ">Registered<", ">1 · 1.5 h<", ">Process map<"} {
		require.Contains(t, w.Body.String(), part)
	}
	require.Equal(t, http.StatusForbidden, f.get("clerk", "/v1/flow/chart.svg", "").status)
	require.Equal(t, http.StatusForbidden, f.get("leader", "/v1/flow/chart.png", "").status)
}

func TestFlowRefusals(t *testing.T) {
	t.Parallel()
	f := newCharted(t)
	for target, status := range map[string]map[string]int{
		"/v1/flow":                   {"analyst": 200, "deputy": 403, "leader": 403, "clerk": 403},
		"/v1/flow?unit=" + kpiUnit:   {"deputy": 200, "leader": 403},
		"/v1/flow?group=" + kpiGroup: {"deputy": 200, "leader": 200, "clerk": 403},
		"/v1/flow?group=" + kpiOther: {"deputy": 403},
		"/v1/flow/tickets?from_activity=begin&to_activity=registered":                   {"analyst": 200, "leader": 403, "clerk": 403},
		"/v1/flow/tickets?from_activity=begin&to_activity=registered&group=" + kpiGroup: {"leader": 200},
		"/v1/flow/tickets?to_activity=registered":                                       {"analyst": 422},
		"/v1/flow/tickets?from_activity=begin&to_activity=registered&after=e30x":        {"analyst": 422},
		"/v1/flow?from=2026-02-31":                                                      {"analyst": 422},
		"/v1/flow?from=2026-02-01&to=2026-01-01":                                        {"analyst": 422},
		"/v1/flow?unit=x&template=y":                                                    {"analyst": 422},
		"/v1/flow?minimum=0":                                                            {"analyst": 422},
	} {
		for role, code := range status {
			require.Equal(t, code, f.get(role, target, "").status, "%s by %s", target, role)
		}
	}
}
