package queue

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// RowsOf reads the rows of tickets by their keys, at or after a position; it gives the position they stand at.
func RowsOf(ctx context.Context, r Reader, after uint64, tickets []string) (rows []Row, position uint64, err error) {
	err = r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, at uint64) error {
		position, rows = at, nil
		if len(tickets) == 0 {
			return nil
		}
		result, err := tx.Query(ctx, "SELECT "+columns+" FROM queue WHERE ticket = ANY(@tickets)", pgx.NamedArgs{"tickets": tickets})
		if err != nil {
			return fmt.Errorf("rows of tickets: %w", err)
		}
		if rows, err = table.Collect(result); err != nil {
			return fmt.Errorf("rows of tickets: %w", err)
		}
		return nil
	})
	return rows, position, err
}
