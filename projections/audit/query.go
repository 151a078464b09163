package audit

import (
	"context"
	"fmt"
	"time"

	"docket/projections/internal/narrow"

	"github.com/jackc/pgx/v5"
)

// Filter narrows the trail. The zero value of a field does not narrow. Windows are half-open.
type Filter struct {
	Stream     string
	Category   string
	Person     string // staff who acted, for whom was acted, or whose account acted
	Principal  string // the account that acted
	Type       string
	Command    string
	Effective  Window  // when it happened
	Recorded   Window  // when it was decided
	Descending bool    // newest first
	After      *uint64 // position of the last row already seen; nil at the beginning
	UpTo       *uint64 // position of the last row that may be shown; nil without end
	Limit      int
}

// Window is a span of time from From up to but not including To; nil ends are open.
type Window struct{ From, To *time.Time }

// Reader opens a read model for one query (see projections.Runner.Read).
type Reader interface {
	Read(ctx context.Context, model string, after uint64, f func(ctx context.Context, tx pgx.Tx, position uint64) error) error
}

// Listing is a page of the trail, in the order of the log, as it stood at a position. With More, further rows follow: ask
// for those after the last one's position, in the same order.
type Listing struct {
	Rows     []Row
	More     bool
	Position uint64
}

// List reads a page of the trail, at or after a position.
func List(ctx context.Context, r Reader, after uint64, f Filter) (Listing, error) {
	var l Listing
	err := r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, position uint64) (err error) {
		l.Position = position
		l.Rows, l.More, err = list(ctx, tx, f)
		return err
	})
	return l, err
}

func list(ctx context.Context, tx pgx.Tx, f Filter) (rows []Row, more bool, err error) {
	where := f.where()
	where.Args["limit"] = f.Limit + 1
	direction := "ASC"
	if f.Descending {
		direction = "DESC"
	}
	result, err := tx.Query(ctx, fmt.Sprintf("SELECT * FROM audit WHERE %s ORDER BY position %s LIMIT @limit",
		where, direction), where.Args)
	if err != nil {
		return nil, false, fmt.Errorf("list audit trail: %w", err)
	}
	rows, err = pgx.CollectRows(result, pgx.RowToStructByName[Row])
	if err != nil {
		return nil, false, fmt.Errorf("list audit trail: %w", err)
	}
	if len(rows) > f.Limit {
		return rows[:f.Limit], true, nil
	}
	return rows, false, nil
}

// where lists the conditions and fills in their arguments.
func (f Filter) where() *narrow.Where {
	where := narrow.New("true")
	where.If(f.Stream != "", "stream = @stream", "stream", f.Stream)
	where.If(f.Category != "", "category = @category", "category", f.Category)
	where.If(f.Principal != "", "principal = @principal", "principal", f.Principal)
	where.If(f.Type != "", "type = @type", "type", f.Type)
	where.If(f.Command != "", "command = @command", "command", f.Command)
	where.If(f.Effective.From != nil, "effective_at >= @effective_from", "effective_from", f.Effective.From)
	where.If(f.Effective.To != nil, "effective_at < @effective_to", "effective_to", f.Effective.To)
	where.If(f.Recorded.From != nil, "decided_at >= @recorded_from", "recorded_from", f.Recorded.From)
	where.If(f.Recorded.To != nil, "decided_at < @recorded_to", "recorded_to", f.Recorded.To)
	where.If(f.After != nil && !f.Descending, "position > @after", "after", f.After)
	where.If(f.After != nil && f.Descending, "position < @after", "after", f.After)
	where.If(f.UpTo != nil, "position <= @up_to", "up_to", f.UpTo)
	if f.Person != "" {
		// Who is acted for is the actor too, so two indexes cover all three meanings.
		where.And("(actor = @person OR principal = @account)")
		where.Args["person"], where.Args["account"] = f.Person, "staff-"+f.Person
	}
	return where
}
