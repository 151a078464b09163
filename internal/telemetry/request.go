package telemetry

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strconv"

	"github.com/felixge/httpsnoop"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/propagation"
)

// RequestIDHeader carries a request's id in both directions.
const RequestIDHeader = "X-Request-Id"

// plainID is what a client may choose as an id; others are replaced, since ids
// end up in logs.
var plainID = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,64}$`)

type requestKey struct{}

// RequestID is the id of the request the context belongs to, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// WithRequestID makes the context one of the given request's.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// Requests observes HTTP requests. Its metrics are docket_http_requests_total
// (method, route, status), docket_http_request_seconds (route) and
// docket_http_requests_running.
type Requests struct {
	log     *slog.Logger
	route   func(*http.Request) string
	total   *prometheus.CounterVec
	seconds *prometheus.HistogramVec
	running prometheus.Gauge
}

// NewRequests registers the metrics. route names the pattern that served a
// request, e.g. "/v1/tickets/{id}", and is asked after it was served; "" is
// counted as "none". Paths themselves would make a series per ticket.
func NewRequests(r prometheus.Registerer, log *slog.Logger, route func(*http.Request) string) (*Requests, error) {
	q := &Requests{
		log: log, route: route,
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "docket", Subsystem: "http", Name: "requests_total", Help: "Requests served.",
		}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "docket", Subsystem: "http", Name: "request_seconds", Help: "Time to serve a request.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14),
		}, []string{"route"}),
		running: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: "docket", Subsystem: "http", Name: "requests_running", Help: "Requests being served now.",
		}),
	}
	for _, c := range []prometheus.Collector{q.total, q.seconds, q.running} {
		if err := r.Register(c); err != nil {
			return nil, err
		}
	}
	return q, nil
}

// methods are the label values; anything else is the client's invention.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}

// Observe is a middleware. On a chi router it belongs into Use, where the
// request's context already has what RoutePattern reads; around the router it
// would not. It gives each request an id and the caller's trace, and counts,
// times and logs it (at debug level; server errors as warnings). It makes no
// spans, since the program has nowhere to send them.
func (q *Requests) Observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(RequestIDHeader)
		if !plainID.MatchString(id) {
			id = uuid.NewString()
		}
		w.Header().Set(RequestIDHeader, id)
		ctx := propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		r = r.WithContext(WithRequestID(ctx, id))
		q.running.Inc()
		defer q.running.Dec()
		m := httpsnoop.CaptureMetrics(next, w, r)

		route := cmp.Or(q.route(r), "none")
		method := r.Method
		if !slices.Contains(methods, method) {
			method = "other"
		}
		q.total.WithLabelValues(method, route, strconv.Itoa(m.Code)).Inc()
		q.seconds.WithLabelValues(route).Observe(m.Duration.Seconds())
		level := slog.LevelDebug
		if m.Code >= http.StatusInternalServerError {
			level = slog.LevelWarn
		}
		q.log.Log(r.Context(), level, "request", "method", method, "route", route, "status", m.Code,
			"ms", float64(m.Duration.Microseconds())/1000, "bytes", m.Written)
	})
}
