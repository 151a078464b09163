package processes

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"docket/domain"
)

// errOvertaken: another instance has moved the place; it runs the process now.
var errOvertaken = errors.New("another instance has moved the place of this process")

// place is how far a process has read the log; a new process begins at its beginning.
func (r *Runner) place(ctx context.Context, process string) (uint64, error) {
	var pos int64
	err := r.Pool.QueryRow(ctx, `WITH new AS (
		INSERT INTO processes.checkpoint (process, pos) VALUES ($1, 0) ON CONFLICT DO NOTHING RETURNING pos)
		SELECT pos FROM new UNION ALL SELECT pos FROM processes.checkpoint WHERE process = $1 LIMIT 1`, process).Scan(&pos)
	if err != nil {
		return 0, fmt.Errorf("place of process %s: %w", process, err)
	}
	return uint64(pos), nil
}

// move keeps what a page left and moves the place, in one transaction. A place that is not where it was read is another
// instance's.
func (r *Runner) move(ctx context.Context, p Process, from, to uint64, events []domain.Envelope) error {
	err := pgx.BeginFunc(ctx, r.Pool, func(tx pgx.Tx) error {
		if p.Keep != nil && len(events) > 0 {
			if err := p.Keep(ctx, tx, events); err != nil {
				return err
			}
		}
		moved, err := tx.Exec(ctx, "UPDATE processes.checkpoint SET pos = $3 WHERE process = $1 AND pos = $2", p.Name, int64(from), int64(to))
		switch {
		case err != nil:
			return err
		case moved.RowsAffected() == 0:
			return errOvertaken
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("process %s at %d: %w", p.Name, from, err)
	}
	return nil
}
