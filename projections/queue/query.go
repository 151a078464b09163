package queue

import (
	"context"
	"fmt"
	"time"

	"docket/domain/authz"
	"docket/domain/ticket"
	"docket/projections/internal/narrow"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// Filter narrows the list. The zero value of a field does not narrow, but Reach does: its zero value reaches nothing.
type Filter struct {
	Reach      authz.Reaches // what the reader may see
	Finished   bool          // closed and cancelled tickets instead of open ones
	Unit       string
	Group      string
	Handler    string
	Unassigned bool // nobody is responsible
	Receiver   string
	Statuses   []ticket.Status
	Urgency    ticket.Urgency
	Type       string
	Reference  string
	DueBefore  *time.Time
	Paused     *bool
}

// Order is what a list is sorted by; ties are broken by the ticket's key.
type Order string

// The orders. Tickets without a promised date come last by due date.
const (
	ByDue        Order = "due"
	ByRegistered Order = "registered"
	ByNumber     Order = "number"
)

// Key is the place of a row in an order: where the next page begins. At is nil for a ticket without a promised date.
type Key struct {
	Order      Order
	Descending bool
	At         *time.Time
	Number     string
	Ticket     string
}

// Page asks for rows: the first of an order, or those after a key of the same order.
type Page struct {
	Order      Order
	Descending bool
	After      *Key
	Limit      int
}

// expressions say what each order compares; they are those of the indexes.
var expressions = map[Order]string{
	ByDue:        "coalesce(due_at, 'infinity'::timestamptz)",
	ByRegistered: "registered_at",
	ByNumber:     "number",
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

// List reads a page of the queue, at or after a position.
func List(ctx context.Context, r Reader, after uint64, f Filter, p Page) (Listing, error) {
	var l Listing
	err := r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, position uint64) (err error) {
		l.Position = position
		l.Rows, l.Next, err = list(ctx, tx, f, p)
		return err
	})
	return l, err
}

func list(ctx context.Context, tx pgx.Tx, f Filter, p Page) ([]Row, *Key, error) {
	where := f.where()
	where.Args["limit"] = p.Limit + 1
	expression, ok := expressions[p.Order]
	if !ok {
		return nil, nil, fmt.Errorf("queue: no order %q", p.Order)
	}
	direction, beyond := "ASC", ">"
	if p.Descending {
		direction, beyond = "DESC", "<"
	}
	if p.After != nil {
		where.And(fmt.Sprintf("(%s, ticket) %s (@key, @ticket)", expression, beyond))
		where.Args["key"], where.Args["ticket"] = p.After.value(), p.After.Ticket
	}
	query := fmt.Sprintf("SELECT * FROM queue WHERE %s ORDER BY %s %s, ticket %s LIMIT @limit",
		where, expression, direction, direction)
	result, err := tx.Query(ctx, query, where.Args)
	if err != nil {
		return nil, nil, fmt.Errorf("list queue: %w", err)
	}
	rows, err := pgx.CollectRows(result, pgx.RowToStructByName[Row])
	if err != nil {
		return nil, nil, fmt.Errorf("list queue: %w", err)
	}
	if len(rows) <= p.Limit {
		return rows, nil, nil
	}
	rows = rows[:p.Limit]
	return rows, rows[p.Limit-1].key(p), nil
}

// where lists the conditions and fills in their arguments.
func (f Filter) where() *narrow.Where {
	which := "open"
	if f.Finished {
		which = "NOT open"
	}
	where := narrow.New(which)
	where.If(f.Unit != "", "unit = @unit", "unit", f.Unit)
	where.If(f.Group != "", "grp = @group", "group", f.Group)
	where.If(f.Handler != "", "handler = @handler AND handler <> ''", "handler", f.Handler)
	where.If(f.Receiver != "", "receiver = @receiver AND receiver <> ''", "receiver", f.Receiver)
	where.If(len(f.Statuses) > 0, "status = ANY(@statuses)", "statuses", f.Statuses)
	where.If(f.Urgency != "", "urgency = @urgency", "urgency", string(f.Urgency))
	where.If(f.Type != "", "type = @type", "type", f.Type)
	where.If(f.Reference != "", "reference = @reference", "reference", f.Reference)
	where.If(f.DueBefore != nil, expressions[ByDue]+" < @due_before", "due_before", f.DueBefore)
	where.If(f.Paused != nil, "(paused <> '') = @paused", "paused", f.Paused)
	if f.Unassigned {
		where.And("handler = ''")
	}
	where.Reach(f.Reach, narrow.Columns{Unit: "unit", Group: "grp", Handler: "handler", Receiver: "receiver"})
	return where
}

// value is what the order's expression is compared with.
func (k *Key) value() any {
	switch k.Order {
	case ByNumber:
		return k.Number
	case ByDue, ByRegistered:
	}
	if k.At == nil {
		return pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}
	}
	return pgtype.Timestamptz{Time: *k.At, Valid: true}
}

// key is the row's place in the order of a page.
func (r Row) key(p Page) *Key {
	k := &Key{Order: p.Order, Descending: p.Descending, Ticket: r.Ticket}
	switch p.Order {
	case ByDue:
		k.At = r.DueAt
	case ByRegistered:
		k.At = &r.RegisteredAt
	case ByNumber:
		k.Number = r.Number
	}
	return k
}
