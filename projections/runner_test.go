package projections_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"docket/domain"
	"docket/internal/pgtest"
	"docket/projections"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestLiveOneByOneEqualsByPagesEqualsRebuild(t *testing.T) {
	t.Parallel()
	pool, cases := pgtest.Migrated(t), 0
	rapid.Check(t, func(rt *rapid.T) {
		cases++
		n := rapid.IntRange(0, 120).Draw(rt, "events")
		size := rapid.IntRange(1, 50).Draw(rt, "page")
		early := rapid.IntRange(0, n).Draw(rt, "events before the start")
		var dumps []string
		for _, limit := range []int{1, size, 1000} {
			j := newJournal()
			events := some(n)
			j.append(events[:early]...)
			name := fmt.Sprintf("tally_%d_%d", cases, limit)
			r := newRunner(t, pool, j, model(name, 1)).Tune(limit, 64<<20, 8192, time.Second)
			stop := run(t, r)
			head := j.append(events[early:]...)
			reached(t, r, name, head)
			live := dumpOf(t, r, name)
			stop()
			require.NoError(t, r.Rebuild(context.Background()))
			require.Equal(t, live, dumpOf(t, r, name))
			dumps = append(dumps, strings.ReplaceAll(live, name, "tally"))
		}
		require.Equal(t, dumps[0], dumps[1])
		require.Equal(t, dumps[0], dumps[2])
	})
}

func TestFoldInMemoryEqualsTables(t *testing.T) {
	t.Parallel()
	j := newJournal()
	r := newRunner(t, pgtest.Migrated(t), j, model("tally", 1))
	run(t, r)
	head := j.append(some(100)...)
	reached(t, r, "tally", head)

	m := model("tally", 1)
	rows := projections.Replay(m, j.events)
	tallies := m.Tables[0].(*projections.Table[tally]).All(rows)
	var stored []tally
	require.NoError(t, r.Read(context.Background(), "tally", head, func(ctx context.Context, tx pgx.Tx, _ uint64) error {
		found, err := tx.Query(ctx, `SELECT * FROM tally ORDER BY key COLLATE "C"`)
		if err != nil {
			return err
		}
		stored, err = pgx.CollectRows(found, pgx.RowToStructByPos[tally])
		return err
	}))
	for i := range stored { // the driver gives local time
		stored[i].First = stored[i].First.UTC()
		if stored[i].Odd != nil {
			*stored[i].Odd = stored[i].Odd.UTC()
		}
	}
	require.Equal(t, stored, tallies)
}

func TestEmptyPagesMoveTheCheckpoint(t *testing.T) {
	t.Parallel()
	j := newJournal()
	r := newRunner(t, pgtest.Migrated(t), j, model("tally", 1))
	run(t, r)
	head := j.append(domain.Envelope{Type: "Ignored"})
	reached(t, r, "tally", head)
	require.NoError(t, r.Read(context.Background(), "tally", head, func(_ context.Context, _ pgx.Tx, at uint64) error {
		require.Equal(t, head, at)
		return nil
	}))
}

func TestReadYourWrites(t *testing.T) {
	t.Parallel()
	j := newJournal()
	r := newRunner(t, pgtest.Migrated(t), j, model("tally", 1))
	run(t, r)
	reader := newRunner(t, pgtest.Migrated(t), j, model("tally", 1)) // never runs: nothing is built
	ctx := context.Background()
	for i := range 50 {
		head := j.append(some(i + 1)...)
		var count int
		require.NoError(t, r.Read(ctx, "tally", head, func(ctx context.Context, tx pgx.Tx, at uint64) error {
			require.GreaterOrEqual(t, at, head)
			return tx.QueryRow(ctx, "SELECT count(*) FROM entry").Scan(&count)
		}))
		require.Positive(t, count)
	}
	nothing := func(context.Context, pgx.Tx, uint64) error { return nil }
	require.ErrorIs(t, r.Read(ctx, "tally", 1<<40, nothing), projections.ErrBeyond)
	require.ErrorIs(t, reader.Read(ctx, "tally", 0, nothing), projections.ErrNotReady)

	j.setPoison(j.append(some(1)...))
	head, err := j.Head(ctx)
	require.NoError(t, err)
	began := time.Now()
	require.ErrorIs(t, r.Read(ctx, "tally", head, nothing), projections.ErrBehind)
	require.GreaterOrEqual(t, time.Since(began), 2*time.Second)
}

func TestFailingEventStopsAndIsNeverSkipped(t *testing.T) {
	t.Parallel()
	j := newJournal()
	r := newRunner(t, pgtest.Migrated(t), j, model("tally", 1))
	run(t, r)
	before := j.append(some(5)...)
	reached(t, r, "tally", before)
	j.setPoison(before + 10)
	after := j.append(some(5)...)
	eventually(t, func() bool { return status(t, r, "tally").State == projections.Failing }, func() string { return "never red" })
	s := status(t, r, "tally")
	require.ErrorIs(t, s.Err, errPoison)
	require.Equal(t, before, s.Position)
	require.False(t, s.Ready(time.Hour))
	j.setPoison(0)
	reached(t, r, "tally", after)
	require.Equal(t, expected(t, j), dumpOf(t, r, "tally"))
	require.True(t, status(t, r, "tally").Ready(time.Minute))
}

func TestPanickingFoldStopsOneModelOnly(t *testing.T) {
	t.Parallel()
	j := newJournal()
	other := model("other", 1)
	fold := other.Fold
	other.Fold = func(e domain.Envelope, rows *projections.Rows) {
		if e.Event.(tallied).Key != "panic" {
			fold(e, rows)
		}
	}
	r := newRunner(t, pgtest.Migrated(t), j, model("tally", 1), other)
	run(t, r)
	before := j.append(some(5)...)
	reached(t, r, "tally", before)
	head := j.append(domain.Envelope{Type: "Tallied", Event: tallied{"panic", 1, epoch}})
	head = max(head, j.append(some(3)...))
	reached(t, r, "other", head)
	eventually(t, func() bool { return status(t, r, "tally").State == projections.Failing }, func() string { return "never red" })
	require.Equal(t, before, status(t, r, "tally").Position)
	require.ErrorContains(t, status(t, r, "tally").Err, "a fold that fails")
	require.Equal(t, projections.Live, status(t, r, "other").State)
}

func TestReadWithoutADatabaseIsUnavailable(t *testing.T) {
	t.Parallel()
	pool, err := pgxpool.New(t.Context(), "postgres:///none?user=nobody&host="+t.TempDir()) // no socket there
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	r := newRunner(t, pool, newJournal(), model("tally", 1))
	require.ErrorIs(t, r.Read(t.Context(), "tally", 0, nil), projections.ErrDatabase)
}
