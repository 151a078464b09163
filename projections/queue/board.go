package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Board is the supervisor's tiles over a list of open tickets (主管看板). Every figure is the length of a list that the queue can
// show.
type Board struct {
	Open           int
	DueToday       int // promised from now until the day ends
	OverMost       int // 80 percent of the limit are used up, and not all of it
	Reported       int // late, and said so
	Unreported     int // late, and nobody said so
	Unaccepted     int // handovers that wait for an answer
	Unacknowledged int // urgent or critical, and held by nobody
	Fallback       int // in a fallback queue
	AwaitCustomer  int // paused for the customer
	Unheld         int // with nobody
	Loads          []Load
	Position       uint64
}

// Load is what one person holds: tickets that are not paused, and those that are. Weight is in hundredths of a plain ticket.
type Load struct {
	Handler string
	Open    int
	Paused  int
	Weight  int
	Late    int
}

// mostLoads is how many people a board lists; those with the greatest weight.
const mostLoads = 200

// Tiles counts what the filter leaves of the open tickets, in one look at them, at or after a position. Until is when the office's
// day ends.
func Tiles(ctx context.Context, r Reader, after uint64, f Filter, until time.Time) (Board, error) {
	var b Board
	where := f.where()
	where.Args["until"], where.Args["most"] = until, mostLoads
	over := reached("over_at")
	tiles := fmt.Sprintf(`SELECT count(*),
			count(*) FILTER (WHERE due_at >= @as_of AND due_at < @until),
			count(*) FILTER (WHERE %[2]s AND NOT %[1]s),
			count(*) FILTER (WHERE %[1]s AND reported_at IS NOT NULL),
			count(*) FILTER (WHERE %[1]s AND reported_at IS NULL),
			count(*) FILTER (WHERE receiver <> ''),
			count(*) FILTER (WHERE handler = '' AND rank <= 2),
			count(*) FILTER (WHERE fallback),
			count(*) FILTER (WHERE paused = 'customer'),
			count(*) FILTER (WHERE handler = '')
		FROM queue WHERE %[3]s`, over, reached("most_at"), where)
	loads := fmt.Sprintf(`SELECT handler, count(*) FILTER (WHERE paused = ''), count(*) FILTER (WHERE paused <> ''),
			coalesce(sum(weight), 0)::bigint, count(*) FILTER (WHERE %s)
		FROM queue WHERE %s AND handler <> '' GROUP BY handler ORDER BY 4 DESC, 1 LIMIT @most`, over, where)
	err := r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, position uint64) error {
		b = Board{Position: position}
		err := tx.QueryRow(ctx, tiles, where.Args).Scan(&b.Open, &b.DueToday, &b.OverMost, &b.Reported, &b.Unreported,
			&b.Unaccepted, &b.Unacknowledged, &b.Fallback, &b.AwaitCustomer, &b.Unheld)
		if err != nil {
			return fmt.Errorf("tiles: %w", err)
		}
		result, err := tx.Query(ctx, loads, where.Args)
		if err != nil {
			return fmt.Errorf("loads: %w", err)
		}
		if b.Loads, err = pgx.CollectRows(result, pgx.RowToStructByPos[Load]); err != nil {
			return fmt.Errorf("loads: %w", err)
		}
		return nil
	})
	return b, err
}
