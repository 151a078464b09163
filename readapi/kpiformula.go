package readapi

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
	"docket/internal/httpapi"
	"docket/projections/kpi"
)

// errNoKPI says that nothing is declared under a name, or not in that version or with that part.
var errNoKPI = domain.Refusal(domain.NotFound, "kpi.unknown", "there is no such figure, version or part")

// mostMonths bounds how many months one answer tells apart.
const mostMonths = 120

// FormulaRequest asks for a declared figure, told apart by dimensions.
type FormulaRequest struct {
	FigureRequest
	CellRequest
	KPI      string   `path:"name" maxLength:"60" doc:"name of the figure" example:"on-time-completion"`
	By       []string `query:"by" maxItems:"3" enum:"unit,group,person,template,urgency,month" doc:"what the figures are told apart by, parted by commas; left out: not at all"`
	Versions []int    `query:"versions" maxItems:"5" doc:"versions of the definition, side by side; left out: the newest"`
}

// CellRequest narrows figures further, and says until when deadlines have passed.
type CellRequest struct {
	Person   string    `query:"person" doc:"only what is attributed to this person: an id or me"`
	Template string    `query:"template" doc:"only tickets of this template"`
	Urgency  string    `query:"urgency" enum:"critical,urgent,normal,low"`
	At       time.Time `query:"as_of" doc:"deadlines before it have passed; left out: now, or with a position, when its newest fact was recorded"`
}

// FormulaBody is the answer to a question about a declared figure, with everything that fixes it (kpis §1.1).
type FormulaBody struct {
	KPI      string            `json:"kpi"`
	Zone     string            `json:"zone"`
	Window   WindowView        `json:"window"`
	Unit     string            `json:"unit,omitempty" doc:"what it was narrowed to, as are the next"`
	Group    string            `json:"group,omitempty"`
	Person   string            `json:"person,omitempty"`
	Template string            `json:"template,omitempty"`
	Urgency  string            `json:"urgency,omitempty"`
	Position uint64            `json:"as_of_position" doc:"events up to here are taken into account"`
	AsOf     time.Time         `json:"as_of" doc:"deadlines before it have passed"`
	Recorded *time.Time        `json:"recorded_at" doc:"when the newest fact taken into account was recorded; null when there is none"`
	By       []kpi.Dimension   `json:"by"`
	Versions []FormulaVersion  `json:"versions"`
	Names    map[string]string `json:"names,omitempty" doc:"of the units, groups and people that the keys name"`
}

// FormulaVersion is the figures by one version of the definition.
type FormulaVersion struct {
	Definition kpi.Definition `json:"definition"`
	Rows       []kpi.Row      `json:"rows"`
}

// FormulaResponse is an answer with the position the read model stands at.
type FormulaResponse struct {
	Position uint64 `header:"Docket-Position"`
	Body     FormulaBody
}

// mountFormulas adds the declared figures and the tickets behind them.
func mountFormulas(k *kpis) {
	mount(k.service, "read-kpi", "/v1/kpis/{name}", "A declared figure by its dimensions", "KPIs", k.formula)
	mount(k.service, "list-kpi-tickets", "/v1/kpis/{name}/tickets", "The tickets behind a figure", "KPIs", k.cases)
	mount(k.service, "list-kpi-days", "/v1/kpis/productivity/days", "Somebody's available days, and why others do not count", "KPIs", k.days)
}

