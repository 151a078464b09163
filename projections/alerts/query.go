package alerts

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"docket/projections/internal/narrow"
)

// Filter narrows the list.
type Filter struct {
	Open  bool // only those that nobody has looked into
	After *Key
	Limit int
}

// Key is the place of an alert in the list, the newest first.
type Key struct {
	RaisedAt time.Time
	Alert    string
}

// Reader opens a read model for one query (see projections.Runner.Read).
type Reader interface {
	Read(ctx context.Context, model string, after uint64, f func(ctx context.Context, tx pgx.Tx, position uint64) error) error
}

// Listing is a page of alerts as it stood at a position. Next is the key of the last row when more follow.
type Listing struct {
	Rows     []Row
	Next     *Key
	Position uint64
}

// List reads a page, at or after a position.
func List(ctx context.Context, r Reader, after uint64, f Filter) (Listing, error) {
	var l Listing
	err := r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, position uint64) error {
		l.Position = position
		where := narrow.New("true")
		if f.Open {
			where.And("acknowledged_at IS NULL")
		}
		if k := f.After; k != nil {
			where.And("(raised_at, alert) < (@after_at, @after_alert)")
			where.Args["after_at"], where.Args["after_alert"] = k.RaisedAt, k.Alert
		}
		where.Args["limit"] = f.Limit + 1
		found, err := tx.Query(ctx, fmt.Sprintf("SELECT * FROM alerts WHERE %s ORDER BY raised_at DESC, alert DESC LIMIT @limit", where), where.Args)
		if err != nil {
			return fmt.Errorf("list alerts: %w", err)
		}
		if l.Rows, err = pgx.CollectRows(found, pgx.RowToStructByName[Row]); err != nil {
			return fmt.Errorf("list alerts: %w", err)
		}
		if len(l.Rows) > f.Limit {
			l.Rows = l.Rows[:f.Limit]
			last := l.Rows[f.Limit-1]
			l.Next = &Key{RaisedAt: last.RaisedAt.UTC(), Alert: last.Alert}
		}
		return nil
	})
	return l, err
}
