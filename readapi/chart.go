package readapi

import (
	"context"
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
	Language     string `header:"Content-Language"`
	Vary         string `header:"Vary"`
	CacheControl string `header:"Cache-Control"`
	Body         []byte
}

// drawn is a chart, the position that what it shows stands at, and the language that it is written in.
type drawn struct {
	chart.Drawing
	position uint64
	texts    chartTexts
}

// mountPicture adds a question that is answered by a picture.
func mountPicture[I any](s *service, p picture, id, path, summary string, ask func(context.Context, *I) (*drawn, error)) {
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
		d, err := ask(ctx, in)
		if err != nil {
			return nil, httpapi.Problem(err)
		}
		body, err := p.draw(d.Drawing)
		if err != nil {
			return nil, httpapi.Problem(err)
		}
		return &PictureResponse{
			Position: d.position, ContentType: p.media, Language: d.texts.tag.String(), Vary: "Accept-Language", CacheControl: "private, no-cache", Body: body,
		}, nil
	})
}

// ChartRequest asks for a picture of a figure.
type ChartRequest struct {
	FigureRequest
	CellRequest
	InLanguage
	KPI  string `path:"kpi" maxLength:"60" example:"on-time-completion"`
	Kind string `query:"kind" enum:"line,bars,stacked,pareto,heat" default:"line" doc:"line: by month, with control limits; bars: by the dimension; stacked: the parts of each value upon each other; pareto: from the largest, with what they make up together; heat: the facts by weekday and hour"`
	By   string `query:"by" enum:"unit,group,person,template,urgency" default:"group" doc:"dimension of bars, stacked and pareto"`
	Part string `query:"part" maxLength:"60" doc:"of the figure; of stacked: parts, parted by commas; left out: the main one, or all"`
}

// mostBars is how many values one picture shows.
const mostBars = 60

// chart measures a figure and makes a drawing of it.
func (k *kpis) chart(ctx context.Context, in *ChartRequest) (*drawn, error) {
	versions, err := formulas(in.KPI, nil)
	if err != nil {
		return nil, err
	}
	f := versions[0]
	parts, err := partsOf(f, in)
	if err != nil {
		return nil, err
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
		return nil, err
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
		return nil, err
	}
	texts := in.texts()
	done := &drawn{nil, position, texts}
	w := texts.about(f, q.AsOf.In(zone), q.Position)
	if in.Kind == "heat" {
		done.Drawing = heat(w, texts, counts)
		return done, nil
	}
	t := k.table(q.By[0], q.AsOf, rows, texts)
	switch in.Kind {
	case "bars":
		done.Drawing = chart.Bars{Words: texts.on(w, in.By, parts[0]), Labels: t.labels, Series: []chart.Series{t.series(parts[0])}}
	case "stacked":
		b := chart.Bars{Words: texts.on(w, in.By, parts[0]), Labels: t.labels}
		for _, p := range parts {
			b.Series = append(b.Series, t.series(p))
		}
		done.Drawing = b
	case "pareto":
		done.Drawing = t.pareto(texts.on(w, in.By, parts[0]), parts[0])
	default:
		done.Drawing = t.line(texts.on(w, string(kpi.ByMonth), parts[0]), parts[0])
	}
	return done, nil
}
