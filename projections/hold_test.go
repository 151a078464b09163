package projections_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"docket/internal/pgtest"
)

// TestAHeldSnapshotStays: reads under one hold see the same, whatever is written or rebuilt meanwhile; others see what is new.
func TestAHeldSnapshotStays(t *testing.T) {
	t.Parallel()
	pool, j := pgtest.Migrated(t), newJournal()
	r := newRunner(t, pool, j, model("tally", 1), model("other", 1))
	run(t, r)
	first := j.append(some(50)...)
	reached(t, r, "other", first)
	count := func(ctx context.Context, model string, after uint64) (n int, at uint64) {
		require.NoError(t, r.Read(ctx, model, after, func(ctx context.Context, tx pgx.Tx, position uint64) error {
			at = position
			return tx.QueryRow(ctx, "SELECT count(*) FROM entry").Scan(&n)
		}))
		return n, at
	}
	held, release := r.Hold(t.Context())
	before, at := count(held, "tally", first)
	require.Equal(t, first, at)

	second := j.append(some(70)...)
	now, _ := count(t.Context(), "tally", second)
	require.Greater(t, now, before)
	for _, model := range []string{"tally", "other", "tally"} {
		again, position := count(held, model, first)
		require.Equal(t, before, again, model)
		require.Equal(t, first, position)
	}
	release()
	require.Error(t, r.Read(held, "tally", 0, func(context.Context, pgx.Tx, uint64) error { return nil }), "it does not become another")

	// The first read waits for its position, though nothing can move within a snapshot.
	held, release = r.Hold(t.Context())
	defer release()
	third := j.append(some(700)...)
	_, at = count(held, "other", third)
	require.Equal(t, third, at)
}
