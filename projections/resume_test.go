package projections_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"docket/domain"
	"docket/internal/pgtest"
	"docket/projections"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// Environment of the process that rebuilds until it is killed.
const (
	stuckAt    = "DOCKET_TEST_STUCK_AT" // number of the event at which folding stops for ever
	stuckPool  = "DOCKET_TEST_POSTGRES"
	stuckPlace = "DOCKET_TEST_FOLDER"
)

const longLog = 12_000

// gated is the model of these tests with tables that are loaded, and indexes that are made, only while nobody holds a lock.
func gated() projections.Model {
	m := model("tally", 1)
	m.SQL = strings.Replace(m.SQL, "-- indexes", `
CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(71); RETURN new; END $$;
CREATE TRIGGER gate BEFORE INSERT ON waiting FOR EACH ROW EXECUTE FUNCTION gate();
-- indexes
SELECT pg_advisory_xact_lock_shared(72);`, 1)
	return m
}

func long() *journal {
	j := newJournal()
	events := make([]domain.Envelope, longLog)
	for i := range events {
		events[i] = domain.Envelope{Type: "Tallied", Event: tallied{fmt.Sprintf("k%d", i*7919%1500), i, epoch.Add(time.Duration(i) * time.Second)}}
	}
	j.append(events...)
	return j
}

// rebuildUntilKilled is the whole of the process that is killed; it says what it does.
func rebuildUntilKilled(place string) {
	fail := func(err error) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var stuck int
	if _, err := fmt.Sscan(place, &stuck); err != nil {
		fail(err)
	}
	pool, err := pgxpool.New(context.Background(), os.Getenv(stuckPool))
	if err != nil {
		fail(err)
	}
	m := gated()
	fold := m.Fold
	m.Fold = func(e domain.Envelope, rows *projections.Rows) {
		if stuck > 0 && e.Position >= uint64(stuck)*10 {
			fmt.Println("stuck")
			select {}
		}
		fold(e, rows)
	}
	r, err := projections.New(projections.Options{Pool: pool, Source: long(), Models: []projections.Model{m}, TempDir: os.Getenv(stuckPlace)})
	if err != nil {
		fail(err)
	}
	r.Tune(1000, 512<<10, 8192, time.Second).KeepAlways()
	r.OnRebuild(func(all []projections.Progress) { fmt.Println(all[0].Phase, all[0].Resumed) })
	if err := r.Rebuild(context.Background()); err != nil {
		fail(err)
	}
	fmt.Println("done")
	os.Exit(0)
}

// killed starts a process that rebuilds, kills it when it says something, and tells where it had gone on from.
func killed(t *testing.T, url, folder string, stuck int, when string) (resumed int) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	child := exec.CommandContext(t.Context(), self)
	child.Env = append(os.Environ(), fmt.Sprintf("%s=%d", stuckAt, stuck), stuckPool+"="+url, stuckPlace+"="+folder)
	child.Stderr = t.Output()
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	said := ""
	for lines := bufio.NewScanner(out); lines.Scan(); {
		said = lines.Text()
		_, _ = fmt.Sscanf(said[strings.LastIndex(said, " ")+1:], "%d", &resumed)
		if strings.HasPrefix(said, when) {
			break
		}
	}
	require.True(t, strings.HasPrefix(said, when), "it never came to %q, but to %q", when, said)
	require.NoError(t, child.Process.Kill())
	require.Error(t, child.Wait())
	return resumed
}

// TestARebuildThatIsKilledGoesOn: killed with SIGKILL twice while folding, then while tables are loaded, while indexes are made
// and while the new tables take their place; each time the next one goes on, and the tables are what they ought to be.
func TestARebuildThatIsKilledGoesOn(t *testing.T) {
	t.Parallel()
	pool, folder, j := pgtest.Migrated(t), t.TempDir(), long()
	url := pool.Config().ConnString()
	hold := func(sql string) (release func()) {
		conn, err := pgx.Connect(t.Context(), url)
		require.NoError(t, err)
		_, err = conn.Exec(t.Context(), sql)
		require.NoError(t, err)
		return sync.OnceFunc(func() { require.NoError(t, conn.Close(context.Background())) })
	}

	require.Zero(t, killed(t, url, folder, 6_000, "stuck"))
	first := killed(t, url, folder, 10_000, "stuck")
	require.NotZero(t, first, "it goes on near where it was")
	release := hold("SELECT pg_advisory_lock(71)")
	second := killed(t, url, folder, 0, string(projections.Loading))
	require.Greater(t, second, first)
	release()
	release = hold("SELECT pg_advisory_lock(72)")
	require.Equal(t, longLog*10, killed(t, url, folder, 1, string(projections.Indexing)), "nothing is folded again")
	release()
	release = hold("BEGIN; LOCK TABLE projections.live IN EXCLUSIVE MODE")
	require.Equal(t, longLog*10, killed(t, url, folder, 1, string(projections.CatchingUp)))
	release()

	m := gated()
	m.Fold = func(e domain.Envelope, _ *projections.Rows) { t.Errorf("event at %d is folded again", e.Position) }
	r := newRunnerIn(t, folder, pool, j, m)
	eventually(t, func() bool {
		s := status(t, r, "tally").Rebuild
		return s != nil && s.Phase == projections.Stopped && s.Kept == longLog*10
	}, func() string { return fmt.Sprintf("%+v", status(t, r, "tally").Rebuild) })
	require.NoError(t, r.Rebuild(t.Context()))
	require.Nil(t, status(t, r, "tally").Rebuild)
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, left)
	require.Equal(t, expected(t, j), dumpOf(t, r, "tally"))
	verdicts, err := newRunner(t, pool, j, gated()).Verify(t.Context())
	require.NoError(t, err)
	require.True(t, verdicts[0].Equal(), verdicts[0])
}

