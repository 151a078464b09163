package quarantine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"docket/domain/authz"
	"docket/projections/internal/narrow"

	"github.com/jackc/pgx/v5"
)

// Filter narrows the list. The zero value of a field does not narrow, but Reach does: its zero value reaches nothing.
type Filter struct {
	Reach   authz.Reaches
	Unit    string
	Cause   string
	Channel string
	Settled *bool
	After   *Key
	Limit   int
}

// Key is the place of a row in the list, which is sorted newest first.
type Key struct {
	EnteredAt time.Time
	ID        string
}

// Reader opens a read model for one query (see projections.Runner.Read).
type Reader interface {
	Read(ctx context.Context, model string, after uint64, f func(ctx context.Context, tx pgx.Tx, position uint64) error) error
}

// Listing is a page of the list as it stood at a position. Next is the key of the last row when more follow.
type Listing struct {
	Messages []Message
	Next     *Key
	Position uint64
}

// List reads a page, newest first, at or after a position.
func List(ctx context.Context, r Reader, after uint64, f Filter) (Listing, error) {
	var l Listing
	where := f.where()
	where.Args["limit"] = f.Limit + 1
	err := r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, position uint64) error {
		l.Position = position
		found, err := tx.Query(ctx, fmt.Sprintf("SELECT m.* FROM message m WHERE %s ORDER BY m.entered_at DESC, m.id DESC LIMIT @limit", where), where.Args)
		if err != nil {
			return fmt.Errorf("list quarantine: %w", err)
		}
		if l.Messages, err = pgx.CollectRows(found, pgx.RowToStructByName[Message]); err != nil {
			return fmt.Errorf("list quarantine: %w", err)
		}
		return nil
	})
	if len(l.Messages) > f.Limit {
		l.Messages = l.Messages[:f.Limit]
		last := l.Messages[f.Limit-1]
		l.Next = &Key{last.EnteredAt.UTC(), last.ID}
	}
	return l, err
}

// One reads one message; false when there is none of that key.
func One(ctx context.Context, r Reader, after uint64, id string) (m Message, known bool, position uint64, err error) {
	err = r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, at uint64) error {
		position = at
		found, err := tx.Query(ctx, "SELECT m.* FROM message m WHERE m.id = $1", id)
		if err == nil {
			m, err = pgx.CollectExactlyOneRow(found, pgx.RowToStructByName[Message])
		}
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		known = err == nil
		return err
	})
	return m, known, position, err
}

func (f Filter) where() *narrow.Where {
	where := narrow.New("true")
	where.If(f.Unit != "", "m.unit = @unit", "unit", f.Unit)
	where.If(f.Cause != "", "m.cause = @cause", "cause", f.Cause)
	where.If(f.Channel != "", "m.channel = @channel", "channel", f.Channel)
	if f.Settled != nil {
		where.And(map[bool]string{true: "m.settled_at IS NOT NULL", false: "m.settled_at IS NULL"}[*f.Settled])
	}
	where.Reach(f.Reach, narrow.Columns{Unit: "m.unit", Group: "m.unit", Handler: "''", Receiver: "''"})
	if k := f.After; k != nil {
		where.And("(m.entered_at, m.id) < (@after_at, @after_id)")
		where.Args["after_at"], where.Args["after_id"] = k.EnteredAt, k.ID
	}
	return where
}
