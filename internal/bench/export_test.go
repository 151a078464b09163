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
