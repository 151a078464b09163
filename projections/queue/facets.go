package queue

import (
	"context"
	"fmt"
	"strings"

	"docket/domain/view"

	"github.com/jackc/pgx/v5"
)

// mostCounted is how many tickets are counted; of more it is told that they are at least so many.
const mostCounted = 10_000

// Count is how many tickets a list holds. AtLeast: it holds more.
type Count struct {
	Tickets int
	AtLeast bool
}

// Facet is how many tickets of a list have a value in common.
type Facet struct {
	Value   string
	Tickets int
}

// Facets are the counts of a list by the values of some columns, the most frequent first. Where AtLeast is told, they are of the
// first ten thousand tickets that the database came across.
type Facets struct {
	Count
	By       map[string][]Facet
	Position uint64
}

// FacetNames are what a list can be counted by.
var FacetNames = []string{"status", "stage", "urgency", "group", "handler", "band", "template"}

// facets are the columns behind the names.
var facets = map[string]string{
	"status": "status", "stage": "stage", "urgency": "urgency", "group": "grp", "handler": "handler", "template": "template", "band": bandOf(),
}

// bandOf is the band as an expression.
func bandOf() string {
	var b strings.Builder
	b.WriteString("CASE")
	for _, band := range view.Bands {
		fmt.Fprintf(&b, " WHEN %s THEN '%s'", bands[band], band)
	}
	return b.String() + " END"
}

// CountBy counts a list by the named columns, in one look at its rows, at or after a position.
func CountBy(ctx context.Context, r Reader, after uint64, f Filter, names []string) (Facets, error) {
	all := Facets{By: map[string][]Facet{}}
	columns, sets := []string{"1 AS one"}, []string{"()"}
	for _, name := range names {
		expression, ok := facets[name]
		if !ok {
			return all, fmt.Errorf("queue: no facet %q", name)
		}
		columns, sets = append(columns, expression+` AS "`+name+`"`), append(sets, `("`+name+`")`)
		all.By[name] = []Facet{}
	}
	where := f.where()
	where.Args["most"] = mostCounted + 1
	chosen, grouping := "''", "0"
	if len(names) > 0 {
		quoted := `"` + strings.Join(names, `", "`) + `"`
		chosen, grouping = "coalesce("+quoted+", '')", "grouping("+quoted+")"
	}
	query := fmt.Sprintf(`SELECT %s, %s, count(*) FROM (SELECT %s FROM queue WHERE %s LIMIT @most) AS counted GROUP BY GROUPING SETS (%s)
		ORDER BY 3 DESC, 2`, grouping, chosen, strings.Join(columns, ", "), where, strings.Join(sets, ", "))
	err := r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, position uint64) error {
		all.Position = position
		for name := range all.By {
			all.By[name] = all.By[name][:0]
		}
		result, err := tx.Query(ctx, query, where.Args)
		if err != nil {
			return fmt.Errorf("count queue: %w", err)
		}
		var set, tickets int
		var value string
		_, err = pgx.ForEachRow(result, []any{&set, &value, &tickets}, func() error {
			all.note(names, set, value, tickets)
			return nil
		})
		if err != nil {
			return fmt.Errorf("count queue: %w", err)
		}
		return nil
	})
	return all, err
}

// note takes over one line: set has a bit for each column that the line is not grouped by, the first column's the highest.
func (all *Facets) note(names []string, set int, value string, tickets int) {
	whole := 1<<len(names) - 1
	if set == whole {
		all.Tickets, all.AtLeast = min(tickets, mostCounted), tickets > mostCounted
		return
	}
	for i, name := range names {
		if set == whole&^(1<<(len(names)-1-i)) {
			all.By[name] = append(all.By[name], Facet{value, tickets})
		}
	}
}

// CountViews counts the lists of several filters at once, at or after a position: what saved views show beside their names.
func CountViews(ctx context.Context, r Reader, after uint64, filters []Filter, most int) (counts []Count, position uint64, err error) {
	err = r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, at uint64) error {
		position, counts = at, make([]Count, len(filters))
		batch := &pgx.Batch{}
		for i, f := range filters {
			where := f.where()
			where.Args["most"] = most + 1
			batch.Queue("SELECT count(*) FROM (SELECT FROM queue WHERE "+where.String()+" LIMIT @most) AS counted", where.Args).QueryRow(func(row pgx.Row) error {
				n := 0
				if err := row.Scan(&n); err != nil {
					return err
				}
				counts[i] = Count{min(n, most), n > most}
				return nil
			})
		}
		if err := tx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("count views: %w", err)
		}
		return nil
	})
	return counts, position, err
}
