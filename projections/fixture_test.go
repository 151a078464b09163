package projections_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"docket/domain"
	"docket/internal/pgtest"
	"docket/projections"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if place := os.Getenv(stuckAt); place != "" {
		rebuildUntilKilled(place)
	}
	_ = flag.Set("rapid.checks", "12") // each case makes and drops tables
	goleak.VerifyTestMain(m)
}

// journal is a log in memory.
type journal struct {
	mu     sync.Mutex
	events []domain.Envelope
	added  chan struct{}
	poison uint64 // reading this position fails
	opened int    // subscriptions ever
}

var errPoison = errors.New("this event cannot be decoded")

func newJournal() *journal { return &journal{added: make(chan struct{})} }

// append adds events at the next positions and gives the last one's.
func (j *journal) append(events ...domain.Envelope) uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, e := range events {
		e.Position = uint64(len(j.events)+1) * 10
		e.Created = time.Now()
		e.ID = fmt.Sprintf("event at %d", e.Position)
		j.events = append(j.events, e)
	}
	close(j.added)
	j.added = make(chan struct{})
	return uint64(len(j.events)) * 10
}

func (j *journal) Head(context.Context) (uint64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return uint64(len(j.events)) * 10, nil
}

func (j *journal) setPoison(at uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.poison = at
}

func (j *journal) subscriptions() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.opened
}

func (j *journal) Subscribe(ctx context.Context, after uint64) iter.Seq2[domain.Page, error] {
	return func(yield func(domain.Page, error) bool) {
		j.mu.Lock()
		j.opened++
		j.mu.Unlock()
		live := false
		for ctx.Err() == nil {
			j.mu.Lock()
			events, added, poison := j.events[after/10:], j.added, j.poison
			j.mu.Unlock()
			page := domain.Page{From: after, To: after, Live: len(events) <= 500}
			for _, e := range events[:min(500, len(events))] {
				if poison > 0 && e.Position == poison {
					if len(page.Events) > 0 && !yield(page, nil) {
						return
					}
					yield(domain.Page{}, errPoison)
					return
				}
				page.Events = append(page.Events, e)
				page.To = e.Position
			}
			if len(page.Events) > 0 || page.Live != live {
				after, live = page.To, page.Live
				if !yield(page, nil) {
					return
				}
				continue
			}
			select {
			case <-added:
			case <-ctx.Done():
			}
		}
	}
}

// The model of these tests counts and lists events of type Tallied, and takes tickets in and out of a waiting room.
type tallied struct {
	Key string
	N   int
	At  time.Time
}

type tally struct {
	Key   string         `db:"key,key"`
	Count int            `db:"count"`
	Sum   int64          `db:"sum"`
	First time.Time      `db:"first"`
	Odd   *time.Time     `db:"odd"`
	Note  *string        `db:"note"`
	Mean  float64        `db:"mean"`
	Even  bool           `db:"even"`
	Seen  map[string]int `db:"seen,json"`
}

type waiting struct {
	Key   string    `db:"key,key"`
	Room  int       `db:"room,key"`
	Since time.Time `db:"since"`
}

type entry struct {
	Position uint64 `db:"position,key"`
	Key      string `db:"key"`
}

const tallySQL = `
CREATE TABLE tally (
	key text PRIMARY KEY, count bigint NOT NULL, sum bigint NOT NULL, first timestamptz NOT NULL, odd timestamptz, note text,
	mean double precision NOT NULL, even boolean NOT NULL, seen jsonb
) WITH (fillfactor = 70);
CREATE TABLE waiting (key text, room bigint, since timestamptz NOT NULL, PRIMARY KEY (key, room));
CREATE TABLE entry (position bigint PRIMARY KEY, key text NOT NULL);
-- indexes
CREATE INDEX tally_count ON tally (count);
`

