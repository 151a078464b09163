package projections_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"docket/domain"
	"docket/internal/pgtest"
	"docket/projections"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// However much is recalled of a row, and whether it is, the tables are the same; with little room rows are forgotten and read
// back all the time.
func TestRecalledOrReadBackTheRowsAreTheSame(t *testing.T) {
	t.Parallel()
	for _, room := range []int{0, 3000, 1 << 20} {
		pool, j := pgtest.Migrated(t), newJournal()
		r := newRunner(t, pool, j, model("tally", 1)).Tune(7, 64<<20, 8192, time.Second).Recall(room)
		run(t, r)
		for range 6 {
			reached(t, r, "tally", j.append(some(50)...))
		}
		require.Equal(t, expected(t, j), dumpOf(t, r, "tally"), "with %d bytes", room)
	}
}

// What a runner recalls is worth nothing once another has been there: it must fold on what that one wrote.
func TestWhatIsRecalledFallsWithTheFence(t *testing.T) {
	t.Parallel()
	pool, j := pgtest.Migrated(t), newJournal()
	r := newRunner(t, pool, j, model("tally", 1))
	run(t, r)
	reached(t, r, "tally", 0) // so that the rows are folded live, and recalled
	reached(t, r, "tally", j.append(some(26)...))
	// As if another runner had folded the next events otherwise, one of which is of every row.
	require.NoError(t, pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		_, one := tx.Exec(t.Context(), "UPDATE projections.checkpoint SET pos = pos + 130 WHERE model = 'tally'")
		_, other := tx.Exec(t.Context(), "UPDATE tally_v1.tally SET count = count + 1000")
		return errors.Join(one, other)
	}))
	reached(t, r, "tally", j.append(some(26)...))
	require.NoError(t, r.Read(context.Background(), "tally", 0, func(ctx context.Context, tx pgx.Tx, _ uint64) error {
		var rows, least, most int
		err := tx.QueryRow(ctx, "SELECT count(*), min(count), max(count) FROM tally").Scan(&rows, &least, &most)
		require.Equal(t, 13, rows)
		require.Greater(t, least, 1000, "rows were written from what was recalled")
		require.Less(t, most, 1010)
		return err
	}))
}

// A page that fails after the fold leaves nothing behind, neither in the tables nor in what is recalled.
func TestAPageThatFailsIsNotRecalled(t *testing.T) {
	t.Parallel()
	pool, j := pgtest.Migrated(t), newJournal()
	bad, good := model("tally", 1), model("slow", 1)
	fold, failures := bad.Fold, atomic.Int32{}
	bad.Fold = func(e domain.Envelope, rows *projections.Rows) {
		fold(e, rows)
		if e.Position == 310 && failures.Add(1) <= 3 { // rows before it are folded already
			panic("not now")
		}
	}
	r := newRunner(t, pool, j, bad, good)
	run(t, r)
	reached(t, r, "tally", 0)
	reached(t, r, "slow", 0)
	reached(t, r, "tally", j.append(some(26)...))
	head := j.append(some(26)...)
	reached(t, r, "slow", head) // goes on by itself
	reached(t, r, "tally", head)
	require.EqualValues(t, 4, failures.Load())
	want := expected(t, j)
	require.Equal(t, want, dumpOf(t, r, "tally"))
	require.Equal(t, want, renamed(dumpOf(t, r, "slow")))
}
