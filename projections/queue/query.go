package queue

import (
	"context"
	"fmt"
	"strings"

	"docket/domain/view"

	"github.com/jackc/pgx/v5"
)

// Page asks for rows: the first of an order, or those after a key of the same order.
type Page struct {
	Sort  view.Sort
	After *Key
	Limit int
}

// Reader opens a read model for one query (see projections.Runner.Read).
type Reader interface {
	Read(ctx context.Context, model string, after uint64, f func(ctx context.Context, tx pgx.Tx, position uint64) error) error
}

// Listing is a page of the queue as it stood at a position of the log. Next is the key of the last row when more follow.
type Listing struct {
	Rows     []Row
	Next     *Key
	Position uint64
}

// List reads a page of the queue, at or after a position. Errors: invalid when the sort is none, or the key is of another.
func List(ctx context.Context, r Reader, after uint64, f Filter, p Page) (Listing, error) {
	var l Listing
	err := r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, position uint64) (err error) {
		l.Position = position
		l.Rows, l.Next, err = list(ctx, tx, f, p)
		return err
	})
	return l, err
}

// columns are those of the table, as its rows are collected.
var columns = table.Columns()

func list(ctx context.Context, tx pgx.Tx, f Filter, p Page) ([]Row, *Key, error) {
	orders, err := p.Sort.Orders()
	if err != nil {
		return nil, nil, fmt.Errorf("queue: %w", err)
	}
	where := f.where()
	where.Args["limit"] = p.Limit + 1
	if p.After != nil {
		condition, err := p.After.beyond(p.Sort, orders, where.Args)
		if err != nil {
			return nil, nil, err
		}
		where.And(condition)
	}
	by := make([]string, 0, len(orders)+1)
	for _, o := range orders {
		by = append(by, expressions[o.Column]+direction(o.Down))
	}
	by = append(by, "ticket"+direction(orders[0].Down))
	result, err := tx.Query(ctx, fmt.Sprintf("SELECT %s FROM queue WHERE %s ORDER BY %s LIMIT @limit", columns, where, strings.Join(by, ", ")), where.Args)
	if err != nil {
		return nil, nil, fmt.Errorf("list queue: %w", err)
	}
	rows, err := table.Collect(result)
	if err != nil {
		return nil, nil, fmt.Errorf("list queue: %w", err)
	}
	if len(rows) <= p.Limit {
		return rows, nil, nil
	}
	rows = rows[:p.Limit]
	return rows, rows[p.Limit-1].key(p.Sort, orders), nil
}

func direction(down bool) string {
	if down {
		return " DESC"
	}
	return " ASC"
}
