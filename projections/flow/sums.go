package flow

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"docket/projections/internal/days"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// Steps are added up by day, so that a map is drawn from a row for each way of a day and the lengths that it holds
// (docs/adr/0036-days-are-added-up.md). Steps are never taken back. Of which tickets an act is the newest is counted as one more at each
// step, and one less at the step before it.

// way is what sums are told apart by beside the day.
const way = "unit, grp, from_activity, activity"

// taken are the steps after @since up to @position, in the columns of a way with its instant.
const taken = `
	SELECT unit, grp, from_activity, activity, at_ms, 1 AS steps, CASE WHEN from_activity <> '' THEN greatest(at_ms - from_ms, 0) END AS ms
	FROM steps s JOIN places p ON p.pos = s.place WHERE s.pos > @since AND s.pos <= @position`

// become are the changes of what is newest by these steps.
const become = `
	SELECT unit, grp, activity, CASE WHEN over THEN '` + End + `' ELSE '` + Stands + `' END, at_ms, 1, NULL
	FROM steps s JOIN places p ON p.pos = s.place WHERE s.pos > @since AND s.pos <= @position
	UNION ALL
	SELECT unit, grp, from_activity, CASE WHEN from_over THEN '` + End + `' ELSE '` + Stands + `' END, from_ms, -1, NULL
	FROM steps s JOIN places p ON p.pos = s.from_place WHERE s.pos > @since AND s.pos <= @position`

// are is what is newest as of the rows, in the same columns.
const are = `
	SELECT unit, grp, activity, CASE WHEN over THEN '` + End + `' ELSE '` + Stands + `' END, at_ms, 1, NULL FROM cases WHERE pos > 0`

// changed selects by how much the sums change from one position to another, as of which the rows are.
func changed(since, position uint64) string {
	newest := become
	if since == 0 {
		newest = are
	}
	return strings.NewReplacer("@since", fmt.Sprint(since), "@position", fmt.Sprint(position)).Replace(`
	SELECT ` + days.Of("at_ms") + ` AS day, ` + way + `, sum(steps)::bigint AS steps, coalesce(string_agg(int8send(ms), ''), '') AS lengths
	FROM (` + taken + ` UNION ALL ` + newest + `) step GROUP BY day, ` + way)
}

// sumUp is SQL that brings the sums forward. The connection may be one that otherwise looks single rows up.
func sumUp(since, position uint64) string {
	return fmt.Sprintf(`SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = off;
	WITH changed AS MATERIALIZED (%s), new AS (
		INSERT INTO ways (%[2]s) SELECT DISTINCT %[2]s FROM changed EXCEPT SELECT %[2]s FROM ways RETURNING *
	)
	INSERT INTO sums (day, way, steps, lengths)
	SELECT day, way, steps, lengths FROM changed JOIN (TABLE ways UNION ALL TABLE new) known USING (%[2]s)
	ON CONFLICT (day, way) DO UPDATE SET steps = sums.steps + excluded.steps, lengths = sums.lengths || excluded.lengths;
	UPDATE summed SET upto = %[3]d`, changed(since, position), way, position)
}

// tellSums is a query for the sums with their changes, without those in which nothing is left, and lengths in their order.
func tellSums(since, position uint64) string {
	return fmt.Sprintf(`SELECT day, %s, steps, (
		SELECT string_agg(ms, '' ORDER BY ms) FROM (SELECT substr(lengths, 8 * n + 1, 8) AS ms FROM generate_series(0, length(lengths) / 8 - 1) n) one
	) FROM (
		SELECT day, %[1]s, sum(steps) AS steps, string_agg(lengths, '') AS lengths FROM (
			SELECT day, %[1]s, steps, lengths FROM sums JOIN ways USING (way) UNION ALL %[2]s
		) known GROUP BY day, %[1]s
	) told WHERE steps <> 0 OR lengths <> '' ORDER BY day, %[1]s`, way, changed(since, position))
}

// errNotSummed tells that the sums do not tell what was asked.
var errNotSummed = errors.New("flow: not by sums")

// summed draws a map from the sums and the steps that they lack. Sums know units and groups alone, and whole days.
func (s Snapshot) summed(ctx context.Context, q Question) ([]Edge, []last, error) {
	position := q.Position
	if position == 0 {
		position = s.Position
	}
	from, to, first, end := int64(math.MinInt64), int64(math.MaxInt64), int64(0), int64(math.MaxInt64)
	if !q.From.IsZero() {
		from = q.From.UnixMilli()
		first, _ = days.Whole(from, from)
	}
	if !q.To.IsZero() {
		to = q.To.UnixMilli()
		_, end = days.Whole(to, to)
	}
	parted := !q.From.IsZero() && days.Begins(first) != from || !q.To.IsZero() && days.Begins(end) != to
	if parted || q.Type+q.Template != "" || q.Version > 0 {
		return nil, nil, errNotSummed
	}
	var since uint64
	if err := s.tx.QueryRow(ctx, "SELECT upto FROM summed").Scan(&since); err != nil {
		return nil, nil, fmt.Errorf("read the process map: %w", err)
	}
	if since == 0 || since > position {
		return nil, nil, errNotSummed
	}
	rows, err := s.tx.Query(ctx, `
	SELECT from_activity, activity, sum(steps)::bigint, coalesce(string_agg(lengths, ''), '') FROM (
		SELECT from_activity, activity, steps, lengths
		FROM sums JOIN ways USING (way) WHERE day >= @first AND day < @end AND (@unit = '' OR unit = @unit) AND (@group = '' OR grp = @group)
		UNION ALL
		SELECT from_activity, activity, steps, int8send(ms)
		FROM (`+taken+` UNION ALL `+become+`) step
		WHERE at_ms >= @from AND at_ms < @to AND (@unit = '' OR unit = @unit) AND (@group = '' OR grp = @group)
	) added GROUP BY 1, 2 HAVING sum(steps) > 0`, pgx.NamedArgs{
		"first": first, "end": end, "from": from, "to": to, "unit": q.Unit, "group": q.Group, "since": int64(since), "position": int64(min(position, math.MaxInt64)), //nolint:gosec // bounded
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read the process map: %w", err)
	}
	var edges []Edge
	newest := map[string]last{}
	var e Edge
	var lengths pgtype.DriverBytes // not copied, since they may be millions
	_, err = pgx.ForEachRow(rows, []any{&e.From, &e.To, &e.Count, &lengths}, func() error {
		if e.To == End || e.To == Stands {
			n := newest[e.From]
			n.Activity = e.From
			if e.To == End {
				n.Ends = e.Count
			} else {
				n.Stands = e.Count
			}
			newest[e.From] = n
			return nil
		}
		edges = append(edges, e.lasting(lengths))
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read the process map: %w", err)
	}
	all := make([]last, 0, len(newest))
	for _, n := range newest {
		all = append(all, n)
	}
	return edges, all, nil
}

// lasting is the edge with what its lengths tell.
func (e Edge) lasting(lengths []byte) Edge {
	all := make([]int64, len(lengths)/8)
	for i := range all {
		all[i] = int64(binary.BigEndian.Uint64(lengths[8*i:])) //nolint:gosec // as it was written
		e.SumMS += all[i]
	}
	if len(all) == 0 {
		return e // of a first step
	}
	slices.Sort(all)
	n := len(all)
	e.MeanMS = (2*e.SumMS + e.Count) / (2 * e.Count)
	e.MedianMS, e.P90MS, e.MaxMS = all[(n+1)/2-1], all[(90*n+99)/100-1], all[n-1]
	return e
}
