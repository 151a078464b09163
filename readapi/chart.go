package readapi

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"docket/internal/chart"
	"docket/internal/httpapi"
	"docket/projections/kpi"
)

// MountCharts adds pictures of the declared figures and of the process map to an API. They show what the figures' own questions
// answer, under the same rights.
func MountCharts(api *httpapi.API, d KPIDeps) {
	if d.Clock == nil {
		d.Clock = time.Now
	}
	s := &service{
		api: api, Deps: Deps{Reader: d.Reader, Lookups: d.Lookups, Clock: d.Clock}, names: names{lookups: d.Lookups, clock: d.Clock},
	}
	k, f := &kpis{service: s, zone: d.Zone}, &flows{s, d.Zone}
	for _, p := range []picture{{"svg", "image/svg+xml", chart.SVG}, {"png", "image/png", chart.PNG}} {
		mountPicture(s, p, "draw-kpi-", "/v1/kpis/{kpi}/chart.", "A declared figure as a picture", k.chart)
		mountPicture(s, p, "draw-flow-", "/v1/flow/chart.", "The process map as a picture", f.chart)
	}
}

// picture is a format that charts are drawn in.
type picture struct {
	ending, media string
	draw          func(chart.Drawing) ([]byte, error)
}

// PictureResponse is a picture with the position that what it shows stands at.
type PictureResponse struct {
	Position     uint64 `header:"Docket-Position"`
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	Body         []byte
}

// mountPicture adds a question that is answered by a picture.
func mountPicture[I any](s *service, p picture, id, path, summary string, ask func(context.Context, *I) (chart.Drawing, uint64, error)) {
	refused := s.api.Shape(reflect.TypeFor[httpapi.ProblemDetails]()).Schema
	binary := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	huma.Register(s.api.Huma, huma.Operation{
		OperationID: id + p.ending, Method: http.MethodGet, Path: path + p.ending, Summary: summary, Tags: []string{"KPIs"},
		RejectUnknownQueryParameters: true,
		Responses: map[string]*huma.Response{
			"200":     {Description: "The picture", Content: map[string]*huma.MediaType{p.media: binary}},
			"default": {Description: "Refused", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: refused}}},
		},
	}, func(ctx context.Context, in *I) (*PictureResponse, error) {
		d, position, err := ask(ctx, in)
		if err != nil {
			return nil, httpapi.Problem(err)
		}
		body, err := p.draw(d)
		if err != nil {
			return nil, httpapi.Problem(err)
		}
		return &PictureResponse{Position: position, ContentType: p.media, CacheControl: "private, no-cache", Body: body}, nil
	})
}

// ChartRequest asks for a picture of a figure.
type ChartRequest struct {
	FigureRequest
	CellRequest
	KPI  string `path:"kpi" maxLength:"60" example:"on-time-completion"`
	Kind string `query:"kind" enum:"line,bars,stacked,pareto,heat" default:"line" doc:"line: by month, with control limits; bars: by the dimension; stacked: the parts of each value upon each other; pareto: from the largest, with what they make up together; heat: the facts by weekday and hour"`
	By   string `query:"by" enum:"unit,group,person,template,urgency" default:"group" doc:"dimension of bars, stacked and pareto"`
	Part string `query:"part" maxLength:"60" doc:"of the figure; of stacked: parts, parted by commas; left out: the main one, or all"`
}

// mostBars is how many values one picture shows.
const mostBars = 60

// chart measures a figure and makes a drawing of it.
func (k *kpis) chart(ctx context.Context, in *ChartRequest) (chart.Drawing, uint64, error) {
	versions, err := formulas(in.KPI, nil)
	if err != nil {
		return nil, 0, err
	}
	f := versions[0]
	parts, err := partsOf(f, in)
	if err != nil {
		return nil, 0, err
	}
	by := []string{in.By}
	switch in.Kind {
	case "line":
		by = []string{string(kpi.ByMonth)}
	case "heat":
		by = nil
	}
	q, zone, err := k.inquire(ctx, in.KPI, &in.FigureRequest, &in.CellRequest, by)
	if err != nil {
		return nil, 0, err
	}
	var rows []kpi.Row
	var counts [7][24]int64
	var recorded *time.Time
	position, err := k.answer(ctx, &q.Question, in.FigureRequest.AsOf, func(ctx context.Context, s kpi.Snapshot) error {
		if err := k.moment(ctx, s, q, &in.CellRequest, in.FigureRequest.AsOf, &recorded); err != nil {
			return err
		}
		if in.Kind == "heat" {
			counts, err = week(ctx, s, f, *q, parts[0].Part, zone)
			return err
		}
		r, err := s.Measure(ctx, f, *q)
		rows = r.Rows
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	w := chart.Words{
		Title: f.Chinese + "  " + f.Title,
		About: fmt.Sprintf("%s (%s), definition version %d: %s As of %s, position %d of the log.",
			f.Title, f.Chinese, f.Version, f.Formula, q.AsOf.In(zone).Format(time.RFC3339), q.Position),
	}
	if in.Kind == "heat" {
		return heat(w, counts), position, nil
	}
	t := k.table(q.By[0], q.AsOf, rows)
	switch in.Kind {
	case "bars":
		return chart.Bars{Words: on(w, in.By, parts[0]), Labels: t.labels, Series: []chart.Series{t.series(parts[0])}}, position, nil
	case "stacked":
		b := chart.Bars{Words: on(w, in.By, parts[0]), Labels: t.labels}
		for _, p := range parts {
			b.Series = append(b.Series, t.series(p))
		}
		return b, position, nil
	case "pareto":
		return t.pareto(on(w, in.By, parts[0]), parts[0]), position, nil
	}
	return t.line(on(w, "month", parts[0]), parts[0]), position, nil
}
