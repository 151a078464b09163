package kpi

import (
	"context"
	"fmt"
	"slices"
	"strconv"
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
	open, err := s.openAt(ctx, q, sorted[0])
	if err != nil {
		return nil, err
	}
	changes, err := s.openedBetween(ctx, q, limits)
	if err != nil {
		return nil, err
	}
	all := make([]Backlog, len(sorted))
	for i, t := range sorted {
		open += changes[i]
		all[i] = Backlog{At: t.UTC(), Open: open}
	}
	return all, nil
}

// openings are the beginnings and ends of the stretches of being open.
var openings = Formula{
	Definition: Definition{Name: "openings", Version: 1},
	source: `
	SELECT ticket, '' AS fact, at_ms, unit, grp, '' AS person, '' AS template, '' AS urgency, way FROM (
		SELECT ticket, started_ms AS at_ms, unit, grp, 1 AS way
		FROM segments WHERE from_pos > @since AND from_pos <= @position AND started_ms >= @from AND started_ms < @to
		UNION ALL
		SELECT ticket, open_ms, unit, grp, 1
		FROM cases WHERE open_pos > @since AND open_pos <= @position AND open_ms >= @from AND open_ms < @to
		UNION ALL
		SELECT ticket, ended_ms, unit, grp, -1
		FROM segments WHERE to_pos > @since AND to_pos <= @position AND ended_ms >= @from AND ended_ms < @to) s`,
	sums:     &sums{},
	measures: []measure{{numerator: "way"}},
}

// openAt is how many tickets were open at an instant: by the sums of all that began and ended before it, or else one by one.
func (s Snapshot) openAt(ctx context.Context, q Question, t time.Time) (open int64, err error) {
	q.Window = Window{To: t}
	a, err := Inquiry{Question: q}.over(openings)
	if err != nil {
		return 0, err
	}
	a.where.Args["as_of"] = int64(end)
	summed, err := s.summed(ctx)
	if err != nil {
		return 0, err
	}
	if a.adding(openings, summed) == "" {
		err = s.tx.QueryRow(ctx, "SELECT count(*) FROM "+openThen+" s", int64(q.Position), q.Filter.Unit, q.Filter.Group, t.UnixMilli()).Scan(&open) //nolint:gosec // positions are below 2^63
		return open, err
	}
	var r Result
	if err := s.count(ctx, openings, a, &r); err != nil || len(r.Rows) == 0 {
		return 0, err
	}
	return r.Rows[0].Numerator, nil
}

// openedBetween is by how many each of the instants has more open tickets than the one before it.
func (s Snapshot) openedBetween(ctx context.Context, q Question, instants []int64) ([]int64, error) {
	net := make([]int64, len(instants))
	if len(instants) == 1 {
		return net, nil
	}
	q.Window = Window{From: time.UnixMilli(instants[0]), To: time.UnixMilli(instants[len(instants)-1])}
	a, err := Inquiry{Question: q}.over(openings)
	if err != nil {
		return nil, err
	}
	// Time is told apart by how many of the instants it has reached, as it is by months.
	a.keys, a.month = []string{keys[ByMonth]}, 0
	a.where.Args["as_of"], a.where.Args["bounds"] = int64(end), instants
	var r Result
	if err := s.count(ctx, openings, a, &r); err != nil {
		return nil, err
	}
	for _, row := range r.Rows {
		reached, err := strconv.Atoi(row.Key[0])
		if err != nil {
			return nil, fmt.Errorf("kpi: %w", err)
		}
		net[reached] = row.Numerator
	}
	return net, nil
}

// openThen are the tickets that were open at $4 as of $1: a stretch that had not ended by $1 has not ended yet.
const openThen = `(
	SELECT ticket FROM segments WHERE ended_ms >= $4 AND started_ms < $4 AND from_pos <= $1 AND` + here + `
	UNION ALL
	SELECT ticket FROM segments WHERE to_pos > $1 AND ended_ms < $4 AND started_ms < $4 AND from_pos <= $1 AND` + here + `
	UNION ALL
	SELECT ticket FROM cases WHERE open_ms < $4 AND open_pos <= $1 AND` + here + `)`

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
