package kpi

import (
	"context"
	"fmt"
	"strings"

	"docket/projections"
	"docket/projections/internal/days"
)

// sums says that what a formula counts is added up by day and by whom its facts are attributed to, so that a figure of a month is
// the sum of its whole days, and of the facts that these lack (docs/adr/0036-days-are-added-up.md).
type sums struct {
	// replaced selects, in the columns of the formula's source, the facts that held as of @since and hold no longer as of
	// @position; empty: its facts are never replaced.
	replaced string
}

// summing brings the sums of all formulas forward. Between two times up to some thousand facts, of as many kilobytes of the log, are
// looked at by each question.
var summing = projections.Sums{Every: 16 << 20, SQL: sumUp, Told: tellSums}

// sumUp is SQL that adds to the sums what has become true since a position, and takes off what has been replaced. The connection may
// be one that otherwise looks single rows up.
func sumUp(since, position uint64) string {
	var sql strings.Builder
	sql.WriteString("SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = off;")
	for _, f := range addedUp() {
		both := f.terms()
		for i := range both {
			both[i] = fmt.Sprintf("sums.added[%[1]d] + excluded.added[%[1]d]", i+1)
		}
		fmt.Fprintf(&sql, `
	WITH changed AS MATERIALIZED (%s), new AS (
		INSERT INTO seats (%[2]s) SELECT DISTINCT %[2]s FROM changed EXCEPT SELECT %[2]s FROM seats RETURNING *
	)
	INSERT INTO sums (kpi, day, seat, facts, added)
	SELECT '%[3]s', day, seat, facts, added FROM changed JOIN (TABLE seats UNION ALL TABLE new) known USING (%[2]s)
	ORDER BY day, seat
	ON CONFLICT (kpi, day, seat) DO UPDATE SET facts = sums.facts + excluded.facts, added = ARRAY[%[4]s];`,
			f.changed(since, position), seat, f.id(), strings.Join(both, ", "))
	}
	return sql.String() + fmt.Sprintf("\n\tUPDATE summed SET upto = %d", position)
}

// tellSums is a query for the sums of all formulas with their changes, without those in which nothing is left.
func tellSums(since, position uint64) string {
	var told []string
	for _, f := range addedUp() {
		terms := f.terms()
		for i := range terms {
			terms[i] = fmt.Sprintf("sum(added[%d])", i+1)
		}
		told = append(told, fmt.Sprintf(`
	SELECT '%s' AS kpi, day, %s, sum(facts) AS facts, ARRAY[%s] AS added FROM (
		SELECT day, %[2]s, facts, added FROM sums JOIN seats USING (seat) WHERE kpi = '%[1]s' UNION ALL %[4]s
	) known GROUP BY day, %[2]s`, f.id(), seat, strings.Join(terms, ", "), f.changed(since, position)))
	}
	return "SELECT * FROM (" + strings.Join(told, " UNION ALL ") + ") told WHERE facts <> 0 OR 0 <> ANY (added) ORDER BY kpi, day, " + seat
}

// changed selects by how much the sums of a formula change from one position to another.
func (f Formula) changed(since, position uint64) string {
	arguments := strings.NewReplacer("@since", fmt.Sprint(since), "@position", fmt.Sprint(position),
		"@from", fmt.Sprint(beginning), "@to", fmt.Sprint(end), "@as_of", fmt.Sprint(end))
	terms := f.terms()
	for i, term := range terms {
		terms[i] = "sum(sign * (" + term + "))"
	}
	return fmt.Sprintf(`
		SELECT %s AS day, %s, sum(sign)::bigint AS facts, ARRAY[%s]::bigint[] AS added
		FROM (%s) fact GROUP BY day, %[2]s`,
		days.Of("at_ms"), seat, strings.Join(terms, ", "), arguments.Replace(changes(f.source, f.sums.replaced)))
}

// addedUp are all of which sums are kept: formulas, and what other figures begin with.
func addedUp() []Formula {
	all := []Formula{happenings, openings}
	for _, f := range formulas {
		if f.sums != nil {
			all = append(all, f)
		}
	}
	return all
}

// seat is what sums are told apart by beside the day: all of [place] that is no fact's own.
const seat = "unit, grp, person, template, urgency"

// id names a formula's sums.
func (f Formula) id() string { return fmt.Sprintf("%s@%d", f.Name, f.Version) }

// terms are what a formula adds up, in the order of the sums.
func (f Formula) terms() []string {
	var all []string
	for _, m := range f.measures {
		for _, term := range m.terms() {
			if term != "" {
				all = append(all, term)
			}
		}
	}
	return all
}

