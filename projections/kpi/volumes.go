package kpi

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Volume counts tickets that came to one point in the window, and how often they came there: a reopened ticket counts once,
// its rounds apart.
type Volume struct {
	Tickets int64 `json:"tickets"`
	Times   int64 `json:"times"`
}

// Volumes are the volumes of one value of the dimension asked for.
type Volumes struct {
	Key        string `json:"key,omitempty" doc:"value of the dimension; left out where none was asked for"`
	Registered Volume `json:"registered"`
	Accepted   Volume `json:"accepted"`
	Completed  Volume `json:"completed"`
	Delivered  Volume `json:"delivered"`
	Reopened   Volume `json:"reopened"`
	Closed     Volume `json:"closed"`
	Cancelled  Volume `json:"cancelled"`
}

// Dimension is what volumes are told apart by.
type Dimension string

// Dimensions. Unit and group are those that had the ticket after the act; of a registration, those that have it as of the
// position asked for.
const (
	Overall   Dimension = ""
	ByUnit    Dimension = "unit"
	ByGroup   Dimension = "group"
	ByChannel Dimension = "channel"
	ByType    Dimension = "type"
	ByUrgency Dimension = "urgency"

	ByPerson   Dimension = "person"
	ByTemplate Dimension = "template"
	ByMonth    Dimension = "month"
)

var dimensionColumns = map[Dimension]string{
	Overall: "''", ByUnit: "a.unit", ByGroup: "a.grp", ByChannel: "c.channel", ByType: "c.type", ByUrgency: "c.urgency",
}

// happenings are the times of volumes, by unit and group alone, so that their sums are few.
var happenings = Formula{
	Definition: Definition{Name: "happenings", Version: 1},
	source: `
	SELECT ticket, fact, at_ms, unit, grp, '' AS person, '' AS template, '' AS urgency, kind FROM (` + happened(repeated[:]...) + `) a`,
	sums:     &sums{},
	measures: timesOf(repeated[:]),
}

func timesOf(kinds []string) []measure {
	all := make([]measure, len(kinds))
	for i, kind := range kinds {
		all[i] = count(kind, "", "", "kind = '"+kind+"'")
	}
	return all
}

// Volumes counts by dimension, sorted by key. The registrations are those whose time lies in the window.
func (s Snapshot) Volumes(ctx context.Context, q Question, by Dimension) ([]Volumes, error) {
	column, known := dimensionColumns[by]
	if !known {
		return nil, fmt.Errorf("kpi: no dimension %q", by)
	}
	v := volumes{}
	if by == Overall {
		v.of("")
	}
	happened := s.addedUp
	if strings.HasPrefix(column, "c.") {
		happened = s.oneByOne
	}
	if err := happened(ctx, q, by, v); err != nil {
		return nil, err
	}
	if err := s.registered(ctx, q, column, v); err != nil {
		return nil, err
	}
	var all []Volumes
	for _, key := range slices.Sorted(maps.Keys(v)) {
		all = append(all, *v[key])
	}
	return all, nil
}

// addedUp takes the times of acts from their sums. As many tickets have them, less those counted before: few have an act twice, and
// each leads to the one before it, which may lie outside the window while the one before that lies in it.
func (s Snapshot) addedUp(ctx context.Context, q Question, by Dimension, v volumes) error {
	in := Inquiry{Question: q}
	if by != Overall {
		in.By = []Dimension{by}
	}
	a, err := in.over(happenings)
	if err != nil {
		return err
	}
	a.where.Args["as_of"] = int64(end)
	var times Result
	if err := s.count(ctx, happenings, a, &times); err != nil {
		return err
	}
	for _, row := range times.Rows {
		if row.Numerator > 0 {
			*v.of(strings.Join(row.Key, "")).of(row.Part) = Volume{row.Numerator, row.Numerator}
		}
	}
	key := "''"
	if by != Overall {
		key = keys[by]
	}
	a.where.Args["kinds"] = repeated[:]
	rows, err := s.tx.Query(ctx, `
	WITH RECURSIVE again AS (
		SELECT from_pos, prior, kind, ticket, at_ms, unit, grp FROM acts
		WHERE prior > 0 AND kind = ANY(@kinds) AND from_pos <= @position AND `+a.where.String()+`
		UNION
		SELECT p.from_pos, p.prior, p.kind, p.ticket, p.at_ms, p.unit, p.grp FROM again JOIN acts p ON p.from_pos = again.prior AND p.kind = again.kind
	)
	SELECT `+key+`, kind, count(*) - count(DISTINCT ticket) FROM again WHERE `+a.where.String()+` GROUP BY 1, 2`, a.where.Args)
	if err != nil {
		return err
	}
	var kind string
	var repeats int64
	_, err = pgx.ForEachRow(rows, []any{&key, &kind, &repeats}, func() error {
		v.of(key).of(kind).Tickets -= repeats
		return nil
	})
	return err
}

// oneByOne counts acts where no sums tell what they are told apart by. A ticket's acts are counted first, since counting different
// tickets would sort them.
func (s Snapshot) oneByOne(ctx context.Context, q Question, by Dimension, v volumes) error {
	type line struct {
		Key, Kind      string
		Tickets, Times int64
	}
	lines, err := collect[line](ctx, s.tx, `
	SELECT key, kind, count(*) AS tickets, sum(times)::bigint AS times FROM (
		SELECT `+dimensionColumns[by]+` AS key, a.kind, a.ticket, count(*) AS times
		FROM `+actsThen+` a JOIN cases c USING (ticket) WHERE a.kind IN (`+quoted(repeated[:])+`) GROUP BY 1, 2, 3
	) happened GROUP BY key, kind`, q.args())
	for _, l := range lines {
		*v.of(l.Key).of(l.Kind) = Volume{l.Tickets, l.Times}
	}
	return err
}

// registered counts the tickets that came; each is registered once. What holds as of the snapshot is read from an index, which
// knows no positions.
func (s Snapshot) registered(ctx context.Context, q Question, column string, v volumes) error {
	then, beside := spansThen, ""
	if q.Position == s.Position {
		then = `(SELECT ticket, unit, grp, first_ms FROM cases WHERE $1::bigint IS NOT NULL AND` + here + `)`
	}
	if strings.HasPrefix(column, "c.") {
		beside = " JOIN cases c USING (ticket)"
	}
	type line struct {
		Key     string
		Tickets int64
	}
	lines, err := collect[line](ctx, s.tx, `
	SELECT `+column+` AS key, count(*) AS tickets FROM `+then+` a`+beside+` WHERE a.first_ms >= $4 AND a.first_ms < $5 GROUP BY 1`, q.args())
	for _, l := range lines {
		v.of(l.Key).Registered = Volume{l.Tickets, l.Tickets}
	}
	return err
}

// volumes are those of each key.
type volumes map[string]*Volumes

func (v volumes) of(key string) *Volumes {
	if v[key] == nil {
		v[key] = &Volumes{Key: key}
	}
	return v[key]
}

func (v *Volumes) of(kind string) *Volume {
	switch kind {
	case "registered":
		return &v.Registered
	case actAccepted:
		return &v.Accepted
	case actCompleted:
		return &v.Completed
	case actDelivered:
		return &v.Delivered
	case actReopened:
		return &v.Reopened
	case actClosed:
		return &v.Closed
	case actCancelled:
		return &v.Cancelled
	}
	panic("kpi: no volume of " + kind)
}
