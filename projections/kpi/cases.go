package kpi

import (
	"context"
	"fmt"
	"strings"
	"time"

	"docket/domain/authz"
	"docket/projections/internal/narrow"

	"github.com/jackc/pgx/v5"
)

// Side says which of a figure's two integers the tickets behind it are asked for.
type Side string

// The sides.
const (
	OfNumerator   Side = "numerator"
	OfDenominator Side = "denominator"
)

// Drill asks for the tickets behind one cell of a figure. The inquiry's filter and window name the cell; By is not looked at.
type Drill struct {
	Inquiry
	Part  string
	Side  Side
	Reach authz.Reaches // what the reader may see; its zero value reaches nothing
	After *Place
	Limit int
}

// Place is where a fact lies in the order of a drill-down: by time, then ticket, then name.
type Place struct {
	AtMS   int64
	Ticket string
	Fact   string
}

// Behind is one fact behind a figure: a ticket may have several, such as the clocks of its rounds.
type Behind struct {
	Ticket      string `json:"ticket" db:"ticket"`
	Fact        string `json:"fact" db:"fact" doc:"which of the ticket's facts, such as a clock and its round"`
	AtMS        int64  `json:"-" db:"at_ms"`
	Unit        string `json:"unit" db:"unit"`
	Group       string `json:"group" db:"grp"`
	Person      string `json:"person" db:"person" doc:"to whom it is attributed; empty for nobody"`
	Template    string `json:"template,omitempty" db:"template"`
	Urgency     string `json:"urgency" db:"urgency"`
	Numerator   int64  `json:"numerator" db:"numerator" doc:"what it adds"`
	Denominator int64  `json:"denominator" db:"denominator"`
	Value       *int64 `json:"value,omitempty" db:"value"`
	Provisional bool   `json:"provisional,omitempty" db:"provisional"`
}

// At is when the fact counts.
func (b Behind) At() time.Time { return time.UnixMilli(b.AtMS).UTC() }

// Cases lists the facts behind a figure in the order of time, and where the next page begins; nil on the last.
func (s Snapshot) Cases(ctx context.Context, f Formula, d Drill) ([]Behind, *Place, error) {
	m, err := f.part(d.Part)
	if err != nil {
		return nil, nil, err
	}
	d.By = nil
	a, err := d.over(f)
	if err != nil {
		return nil, nil, err
	}
	if err := s.available(ctx, f, d.Inquiry, a, true); err != nil {
		return nil, nil, fmt.Errorf("tickets of %s: %w", f.Name, err)
	}
	a.where.Reach(d.Reach, narrow.Columns{Unit: "unit", Group: "grp", Handler: "person", Receiver: "person"})
	if d.After != nil {
		a.where.And("(at_ms, ticket, fact) > (@after_ms::bigint, @after_ticket, @after_fact)")
		a.where.Args["after_ms"], a.where.Args["after_ticket"], a.where.Args["after_fact"] = d.After.AtMS, d.After.Ticket, d.After.Fact
	}
	rows, err := s.inSlices(ctx, a, d, `
	SELECT `+place+`, coalesce((`+m.numerator+`), 0)::bigint AS numerator, coalesce((`+or(m.denominator, "0")+`), 0)::bigint AS denominator,
		(`+or(m.value, "NULL")+`)::bigint AS value, coalesce(`+or(m.provisional, "false")+`, false) AS provisional
	FROM (`+a.facts(f)+`) facts WHERE `+counts(or(m.side(d.Side), "0"))+`
		AND at_ms >= @slice_from::bigint AND at_ms < @slice_to::bigint
	ORDER BY at_ms, ticket, fact LIMIT @limit`)
	if err != nil {
		return nil, nil, fmt.Errorf("tickets of %s: %w", f.Name, err)
	}
	if len(rows) <= d.Limit {
		return rows, nil, nil
	}
	last := rows[d.Limit-1]
	return rows[:d.Limit], &Place{last.AtMS, last.Ticket, last.Fact}, nil
}

// A page of a drill-down is looked for in slices of the window, one after the other and each longer than the one before, until it is
// full: the database would look at all that lies in the window to sort it.
const (
	firstSlice = 64 // such a part of the window
	longer     = 4
)

// inSlices asks a statement about slices of the time between @slice_from and @slice_to, for one fact more than the page holds.
func (s Snapshot) inSlices(ctx context.Context, a asked, d Drill, query string) ([]Behind, error) {
	from, to := a.where.Args["from"].(int64), a.where.Args["to"].(int64)
	if d.After != nil {
		from = max(from, d.After.AtMS)
	}
	var rows []Behind
	rest := func() uint64 { return uint64(to) - uint64(from) } //nolint:gosec // of a window without ends more than an int64
	for length := max(rest()/firstSlice, 1); from < to && len(rows) <= d.Limit; length *= longer {
		upto := to
		if length < rest() {
			upto = from + int64(length) //nolint:gosec // less than half of it
		}
		a.where.Args["slice_from"], a.where.Args["slice_to"], a.where.Args["limit"] = from, upto, d.Limit+1-len(rows)
		result, err := s.tx.Query(ctx, query, a.where.Args)
		if err != nil {
			return nil, err
		}
		if rows, err = pgx.AppendRows(rows, result, pgx.RowToStructByName[Behind]); err != nil {
			return nil, err
		}
		from = upto
	}
	return rows, nil
}

func (m measure) side(s Side) string {
	if s == OfDenominator {
		return m.denominator
	}
	return m.numerator
}

// counts is the condition under which a fact adds something. What only counts a condition is that condition itself, which leads the
// planner past the facts of which it cannot hold.
func counts(sql string) string {
	if condition, found := strings.CutSuffix(sql, ")::int"); found && strings.HasPrefix(condition, "(") {
		depth := 0
		for _, c := range condition {
			switch c {
			case '(':
				depth++
			case ')':
				depth--
			}
			if depth == 0 {
				return "(" + sql + ") <> 0" // the brackets are two terms'
			}
		}
		return "(" + condition[1:] + ")"
	}
	return "(" + sql + ") <> 0"
}

func or(sql, otherwise string) string {
	if sql == "" {
		return otherwise
	}
	return sql
}
