package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"docket/internal/httpapi"
	"docket/internal/merkle/keeper"
	"docket/internal/telemetry"

	"github.com/go-chi/chi/v5"
)

// readyLag is how far a read model may be behind while the service calls itself ready.
const readyLag = 30 * time.Second

// readiness is the answer of /readyz.
type readiness struct {
	Ready       bool             `json:"ready"`
	EventStore  string           `json:"eventstore"`
	Postgres    string           `json:"postgres"`
	Tree        string           `json:"tree"` // of the log; not ok does not make the service unready
	Projections []modelReadiness `json:"projections"`
}

type modelReadiness struct {
	Model    string `json:"model"`
	State    string `json:"state"`
	Position uint64 `json:"position"`
	LagMS    int64  `json:"lag_ms"`
	Error    string `json:"error,omitempty"`

	Rebuild *rebuildProgress `json:"rebuild,omitempty"`
}

// rebuildProgress is how far new tables of a read model are that some process is making, or was when it was cut off.
type rebuildProgress struct {
	Phase     string     `json:"phase"`
	Events    int        `json:"events"`
	Position  uint64     `json:"position"`
	Head      uint64     `json:"head"`
	Resumed   uint64     `json:"resumed,omitempty"`
	Kept      uint64     `json:"kept,omitempty"`
	PerSecond float64    `json:"events_per_second"`
	EndsAt    *time.Time `json:"ends_at,omitempty"`
	ToldAt    time.Time  `json:"told_at"`
}

// mountHealth adds /livez, /readyz and /metrics, which need no token.
func mountHealth(api *httpapi.API, st *stores, tree *keeper.Keeper) {
	api.Router.Get("/livez", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	api.Router.Get("/readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
		defer cancel()
		answer := st.readiness(ctx)
		answer.Tree = treeState(tree.Err())
		w.Header().Set("Content-Type", "application/json")
		if !answer.Ready {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(answer) // a client that has gone away needs no answer
	})
	api.Router.Method(http.MethodGet, "/metrics", telemetry.Metrics(st.registry))
}

func (st *stores) readiness(ctx context.Context) readiness {
	answer := readiness{Ready: true, EventStore: "ok", Postgres: "ok"}
	if err := st.events.Ready(ctx); err != nil {
		answer.Ready, answer.EventStore = false, "unreachable"
	} else if writable := st.backends.writable; writable != nil && writable() != nil {
		answer.Ready, answer.EventStore = false, "cannot be written" // the log says why; reads are served
	}
	if err := st.pool.Ping(ctx); err != nil {
		answer.Ready, answer.Postgres = false, "unreachable"
	}
	for _, s := range st.runner.Status(ctx) {
		m := modelReadiness{Model: s.Model, State: string(s.State), Position: s.Position, LagMS: s.Lag.Milliseconds()}
		if s.Err != nil {
			m.Error = s.Err.Error()
		}
		if p := s.Rebuild; p != nil {
			m.Rebuild = &rebuildProgress{Phase: string(p.Phase), Events: p.Events, Position: p.Position, Head: p.Head, Resumed: p.Resumed,
				Kept: p.Kept, PerSecond: p.Rate, ToldAt: p.Told}
			if !p.Ends.IsZero() {
				m.Rebuild.EndsAt = &p.Ends
			}
		}
		answer.Ready = answer.Ready && s.Ready(readyLag)
		answer.Projections = append(answer.Projections, m)
	}
	return answer
}

// treeState tells whether tree heads are signed, in one word; the log says why not.
func treeState(err error) string {
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, keeper.ErrContradicted):
		return "contradicted"
	}
	return "not kept"
}

// withRoute gives each request the router's context before anything else sees it, so that what stands around the router can
// ask afterwards which route served.
func withRoute(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), chi.RouteCtxKey, chi.NewRouteContext())))
	})
}

// routePattern names the route that served a request, for metrics.
func routePattern(r *http.Request) string {
	if c := chi.RouteContext(r.Context()); c != nil {
		return c.RoutePattern()
	}
	return ""
}
