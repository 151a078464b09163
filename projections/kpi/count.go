package kpi

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// counting is the statement that measures a formula in one look at its facts: one row of sums for each key, and after them, for
// each part that has values, the rows that percentiles are read from. Its columns are the keys, four sums a part, the place of the
// part (-1: a row of sums), and how many values there are, the rank of one, the value and its ticket.
func (a asked) counting(f Formula) string {
	var given, sums, list []string // columns of one fact; what is summed; names of the keys
	for i, key := range a.keys {
		name := fmt.Sprintf("k%d", i)
		given, list = append(given, key+" AS "+name), append(list, name)
	}
	given = append(given, "ticket")
	var valued, sizes []string // the parts that have values, and how many each has
	for i, m := range f.measures {
		for j, term := range m.terms() {
			if term == "" {
				sums = append(sums, "0::bigint")
				continue
			}
			name := fmt.Sprintf("s%d_%d", i, j)
			given, sums = append(given, term+" AS "+name), append(sums, "coalesce(sum("+name+"), 0)::bigint")
		}
		if m.value != "" {
			given, sizes = append(given, fmt.Sprintf("(%s)::bigint AS v%d", m.value, i)), append(sizes, fmt.Sprintf("count(v%d) AS n%d", i, i))
			valued = append(valued, strconv.Itoa(i))
		}
	}
	group := " HAVING count(*) > 0"
	if len(list) > 0 {
		group = " GROUP BY " + strings.Join(list, ", ")
	}
	facts := fmt.Sprintf("SELECT %s FROM (%s) facts", strings.Join(given, ", "), a.facts(f))
	columns := func(parts ...[]string) string { return strings.Join(slices.Concat(parts...), ", ") }
	none := []string{"-1 AS part, 0::bigint, 0::bigint, 0::bigint, ''"}
	if len(valued) == 0 {
		return fmt.Sprintf("SELECT %s FROM (%s) counted%s", columns(list, sums, none), facts, group)
	}
	names := make([]string, len(sums))
	for i := range sums {
		names[i] = fmt.Sprintf("t%d", i)
		sums[i] += " AS " + names[i]
	}
	// Values are sorted by the number of their key, which compares faster than the key itself.
	var query strings.Builder
	fmt.Fprintf(&query, `WITH counted AS MATERIALIZED (%s),
	summed AS MATERIALIZED (SELECT %s FROM counted%s)
	SELECT %s FROM summed`, facts, columns(list, sums, sizes, []string{"row_number() OVER () AS g"}), group, columns(list, names, none))
	joined := "CROSS JOIN summed"
	if len(list) > 0 {
		joined = "JOIN summed USING (" + strings.Join(list, ", ") + ")"
	}
	nothing := slices.Repeat([]string{"0"}, len(sums))
	for _, i := range valued {
		fmt.Fprintf(&query, `
	UNION ALL
	SELECT %[1]s FROM (
		SELECT %[2]s, row_number() OVER (PARTITION BY g ORDER BY v%[3]s, ticket) AS rank FROM counted %[4]s WHERE v%[3]s IS NOT NULL) ranked
	WHERE rank IN ((50 * n + 99) / 100, (75 * n + 99) / 100, (90 * n + 99) / 100, (95 * n + 99) / 100)`,
			columns(list, nothing, []string{i, "n, rank, ms, ticket"}), columns(list, []string{"n" + i + " AS n", "v" + i + " AS ms", "ticket"}), i, joined)
	}
	query.WriteString("\n\tORDER BY part")
	return query.String()
}

// count asks for the sums and the percentiles and puts them into the rows of the result.
func (s Snapshot) count(ctx context.Context, f Formula, a asked, r *Result) error {
	query := ""
	if f.sums != nil {
		since, err := s.summed(ctx)
		if err != nil {
			return err
		}
		query = a.adding(f, since)
	}
	if query == "" {
		query = a.counting(f)
	}
	lines, err := s.tx.Query(ctx, query, a.where.Args)
	if err != nil {
		return err
	}
	key, counted := make([]string, len(a.keys)), make([]Row, len(f.measures))
	var part int
	var n, rank int64
	var value Ranked
	into := make([]any, 0, len(key)+4*len(counted)+5)
	for i := range key {
		into = append(into, &key[i])
	}
	for i := range counted {
		c := &counted[i]
		into = append(into, &c.Numerator, &c.Denominator, &c.Provisional, &c.Undetermined)
	}
	into = append(into, &part, &n, &rank, &value.MS, &value.Ticket)
	places := map[string]int{} // of a key's first part
	_, err = pgx.ForEachRow(lines, into, func() error {
		named := slices.Clone(key)
		a.name(named)
		joined := strings.Join(named, "\x00")
		if part < 0 {
			places[joined] = len(r.Rows)
			for i, m := range f.measures {
				row := counted[i]
				row.Key, row.Part = named, m.Part
				r.Rows = append(r.Rows, row.judged(m.Measured))
			}
			return nil
		}
		first, found := places[joined]
		if !found {
			return fmt.Errorf("kpi: a spread of %s without its sums", f.Name)
		}
		row := &r.Rows[first+part]
		if row.Spread == nil {
			row.Spread = &Spread{N: n}
		}
		row.Spread.put(n, rank, value)
		return nil
	})
	return err
}
