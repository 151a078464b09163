package queue

import (
	"context"
	"fmt"

	"docket/domain/authz"
	"docket/projections/internal/narrow"

	"github.com/jackc/pgx/v5"
)

// OfCustomer lists the other registered tickets of a customer that lie within reach, newest first, as they stand now.
func OfCustomer(ctx context.Context, r Reader, reach authz.Reaches, customer, ticket string, limit int) (rows []Row, err error) {
	err = r.Read(ctx, Model.Name, 0, func(ctx context.Context, tx pgx.Tx, _ uint64) error {
		where := narrow.New("customer <> '' AND number <> ''")
		where.If(true, "customer = @customer", "customer", customer)
		where.If(true, "ticket <> @ticket", "ticket", ticket)
		where.Reach(reach, placed)
		where.Args["limit"] = limit
		result, err := tx.Query(ctx, "SELECT "+columns+" FROM queue WHERE "+where.String()+" ORDER BY registered_at DESC, ticket LIMIT @limit", where.Args)
		if err != nil {
			return fmt.Errorf("list the customer's tickets: %w", err)
		}
		if rows, err = table.Collect(result); err != nil {
			return fmt.Errorf("list the customer's tickets: %w", err)
		}
		return nil
	})
	return rows, err
}
