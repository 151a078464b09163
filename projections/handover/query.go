package handover

import (
	"context"
	"fmt"
	"time"

	"docket/domain/authz"
	"docket/projections/internal/narrow"

	"github.com/jackc/pgx/v5"
)

// Filter narrows the log. The zero value of a field does not narrow, but Reach does: its zero value reaches nothing.
type Filter struct {
	Reach   authz.Reaches // what the reader may see, by where the ticket stands now
	Kind    Kind          // empty: all
	Ticket  string
	Person  string // sender or receiver
	From    string // sender
	To      string // receiver
	Unit    string // responsible when it was offered
	Group   string
	Outcome Outcome
	Since   *time.Time // offered at or after
	Until   *time.Time // offered before
	After   *Key
	Limit   int
}

// Key is the place of a row in the log, which is sorted newest offer first.
type Key struct {
	OfferedAt time.Time
	Ticket    string
	Kind      Kind
	Handover  int
}

// Reader opens a read model for one query (see projections.Runner.Read).
type Reader interface {
	Read(ctx context.Context, model string, after uint64, f func(ctx context.Context, tx pgx.Tx, position uint64) error) error
}

// Listing is a page of the log, newest offer first, as it stood at a position. Next is the key of the last row when more
// follow.
type Listing struct {
	Rows     []Row
	Next     *Key
	Position uint64
}

// List reads a page of the log, at or after a position.
func List(ctx context.Context, r Reader, after uint64, f Filter) (Listing, error) {
	var l Listing
	err := r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, position uint64) (err error) {
		l.Position = position
		l.Rows, l.Next, err = list(ctx, tx, f)
		return err
	})
	return l, err
}

// placed are the columns that tell who may read about a ticket's handovers.
var placed = narrow.Columns{Unit: "s.unit", Group: "s.grp", Handler: "s.handler", Receiver: "s.pending->>'To'", Helping: "s.helping"}

func list(ctx context.Context, tx pgx.Tx, f Filter) ([]Row, *Key, error) {
	from, where := "handover h", f.where()
	where.Args["limit"] = f.Limit + 1
	if !f.Reach.All {
		from += " JOIN standing s ON s.ticket = h.ticket"
		// Who holds the ticket, has to answer for it or helps with it now.
		where.Reach(f.Reach, placed)
	}
	result, err := tx.Query(ctx, fmt.Sprintf(
		"SELECT h.* FROM %s WHERE %s ORDER BY h.offered_at DESC, h.ticket DESC, h.kind DESC, h.handover DESC LIMIT @limit",
		from, where), where.Args)
	if err != nil {
		return nil, nil, fmt.Errorf("list handovers: %w", err)
	}
	rows, err := pgx.CollectRows(result, pgx.RowToStructByName[Row])
	if err != nil {
		return nil, nil, fmt.Errorf("list handovers: %w", err)
	}
	if len(rows) <= f.Limit {
		return rows, nil, nil
	}
	rows = rows[:f.Limit]
	last := rows[f.Limit-1]
	return rows, &Key{OfferedAt: last.OfferedAt.UTC(), Ticket: last.Ticket, Kind: last.Kind, Handover: last.Handover}, nil
}

// where lists the conditions and fills in their arguments.
func (f Filter) where() *narrow.Where {
	where := narrow.New("true")
	where.If(f.Kind != "", "h.kind = @kind", "kind", string(f.Kind))
	where.If(f.Ticket != "", "h.ticket = @ticket", "ticket", f.Ticket)
	where.If(f.Person != "", "(h.sender = @person OR h.receiver = @person)", "person", f.Person)
	where.If(f.From != "", "h.sender = @sender", "sender", f.From)
	where.If(f.To != "", "h.receiver = @receiver", "receiver", f.To)
	where.If(f.Unit != "", "h.unit = @unit", "unit", f.Unit)
	where.If(f.Group != "", "h.grp = @group", "group", f.Group)
	where.If(f.Since != nil, "h.offered_at >= @since", "since", f.Since)
	where.If(f.Until != nil, "h.offered_at < @until", "until", f.Until)
	switch f.Outcome {
	case Pending:
		where.And("h.outcome = 'pending'") // a literal, for the partial index
	case Accepted, Refused, Superseded:
		where.If(true, "h.outcome = @outcome", "outcome", string(f.Outcome))
	}
	if k := f.After; k != nil {
		where.And("(h.offered_at, h.ticket, h.kind, h.handover) < (@after_at, @after_ticket, @after_kind, @after_handover)")
		where.Args["after_kind"] = string(k.Kind)
		where.Args["after_at"], where.Args["after_ticket"], where.Args["after_handover"] = k.OfferedAt, k.Ticket, k.Handover
	}
	return where
}
