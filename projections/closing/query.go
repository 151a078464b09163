package closing

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"docket/domain/authz"
	"docket/domain/closing"
	"docket/projections/internal/narrow"
)

// Reader opens the read model for a query (see projections.Runner.Read).
type Reader interface {
	Read(ctx context.Context, model string, after uint64, f func(ctx context.Context, tx pgx.Tx, position uint64) error) error
}

// Filter narrows the list; an empty field does not, but Reach does: its zero value reaches nothing.
type Filter struct {
	Reach  authz.Reaches
	Unit   string
	Status closing.Status
	From   string // month, inclusive
	To     string // month, exclusive
	After  *Key
	Limit  int
}

// Key is the place of a row in the list, which is sorted by month, newest first, then unit.
type Key struct{ Month, Unit string }

// Listing is a page of the list as it stood at a position. Next is the key of the last row when more follow.
type Listing struct {
	Rows     []Row
	Next     *Key
	Position uint64
}

// List reads a page, at or after a position.
func List(ctx context.Context, r Reader, after uint64, f Filter) (Listing, error) {
	w := narrow.New("true")
	w.Reach(f.Reach, narrow.Columns{Unit: "unit", Group: "unit", Handler: "''", Receiver: "''"})
	w.If(f.Unit != "", "unit = @unit", "unit", f.Unit)
	w.If(f.Status != "", "status = @status", "status", string(f.Status))
	w.If(f.From != "", "month >= @from", "from", f.From)
	w.If(f.To != "", "month < @to", "to", f.To)
	if k := f.After; k != nil {
		w.And("(month < @after_month OR month = @after_month AND unit > @after_unit)")
		w.Args["after_month"], w.Args["after_unit"] = k.Month, k.Unit
	}
	w.Args["limit"] = f.Limit + 1
	var l Listing
	err := r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, position uint64) error {
		l = Listing{Position: position}
		result, err := tx.Query(ctx, "SELECT * FROM closings WHERE "+w.String()+" ORDER BY month DESC, unit LIMIT @limit", w.Args)
		if err != nil {
			return fmt.Errorf("list closings: %w", err)
		}
		if l.Rows, err = pgx.CollectRows(result, pgx.RowToStructByName[Row]); err != nil {
			return fmt.Errorf("list closings: %w", err)
		}
		if len(l.Rows) > f.Limit {
			last := l.Rows[f.Limit-1]
			l.Rows, l.Next = l.Rows[:f.Limit], &Key{last.Month, last.Unit}
		}
		return nil
	})
	return l, err
}
