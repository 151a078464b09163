package kpi_test

import (
	"context"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/authz"
	"docket/projections/kpi"
)

var dimensions = []kpi.Dimension{kpi.ByUnit, kpi.ByGroup, kpi.ByPerson, kpi.ByTemplate, kpi.ByUrgency, kpi.ByMonth}

// Every formula says everything about itself, once for each version.
func TestFormulasAreDeclared(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, f := range kpi.Formulas() {
		d := f.Definition
		for what, text := range map[string]string{
			"name": d.Name, "title": d.Title, "Chinese": d.Chinese, "formula": d.Formula, "numerator": d.Numerator, "cohort": d.Cohort,
			"window": d.Window, "grain": d.Grain, "unit": d.Unit,
		} {
			require.NotEmpty(t, text, "%s of %s", what, d.Name)
		}
		key := d.Name + string(rune('0'+d.Version))
		require.False(t, seen[key], "%s twice", key)
		seen[key] = true
		require.NotEmpty(t, d.Parts)
		parts := map[string]bool{}
		for _, p := range d.Parts {
			require.False(t, parts[p.Part], "part %q of %s twice", p.Part, d.Name)
			parts[p.Part] = true
			require.NotEmpty(t, p.Title)
			require.NotEmpty(t, p.Numerator)
			require.Equal(t, p.Unit == kpi.Count, p.Denominator == "", "denominator of %s %s", d.Name, p.Part)
		}
	}
	require.True(t, seen["on-time-completion1"] && seen["on-time-completion2"])
	newest, found := kpi.Find("on-time-completion", 0)
	require.True(t, found)
	require.Equal(t, 2, newest.Version)
	_, found = kpi.Find("weather", 0)
	require.False(t, found)
}

// Every figure adds up: over the values of any dimension to the whole, and over the tickets behind it to itself.
func TestFiguresAddUp(t *testing.T) {
	t.Parallel()
	h := randomHistory(11, 30, 900)
	from, to := at("00:00").AddDate(0, 0, -2), at("00:00").AddDate(0, 2, 0)
	q := kpi.Inquiry{Question: kpi.Question{Position: h.last(), Window: kpi.Window{From: from, To: to}}, AsOf: at("12:00").AddDate(0, 0, 9)}
	h.measure(t, func(ctx context.Context, s kpi.Snapshot) error {
		for _, f := range kpi.Formulas() {
			addsUp(t, ctx, s, f, q)
		}
		return nil
	})
}

func addsUp(t *testing.T, ctx context.Context, s kpi.Snapshot, f kpi.Formula, q kpi.Inquiry) {
	t.Helper()
	whole, err := s.Measure(ctx, f, q)
	require.NoError(t, err, f.Name)
	require.Len(t, whole.Rows, len(f.Parts), f.Name)
	sums := func(rows []kpi.Row) map[string][2]int64 {
		all := map[string][2]int64{}
		for _, r := range rows {
			s := all[r.Part]
			all[r.Part] = [2]int64{s[0] + r.Numerator, s[1] + r.Denominator}
		}
		maps.DeleteFunc(all, func(_ string, s [2]int64) bool { return s == [2]int64{} })
		return all
	}
	want := sums(whole.Rows)
	for _, by := range dimensions {
		if by == kpi.ByMonth && f.Name == "backlog-ageing" {
			continue // tells of each month's end
		}
		q := q
		q.By = []kpi.Dimension{by}
		q.Bounds = []time.Time{q.Window.From, at("00:00").AddDate(0, 0, 3), q.Window.To}
		apart, err := s.Measure(ctx, f, q)
		require.NoError(t, err, "%s by %s", f.Name, by)
		got := sums(apart.Rows)
		require.Equal(t, want, got, "%s by %s", f.Name, by)
	}
	for _, row := range whole.Rows {
		for side, figure := range map[kpi.Side]int64{kpi.OfNumerator: row.Numerator, kpi.OfDenominator: row.Denominator} {
			sum, facts := int64(0), map[string]bool{}
			drill := kpi.Drill{Inquiry: q, Part: row.Part, Side: side, Reach: authz.Reaches{All: true}, Limit: 7}
			for {
				page, next, err := s.Cases(ctx, f, drill)
				require.NoError(t, err, "%s %s", f.Name, row.Part)
				for _, b := range page {
					require.False(t, facts[b.Ticket+b.Fact], "%s %s: %s %s twice", f.Name, row.Part, b.Ticket, b.Fact)
					facts[b.Ticket+b.Fact] = true
					if side == kpi.OfNumerator {
						sum += b.Numerator
					} else {
						sum += b.Denominator
					}
				}
				if next == nil {
					break
				}
				drill.After = next
			}
			require.Equal(t, figure, sum, "%s %s %s", f.Name, row.Part, side)
		}
	}
}
