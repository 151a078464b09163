package projections_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"docket/domain"
	"docket/internal/pgtest"
	"docket/projections"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

func schemas(t testing.TB, pool *pgxpool.Pool) []string {
	t.Helper()
	rows, err := pool.Query(t.Context(), "SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'tally\\_v%' ORDER BY 1")
	require.NoError(t, err)
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return all
}

func TestRebuildUnderALiveRunner(t *testing.T) {
	t.Parallel()
	pool, j := pgtest.Migrated(t), newJournal()
	live := newRunner(t, pool, j, model("tally", 1))
	run(t, live)
	reached(t, live, "tally", j.append(some(2000)...))
	other := newRunner(t, pool, j, model("tally", 1)) // as another process would
	writing, stop := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(writing)
		for head := uint64(0); ; {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				if head < status(t, live, "tally").Position+5000 {
					head = j.append(some(20)...)
				}
			}
		}
	}()
	for n := range 3 {
		require.NoError(t, other.Rebuild(t.Context(), "tally"))
		require.Equal(t, []string{fmt.Sprintf("tally_v%d", n+2)}, schemas(t, pool))
	}
	close(stop)
	<-writing
	head, err := j.Head(t.Context())
	require.NoError(t, err)
	reached(t, live, "tally", head)
	require.Equal(t, expected(t, j), dumpOf(t, live, "tally"))
	verdicts, err := other.Verify(t.Context())
	require.NoError(t, err)
	require.True(t, verdicts[0].Equal(), verdicts[0])
	require.Equal(t, []string{"tally_v4"}, schemas(t, pool))
}

func TestVerifyTellsATableThatWasTamperedWith(t *testing.T) {
	t.Parallel()
	pool, j := pgtest.Migrated(t), newJournal()
	r := newRunner(t, pool, j, model("tally", 1), model("other", 1))
	require.NoError(t, r.Rebuild(t.Context()))
	j.append(some(30)...) // nobody keeps the tables: verifying catches up
	_, err := pool.Exec(t.Context(), "INSERT INTO tally_v1.entry VALUES (77, 'forged')")
	require.NoError(t, err)
	verdicts, err := r.Verify(t.Context())
	require.NoError(t, err)
	require.Len(t, verdicts, 2)
	require.False(t, verdicts[0].Equal())
	require.True(t, verdicts[1].Equal())
	require.Equal(t, uint64(300), verdicts[1].Position)
}

func TestKilledRebuildLeavesNothing(t *testing.T) {
	t.Parallel()
	pool, j := pgtest.Migrated(t), newJournal()
	head := j.append(some(3000)...)
	m := model("tally", 1)
	r := newRunner(t, pool, j, m)
	require.NoError(t, r.Rebuild(t.Context()))
	before := dumpOf(t, r, "tally")

	// A rebuild that dies in the middle of the log, with a table half loaded.
	ctx, kill := context.WithCancel(t.Context())
	fold, n := m.Fold, 0
	m.Fold = func(e domain.Envelope, rows *projections.Rows) {
		if n++; n == 1500 {
			kill()
		}
		fold(e, rows)
	}
	require.Error(t, newRunner(t, pool, j, m).Rebuild(ctx))
	require.Equal(t, []string{"tally_v1", "tally_v2"}, schemas(t, pool))
	require.Equal(t, before, dumpOf(t, r, "tally"), "the live tables are untouched")

	require.NoError(t, r.Rebuild(t.Context()))
	require.Equal(t, []string{"tally_v2"}, schemas(t, pool))
	require.Equal(t, before, dumpOf(t, r, "tally"))
	_, at, err := r.Digest(t.Context(), "tally")
	require.NoError(t, err)
	require.Equal(t, head, at)
}

func TestNewerProgramTakesOverAndTheOldOneStops(t *testing.T) {
	t.Parallel()
	pool, j := pgtest.Migrated(t), newJournal()
	old := newRunner(t, pool, j, model("tally", 1))
	run(t, old)
	reached(t, old, "tally", j.append(some(50)...))

	newer := newRunner(t, pool, j, model("tally", 2))
	run(t, newer)
	eventually(t, func() bool {
		return status(t, newer, "tally").State == projections.Standby || status(t, newer, "tally").State == projections.Live
	},
		func() string { return "the new program never built its tables" })
	require.Equal(t, []string{"tally_v2"}, schemas(t, pool))
	head := j.append(some(50)...)
	eventually(t, func() bool { return status(t, old, "tally").State == projections.Superseded }, func() string {
		return fmt.Sprintf("the old program goes on: %+v", status(t, old, "tally"))
	})
	reached(t, newer, "tally", head)
	require.Equal(t, expected(t, j), dumpOf(t, newer, "tally"))
	require.ErrorIs(t, old.Read(t.Context(), "tally", 0, nil), projections.ErrNotReady)
	require.Error(t, old.Rebuild(t.Context()))
}

