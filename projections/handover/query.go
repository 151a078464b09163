package handover

import (
	"context"
	"fmt"
	"strings"
	"time"

	"docket/domain/authz"

	"github.com/jackc/pgx/v5"
)

// Filter narrows the log. The zero value of a field does not narrow, but Reach does: its zero value reaches nothing.
type Filter struct {
	Reach   authz.Reaches // what the reader may see, by where the ticket stands now
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

func list(ctx context.Context, tx pgx.Tx, f Filter) ([]Row, *Key, error) {
	args := pgx.NamedArgs{"limit": f.Limit + 1}
	from, where := "handover h", f.where(args)
	if !f.Reach.All {
		from += " JOIN standing s ON s.ticket = h.ticket"
		where = append(where, "("+reach(f.Reach, args)+")")
	}
	result, err := tx.Query(ctx, fmt.Sprintf(
		"SELECT h.* FROM %s WHERE %s ORDER BY h.offered_at DESC, h.ticket DESC, h.handover DESC LIMIT @limit",
		from, strings.Join(where, " AND ")), args)
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
	return rows, &Key{OfferedAt: last.OfferedAt.UTC(), Ticket: last.Ticket, Handover: last.Handover}, nil
}

// where lists the conditions and fills in their arguments.
func (f Filter) where(args pgx.NamedArgs) []string {
	where := []string{"true"}
	add := func(wanted bool, condition, name string, value any) {
		if wanted {
			where = append(where, condition)
			args[name] = value
		}
	}
	add(f.Ticket != "", "h.ticket = @ticket", "ticket", f.Ticket)
	add(f.Person != "", "(h.sender = @person OR h.receiver = @person)", "person", f.Person)
	add(f.From != "", "h.sender = @sender", "sender", f.From)
	add(f.To != "", "h.receiver = @receiver", "receiver", f.To)
	add(f.Unit != "", "h.unit = @unit", "unit", f.Unit)
	add(f.Group != "", "h.grp = @group", "group", f.Group)
	add(f.Since != nil, "h.offered_at >= @since", "since", f.Since)
	add(f.Until != nil, "h.offered_at < @until", "until", f.Until)
	switch f.Outcome {
	case Pending:
		where = append(where, "h.outcome = 'pending'") // a literal, for the partial index
	case Accepted, Refused, Superseded:
		add(true, "h.outcome = @outcome", "outcome", string(f.Outcome))
	}
	if k := f.After; k != nil {
		where = append(where, "(h.offered_at, h.ticket, h.handover) < (@after_at, @after_ticket, @after_handover)")
		args["after_at"], args["after_ticket"], args["after_handover"] = k.OfferedAt, k.Ticket, k.Handover
	}
	return where
}

// reach is the condition under which the ticket lies within reach, as [authz.Allowed] decides it for a single one.
func reach(r authz.Reaches, args pgx.NamedArgs) string {
	within := []string{"false"}
	if len(r.Units) > 0 {
		within = append(within, "s.unit = ANY(@reach_units)", "s.grp = ANY(@reach_units)")
		args["reach_units"] = r.Units
	}
	if len(r.Groups) > 0 {
		within = append(within, "s.grp = ANY(@reach_groups)")
		args["reach_groups"] = r.Groups
	}
	if r.Own != "" {
		// Who holds the ticket, or has to answer for it now.
		within = append(within, "s.handler = @reach_own AND s.handler <> ''", "s.pending->>'To' = @reach_own")
		args["reach_own"] = r.Own
	}
	if r.Held != "" {
		within = append(within, "s.handler = @reach_held AND s.handler <> ''")
		args["reach_held"] = r.Held
	}
	return strings.Join(within, " OR ")
}
