package kpi_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/internal/pgtest"
	"docket/projections"
	"docket/projections/kpi"
)

// What sums tell of any days, edges, positions and dimensions is what counting each fact tells, however far the sums have come.
func TestSumsTellWhatFactsTell(t *testing.T) {
	t.Parallel()
	h := &randomDesk(t, 31, 30, 800).history
	for _, every := range []int{1, 90, 1 << 20} {
		t.Run(fmt.Sprintf("every %d events", every), func(t *testing.T) {
			t.Parallel()
			compared, random := 0, rand.New(rand.NewPCG(uint64(every), 5)) //nolint:gosec // small
			h.inPages(t, every, func(ctx context.Context, s kpi.Snapshot) {
				for range 4 {
					compared += compareSums(t, ctx, s, h, random)
				}
			})
			require.Greater(t, compared, 20, "figures that sums were used for")
		})
	}
}

// compareSums asks for all figures of which sums are kept, of random parts of the log, and tells how many may have used them.
func compareSums(t *testing.T, ctx context.Context, s kpi.Snapshot, h *history, random *rand.Rand) (used int) {
	t.Helper()
	summed, err := s.Summed(ctx)
	require.NoError(t, err)
	require.LessOrEqual(t, uint64(summed), s.Position) //nolint:gosec // a position
	zone := []*time.Location{time.FixedZone("China", 8*3600), time.UTC, time.FixedZone("Chatham", 12*3600+45*60)}[random.IntN(3)]
	first := time.Date(2026, 2, 25+random.IntN(20), 0, 0, 0, 0, zone)
	ends := []kpi.Window{{}, {From: first}, {To: first}, {From: first.Add(-time.Minute), To: first.AddDate(0, 0, 1+random.IntN(30))}}
	bounds := []time.Time{first, first.AddDate(0, 0, 3), first.AddDate(0, 0, 9)}
	bys := [][]kpi.Dimension{nil, {kpi.ByGroup}, {kpi.ByPerson, kpi.ByUnit}, {kpi.ByTemplate, kpi.ByMonth}, {kpi.ByMonth}}
	for _, f := range kpi.Formulas() {
		if !kpi.Sums(f) {
			continue
		}
		q := kpi.Inquiry{AsOf: on(3, 1+random.IntN(60), random.IntN(24), 0), By: bys[random.IntN(len(bys))]}
		q.Window = ends[random.IntN(len(ends))]
		for _, d := range q.By {
			if d == kpi.ByMonth {
				q.Window, q.Bounds = kpi.Window{From: bounds[0], To: bounds[len(bounds)-1]}, bounds
			}
		}
		q.Position = s.Position
		if random.IntN(3) == 0 {
			q.Position = uint64(random.IntN(len(h.events))+1) * 10
		}
		q.Position = min(q.Position, s.Position)
		if random.IntN(3) == 0 {
			q.Filter.Group = []string{"g", "h", "none"}[random.IntN(3)]
		}
		if random.IntN(3) == 0 {
			q.Filter.Person = onePerson
		}
		told, err := s.Measure(ctx, f, q)
		require.NoError(t, err)
		counted, err := s.Measure(ctx, kpi.Counted(f), q)
		require.NoError(t, err)
		require.Equal(t, counted, told, "%s of %+v, summed up to %d", f.Name, q, summed)
		if summed > 0 && uint64(summed) <= q.Position && len(told.Rows) > 0 { //nolint:gosec // a position
			used++
		}
	}
	return used
}

// inPages plays the log in pages to a model that sums up every so many events, and asks after each.
func (h *history) inPages(t *testing.T, every int, ask func(context.Context, kpi.Snapshot)) {
	t.Helper()
	model := kpi.Model
	model.Sums = &projections.Sums{Every: every, SQL: kpi.Model.Sums.SQL}
	p := &tape{history: h, moved: make(chan struct{})}
	runner, err := projections.New(projections.Options{
		Pool: pgtest.Migrated(t), Source: p, Models: []projections.Model{model}, TempDir: t.TempDir(),
	})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(ctx) }()
	defer func() { stop(); <-ended }()
	require.Eventually(t, func() bool { // an empty log is built from
		return kpi.Read(ctx, runner, 0, func(context.Context, kpi.Snapshot) error { return nil }) == nil
	}, 20*time.Second, time.Millisecond)
	for at := 0; at < len(h.events); {
		at = min(at+110, len(h.events))
		position := uint64(at) * 10
		p.play(position)
		require.NoError(t, kpi.Read(ctx, runner, position, func(ctx context.Context, s kpi.Snapshot) error {
			ask(ctx, s)
			return nil
		}))
	}
}
