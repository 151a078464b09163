package audit

import (
	"context"
	"fmt"
	"strings"
	"time"

	"docket/domain/ticket"
	"docket/projections/internal/narrow"

	"github.com/jackc/pgx/v5"
)

// Filter narrows the trail. The zero value of a field does not narrow. Windows are half-open.
type Filter struct {
	Stream     string
	Category   string
	Ticket     string   // key: the ticket's own events, and security entries about it
	Customer   string   // key: the customer's file, the customer's tickets, and security entries about the file
	Unit       string   // whose post gave the right
	Without    Security // kinds of security entries that are left out
	Person     string   // staff who acted, for whom was acted, or whose account acted
	Principal  string   // the account that acted
	Type       string
	Command    string
	Effective  Window  // when it happened
	Recorded   Window  // when it was decided
	Descending bool    // newest first
	After      *uint64 // position of the last row already seen; nil at the beginning
	UpTo       *uint64 // position of the last row that may be shown; nil without end
	Limit      int
}

// Security says which security entries are meant.
type Security struct{ Denied, Reads bool }

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
	text, arguments := f.question()
	result, err := tx.Query(ctx, text, arguments)
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

// question is the list's SQL.
func (f Filter) question() (string, pgx.NamedArgs) {
	where := f.where()
	where.Args["limit"] = f.Limit + 1
	direction := "ASC"
	if f.Descending {
		direction = "DESC"
	}
	// Each way to be meant is asked for by itself, so that each finds its index in the order of the log; then the first of
	// them all are taken.
	branches := make([]string, 0, 3)
	for _, way := range f.happened(where, f.ways(where)) {
		branches = append(branches, fmt.Sprintf("(SELECT position FROM audit WHERE %s AND %s ORDER BY position %s LIMIT @limit)", where, way, direction))
	}
	return fmt.Sprintf(
		"SELECT * FROM audit WHERE position IN (SELECT position FROM (%s) found ORDER BY position %s LIMIT @limit) ORDER BY position %s",
		strings.Join(branches, " UNION "), direction, direction), where.Args
}

// ways are the conditions one of which has to hold, beside all the others: whom or what the entries are about. Who is acted
// for is the actor too, so two indexes cover all meanings of a person.
func (f Filter) ways(where *narrow.Where) []string {
	switch {
	case f.Ticket != "":
		where.Args["subject"] = "ticket-" + f.Ticket
		return f.person(where, hashed("stream", "@subject"), "target = @subject AND target <> ''")
	case f.Customer != "":
		where.Args["subject"], where.Args["customer"] = "customer-"+f.Customer, f.Customer
		return f.person(where, hashed("stream", "@subject"), "target = @subject AND target <> ''",
			"(hashtext(stream), stream) IN (SELECT hashtext(stream), stream FROM matter WHERE customer = @customer)")
	}
	return f.person(where, "true")
}

// hashed is the condition on a column whose index holds hashes of its texts.
func hashed(column, argument string) string {
	return fmt.Sprintf("hashtext(%[1]s) = hashtext(%[2]s) AND %[1]s = %[2]s", column, argument)
}

// person crosses the ways with those of a person.
func (f Filter) person(where *narrow.Where, ways ...string) []string {
	if f.Person == "" {
		return ways
	}
	where.Args["person"], where.Args["account"] = f.Person, "staff-"+f.Person
	var crossed []string
	for _, way := range ways {
		crossed = append(crossed, way+" AND "+hashed("actor", "@person"), way+" AND principal = @account")
	}
	return crossed
}

// happened crosses the ways with the two in which an entry may lie in a window of effective times. What was recorded within a day lies
// in a stretch of the log, since the log is nearly in the order of decisions and nothing is recorded before it happens; what was
// recorded later has an index of its own.
func (f Filter) happened(where *narrow.Where, ways []string) []string {
	w := f.Effective
	if w.From == nil && w.To == nil {
		return ways
	}
	soon := "decided_at - effective_at <= " + atOnce
	if w.From != nil {
		where.Args["happened_early"] = w.From.Add(-skew)
		soon += " AND position >= coalesce((SELECT position FROM audit WHERE decided_at >= @happened_early ORDER BY decided_at, position LIMIT 1), 9223372036854775807)"
	}
	if w.To != nil {
		where.Args["happened_late"] = w.To.Add(day + skew)
		soon += " AND position <= coalesce((SELECT position FROM audit WHERE decided_at < @happened_late ORDER BY decided_at DESC, position DESC LIMIT 1), 0)"
	}
	crossed := make([]string, 0, 2*len(ways))
	for _, way := range ways {
		crossed = append(crossed, way+" AND "+soon, way+" AND decided_at - effective_at > "+atOnce)
	}
	return crossed
}

// What is recorded within a day of its happening needs no right to date back (see package commands); the index is of all else.
const (
	atOnce = "interval '1 day'"
	day    = 24 * time.Hour
)

// skew is how far the clocks of servers that write the log may be apart; within it, entries need not be in the order of their
// decision.
const skew = time.Minute

// where lists the conditions and fills in their arguments.
func (f Filter) where() *narrow.Where {
	where := narrow.New("true")
	where.If(f.Stream != "", hashed("stream", "@stream"), "stream", f.Stream)
	where.If(f.Category != "", "category = @category", "category", f.Category)
	if f.Category != "" && f.Category != ticket.Decider.Category {
		where.And("category <> 'ticket'") // a literal, for the partial index
	}
	where.If(f.Unit != "", "unit = @unit AND unit <> ''", "unit", f.Unit)
	where.If(f.Principal != "", "principal = @principal", "principal", f.Principal)
	where.If(f.Type != "", hashed("type", "@type"), "type", f.Type)
	where.If(f.Command != "", hashed("command", "@command"), "command", f.Command)
	where.If(f.Without.Denied, "type <> @denied", "denied", "AccessDenied")
	where.If(f.Without.Reads, "type <> @reads", "reads", "SecuritySensitiveRead")
	where.If(f.Effective.From != nil, "effective_at >= @effective_from", "effective_from", f.Effective.From)
	where.If(f.Effective.To != nil, "effective_at < @effective_to", "effective_to", f.Effective.To)
	// The log is nearly in the order of decisions, so a window of them is a stretch of positions.
	if from := f.Recorded.From; from != nil {
		where.If(true, "decided_at >= @recorded_from", "recorded_from", from)
		where.If(true, "position >= coalesce((SELECT position FROM audit WHERE decided_at >= @recorded_early ORDER BY decided_at, position LIMIT 1), 0)",
			"recorded_early", from.Add(-skew))
	}
	if to := f.Recorded.To; to != nil {
		where.If(true, "decided_at < @recorded_to", "recorded_to", to)
		where.If(true, "position <= coalesce((SELECT position FROM audit WHERE decided_at < @recorded_late ORDER BY decided_at DESC, position DESC LIMIT 1), 0)",
			"recorded_late", to.Add(skew))
	}
	where.If(f.After != nil && !f.Descending, "position > @after", "after", f.After)
	where.If(f.After != nil && f.Descending, "position < @after", "after", f.After)
	where.If(f.UpTo != nil, "position <= @up_to", "up_to", f.UpTo)
	return where
}
