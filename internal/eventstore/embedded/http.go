package embedded

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"docket/internal/eventstore/embedded/access"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// routes is what the engine answers to plain HTTP, on the port of gRPC.
func (s *Server) routes() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /health/live", s.live)
	m.HandleFunc("GET /ping", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "Ping request successfully handled") })
	m.HandleFunc("GET /info", s.info)
	m.HandleFunc("GET /gossip", s.gossip)
	m.Handle("GET /metrics", s.restricted(promhttp.HandlerFor(s.metrics(), promhttp.HandlerOpts{})))
	m.Handle("POST /admin/scavenge", s.restricted(http.HandlerFunc(s.scavenge), access.Admins, access.Ops))
	return m
}

// restricted asks for a caller who has said who he is and, where roles are
// given, has one of them. An insecure engine asks nothing.
func (s *Server) restricted(next http.Handler, roles ...string) http.Handler {
	if s.guard == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, err := s.guard.accounts.Authenticate(r.Header.Get("Authorization"))
		switch {
		case err != nil || p.Anonymous():
			w.Header().Set("WWW-Authenticate", `Basic realm="event store"`)
			http.Error(w, "unauthenticated", http.StatusUnauthorized)
		case len(roles) > 0 && !p.In(roles...):
			http.Error(w, "access denied", http.StatusForbidden)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// live answers 204 (or the code asked for) while events can be stored, else 503.
func (s *Server) live(w http.ResponseWriter, r *http.Request) {
	if err := s.Err(); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	code, err := strconv.Atoi(r.URL.Query().Get("liveCode"))
	if err != nil || code < 200 || code > 299 {
		code = http.StatusNoContent
	}
	w.WriteHeader(code)
}

func (s *Server) info(w http.ResponseWriter, _ *http.Request) {
	authentication := "insecure"
	if s.guard != nil {
		authentication = "basic"
	}
	writeJSON(w, map[string]any{
		"product": "docket embedded event store", "dbVersion": protocolVersion, "state": "leader",
		"features":       map[string]bool{"projections": false, "userManagement": false, "atomPub": false},
		"authentication": map[string]string{"type": authentication},
	})
}

func (s *Server) gossip(w http.ResponseWriter, _ *http.Request) {
	host, port := s.advertised()
	writeJSON(w, map[string]any{"members": []any{map[string]any{
		"instanceId": s.id.String(), "timeStamp": time.Now().UTC(), "state": "Leader", "isAlive": s.Err() == nil,
		"httpEndPointIp": host, "httpEndPointPort": port,
		"writerCheckpoint": s.store.Tail(), "lastCommitPosition": s.store.Tail(),
	}}})
}

func (s *Server) scavenge(w http.ResponseWriter, r *http.Request) {
	done, err := s.Scavenge(r.Context())
	if errors.Is(err, context.Canceled) { // it can be asked for again
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	writeJSON(w, done)
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // the client went away
}

func (s *Server) metrics() *prometheus.Registry {
	r := prometheus.NewRegistry()
	gauge := func(name, help string, value func() float64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "eventstore_" + name, Help: help}, value))
	}
	counter := func(name, help string, value func() float64) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "eventstore_" + name, Help: help}, value))
	}
	counter("events_appended_total", "Events appended since the start.", func() float64 { return float64(s.store.Counts().Events) })
	counter("commits_total", "Synced commits since the start; each may hold many appends.", func() float64 { return float64(s.store.Counts().Commits) })
	gauge("log_end_position", "Position that the next event will have.", func() float64 { return float64(s.store.Tail()) })
	gauge("disk_bytes", "Bytes of the data folder.", func() float64 { return float64(s.store.Counts().DiskBytes) })
	gauge("up", "1 while events can be stored.", func() float64 {
		if s.Err() != nil {
			return 0
		}
		return 1
	})
	return r
}
