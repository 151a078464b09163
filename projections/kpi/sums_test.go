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
	for _, every := range []uint64{1, 900, 3000} {
		t.Run(fmt.Sprintf("every %d positions", every), func(t *testing.T) {
			t.Parallel()
			compared, random := 0, rand.New(rand.NewPCG(every, 5)) //nolint:gosec // small
			h.inPages(t, every, func(ctx context.Context, s kpi.Snapshot) {
				for range 4 {
					compared += compareSums(t, ctx, s, h, random)
					comparePlain(t, ctx, s, h, random)
				}
			})
			require.Greater(t, compared, 20, "figures that sums were used for")
		})
	}
}

// Verifying compares what sums tell, however far they have come, and finds one that was changed, left out or invented.
func TestVerifyTellsAChangedSum(t *testing.T) {
	t.Parallel()
	h := &randomDesk(t, 7, 20, 400).history
	pool := pgtest.Migrated(t)
	runnerOf := func(h *history) *projections.Runner {
		r, err := projections.New(projections.Options{Pool: pool, Source: h, Models: []projections.Model{kpi.Model}, TempDir: t.TempDir()})
		require.NoError(t, err)
		return r
	}
	require.NoError(t, runnerOf(&history{h.events[:len(h.events)/3]}).Rebuild(t.Context()))
	runner := runnerOf(h) // nobody keeps the tables: verifying catches up, and sums at the first page alone
	verify := func() projections.Verdict {
		verdicts, err := runner.Verify(t.Context())
		require.NoError(t, err)
		return verdicts[0]
	}
	sound := verify()
	require.True(t, sound.Equal(), sound)
	var upto uint64
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT upto FROM kpi_v1.summed").Scan(&upto))
	require.Less(t, upto, sound.Position, "the sums are behind the facts")

	const first = "(kpi, day, seat) = (SELECT kpi, day, seat FROM kpi_v1.sums WHERE facts > 0 ORDER BY 1, 2, 3 LIMIT 1)"
	for _, harm := range []string{
		"UPDATE kpi_v1.sums SET facts = facts + 1 WHERE " + first,
		"UPDATE kpi_v1.sums SET added[1] = added[1] + 1 WHERE " + first,
		"DELETE FROM kpi_v1.sums WHERE " + first,
		"UPDATE kpi_v1.seats SET person = 'someone' WHERE seat = (SELECT seat FROM kpi_v1.sums WHERE facts > 0 LIMIT 1)",
		"INSERT INTO kpi_v1.sums SELECT kpi, 1, seat, 1, added FROM kpi_v1.sums WHERE " + first,
	} {
		for _, table := range []string{"sums", "seats"} {
			_, err := pool.Exec(t.Context(), "CREATE TABLE kept_"+table+" AS TABLE kpi_v1."+table)
			require.NoError(t, err)
		}
		_, err := pool.Exec(t.Context(), harm)
		require.NoError(t, err)
		require.False(t, verify().Equal(), harm)
		_, err = pool.Exec(t.Context(), `TRUNCATE kpi_v1.sums, kpi_v1.seats; INSERT INTO kpi_v1.sums TABLE kept_sums;
			INSERT INTO kpi_v1.seats OVERRIDING SYSTEM VALUE TABLE kept_seats; DROP TABLE kept_sums, kept_seats`)
		require.NoError(t, err)
	}
	require.Equal(t, sound, verify())
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

// comparePlain asks for volumes and backlogs, which begin with sums, of random parts of the log.
func comparePlain(t *testing.T, ctx context.Context, s kpi.Snapshot, h *history, random *rand.Rand) {
	t.Helper()
	q := kpi.Question{Position: min(uint64(random.IntN(len(h.events))+1)*10, s.Position)}
	if random.IntN(2) == 0 {
		q.Position = s.Position
	}
	if random.IntN(3) == 0 {
		q.Filter.Group = []string{"g", "h", "none"}[random.IntN(3)]
	}
	zone := []*time.Location{time.FixedZone("China", 8*3600), time.UTC}[random.IntN(2)]
	first := time.Date(2026, 2, 25+random.IntN(20), 0, 0, 0, 0, zone)
	instants := kpi.Midnights(first, first.AddDate(0, 0, random.IntN(8)), zone, false)
	open, err := s.Backlog(ctx, q, instants)
	require.NoError(t, err)
	for i, at := range instants {
		one, err := s.OpenOneByOne(ctx, q, at)
		require.NoError(t, err)
		require.Equal(t, kpi.Backlog{At: at.UTC(), Open: one}, open[i], "%+v", q)
	}
	q.Window = kpi.Window{From: first, To: first.AddDate(0, 0, 1+random.IntN(30))}
	by := []kpi.Dimension{kpi.Overall, kpi.ByUnit, kpi.ByGroup, kpi.ByType}[random.IntN(4)]
	told, err := s.Volumes(ctx, q, by)
	require.NoError(t, err)
	counted, err := s.VolumesOneByOne(ctx, q, by)
	require.NoError(t, err)
	for _, v := range told {
		if one := counted[v.Key]; one != nil {
			require.Equal(t, *one, v, "%+v by %q", q, by)
			delete(counted, v.Key)
		} else {
			require.Equal(t, kpi.Volumes{}, v, "nothing happened")
		}
	}
	require.Empty(t, counted)
}

// inPages plays the log in pages to a model that sums up every so many positions, and asks after each.
func (h *history) inPages(t *testing.T, every uint64, ask func(context.Context, kpi.Snapshot)) {
	t.Helper()
	model := kpi.Model
	model.Sums = &projections.Sums{Every: every, SQL: kpi.Model.Sums.SQL, Told: kpi.Model.Sums.Told}
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
