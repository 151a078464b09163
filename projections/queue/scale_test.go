package queue_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
	"docket/domain/view"
	"docket/internal/pgtest"
	"docket/projections/queue"
)

// scale is how many tickets the benchmark below lists from: DOCKET_BENCH_TICKETS, ten thousand when unset. A tenth are open, or
// a hundred thousand.
func scale(b *testing.B) int {
	n, err := strconv.Atoi(os.Getenv("DOCKET_BENCH_TICKETS"))
	if err != nil {
		return 10_000
	}
	b.Logf("%d tickets", n)
	return n
}

func uuid(kind string, n int) string { return fmt.Sprintf("%s0000000-0000-4000-8000-%012d", kind, n) }

// BenchmarkLists times pages of fifty over many tickets with eight clients at once, by the lists that people open.
func BenchmarkLists(b *testing.B) {
	n := scale(b)
	pool := pgtest.Pool(b)
	tables, indexes, _ := strings.Cut(queue.Model.SQL, "-- indexes")
	_, err := pool.Exec(b.Context(), tables)
	require.NoError(b, err)
	load(b, pool, n)
	_, err = pool.Exec(b.Context(), indexes+"; ANALYZE")
	require.NoError(b, err)
	_, err = pool.Exec(b.Context(), "VACUUM queue")
	require.NoError(b, err)

	leader := authz.Reaches{Units: []string{uuid("b", 7)}, Own: uuid("c", 3)}
	handler := authz.Reaches{Own: uuid("c", 21), Groups: []string{uuid("b", 21)}}
	me := domain.Actor{Staff: uuid("c", 21), Posts: []domain.Post{{Role: authz.Reviewer, Unit: uuid("a", 1)}}}
	paused := true
	for _, c := range []struct {
		name   string
		reach  authz.Reaches
		filter view.Filter
		sort   view.Sort
	}{
		{"desk", handler, view.Filter{Handler: view.Me}, "due"},
		{"group by due", leader, view.Filter{Group: uuid("b", 7)}, "due"},
		{"group by urgency and due", leader, view.Filter{Group: uuid("b", 7)}, "urgency,-due"},
		{"unit, late", authz.Reaches{Units: []string{uuid("a", 1)}}, view.Filter{Unit: uuid("a", 1), Bands: []view.Band{view.Over}}, "urgency,due"},
		{"stages to sign", authz.Reaches{Units: []string{uuid("a", 1)}}, view.Filter{Stage: view.Mine}, "deadline"},
		{"all by due", authz.Reaches{All: true}, view.Filter{}, "due"},
		{"all by urgency and due", authz.Reaches{All: true}, view.Filter{}, "urgency,due"},
		{"paused, urgent", authz.Reaches{All: true}, view.Filter{Urgencies: []string{"urgent"}, Paused: &paused}, "due"},
		{"all by title, no index", authz.Reaches{All: true}, view.Filter{}, "title,-changed"},
	} {
		b.Run(strings.ReplaceAll(c.name, " ", "_"), func(b *testing.B) {
			f := queue.Filter{Filter: c.filter, Reach: c.reach, Asker: me, AsOf: began.Add(300 * time.Hour)}
			p := queue.Page{Sort: c.sort, Limit: 50}
			clients(b, func(ctx context.Context) error {
				_, err := queue.List(ctx, pooled{pool}, 0, f, p)
				return err
			})
		})
	}
	all := queue.Filter{Reach: leader, Filter: view.Filter{Group: uuid("b", 7)}, Asker: me, AsOf: began.Add(300 * time.Hour)}
	b.Run("facets_of_a_group", func(b *testing.B) {
		clients(b, func(ctx context.Context) error {
			_, err := queue.CountBy(ctx, pooled{pool}, 0, all, queue.FacetNames)
			return err
		})
	})
	b.Run("board_of_a_group", func(b *testing.B) {
		clients(b, func(ctx context.Context) error {
			_, err := queue.Tiles(ctx, pooled{pool}, 0, all, all.AsOf.Add(time.Hour))
			return err
		})
	})
}

// pooled reads in snapshots, as the runner does.
type pooled struct{ pool *pgxpool.Pool }

func (p pooled) Read(ctx context.Context, _ string, _ uint64, f func(context.Context, pgx.Tx, uint64) error) error {
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return pgx.BeginTxFunc(ctx, p.pool, options, func(tx pgx.Tx) error { return f(ctx, tx, 1) })
}

// clients asks b.N times from eight goroutines and reports the median and the 99th percentile.
func clients(b *testing.B, ask func(context.Context) error) {
	b.Helper()
	took := make([]time.Duration, b.N)
	jobs := make(chan int)
	var running sync.WaitGroup
	b.ResetTimer()
	for range 8 {
		running.Go(func() {
			for i := range jobs {
				began := time.Now()
				if err := ask(b.Context()); err != nil {
					b.Error(err)
				}
				took[i] = time.Since(began)
			}
		})
	}
	for i := range b.N {
		jobs <- i
	}
	close(jobs)
	running.Wait()
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(took[b.N/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[b.N*99/100].Microseconds())/1000, "p99-ms")
}

// load copies n tickets of 5 units, 50 groups and 1,000 people.
func load(b *testing.B, pool *pgxpool.Pool, n int) {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // chance that can be repeated
	open := min(n/10, 100_000)
	columns := columnsOf(reflect.TypeFor[queue.Row]())
	_, err := pool.CopyFrom(b.Context(), pgx.Identifier{"queue"}, columns, pgx.CopyFromFunc(func() func() ([]any, error) {
		i := 0
		return func() ([]any, error) {
			if i == n {
				return nil, nil
			}
			i++
			return values(someTicket(random, i, i <= open)), nil
		}
	}()))
	require.NoError(b, err)
}

func someTicket(random *rand.Rand, i int, open bool) queue.Row {
	group := random.IntN(50)
	at := began.Add(-time.Duration(random.IntN(1_000_000)) * time.Minute)
	r := queue.Row{
		Ticket: fmt.Sprintf("%08x-0000-4000-8000-%012d", random.Uint32(), i), Number: fmt.Sprintf("CS-INC-2026-%07d-X", i), Type: "INC",
		Title: fmt.Sprint("機動車駕駛證補換發申請 ", random.IntN(1000)), Template: uuid("d", i%20), Version: 1, Channel: ticket.Window, Customer: uuid("e", i%100_000),
		Urgency: ticket.Urgencies[i%4], Rank: i%4 + 1, Unit: uuid("a", group/10), Group: uuid("b", group), Status: ticket.StatusClosed, Open: open,
		Round: 1, Weight: 100, RegisteredAt: at, ChangedAt: at.Add(time.Hour), Revision: 9, Position: uint64(i), //nolint:gosec // small
	}
	due := began.Add(time.Duration(random.IntN(30_000)) * time.Minute)
	r.DueAt, r.OverAt, r.DeadlineAt, r.Limited = &due, &due, &due, true
	if open {
		r.Status, r.Handler = ticket.StatusInProgress, uuid("c", random.IntN(1000))
		switch i % 10 {
		case 0:
			r.Status, r.Handler, r.Stage, r.StageRole, r.Barred = ticket.StatusRegistered, "", "first_review", authz.Reviewer, []string{uuid("c", i%1000)}
		case 1:
			r.Paused, r.PausedAt = ticket.AwaitingCustomer, &at
		case 2:
			r.Handover, r.Receiver, r.OfferedAt = 1, uuid("c", random.IntN(1000)), &at
		}
	}
	return r
}
