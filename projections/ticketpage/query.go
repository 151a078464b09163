package ticketpage

import (
	"context"
	"errors"
	"fmt"

	"docket/domain"

	"github.com/jackc/pgx/v5"
)

// ErrUnknown: there is no such ticket, which is also what those are told who may not see it.
var ErrUnknown = domain.Refusal(domain.NotFound, "not_found", "there is no such thing, or it is not yours to see")

// Reader opens a read model for one query (see projections.Runner.Read).
type Reader interface {
	Read(ctx context.Context, model string, after uint64, f func(ctx context.Context, tx pgx.Tx, position uint64) error) error
}

// Find gives the key of the ticket that has a number in the written form, as known at or after a position, and the position
// it is known at. The error is [ErrUnknown] when no ticket has it.
func Find(ctx context.Context, r Reader, after uint64, number string) (key string, position uint64, err error) {
	err = r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, at uint64) error {
		position = at
		err := tx.QueryRow(ctx, "SELECT ticket FROM numbered WHERE number = $1 ORDER BY ticket LIMIT 1", number).Scan(&key)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return ErrUnknown
		case err != nil:
			return fmt.Errorf("ticket by number: %w", err)
		}
		return nil
	})
	return key, position, err
}
