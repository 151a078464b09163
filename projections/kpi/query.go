package kpi

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Reader opens the read model for a query: f runs in a snapshot that has passed the position after (0 for any) and is told
// where it stands. *projections.Runner is one.
type Reader interface {
	Read(ctx context.Context, model string, after uint64, f func(ctx context.Context, tx pgx.Tx, position uint64) error) error
}

// Snapshot answers questions from one consistent state of the read model, which stands at Position. It is good only while
// the function given to [Read] runs.
type Snapshot struct {
	Position uint64
	tx       pgx.Tx
}

// Read runs questions on a snapshot that has passed a position (0 for any). f may be called again. Errors are the reader's.
func Read(ctx context.Context, r Reader, after uint64, f func(context.Context, Snapshot) error) error {
	return r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, position uint64) error {
		return f(ctx, Snapshot{position, tx})
	})
}

// Question says what figures are asked for: as of which position of the log, about which part of the organisation, in which
// window. The zero Filter and Window ask about everything.
type Question struct {
	Position uint64
	Filter   Filter
	Window   Window
}

// Filter narrows figures to what lies with a unit, a group or both; empty means any. What follows narrows the figures of
// [Formulas] alone.
type Filter struct {
	Unit, Group string

	Person, Template, Urgency string
}

// Window is the half-open interval [From, To); a zero end is open.
type Window struct{ From, To time.Time }

// beginning and end stand for the open ends of a window, in milliseconds.
const (
	beginning = -1 << 62
	end       = 1 << 62
)

func (w Window) bounds() (from, to int64) {
	from, to = beginning, end
	if !w.From.IsZero() {
		from = w.From.UnixMilli()
	}
	if !w.To.IsZero() {
		to = w.To.UnixMilli()
	}
	return from, to
}

// args are the arguments of every query: $1 position, $2 unit, $3 group, $4 and $5 the window in milliseconds.
func (q Question) args(more ...any) []any {
	from, to := q.Window.bounds()
	return append([]any{int64(q.Position), q.Filter.Unit, q.Filter.Group, from, to}, more...)
}

// The facts as of position $1, narrowed to unit $2 and group $3. A fact holds from from_pos on and, where it can end,
// until to_pos; a stretch of time that had not ended by then has no end.
const (
	here = ` ($2 = '' OR unit = $2) AND ($3 = '' OR grp = $3) `

	spansThen = `(
	SELECT ticket, unit, grp, first_ms, last_ms FROM spans WHERE from_pos <= $1 AND $1 < to_pos AND` + here + `
	UNION ALL
	SELECT ticket, unit, grp, first_ms, last_ms FROM cases WHERE from_pos <= $1 AND` + here + `)`

	// Pauses that touch the window. One that has not ended by the position has no end; each of the conditions is one on an index.
	waitsWithin = `(
	SELECT ticket, kind, started_ms, CASE WHEN to_pos <= $1 THEN ended_ms END AS ended_ms
	FROM waits WHERE from_pos <= $1 AND` + touching + `AND` + here + `
	UNION ALL
	SELECT ticket, paused_kind, paused_ms, NULL FROM cases
	WHERE paused_pos <= $1 AND paused_ms < $5 AND ($2 = '' OR paused_unit = $2) AND ($3 = '' OR paused_grp = $3))`

	touching = ` started_ms < $5 AND (ended_ms > $4 OR to_pos > $1 OR started_ms >= $4) `

	actsThen = `(
	SELECT * FROM acts WHERE from_pos <= $1 AND at_ms >= $4 AND at_ms < $5 AND` + here + `)`

	// Tickets that were open at some time in the window, also those opened and closed in the same instant.
	openWithin = `(
	SELECT ticket FROM segments WHERE from_pos <= $1 AND` + touching + `AND` + here + `
	UNION
	SELECT ticket FROM cases WHERE open_pos <= $1 AND open_ms < $5 AND` + here + `)`
)

// RecordedUntil is when the newest event that changed any ticket's span, unit or group by a position was recorded; nil when
// there is none. Of the present one row tells it; of an earlier position the cases themselves do, all of them.
func (s Snapshot) RecordedUntil(ctx context.Context, position uint64) (*time.Time, error) {
	const now = "SELECT max(recorded_ms) FROM newest WHERE from_pos <= $1"
	const then = `
	SELECT max(recorded_ms) FROM (
		(SELECT recorded_ms FROM spans WHERE from_pos <= $1 ORDER BY from_pos DESC LIMIT 1)
		UNION ALL
		SELECT max(recorded_ms) FROM cases WHERE from_pos <= $1) known`
	for _, query := range []string{now, then} {
		var ms *int64
		if err := s.tx.QueryRow(ctx, query, int64(position)).Scan(&ms); err != nil { //nolint:gosec // positions are below 2^63
			return nil, err
		}
		if ms != nil {
			at := time.UnixMilli(*ms).UTC()
			return &at, nil
		}
	}
	return nil, nil
}

// Ratio is a rate as two integers (kpis §1.11); a zero denominator means "no data".
type Ratio struct {
	Numerator   int64 `json:"numerator"`
	Denominator int64 `json:"denominator"`
}

// Ranked is a percentile by nearest rank, the ⌈p·n⌉th value, with a ticket that has it (kpis §1.13).
type Ranked struct {
	MS     int64  `json:"ms"`
	Ticket string `json:"ticket"`
}

// collect reads all rows of a query into structs by column name.
func collect[T any](ctx context.Context, tx pgx.Tx, query string, args []any) ([]T, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[T])
}