func TestDroppedTablesComeBack(t *testing.T) {
	t.Parallel()
	pool, j := pgtest.Migrated(t), newJournal()
	r := newRunner(t, pool, j, model("tally", 1))
	run(t, r)
	reached(t, r, "tally", j.append(some(50)...))
	_, err := pool.Exec(t.Context(), "DROP SCHEMA tally_v1 CASCADE")
	require.NoError(t, err)
	head := j.append(some(50)...)
	reached(t, r, "tally", head)
	require.Equal(t, expected(t, j), dumpOf(t, r, "tally"))
}

func TestChangedSQLIsRebuiltAtTheStart(t *testing.T) {
	t.Parallel()
	pool, j := pgtest.Migrated(t), newJournal()
	j.append(some(50)...)
	require.NoError(t, newRunner(t, pool, j, model("tally", 1)).Rebuild(t.Context()))
	m := model("tally", 1)
	m.SQL += "CREATE INDEX tally_sum ON tally (sum);\n"
	r := newRunner(t, pool, j, m)
	run(t, r)
	reached(t, r, "tally", 500)
	var indexes int
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT count(*) FROM pg_indexes WHERE schemaname = 'tally_v2' AND indexname = 'tally_sum'").Scan(&indexes))
	require.Equal(t, 1, indexes)
}

func TestRebuildThatSpillsGivesTheSame(t *testing.T) {
	t.Parallel()
	j := newJournal()
	for i := range 4000 {
		j.append(domain.Envelope{Type: "Tallied", Event: tallied{fmt.Sprintf("k%d", i*7919%1500), i, epoch.Add(time.Duration(i) * time.Second)}})
	}
	folder, spilled := t.TempDir(), false
	seen := watch{j, func() {
		found, err := os.ReadDir(folder)
		spilled = spilled || err == nil && len(found) > 0
	}}
	r, err := projections.New(projections.Options{Pool: pgtest.Migrated(t), Source: seen, Models: []projections.Model{model("tally", 1)}, TempDir: folder})
	require.NoError(t, err)
	require.NoError(t, r.Tune(1000, 128<<10, 8192, time.Second).Rebuild(t.Context()))
	require.True(t, spilled, "nothing went to disk")
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, left, "the folder stays")
	require.Equal(t, expected(t, j), dumpOf(t, r, "tally"))
}

// TestRebuildAfterTheLogLostItsEnd: the new tables stand where the log ends, so that nothing that comes is skipped.
func TestRebuildAfterTheLogLostItsEnd(t *testing.T) {
	t.Parallel()
	j := newJournal()
	r := newRunner(t, pgtest.Migrated(t), j, model("tally", 1))
	seen := func() uint64 {
		position, err := r.Seen(t.Context())
		require.NoError(t, err)
		return position
	}
	require.Zero(t, seen())
	whole := j.append(some(20)...)
	require.NoError(t, r.Rebuild(t.Context()))
	require.Equal(t, whole, seen())
	j.events = j.events[:5]
	require.NoError(t, r.Rebuild(t.Context()))
	require.EqualValues(t, 50, seen())
	head := j.append(some(30)...)
	run(t, r)
	reached(t, r, "tally", head)
	require.Equal(t, expected(t, j), dumpOf(t, r, "tally"))
}

func TestRebuildTellsAFailure(t *testing.T) {
	t.Parallel()
	pool, j := pgtest.Migrated(t), newJournal()
	j.append(domain.Envelope{Type: "Tallied", Event: tallied{"panic", 1, epoch}})
	require.ErrorContains(t, newRunner(t, pool, j, model("tally", 1)).Rebuild(t.Context()), "a fold that fails")

	broken := model("tally", 1)
	broken.SQL = strings.ReplaceAll(broken.SQL, "key text NOT NULL)", "key text NOT NULL CHECK (key <> 'k3'))")
	j = newJournal()
	j.append(some(30)...)
	require.ErrorContains(t, newRunner(t, pool, j, broken).Rebuild(t.Context()), "entry_key_check")
	require.ErrorContains(t, newRunner(t, pool, j, broken).Rebuild(t.Context(), "nobody"), "no model is named")
}
