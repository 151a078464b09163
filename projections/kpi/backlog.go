package kpi

import (
	"context"
	"slices"
	"time"
)

// Backlog is how many tickets were open at an instant: their stretch of being open began before it and had not ended before
// it.
type Backlog struct {
	At   time.Time `json:"at"`
	Open int64     `json:"open"`
}

// Backlog counts the open tickets at each instant; the window of the question does not matter. With a filter, those
// that lay there at that instant.
func (s Snapshot) Backlog(ctx context.Context, q Question, instants []time.Time) ([]Backlog, error) {
	if len(instants) == 0 {
		return nil, nil
	}
	sorted := slices.Clone(instants)
	slices.SortFunc(sorted, time.Time.Compare)
	limits := make([]int64, len(sorted))
	for i, t := range sorted {
		limits[i] = t.UnixMilli()
	}
	// What was open at the first instant, and what began and ended from then on: width_bucket tells how many of the limits a time
	// has reached, and so lies before all the others.
	const query = `
	SELECT bucket, sum(step)::bigint AS net FROM (
		SELECT 0 AS bucket, 1 AS step FROM ` + openAt + ` s
		UNION ALL
		SELECT width_bucket(started_ms, $6::bigint[]), 1 FROM ` + segmentsThen + ` s WHERE started_ms >= $7 AND started_ms < $8
		UNION ALL
		SELECT width_bucket(ended_ms, $6::bigint[]), -1 FROM ` + segmentsThen + ` s WHERE ended_ms >= $7 AND ended_ms < $8
	) edges WHERE $4::bigint <= $5::bigint GROUP BY bucket ORDER BY bucket`
	type line struct {
		Bucket int
		Net    int64
	}
	lines, err := collect[line](ctx, s.tx, query, q.args(limits, limits[0], limits[len(limits)-1]))
	if err != nil {
		return nil, err
	}
	all := make([]Backlog, len(sorted))
	open := int64(0)
	for i, t := range sorted {
		for len(lines) > 0 && lines[0].Bucket <= i {
			open += lines[0].Net
			lines = lines[1:]
		}
		all[i] = Backlog{At: t.UTC(), Open: open}
	}
	return all, nil
}

// openAt are the tickets that were open at $7 as of $1: a stretch that had not ended by $1 has not ended yet.
const openAt = `(
	SELECT ticket FROM segments WHERE ended_ms >= $7 AND started_ms < $7 AND from_pos <= $1 AND` + here + `
	UNION ALL
	SELECT ticket FROM segments WHERE to_pos > $1 AND ended_ms < $7 AND started_ms < $7 AND from_pos <= $1 AND` + here + `
	UNION ALL
	SELECT ticket FROM cases WHERE open_ms < $7 AND open_pos <= $1 AND` + here + `)`

// Midnights are the instants at which the local days from first to last begin, every day or only where a month does.
func Midnights(first, last time.Time, zone *time.Location, monthly bool) []time.Time {
	var all []time.Time
	year, month, day := first.Date()
	for {
		next := time.Date(year, month, day, 0, 0, 0, 0, zone)
		date := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
		if y, m, d := last.Date(); date.After(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)) {
			return all
		}
		if !monthly || date.Day() == 1 {
			all = append(all, next)
		}
		day++
	}
}
