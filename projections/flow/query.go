package flow

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"docket/projections/internal/narrow"
)

// Reader opens the read model for a query (see projections.Runner.Read).
type Reader interface {
	Read(ctx context.Context, model string, after uint64, f func(ctx context.Context, tx pgx.Tx, position uint64) error) error
}

// Question says which steps are looked at: those recorded up to a position (0: all) whose time lies in the half-open window
// (a zero end is open), of tickets that lay, after the step, where the filter says. An empty field does not narrow.
type Question struct {
	Position uint64
	From, To time.Time
	Unit     string
	Group    string
	Type     string // business type
	Template string // key; "none": plain tickets
	Version  int    // of the template; 0: any
}

// PlainTickets is the template of those that follow none.
const PlainTickets = "none"

// Snapshot answers questions from one consistent state of the read model, which stands at Position. It is good only while
// the function given to [Read] runs.
type Snapshot struct {
	Position uint64
	tx       pgx.Tx
}

// Read runs questions on a snapshot that has passed a position (0 for any). f may be called again. Errors are the reader's.
func Read(ctx context.Context, r Reader, after uint64, f func(context.Context, Snapshot) error) error {
	return r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, position uint64) error {
		return f(ctx, Snapshot{position, tx})
	})
}

// source is what a question reads from: rows of steps, joined with their places where those matter.
type source struct {
	from  string
	where *narrow.Where
}

// in gives the steps of a relation (with the columns pos, place and at_ms) that a question is about.
func (s Snapshot) in(q Question, relation string, tickets bool) source {
	position := s.Position
	if q.Position > 0 {
		position = q.Position
	}
	w := narrow.New("s.pos <= @position")
	w.Args["position"] = int64(min(position, math.MaxInt64)) //nolint:gosec // bounded
	w.If(!q.From.IsZero(), "s.at_ms >= @from", "from", q.From.UnixMilli())
	w.If(!q.To.IsZero(), "s.at_ms < @to", "to", q.To.UnixMilli())
	w.If(q.Unit != "", "p.unit = @unit", "unit", q.Unit)
	w.If(q.Group != "", "p.grp = @group", "group", q.Group)
	w.If(q.Type != "", "p.type = @type", "type", q.Type)
	w.If(q.Version > 0, "p.version = @version", "version", q.Version)
	switch q.Template {
	case "":
	case PlainTickets:
		w.And("p.template = ''")
	default:
		w.If(true, "p.template = @template", "template", q.Template)
	}
	from := relation + " s"
	if tickets || q.Unit+q.Group+q.Type+q.Template != "" || q.Version > 0 {
		from += " JOIN places p ON p.pos = s.place"
	}
	return source{from, w}
}

// lastThen are the newest steps of all tickets as of @position: those of tickets that have gone on since are looked up.
const lastThen = `(
	SELECT pos, place, activity, at_ms, over FROM cases WHERE pos > 0 AND pos <= @position
	UNION ALL
	SELECT n.pos, n.place, n.activity, n.at_ms, n.over FROM steps n JOIN (
		SELECT max(m.pos) AS pos FROM cases c JOIN places h ON h.ticket = c.ticket JOIN steps m ON m.place = h.pos
		WHERE c.pos > @position AND h.pos <= @position AND m.pos <= @position GROUP BY c.ticket
	) newest ON newest.pos = n.pos)`

func collect[T any](ctx context.Context, tx pgx.Tx, query string, s source) ([]T, error) {
	rows, err := tx.Query(ctx, query, s.where.Args)
	if err != nil {
		return nil, fmt.Errorf("read the process map: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
	if err != nil {
		return nil, fmt.Errorf("read the process map: %w", err)
	}
	return all, nil
}
