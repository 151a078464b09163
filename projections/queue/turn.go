package queue

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"docket/projections"
)

// Turn is that an open ticket comes into another band of its limit at an instant, by time alone. Turns are kept in a table of their own,
// by that instant: what lies ahead is read without looking at any other ticket, and events that move no limit write nothing to it.
type Turn struct {
	At     time.Time `db:"at,key"`
	Ticket string    `db:"ticket,key"`
}

const lookAhead = "SELECT at, ticket FROM turn WHERE (at, ticket) > (@after, @ticket) AND at <= @until ORDER BY at, ticket LIMIT @most"

// Turning lists the turns of open tickets after one, up to an instant: in their order, and at most so many. The order is by instant,
// then ticket, so that the last one is where to go on.
func Turning(ctx context.Context, r Reader, after Turn, until time.Time, most int) (turns []Turn, err error) {
	err = r.Read(ctx, Model.Name, 0, func(ctx context.Context, tx pgx.Tx, _ uint64) error {
		result, err := tx.Query(ctx, lookAhead, pgx.NamedArgs{"after": after.At, "ticket": after.Ticket, "until": until, "most": most})
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
func (r *Row) Turns(after, until time.Time) []Turn {
	return slices.DeleteFunc(r.turns(), func(t Turn) bool { return !t.At.After(after) || t.At.After(until) })
}

// turns are all of the row's, at the instants that the tables hold.
func (r *Row) turns() (all []Turn) {
	for _, at := range []*time.Time{r.HalfAt, r.MostAt, r.OverAt} {
		if r.Open && at != nil {
			all = append(all, Turn{at.UTC().Truncate(time.Microsecond), r.Ticket})
		}
	}
	return all
}

// foldTurns keeps the turns of a row that an event changed.
func foldTurns(before, after *Row, rows *projections.Rows) {
	was, is := before.turns(), after.turns()
	if slices.Equal(was, is) {
		return
	}
	for _, t := range was {
		turns.Delete(rows, t.At, t.Ticket)
	}
	for _, t := range is {
		turns.Put(rows, t)
	}
}
