package queue_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/domain/ticket"
	"docket/internal/pgtest"
	"docket/projections"
	"docket/projections/queue"
)

// TestTurnsAreThoseOfTheRow: whatever happens to a ticket's limits, what is kept to look ahead is what its row says.
func TestTurnsAreThoseOfTheRow(t *testing.T) {
	t.Parallel()
	due := began.Add(40*time.Hour + 7*time.Nanosecond)
	deadline := func(n int) ticket.Deadline {
		over := began.Add(time.Duration(4*n) * time.Hour)
		return ticket.Deadline{DueAt: &over, Reminders: []ticket.Share{{Percent: 50, At: began.Add(time.Duration(n) * time.Hour)}, {Percent: 80, At: over}}}
	}
	kept := 0
	act := rapid.OneOf(
		rapid.SampledFrom([]ticket.Event{
			ticket.Registered{Number: "N-1", Unit: "u", DueAt: &due}, ticket.Registered{Number: "N-1", Unit: "u", Template: version},
			ticket.Accepted{}, ticket.Noted{}, ticket.Taken{Handler: "ann"}, ticket.ResultDelivered{}, ticket.Closed{}, ticket.Cancelled{},
			ticket.Reopened{Round: 2}, ticket.ClockPaused{Clock: ticket.HandlingClock, Round: 1, At: began.Add(2 * time.Hour)},
			ticket.ClockStopped{Clock: ticket.HandlingClock, Round: 1, At: began.Add(3 * time.Hour), Met: true},
		}),
		rapid.Map(rapid.IntRange(1, 9), func(n int) ticket.Event {
			return ticket.ClockStarted{Clock: ticket.HandlingClock, Round: 1, Since: began, Deadline: deadline(n)}
		}),
		rapid.Map(rapid.IntRange(1, 9), func(n int) ticket.Event {
			return ticket.ClockMoved{Clock: ticket.HandlingClock, Round: 1, Deadline: deadline(n)}
		}),
	)
	rapid.Check(t, func(t *rapid.T) {
		history := rapid.SliceOfN(act, 1, 20).Draw(t, "events")
		rows := projections.Replay(queue.Model, log(history))
		row := queue.Rows(rows)[0]
		want, got := row.Turns(time.Time{}, began.AddDate(1, 0, 0)), append([]queue.Turn(nil), queue.Turns(rows)...)
		for _, list := range [][]queue.Turn{want, got} {
			slices.SortFunc(list, func(a, b queue.Turn) int { return a.At.Compare(b.At) })
		}
		require.Equal(t, slices.Compact(want), got)
		kept += len(want)
	})
	require.NotZero(t, kept)
}

// TestLookingAheadReadsWhatLiesAhead: turns are read in pages by the index, however many others there are.
func TestLookingAheadReadsWhatLiesAhead(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	_, err := pool.Exec(t.Context(), queue.Model.SQL)
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), "INSERT INTO turn SELECT $1::timestamptz + i / 3 * interval '1 minute', 't' || i FROM generate_series(1, 30000) AS i", began)
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), "ANALYZE turn")
	require.NoError(t, err)
	err = pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		var seen []string
		after, until := queue.Turn{At: began.Add(99 * time.Minute)}, began.Add(103*time.Minute)
		for {
			page, err := queue.Turning(t.Context(), direct{tx}, after, until, 5)
			require.NoError(t, err)
			if len(page) == 0 {
				break
			}
			for _, turn := range page {
				seen = append(seen, turn.Ticket)
			}
			after = page[len(page)-1]
		}
		var want []string
		for i := 3 * 99; i < 3*104; i++ {
			want = append(want, fmt.Sprintf("t%d", i))
		}
		require.Equal(t, want, seen)

		plan := pgtest.Plan(t, tx, queue.LookAhead, pgx.NamedArgs{"after": after.At.Add(-time.Hour), "ticket": "", "until": after.At, "most": 5000})
		require.Contains(t, plan, "using turn_pkey")
		require.NotContains(t, plan, "Seq Scan")
		require.NotContains(t, plan, "Sort")
		require.NotContains(t, plan, "Rows Removed")
		return nil
	})
	require.NoError(t, err)
}
