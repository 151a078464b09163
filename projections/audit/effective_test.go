package audit_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"docket/internal/pgtest"
	"docket/migrations/readmodels"
	"docket/projections/audit"
)

// tables reads a trail that lies in the database's own schema.
type tables struct{ pool *pgxpool.Pool }

func (d tables) Read(ctx context.Context, _ string, _ uint64, f func(ctx context.Context, tx pgx.Tx, position uint64) error) error {
	return pgx.BeginFunc(ctx, d.pool, func(tx pgx.Tx) error { return f(ctx, tx, 0) })
}

var opening = time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)

// trail fills a trail of a year: an entry every ten minutes, one in 97 recorded up to some months after it happened.
func trail(t *testing.T, n int) (tables, []audit.Row) {
	t.Helper()
	pool := pgtest.Pool(t)
	_, err := pool.Exec(t.Context(), readmodels.SQL("audit"))
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), `INSERT INTO audit
		SELECT i * 10, 'ticket-' || i % 500, 'ticket', i / 500, 'id', 'TicketNoted', 'ann', 'staff-ann', '', '', 'u', '', '', '', 'ticket.note', '', '', '',
			at - CASE WHEN i % 97 = 0 THEN (i % 150 + 2) * interval '1 day' ELSE (i % 23) * interval '1 hour' END, at, '', '', '', 0, 0
		FROM (SELECT i, $1::timestamptz + i * interval '10 minutes' AS at FROM generate_series(1, $2::int) i) made`, opening, n)
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), "ANALYZE audit")
	require.NoError(t, err)
	rows, err := pool.Query(t.Context(), "SELECT * FROM audit ORDER BY position")
	require.NoError(t, err)
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[audit.Row])
	require.NoError(t, err)
	return tables{pool}, all
}

// TestAWindowOfEffectiveTimesIsRead: what the table gives for a window is what each row says by itself, in both orders and over pages,
// and only a stretch of the log and what was dated back are looked at.
func TestAWindowOfEffectiveTimesIsRead(t *testing.T) {
	t.Parallel()
	const n = 40_000
	d, all := trail(t, n)
	at := func(days int) *time.Time { a := opening.AddDate(0, 0, days); return &a }
	for name, w := range map[string]audit.Window{
		"a day": {at(100), at(101)}, "from": {at(270), nil}, "to": {nil, at(3)}, "before all": {nil, at(-200)}, "after all": {at(900), nil}, "before the log": {at(-90), at(-80)},
	} {
		for _, down := range []bool{false, true} {
			var want, got []uint64
			for i := range all {
				e := all[i].Effective
				if (w.From == nil || !e.Before(*w.From)) && (w.To == nil || e.Before(*w.To)) {
					want = append(want, all[i].Position)
				}
			}
			if down {
				slices.Reverse(want)
			}
			f := audit.Filter{Effective: w, Descending: down, Limit: 150}
			for {
				page, err := audit.List(t.Context(), d, 0, f)
				require.NoError(t, err)
				for i := range page.Rows {
					got = append(got, page.Rows[i].Position)
				}
				if !page.More {
					break
				}
				f.After = &got[len(got)-1]
			}
			require.Equal(t, want, got, "%s, descending %v", name, down)
		}
	}
	for _, down := range []bool{false, true} {
		looked := explained(t, d, audit.Filter{Effective: audit.Window{From: at(100), To: at(101)}, Descending: down, Limit: 100})
		require.Less(t, looked, n/10, "descending %v", down)
	}
}

// explained is how many rows the question looks at and throws away.
func explained(t *testing.T, d tables, f audit.Filter) (thrown int) {
	t.Helper()
	text, arguments := audit.Question(f)
	for line := range strings.Lines(pgtest.Plan(t, d.pool, text, arguments)) {
		var rows int
		if _, after, ok := strings.Cut(line, "Rows Removed by Filter: "); ok {
			_, _ = fmt.Sscan(after, &rows)
			thrown += rows
		}
	}
	return thrown
}
