package queue

import (
	"context"
	"fmt"
	"time"

	"docket/domain/authz"
	"docket/projections/internal/narrow"

	"github.com/jackc/pgx/v5"
)

// most is how many tickets of one customer are looked at; the newest are.
const most = 200

// Kin asks for a ticket's kin: registered tickets of the same customer and type, finished ones too (重複辦理, mission row I11).
type Kin struct {
	Reach    authz.Reaches // what the reader may see
	Ticket   string        // whose kin; it is not its own
	Customer string        // without one there are none
	Type     string
	From, To time.Time // when they were registered, both included
}

// Alike lists a ticket's kin, newest first and at most 200, at or after a position; it gives the position it stands at.
func Alike(ctx context.Context, r Reader, after uint64, k Kin) (rows []Row, position uint64, err error) {
	err = r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, at uint64) error {
		position = at
		where := narrow.New("customer <> '' AND number <> ''")
		where.If(true, "customer = @customer", "customer", k.Customer)
		where.If(true, "type = @type", "type", k.Type)
		where.If(true, "ticket <> @ticket", "ticket", k.Ticket)
		where.If(true, "registered_at >= @from", "from", k.From)
		where.If(true, "registered_at <= @to", "to", k.To)
		where.Reach(k.Reach, placed)
		where.Args["most"] = most
		result, err := tx.Query(ctx, "SELECT "+columns+" FROM queue WHERE "+where.String()+" ORDER BY registered_at DESC, ticket LIMIT @most", where.Args)
		if err != nil {
			return fmt.Errorf("list alike: %w", err)
		}
		if rows, err = table.Collect(result); err != nil {
			return fmt.Errorf("list alike: %w", err)
		}
		return nil
	})
	return rows, position, err
}
