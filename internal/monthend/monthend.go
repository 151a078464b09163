// Package monthend measures the figures of a month: for freezing, as of a position of the log, and again later, to tell what
// corrections have changed (mission row M9). It puts the read model of figures, the calendars and the aggregate of closings
// together; formulas are package projections/kpi, and what is frozen stays in the event of package domain/closing.
package monthend

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"docket/domain/calendar"
	"docket/domain/closing"
	"docket/projections/kpi"
)

// Calendars lists the working calendars there were at an instant.
type Calendars interface {
	Calendars(at time.Time) []calendar.Facts
}

// Book measures months. All of it is required.
type Book struct {
	Reader    kpi.Reader
	Calendars Calendars
	Zone      *time.Location // of the organisation
}

// Dimensions are those by which a month's figures are told, everything at once first; by unit only those of the whole organisation.
var Dimensions = []kpi.Dimension{kpi.Overall, kpi.ByUnit, kpi.ByGroup, kpi.ByPerson, kpi.ByTemplate}

// Month measures every formula in its newest version. It is nil for what is no month and for one that has not ended by asOf.
// Errors are the reader's.
func (b *Book) Month(ctx context.Context, unit, month string, position uint64, asOf time.Time) (*closing.Statement, error) {
	from, to, ok := closing.Bounds(month, b.Zone)
	if !ok || asOf.Before(to) {
		return nil, nil
	}
	var s *closing.Statement
	err := kpi.Read(ctx, b.Reader, position, func(ctx context.Context, snapshot kpi.Snapshot) error {
		s = &closing.Statement{
			Unit: unit, Month: month, Zone: b.Zone.String(), From: from, To: to, Position: position, AsOf: asOf.UTC(),
			Definitions: []closing.Definition{}, Calendars: b.editions(asOf), Figures: []closing.Figure{},
		}
		for _, f := range newest() {
			s.Definitions = append(s.Definitions, closing.Definition{KPI: f.Name, Version: f.Version})
			for _, by := range Dimensions {
				if by == kpi.ByUnit && unit != "" {
					continue
				}
				rows, err := measure(ctx, snapshot, f, by, inquiry(s, position, asOf))
				if err != nil {
					return err
				}
				s.Figures = append(s.Figures, closing.Figure{KPI: f.Name, By: string(by), Rows: rows})
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("figures of %s: %w", month, err)
	}
	return s, nil
}

// Later measures one of a statement's figures anew, in a version of its definition, by the events up to the snapshot's
// position; deadlines before asOf have passed. It is told whether this program still has that version.
func Later(ctx context.Context, snapshot kpi.Snapshot, s *closing.Statement, name string, version int, by kpi.Dimension, asOf time.Time) ([]closing.Row, bool, error) {
	f, found := kpi.Find(name, version)
	if !found {
		return nil, false, nil
	}
	rows, err := measure(ctx, snapshot, f, by, inquiry(s, snapshot.Position, asOf))
	return rows, true, err
}

// inquiry asks about a statement's month as of a position.
func inquiry(s *closing.Statement, position uint64, asOf time.Time) kpi.Inquiry {
	return kpi.Inquiry{
		Question: kpi.Question{Position: position, Filter: kpi.Filter{Unit: s.Unit}, Window: kpi.Window{From: s.From, To: s.To}},
		AsOf:     asOf,
	}
}

// measure is the rows of one figure. Values of the dimension about which there is nothing to tell are left out.
func measure(ctx context.Context, snapshot kpi.Snapshot, f kpi.Formula, by kpi.Dimension, q kpi.Inquiry) ([]closing.Row, error) {
	if by != kpi.Overall {
		q.By = []kpi.Dimension{by}
	}
	r, err := snapshot.Measure(ctx, f, q)
	if err != nil {
		return nil, err
	}
	rows := make([]closing.Row, 0, len(r.Rows))
	for _, m := range r.Rows {
		row := closing.Row{
			Part: m.Part, Numerator: m.Numerator, Denominator: m.Denominator, Value: m.Value, Provisional: m.Provisional,
			Undetermined: m.Undetermined, Hidden: m.Hidden, Spread: spread(m.Spread),
		}
		if len(m.Key) > 0 {
			row.Key = m.Key[0]
		}
		if by != kpi.Overall && row.Numerator == 0 && row.Denominator == 0 {
			continue
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func spread(s *kpi.Spread) *closing.Spread {
	if s == nil {
		return nil
	}
	return &closing.Spread{
		N: s.N, P50: closing.Ranked(s.P50), P75: closing.Ranked(s.P75), P90: closing.Ranked(s.P90), P95: closing.Ranked(s.P95),
	}
}

// newest are the formulas in their newest versions, in the order in which they are declared.
func newest() []kpi.Formula {
	var all []kpi.Formula
	for _, f := range kpi.Formulas() {
		if n, _ := kpi.Find(f.Name, 0); n.Version == f.Version {
			all = append(all, f)
		}
	}
	return all
}

// editions are the newest versions of all calendars.
func (b *Book) editions(at time.Time) []closing.Edition {
	all := []closing.Edition{}
	for _, c := range b.Calendars.Calendars(at) {
		if n := len(c.Versions); n > 0 {
			all = append(all, closing.Edition{Calendar: c.ID, Version: c.Versions[n-1].Version})
		}
	}
	slices.SortFunc(all, func(a, b closing.Edition) int { return cmp.Compare(a.Calendar, b.Calendar) })
	return all
}

// Unit is how a part of a figure reads in the newest version of its definition; empty when there is no such figure or part.
func (b *Book) Unit(name, part string) string {
	f, _ := kpi.Find(name, 0)
	for _, p := range f.Parts {
		if p.Part == part {
			return string(p.Unit)
		}
	}
	return ""
}