// model declares the tables anew each time, as each program does.
func model(name string, version int) projections.Model {
	tallies, rooms := projections.NewTable[tally]("tally"), projections.NewTable[waiting]("waiting")
	entries := projections.NewTable[entry]("entry", projections.AppendOnly())
	return projections.Model{
		Name: name, Version: version, SQL: tallySQL, Tables: []projections.AnyTable{tallies, rooms, entries},
		Types: map[string]bool{"Tallied": true},
		Need: func(e domain.Envelope, n *projections.Need) {
			t := e.Event.(tallied)
			tallies.Need(n, t.Key)
			rooms.Need(n, t.Key, t.N%3)
		},
		Fold: func(e domain.Envelope, rows *projections.Rows) {
			t := e.Event.(tallied)
			if t.Key == "panic" {
				panic("a fold that fails")
			}
			r, ok := tallies.Get(rows, t.Key)
			if !ok {
				r = &tally{Key: t.Key, First: t.At}
			}
			r.Count++
			r.Sum += int64(t.N)
			r.Mean = float64(r.Sum) / float64(r.Count)
			r.Even = t.N%2 == 0
			if !r.Even {
				r.Odd = &t.At
			}
			if t.N%4 == 0 {
				note := fmt.Sprintf("%s 在 %d 前 %s", t.Key, t.N, t.At.Sub(r.First))
				r.Note = &note
			}
			seen := map[string]int{}
			for k, v := range r.Seen {
				seen[k] = v
			}
			seen[fmt.Sprint(t.N%3)]++
			r.Seen = seen
			tallies.Put(rows, *r)
			if _, in := rooms.Get(rows, t.Key, t.N%3); in {
				rooms.Delete(rows, t.Key, t.N%3)
			} else {
				rooms.Put(rows, waiting{t.Key, t.N % 3, t.At})
			}
			entries.Put(rows, entry{e.Position, t.Key})
		},
	}
}

var epoch = time.Date(2026, 3, 1, 8, 0, 0, 123456789, time.UTC)

// some makes n events over a few keys, one in seven of no concern to the model.
func some(n int) []domain.Envelope {
	all := make([]domain.Envelope, n)
	for i := range all {
		all[i] = domain.Envelope{Type: "Tallied", Event: tallied{fmt.Sprintf("k%d", i%13), i, epoch.Add(time.Duration(i) * 1234567)}}
		if i%7 == 3 {
			all[i] = domain.Envelope{Type: "Ignored"}
		}
	}
	return all
}

// newRunner makes a runner with short waits; it does not run yet.
func newRunner(t testing.TB, pool *pgxpool.Pool, source projections.Source, models ...projections.Model) *projections.Runner {
	t.Helper()
	r, err := projections.New(projections.Options{Pool: pool, Source: source, Models: models, TempDir: t.TempDir()})
	require.NoError(t, err)
	return r.Tune(1000, 64<<20, 8192, time.Second)
}

// run lets a runner run until the returned function is called, or the test ends.
func run(t testing.TB, r *projections.Runner) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		require.NoError(t, <-done)
	})
	t.Cleanup(stop)
	return stop
}

// reached waits until a model stands at a position.
func reached(t testing.TB, r *projections.Runner, model string, position uint64) {
	t.Helper()
	eventually(t, func() bool {
		s := status(t, r, model)
		return s.State == projections.Live && s.Position >= position
	}, func() string {
		return fmt.Sprintf("%s never reached %d: %+v", model, position, status(t, r, model))
	})
}

func status(t testing.TB, r *projections.Runner, model string) projections.Status {
	t.Helper()
	all := r.Status(context.Background())
	i := slices.IndexFunc(all, func(s projections.Status) bool { return s.Model == model })
	require.GreaterOrEqual(t, i, 0)
	return all[i]
}

func eventually(t testing.TB, ok func() bool, otherwise func() string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); {
		if time.Now().After(deadline) {
			t.Fatal(otherwise())
		}
		time.Sleep(2 * time.Millisecond) // between looks
	}
}

func dumpOf(t testing.TB, r *projections.Runner, model string) string {
	t.Helper()
	var b strings.Builder
	_, err := r.Dump(context.Background(), model, &b)
	require.NoError(t, err)
	return b.String()
}

// expected is what the tables hold when the log is folded event by event in memory.
func expected(t testing.TB, j *journal) string {
	t.Helper()
	pool := pgtest.Migrated(t)
	r := newRunner(t, pool, j, model("tally", 1)).Tune(1, 64<<20, 8192, time.Second)
	require.NoError(t, r.Rebuild(context.Background()))
	return dumpOf(t, r, "tally")
}

// watch is a journal that lets a test look while it is read.
type watch struct {
	*journal
	look func()
}

func (w watch) Subscribe(ctx context.Context, after uint64) iter.Seq2[domain.Page, error] {
	return func(yield func(domain.Page, error) bool) {
		for page, err := range w.journal.Subscribe(ctx, after) {
			w.look()
			if !yield(page, err) {
				return
			}
		}
	}
}

// renamed gives a dump of model slow the name of the other.
func renamed(dump string) string { return strings.ReplaceAll(dump, "-- slow.", "-- tally.") }
