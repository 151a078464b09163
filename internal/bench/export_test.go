package bench

import (
	"context"
	"time"

	"docket/internal/bench/report"
)

// RunOne runs a part that a test made up.
func RunOne(ctx context.Context, o Options, measure func(note func(report.Figure) error) error) (*report.Report, error) {
	return run(ctx, o, []part{{name: "made up", measure: func(_ context.Context, b *bench) error { return measure(b.note) }}})
}

// Load gives what a span of an operation gave.
func Load(ctx context.Context, workers int, span time.Duration, op func(ctx context.Context, worker, n int) error) (count int, perSecond float64, p50, p99 time.Duration, err error) {
	s, err := load(ctx, workers, span, op)
	return s.count, s.rate, s.p50, s.p99, err
}

// Commit opens a log in a folder and gives its commit and its end.
func Commit(dir string) (commit func(context.Context, []byte) error, end func() error, err error) {
	l, err := openGroupLog(dir)
	if err != nil {
		return nil, nil, err
	}
	return l.commit, l.close, nil
}

// Wire is the connections that a bench asks by.
type Wire struct{ w *wire }

// NewWire asks the service at an address.
func NewWire(address string) *Wire { return &Wire{newWire(address)} }

// Host is whom it asks.
func (w *Wire) Host() string { return w.w.host }

// Close ends its connections.
func (w *Wire) Close() { w.w.close() }

// Ask asks once, as an account, and gives a copy of the answer.
func (w *Wire) Ask(ctx context.Context, method, path string, body []byte) (status int, answer string, err error) {
	err = w.w.do(ctx, method, path, []header{{"Authorization", "Bearer token"}}, body, func(s int, b []byte) error {
		status, answer = s, string(b)
		return nil
	})
	return status, answer, err
}

// Failing asks once and fails in reading the answer.
func (w *Wire) Failing(ctx context.Context, path string, failure error) error {
	return w.w.do(ctx, "GET", path, nil, nil, func(int, []byte) error { return failure })
}