func (k *kpis) formula(ctx context.Context, in *FormulaRequest) (*FormulaResponse, error) {
	versions, err := formulas(in.KPI, in.Versions)
	if err != nil {
		return nil, err
	}
	q, zone, err := k.inquire(ctx, in.KPI, &in.FigureRequest, &in.CellRequest, in.By)
	if err != nil {
		return nil, err
	}
	out := &FormulaResponse{}
	b := &out.Body
	out.Position, err = k.answer(ctx, &q.Question, in.FigureRequest.AsOf, func(ctx context.Context, s kpi.Snapshot) error {
		b.Versions = nil // it may be called again
		if err := k.moment(ctx, s, q, &in.CellRequest, in.FigureRequest.AsOf, &b.Recorded); err != nil {
			return err
		}
		for _, f := range versions {
			r, err := s.Measure(ctx, f, *q)
			if err != nil {
				return err
			}
			b.Versions = append(b.Versions, FormulaVersion{f.Definition, r.Rows})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	b.KPI, b.Zone, b.Window, b.Position, b.AsOf = in.KPI, zone.String(), WindowView{bound(q.Window.From), bound(q.Window.To)}, q.Position, q.AsOf.UTC()
	b.Unit, b.Group, b.Person, b.Template, b.Urgency = q.Filter.Unit, q.Filter.Group, q.Filter.Person, q.Filter.Template, q.Filter.Urgency
	b.By = append([]kpi.Dimension{}, q.By...)
	b.Names = k.named(b.By, b.Versions, q.AsOf)
	return out, nil
}

// formulas finds the versions asked for; the newest when none is.
func formulas(name string, versions []int) ([]kpi.Formula, error) {
	if len(versions) == 0 {
		versions = []int{0}
	}
	var all []kpi.Formula
	for _, version := range versions {
		f, found := kpi.Find(name, version)
		if !found || version < 0 {
			return nil, errNoKPI
		}
		all = append(all, f)
	}
	return all, nil
}

// inquire turns a request into an inquiry that the asker may make; every failing parameter is told.
func (k *kpis) inquire(ctx context.Context, name string, r *FigureRequest, cell *CellRequest, by []string) (*kpi.Inquiry, *time.Location, error) {
	q, zone, err := k.ask(ctx, kpi.Definition{Name: name}, r)
	if err != nil {
		return nil, nil, err
	}
	var c check
	c.person("query.person", &cell.Person, httpapi.ActorFrom(ctx).Staff)
	c.id("query.template", &cell.Template)
	c.instant("query.as_of", cell.At)
	q.Filter.Person, q.Filter.Template, q.Filter.Urgency = cell.Person, cell.Template, string(ticket.Urgency(cell.Urgency))
	inquiry := &kpi.Inquiry{Question: *q}
	for i, d := range by {
		if slices.Contains(by[:i], d) {
			c.v.Fail("query.by", "repeated", "must name each dimension once")
		}
		inquiry.By = append(inquiry.By, kpi.Dimension(d))
	}
	if slices.Contains(by, string(kpi.ByMonth)) {
		inquiry.Bounds = monthBounds(&c.v, q.Window, zone)
	}
	return inquiry, zone, c.v.Err()
}

// monthBounds are the bounds of the months of a window, which must have both ends.
func monthBounds(v *domain.Checks, w kpi.Window, zone *time.Location) []time.Time {
	if w.From.IsZero() || w.To.IsZero() {
		v.Fail("query.from", "required", "must be given together with to, to tell months apart")
		return nil
	}
	bounds := []time.Time{w.From.In(zone)}
	for next := w.From.In(zone); len(bounds) <= mostMonths; {
		next = time.Date(next.Year(), next.Month()+1, 1, 0, 0, 0, 0, zone)
		if !next.Before(w.To) {
			return append(bounds, w.To.In(zone))
		}
		bounds = append(bounds, next)
	}
	v.Fail("query.to", "too_far", fmt.Sprintf("must lie at most %d months after from", mostMonths))
	return nil
}

// moment settles the as-of instant: the one asked for; else now, or of an earlier position, when its newest fact was recorded.
func (k *kpis) moment(ctx context.Context, s kpi.Snapshot, q *kpi.Inquiry, cell *CellRequest, position uint64, recorded **time.Time) error {
	known, err := s.RecordedUntil(ctx, q.Position)
	if err != nil {
		return err
	}
	*recorded = known
	switch {
	case !cell.At.IsZero():
		q.AsOf = cell.At
	case position > 0 && known != nil:
		q.AsOf = *known
	default:
		q.AsOf = k.Clock()
	}
	return nil
}

// named finds the names of what the keys stand for.
func (k *kpis) named(by []kpi.Dimension, versions []FormulaVersion, at time.Time) map[string]string {
	all := map[string]string{}
	for _, v := range versions {
		for _, row := range v.Rows {
			for i, d := range by {
				id := row.Key[i]
				if name := k.nameOf(d, id, at); name != "" {
					all[id] = name
				}
			}
		}
	}
	return all
}

func (k *kpis) nameOf(d kpi.Dimension, id string, at time.Time) string {
	n := names{lookups: k.Lookups, clock: k.Clock}
	switch d {
	case kpi.ByUnit, kpi.ByGroup:
		return n.unit(id, at).name()
	case kpi.ByPerson:
		return n.staff(id, at).name()
	case kpi.Overall, kpi.ByChannel, kpi.ByType, kpi.ByUrgency, kpi.ByTemplate, kpi.ByMonth:
	}
	return ""
}

// CasesRequest asks for the tickets behind one cell of a figure: the same narrowing, and the part and side of it.
type CasesRequest struct {
	FigureRequest
	CellRequest
	Paging
	KPI     string `path:"name" maxLength:"60"`
	Part    string `query:"part" maxLength:"60" doc:"part of the figure; left out: the main one"`
	Side    string `query:"side" enum:"numerator,denominator" default:"numerator"`
	Version string `query:"version" maxLength:"4" doc:"of the definition; left out: the newest"`
}

// CaseItem is one fact behind a figure.
type CaseItem struct {
	Ticket      string    `json:"ticket"`
	Fact        string    `json:"fact" doc:"which of the ticket's facts, such as a clock and its round"`
	At          time.Time `json:"at" doc:"when it counts"`
	Unit        *Ref      `json:"unit"`
	Group       *Ref      `json:"group"`
	Person      *Ref      `json:"person" doc:"to whom it is attributed; null for nobody"`
	Template    string    `json:"template,omitempty"`
	Urgency     string    `json:"urgency"`
	Numerator   int64     `json:"numerator" doc:"what it adds"`
	Denominator int64     `json:"denominator"`
	Value       *int64    `json:"value,omitempty"`
	Provisional bool      `json:"provisional,omitempty"`
}

// casesKey is where a drill-down goes on.
type casesKey struct {
	At     int64  `json:"a"`
	Ticket string `json:"t"`
	Fact   string `json:"f"`
}

// cases lists what the reader may see of a figure's facts; without a unit or group, what lies within their reach.
func (k *kpis) cases(ctx context.Context, in *CasesRequest) (*ListResponse[CaseItem], error) {
	version, err := strconv.Atoi(cmp.Or(in.Version, "0"))
	if err != nil {
		return nil, errNoKPI
	}
	versions, err := formulas(in.KPI, []int{version})
	if err != nil {
		return nil, err
	}
	f := versions[0]
	if !slices.ContainsFunc(f.Parts, func(p kpi.Measured) bool { return p.Part == in.Part }) {
		return nil, errNoKPI
	}
	q, _, err := k.inquire(ctx, in.KPI, &in.FigureRequest, &in.CellRequest, nil)
	if err != nil {
		return nil, err
	}
	drill := kpi.Drill{
		Part: in.Part, Side: kpi.Side(in.Side), Limit: in.Limit, Reach: authz.Reached(httpapi.ActorFrom(ctx), authz.KPIRead),
	}
	if in.After != "" {
		var key casesKey
		if !decodeCursor(in.After, &key) || !clean(key.Ticket) || !clean(key.Fact) {
			return nil, errCursor
		}
		drill.After = &kpi.Place{AtMS: key.At, Ticket: key.Ticket, Fact: key.Fact}
	}
	out := &ListResponse[CaseItem]{}
	var rows []kpi.Behind
	var next *kpi.Place
	var recorded *time.Time
	out.Position, err = k.answer(ctx, &q.Question, in.FigureRequest.AsOf, func(ctx context.Context, s kpi.Snapshot) error {
		if err := k.moment(ctx, s, q, &in.CellRequest, in.FigureRequest.AsOf, &recorded); err != nil {
			return err
		}
		drill.Inquiry = *q
		rows, next, err = s.Cases(ctx, f, drill)
		return err
	})
	if err != nil {
		return nil, err
	}
	out.Body.Items = make([]CaseItem, len(rows))
	for i, r := range rows {
		out.Body.Items[i] = k.caseItem(r)
	}
	if next != nil {
		out.Body.Next = encodeCursor(casesKey{next.AtMS, next.Ticket, next.Fact})
	}
	return out, nil
}

func (k *kpis) caseItem(b kpi.Behind) CaseItem {
	n := names{lookups: k.Lookups, clock: k.Clock}
	return CaseItem{
		Ticket: b.Ticket, Fact: b.Fact, At: b.At(), Unit: n.unit(b.Unit, b.At()), Group: n.unit(b.Group, b.At()),
		Person: n.staff(b.Person, b.At()), Template: b.Template, Urgency: b.Urgency, Numerator: b.Numerator,
		Denominator: b.Denominator, Value: b.Value, Provisional: b.Provisional,
	}
}
