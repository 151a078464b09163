package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Turn is that a ticket comes into another band of its limit at an instant, by time alone.
type Turn struct {
	Ticket string    `db:"ticket"`
	At     time.Time `db:"at"`
}

// Turning lists the turns of open tickets after one, up to an instant: in their order, and at most so many. The order is by instant,
// then ticket, so that the last one is where to go on.
func Turning(ctx context.Context, r Reader, after Turn, until time.Time, most int) (turns []Turn, err error) {
	err = r.Read(ctx, Model.Name, 0, func(ctx context.Context, tx pgx.Tx, _ uint64) error {
		result, err := tx.Query(ctx, `SELECT ticket, at FROM queue, LATERAL (VALUES (half_at), (most_at), (over_at)) AS turn (at)
			WHERE open AND at >= @after AND at <= @until AND (at, ticket) > (@after, @ticket) ORDER BY at, ticket LIMIT @most`,
			pgx.NamedArgs{"after": after.At, "ticket": after.Ticket, "until": until, "most": most})
		if err != nil {
			return fmt.Errorf("turns of limits: %w", err)
		}
		if turns, err = pgx.CollectRows(result, pgx.RowToStructByName[Turn]); err != nil {
			return fmt.Errorf("turns of limits: %w", err)
		}
		return nil
	})
	return turns, err
}

// Turns are the row's own after an instant and up to another.
func (r *Row) Turns(after, until time.Time) (turns []Turn) {
	for _, at := range []*time.Time{r.HalfAt, r.MostAt, r.OverAt} {
		if r.Open && at != nil && at.After(after) && !at.After(until) {
			turns = append(turns, Turn{r.Ticket, *at})
		}
	}
	return turns
}