func newRunnerIn(t *testing.T, folder string, pool *pgxpool.Pool, source projections.Source, models ...projections.Model) *projections.Runner {
	t.Helper()
	r, err := projections.New(projections.Options{Pool: pool, Source: source, Models: models, TempDir: folder})
	require.NoError(t, err)
	return r.Tune(1000, 512<<10, 8192, time.Second).KeepAlways()
}

// TestARebuildThatDoesNotFitStartsAnewAndSaysWhy: each time a rebuild is cut off, something is changed, and the next one must
// not build on what was kept.
func TestARebuildThatDoesNotFitStartsAnewAndSaysWhy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(folder string, j *journal, m *projections.Model)
		why    string // part of what is told; empty: it goes on
	}{
		"nothing":     {func(string, *journal, *projections.Model) {}, ""},
		"the version": {func(_ string, _ *journal, m *projections.Model) { m.Version = 2 }, "tally has changed"},
		"an index":    {func(_ string, _ *journal, m *projections.Model) { m.Indexes = "CREATE INDEX further ON tally (mean);" }, "tally has changed"},
		"the program": {func(folder string, _ *journal, _ *projections.Model) {
			edit(t, folder, "note.json", `"program":"`, `"program":"0`)
		}, "another program"},
		"the log's end": {func(_ string, j *journal, _ *projections.Model) { j.events = j.events[:100] }, "the log ends before"},
		"the log": {func(_ string, j *journal, _ *projections.Model) {
			for i := range j.events {
				j.events[i].ID = "other " + j.events[i].ID
			}
		}, "the log has another event"},
		"a byte of a row": {func(folder string, _ *journal, _ *projections.Model) { edit(t, folder, "rows-tally", "k15", "k16") }, "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, folder, j, m := pgtest.Migrated(t), t.TempDir(), long(), model("tally", 1)
			cutOff(t, folder, pool, j, m)
			c.change(folder, j, &m)
			r := newRunnerIn(t, folder, pool, j, m)
			var resumed uint64
			var remark string
			r.OnRebuild(func(all []projections.Progress) {
				if all[0].Phase == projections.Loading {
					resumed, remark = all[0].Resumed, all[0].Remark
				}
			})
			require.NoError(t, r.Rebuild(t.Context()))
			if c.why == "" {
				require.Empty(t, remark)
				require.NotZero(t, resumed)
			} else {
				require.Contains(t, remark, c.why)
				require.Zero(t, resumed)
			}
			left, err := os.ReadDir(folder)
			require.NoError(t, err)
			require.Empty(t, left)
			require.Equal(t, expected(t, j), dumpOf(t, r, "tally"))
		})
	}
}

// cutOff has a rebuild end in the middle of the log, with its place kept.
func cutOff(t *testing.T, folder string, pool *pgxpool.Pool, j *journal, m projections.Model) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	fold := m.Fold
	m.Fold = func(e domain.Envelope, rows *projections.Rows) {
		if e.Position == longLog/2*10 {
			cancel()
		}
		fold(e, rows)
	}
	require.Error(t, newRunnerIn(t, folder, pool, j, m).Rebuild(ctx))
	notes, err := filepath.Glob(filepath.Join(folder, "*", "note.json"))
	require.NoError(t, err)
	require.Len(t, notes, 1, "its place is kept")
}

// edit changes a kept file.
func edit(t *testing.T, folder, name, from, to string) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "*", name))
	require.NoError(t, err)
	require.Len(t, found, 1)
	text, err := os.ReadFile(found[0])
	require.NoError(t, err)
	require.Contains(t, string(text), from)
	require.NoError(t, os.WriteFile(found[0], []byte(strings.Replace(string(text), from, to, 1)), 0o600))
}

// TestShortLogsAreNotKept: a rebuild of a log that is soon read again writes nothing beside the database.
func TestShortLogsAreNotKept(t *testing.T) {
	t.Parallel()
	folder, j := t.TempDir(), newJournal()
	j.append(some(3000)...)
	looked := 0
	seen := watch{j, func() {
		left, err := os.ReadDir(folder)
		require.NoError(t, err)
		require.Empty(t, left)
		looked++
	}}
	r, err := projections.New(projections.Options{Pool: pgtest.Migrated(t), Source: seen, Models: []projections.Model{model("tally", 1)}, TempDir: folder})
	require.NoError(t, err)
	require.NoError(t, r.Rebuild(t.Context()))
	require.NotZero(t, looked)
}
