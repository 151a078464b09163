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

// Holders gives the keys of the tickets that have the numbers, each in the written form, as known at or after a position,
// and the position they are known at. A number that no ticket has is left out.
func Holders(ctx context.Context, r Reader, after uint64, numbers []string) (held map[string][]string, position uint64, err error) {
	err = r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, at uint64) error {
		position, held = at, map[string][]string{}
		found, err := tx.Query(ctx, "SELECT number, ticket FROM numbered WHERE number = ANY ($1)", numbers)
		if err != nil {
			return fmt.Errorf("tickets by number: %w", err)
		}
		var number, ticket string
		_, err = pgx.ForEachRow(found, []any{&number, &ticket}, func() error {
			held[number] = append(held[number], ticket)
			return nil
		})
		if err != nil {
			return fmt.Errorf("tickets by number: %w", err)
		}
		return nil
	})
	return held, position, err
}
