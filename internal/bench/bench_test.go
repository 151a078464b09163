package bench_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"docket/internal/bench"
	"docket/internal/bench/report"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestPartWithoutFigureFails: a table that lacks what was asked for is no table.
func TestPartWithoutFigureFails(t *testing.T) {
	t.Parallel()
	o := bench.Options{Data: t.TempDir()}
	for name, measure := range map[string]func(note func(report.Figure) error) error{
		"none":     func(func(report.Figure) error) error { return nil },
		"no time":  func(note func(report.Figure) error) error { return note(report.Figure{Name: "x", Value: math.Inf(1)}) },
		"no base":  func(note func(report.Figure) error) error { return note(report.Rate("x", 0, "/s").Through("y", 0)) },
		"an error": func(func(report.Figure) error) error { return errors.New("no disk") },
	} {
		_, err := bench.RunOne(t.Context(), o, measure)
		require.ErrorContains(t, err, "made up", name)
	}
	r, err := bench.RunOne(t.Context(), o, func(note func(report.Figure) error) error { return note(report.Rate("x", 7, "/s")) })
	require.NoError(t, err)
	require.Equal(t, []report.Figure{{Part: "made up", Name: "x", Value: 7, Unit: "/s"}}, r.Figures)
	left, err := os.ReadDir(o.Data)
	require.NoError(t, err)
	require.Empty(t, left, "nothing stays behind")
}

func TestUnknownPartAndMissingProgramAreTold(t *testing.T) {
	t.Parallel()
	_, err := bench.Run(t.Context(), bench.Options{Data: t.TempDir(), Only: []string{"engines"}})
	require.ErrorContains(t, err, "engine, commands, projections, import, start, scale, growth")
	_, err = bench.Run(t.Context(), bench.Options{Data: t.TempDir(), Program: filepath.Join(t.TempDir(), "docket"), Only: []string{"start"}})
	require.ErrorIs(t, err, os.ErrNotExist)
}

// TestEngineIsMeasured runs the one part that needs no program.
func TestEngineIsMeasured(t *testing.T) {
	t.Parallel()
	r, err := bench.Run(t.Context(), bench.Options{Data: t.TempDir(), Only: []string{"engine"}, Quick: true})
	require.NoError(t, err)
	ratios := 0
	for _, f := range r.Figures {
		require.Positive(t, f.Value, f.Name)
		if f.Against != "" {
			require.Positive(t, f.Ratio, f.Name)
			ratios++
		}
	}
	require.Equal(t, 8, ratios, "appends against two ceilings at three widths, one time, one read")
}

func TestLoadCountsAndStops(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	count, perSecond, p50, p99, err := bench.Load(t.Context(), 4, 20*time.Millisecond, func(context.Context, int, int) error {
		calls.Add(1)
		return nil
	})
	require.NoError(t, err)
	require.EqualValues(t, calls.Load(), count)
	require.Positive(t, perSecond)
	require.LessOrEqual(t, p50, p99)
	broken := errors.New("broken")
	_, _, _, _, err = bench.Load(t.Context(), 4, time.Hour, func(ctx context.Context, worker, n int) error {
		if worker == 2 && n == 1 {
			return broken
		}
		return ctx.Err()
	})
	require.ErrorIs(t, err, broken, "the first error ends all workers, long before the span")
}

// TestGroupedCommitsAreAllWritten: the ceiling is one of real commits.
func TestGroupedCommitsAreAllWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	commit, end, err := bench.Commit(dir)
	require.NoError(t, err)
	count, _, _, _, err := bench.Load(t.Context(), 16, 20*time.Millisecond, func(ctx context.Context, _, _ int) error {
		return commit(ctx, []byte("committed\n"))
	})
	require.NoError(t, err)
	require.NoError(t, end())
	content, err := os.ReadFile(filepath.Join(dir, "group.log"))
	require.NoError(t, err)
	require.Equal(t, count, bytes.Count(content, []byte("committed\n")))
	require.Len(t, content, count*len("committed\n"))
}
