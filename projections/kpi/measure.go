package kpi

import (
	"context"
	"fmt"
	"slices"
	"time"

	"docket/projections/internal/narrow"
)

// Inquiry asks for the figures of a formula. All of it is part of the answer's meaning: the same inquiry of the same log up
// to the same position is answered the same for ever.
type Inquiry struct {
	Question             // position, filter, window
	AsOf     time.Time   // deadlines before it have passed (kpis §1.9); required
	By       []Dimension // what the figures are told apart by, in order; none: one figure of everything
	Bounds   []time.Time // of the months, where By has [ByMonth]: each begins at one and ends before the next
}

// Result is the answer: one row for each combination of the dimensions' values and each part of the formula, sorted by key and then as the
// formula lists its parts. It marshals canonically: the same figures always give the same JSON.
type Result struct {
	Name    string      `json:"kpi"`
	Version int         `json:"definition_version"`
	By      []Dimension `json:"by"`
	Rows    []Row       `json:"rows"`
}

// Row is one figure as integers (kpis §1.11).
type Row struct {
	Key          []string `json:"key" doc:"values of the dimensions, in their order"`
	Part         string   `json:"part"`
	Numerator    int64    `json:"numerator"`
	Denominator  int64    `json:"denominator" doc:"0 means no data; of a plain count it is left at 0"`
	Value        string   `json:"value,omitempty" doc:"as it is shown; left out where there is no data or too little"`
	Spread       *Spread  `json:"spread,omitempty"`
	Provisional  int64    `json:"provisional,omitempty" doc:"facts of the denominator that may still change"`
	Undetermined int64    `json:"undetermined,omitempty" doc:"facts with a fault that nobody has determined (kpis §1.12)"`
	Hidden       bool     `json:"hidden,omitempty" doc:"too small a sample to show a rate"`
}

// Spread is how single values lie, by nearest rank on exact values (kpis §1.13), each with the ticket that has it.
type Spread struct {
	N   int64  `json:"n"`
	P50 Ranked `json:"p50"`
	P75 Ranked `json:"p75"`
	P90 Ranked `json:"p90"`
	P95 Ranked `json:"p95"`
}

// keys are the SQL expressions of the dimensions over a source's columns.
var keys = map[Dimension]string{
	ByUnit: "unit", ByGroup: "grp", ByPerson: "person", ByTemplate: "template", ByUrgency: "urgency",
	ByMonth: "width_bucket(at_ms, @bounds::bigint[])::text",
}

// Measure computes a formula. Errors tell of a dimension that the formula does not know, else they are the database's.
func (s Snapshot) Measure(ctx context.Context, f Formula, q Inquiry) (Result, error) {
	r := Result{Name: f.Name, Version: f.Version, By: slices.Clone(q.By), Rows: []Row{}}
	a, err := q.over(f)
	if err != nil {
		return r, err
	}
	if err := s.available(ctx, f, q, a, false); err != nil {
		return r, fmt.Errorf("measure %s: %w", f.Name, err)
	}
	if err := s.count(ctx, f, a, &r); err != nil {
		return r, fmt.Errorf("measure %s: %w", f.Name, err)
	}
	if len(r.Rows) == 0 && len(q.By) == 0 {
		r.Rows = nothing(f)
	}
	slices.SortStableFunc(r.Rows, func(a, b Row) int { return slices.Compare(a.Key, b.Key) })
	return r, nil
}

// nothing is the answer about no facts at all.
func nothing(f Formula) []Row {
	rows := make([]Row, len(f.measures))
	for i, m := range f.measures {
		rows[i] = Row{Key: []string{}, Part: m.Part}.judged(m.Measured)
	}
	return rows
}

// asked is an inquiry turned into SQL.
type asked struct {
	where *narrow.Where
	keys  []string
	month int // place of the month among the keys; -1: none
	names []string
}

// over builds the conditions and keys of an inquiry of a formula.
func (q Inquiry) over(f Formula) (asked, error) {
	from, to := q.Window.bounds()
	w := narrow.New("at_ms >= @from AND at_ms < @to")
	w.Args["since"] = 0
	w.Args["position"], w.Args["from"], w.Args["to"], w.Args["as_of"] = int64(q.Position), from, to, q.AsOf.UnixMilli() //nolint:gosec // positions are below 2^63
	w.If(q.Filter.Unit != "", "unit = @unit", "unit", q.Filter.Unit)
	w.If(q.Filter.Group != "", "grp = @group", "group", q.Filter.Group)
	w.If(q.Filter.Person != "", "person = @person", "person", q.Filter.Person)
	w.If(q.Filter.Template != "", "template = @template", "template", q.Filter.Template)
	w.If(q.Filter.Urgency != "", "urgency = @urgency", "urgency", q.Filter.Urgency)
	a := asked{where: w, month: -1}
	bounds := []int64{from, to}
	for i, d := range q.By {
		key, known := keys[d]
		if !known {
			return a, fmt.Errorf("kpi: %s cannot be told by %q", f.Name, d)
		}
		if d == ByMonth {
			if bounds, a.month = nil, i; len(q.Bounds) < 2 {
				return a, fmt.Errorf("kpi: %s by month wants the months", f.Name)
			}
			for _, b := range q.Bounds {
				bounds = append(bounds, b.UnixMilli())
				a.names = append(a.names, b.Format("2006-01"))
			}
		}
		a.keys = append(a.keys, key)
	}
	w.Args["bounds"] = bounds
	w.Args["first"] = min(bounds[1], q.AsOf.UnixMilli()+1) // the first end of a month, told apart so that an index is chosen by it
	return a, nil
}

// facts is the formula's source narrowed to what was asked.
func (a asked) facts(f Formula) string {
	return "SELECT * FROM (" + f.source + ") fact WHERE " + a.where.String()
}

// flag counts a condition.
func flag(condition string) string {
	if condition == "" {
		return ""
	}
	return "CASE WHEN " + condition + " THEN 1 ELSE 0 END"
}

// name puts the month's name in the place of its number.
func (a asked) name(key []string) {
	if a.month < 0 {
		return
	}
	for i, name := range a.names {
		if key[a.month] == fmt.Sprint(i+1) {
			key[a.month] = name
			return
		}
	}
}

// judged is the row with what may be shown of it.
func (r Row) judged(m Measured) Row {
	switch m.Unit {
	case Count:
		r.Value = fmt.Sprint(r.Numerator)
	case Percent, Mean, MeanMS:
		r.Hidden = r.Denominator > 0 && r.Denominator < m.Sample
		if r.Denominator > 0 && !r.Hidden {
			r.Value = m.Unit.shown(r.Numerator, r.Denominator)
		}
	}
	return r
}

// shown is a rate or mean as a text, to one decimal where it has any, rounded half up.
func (u Unit) shown(numerator, denominator int64) string {
	if u == MeanMS {
		return fmt.Sprint((2*numerator + denominator) / (2 * denominator))
	}
	scale := int64(10)
	if u == Percent {
		scale = 1000
	}
	tenths := (2*scale*numerator + denominator) / (2 * denominator)
	return fmt.Sprintf("%d.%d", tenths/10, tenths%10)
}

func (s *Spread) put(n, rank int64, value Ranked) {
	for percent, into := range map[int64]*Ranked{50: &s.P50, 75: &s.P75, 90: &s.P90, 95: &s.P95} {
		if rank == (percent*n+99)/100 {
			*into = value
		}
	}
}