// terms are the SQL of what one fact adds to the four integers of a row; empty: nothing.
func (m measure) terms() [4]string {
	return [4]string{m.numerator, m.denominator, flag(m.provisional), flag(m.undetermined)}
}

// changes are the facts of a source with the sign by which they change a sum.
func changes(source, replaced string) string {
	all := "SELECT 1 AS sign, added.* FROM (" + source + ") added"
	if replaced != "" {
		all += " UNION ALL SELECT -1, replaced.* FROM (" + replaced + ") replaced"
	}
	return all
}

// summed is the position as of which the sums are; 0: there are none.
func (s Snapshot) summed(ctx context.Context) (position int64, err error) {
	err = s.tx.QueryRow(ctx, "SELECT upto FROM summed").Scan(&position)
	return position, err
}

// adding is a statement with the columns of [asked.counting] that adds up sums which stand at a position, and the facts that they
// lack: those at the edges of the window, and those of later positions. Empty: these sums do not tell what was asked.
func (a asked) adding(f Formula, since int64) string {
	from, to := a.where.Args["from"].(int64), min(a.where.Args["to"].(int64), a.where.Args["as_of"].(int64)+1)
	first, end := days.Whole(from, to)
	if since == 0 || since > a.where.Args["position"].(int64) || first >= end || a.parted(days.Begins(first), days.Begins(end)) {
		return ""
	}
	between := func(sql, since string, from, to int64) string {
		return strings.NewReplacer("@since", since, "@from", fmt.Sprint(from), "@to", fmt.Sprint(to)).Replace(sql)
	}
	lacking := between(changes(f.source, f.sums.replaced), fmt.Sprint(since), days.Begins(first), days.Begins(end))
	for _, edge := range [][2]int64{{from, days.Begins(first)}, {days.Begins(end), to}} {
		if edge[0] < edge[1] {
			lacking += " UNION ALL " + between(changes(f.source, ""), "0", edge[0], edge[1])
		}
	}
	a.where.Args["kpi"], a.where.Args["first_day"], a.where.Args["end_day"] = f.id(), first, end

	var names, given, keyed, summed, totals []string
	for i, key := range a.keys {
		names, keyed = append(names, fmt.Sprintf("k%d", i)), append(keyed, fmt.Sprintf("%s AS k%d", key, i))
	}
	group := func(more ...string) string {
		if more = append(more, names...); len(more) > 0 {
			return " GROUP BY " + strings.Join(more, ", ")
		}
		return ""
	}
	given, summed = []string{"sign AS facts"}, []string{"sum(facts)::bigint AS facts"}
	apart := []string{"sum(facts)::bigint AS facts"}
	n := 0
	for _, m := range f.measures {
		for _, term := range m.terms() {
			if term == "" {
				totals = append(totals, "0::bigint")
				continue
			}
			given = append(given, fmt.Sprintf("sign * (%s) AS s%d", term, n))
			summed = append(summed, fmt.Sprintf("sum(s%d)::bigint AS s%d", n, n))
			totals = append(totals, fmt.Sprintf("sum(s%d)::bigint", n))
			n++
			apart = append(apart, fmt.Sprintf("sum(added[%d])::bigint AS s%d", n, n-1))
		}
	}
	columns := func(parts ...[]string) string {
		var all []string
		for _, part := range parts {
			all = append(all, part...)
		}
		return strings.Join(all, ", ")
	}
	told := "seat"
	if a.month >= 0 {
		told += ", day" // a month is told by it
	}
	return fmt.Sprintf(`
	SELECT %s FROM (
		SELECT %s FROM (SELECT %s FROM (%s) fact WHERE %s) lacking%s
		UNION ALL
		SELECT %s FROM (
			SELECT %s FROM (
				SELECT seat, %s AS at_ms, %s FROM sums WHERE kpi = @kpi AND day >= @first_day AND day < @end_day GROUP BY %s
			) days JOIN seats USING (seat) WHERE %[5]s) added%[6]s
	) figures%[6]s HAVING sum(facts) > 0`,
		columns(names, totals, []string{"-1 AS part, 0::bigint, 0::bigint, 0::bigint, ''"}),
		columns(names, summed), columns(keyed, given), lacking, a.where.String(), group(),
		columns(names, summed), columns(keyed, []string{"days.*"}), days.Beginning("min(day)"), columns(apart), told)
}

// parted tells whether a month begins within a day that lies between two instants.
func (a asked) parted(from, to int64) bool {
	if a.month < 0 {
		return false
	}
	for _, bound := range a.where.Args["bounds"].([]int64) {
		if day, _ := days.Whole(bound, bound); bound > from && bound < to && days.Begins(day) != bound {
			return true
		}
	}
	return false
}
