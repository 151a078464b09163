package readapi

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/internal/chart"
	"docket/internal/httpapi"
	"docket/projections/kpi"
)

// partsOf are the parts that a picture shows: those named, else all counts for stacked ones, else the main one.
func partsOf(f kpi.Formula, in *ChartRequest) ([]kpi.Measured, error) {
	if in.Part == "" && in.Kind != "stacked" {
		return f.Parts[:1], nil
	}
	var parts []kpi.Measured
	named := strings.Split(in.Part, ",")
	for _, p := range f.Parts {
		if in.Part == "" && p.Unit == kpi.Count && p.Part != "" || in.Part != "" && slices.Contains(named, p.Part) {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 || in.Part != "" && len(parts) != len(named) {
		return nil, errNoKPI
	}
	return parts, nil
}

// chartTable is measured rows by the values of one dimension, in the order in which they are drawn.
type chartTable struct {
	keys, labels []string
	rows         map[string]map[string]kpi.Row // by key and part
	texts        chartTexts
}

func (k *kpis) table(by kpi.Dimension, at time.Time, rows []kpi.Row, texts chartTexts) chartTable {
	t := chartTable{rows: map[string]map[string]kpi.Row{}, texts: texts}
	for _, r := range rows {
		key := r.Key[0]
		if t.rows[key] == nil {
			t.keys, t.rows[key] = append(t.keys, key), map[string]kpi.Row{}
			label := cmp.Or(k.nameOf(by, key, at), key, "–")
			if by == kpi.ByUrgency && key != "" {
				label = texts.say("urgency." + key)
			}
			if len(label) == 36 && isID(label) {
				label = label[:8]
			}
			t.labels = append(t.labels, label)
		}
		t.rows[key][r.Part] = r
	}
	if len(t.keys) > mostBars {
		t.keys, t.labels = t.keys[:mostBars], t.labels[:mostBars]
	}
	return t
}

// series is one part of the rows as values to draw; what is hidden or has no data is none.
func (t chartTable) series(p kpi.Measured) chart.Series {
	s := chart.Series{Name: t.texts.of(p), Values: make([]float64, len(t.keys)), Texts: make([]string, len(t.keys))}
	for i, key := range t.keys {
		r, found := t.rows[key][p.Part]
		s.Values[i] = math.NaN()
		if found && !r.Hidden && (p.Unit == kpi.Count || r.Denominator > 0) {
			s.Values[i], s.Texts[i] = value(r, p.Unit), r.Value
		}
		if p.Unit == kpi.MeanMS && s.Texts[i] != "" {
			s.Texts[i] = strconv.FormatFloat(s.Values[i], 'f', 1, 64)
		}
	}
	return s
}

// value is a row's value on the axis: per cent, hours, or as it is.
func value(r kpi.Row, u kpi.Unit) float64 {
	n, d := float64(r.Numerator), float64(r.Denominator)
	switch u {
	case kpi.Percent:
		return 100 * n / d
	case kpi.Mean:
		return n / d
	case kpi.MeanMS:
		return n / d / float64(time.Hour.Milliseconds())
	case kpi.Count:
	}
	return n
}

// line is a part over the months, with control limits where there are two months or more: three standard deviations around the
// mean of all, of a share by the size of each month's sample, of a count by the count.
func (t chartTable) line(w chart.Words, p kpi.Measured) chart.Line {
	l := chart.Line{Words: w, Labels: t.labels, Series: []chart.Series{t.series(p)}, MeanName: t.texts.say("mean"), LimitName: t.texts.say("limits")}
	var n, d float64
	for _, key := range t.keys {
		r := t.rows[key][p.Part]
		n, d = n+float64(r.Numerator), d+float64(r.Denominator)
	}
	if p.Unit == kpi.Count {
		d = float64(len(t.keys))
	}
	if len(t.keys) < 2 || d == 0 || p.Unit != kpi.Percent && p.Unit != kpi.Count {
		return l
	}
	mean := n / d
	for _, key := range t.keys {
		scale, top, sigma := 1.0, math.Inf(1), math.Sqrt(max(mean, 0))
		if p.Unit == kpi.Percent {
			scale, top, sigma = 100, 1, math.NaN()
			if size := float64(t.rows[key][p.Part].Denominator); size > 0 {
				sigma = math.Sqrt(mean * (1 - mean) / size)
			}
		}
		l.Mean = append(l.Mean, scale*mean)
		l.Upper, l.Lower = append(l.Upper, scale*min(mean+3*sigma, top)), append(l.Lower, scale*max(mean-3*sigma, 0))
	}
	return l
}

// pareto sorts a part's numerators, the largest first.
func (t chartTable) pareto(w chart.Words, p kpi.Measured) chart.Pareto {
	order := make([]int, len(t.keys))
	for i := range order {
		order[i] = i
	}
	count := func(i int) int64 { return max(t.rows[t.keys[i]][p.Part].Numerator, 0) }
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(count(b), count(a)) })
	o := chart.Pareto{Words: w, Share: t.texts.say("share")}
	o.Y = t.texts.of(p)
	for _, i := range order {
		o.Labels, o.Counts = append(o.Labels, t.labels[i]), append(o.Counts, count(i))
	}
	return o
}

// mostFacts is how many facts one heat map counts.
const mostFacts = 200_000

// week counts the facts behind a part by the weekday, Monday first, and the hour at which they count.
func week(ctx context.Context, s kpi.Snapshot, f kpi.Formula, q kpi.Inquiry, part string, zone *time.Location) (counts [7][24]int64, err error) {
	drill := kpi.Drill{
		Inquiry: q, Part: part, Side: kpi.OfNumerator, Reach: authz.Reached(httpapi.ActorFrom(ctx), authz.KPIRead), Limit: 2000,
	}
	for n := 0; n < mostFacts; n += drill.Limit {
		rows, next, err := s.Cases(ctx, f, drill)
		if err != nil {
			return counts, err
		}
		for _, b := range rows {
			at := b.At().In(zone)
			counts[(int(at.Weekday())+6)%7][at.Hour()]++
		}
		if next == nil {
			return counts, nil
		}
		drill.After = next
	}
	return counts, domain.ErrInvalid.With(domain.FieldError{
		Field: "query.from", Code: "too_many", Msg: fmt.Sprintf("the window holds more than %d facts", mostFacts),
	})
}

func heat(w chart.Words, texts chartTexts, counts [7][24]int64) chart.Heat {
	h := chart.Heat{Words: w}
	for day := range counts {
		h.Rows = append(h.Rows, texts.say(fmt.Sprintf("day.%d", day+1)))
	}
	for hour := range 24 {
		h.Columns = append(h.Columns, strconv.Itoa(hour))
	}
	for _, row := range counts {
		h.Counts = append(h.Counts, slices.Clone(row[:]))
	}
	return h
}
