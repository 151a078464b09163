package readapi

import (
	"context"
	"time"
	_ "time/tzdata" // zones are named by the asker; a slim machine may know none

	"docket/domain"
	"docket/domain/authz"
	"docket/internal/httpapi"
	"docket/projections/kpi"
)

// KPIDeps are what the figures stand on; all are required but Clock, which is time.Now when nil.
type KPIDeps struct {
	Reader  Reader
	Lookups Lookups
	Zone    *time.Location // of the organisation
	Clock   func() time.Time
}

// MountKPIs adds the figures to an API.
func MountKPIs(api *httpapi.API, d KPIDeps) {
	if d.Clock == nil {
		d.Clock = time.Now
	}
	k := &kpis{service: &service{api: api, Deps: Deps{Reader: d.Reader, Lookups: d.Lookups, Clock: d.Clock}}, zone: d.Zone}
	mount(k.service, "list-kpis", "/v1/kpis", "What the figures mean", "KPIs", k.definitions)
	mountFigure(k, kpi.DefinedVolumes, func(ctx context.Context, s kpi.Snapshot, q kpi.Question, in *VolumesRequest) (VolumesBody, error) {
		items, err := s.Volumes(ctx, q, kpi.Dimension(in.By))
		return VolumesBody{By: in.By, Items: items}, err
	})
	mountFigure(k, kpi.DefinedThroughput, func(ctx context.Context, s kpi.Snapshot, q kpi.Question, _ *FigureRequest) (kpi.Throughput, error) {
		return s.Throughput(ctx, q)
	})
	mountFigure(k, kpi.DefinedHandovers, func(ctx context.Context, s kpi.Snapshot, q kpi.Question, _ *FigureRequest) (kpi.Handovers, error) {
		return s.Handovers(ctx, q)
	})
	mountFigure(k, kpi.DefinedReopens, func(ctx context.Context, s kpi.Snapshot, q kpi.Question, _ *FigureRequest) (kpi.Reopens, error) {
		return s.Reopens(ctx, q)
	})
	mountFigure(k, kpi.DefinedWaiting, func(ctx context.Context, s kpi.Snapshot, q kpi.Question, _ *FigureRequest) (kpi.Waiting, error) {
		return s.Waiting(ctx, q)
	})
	mountFigure(k, kpi.DefinedBacklog, func(ctx context.Context, s kpi.Snapshot, q kpi.Question, in *BacklogRequest) (BacklogBody, error) {
		items, err := s.Backlog(ctx, q, in.instants)
		return BacklogBody{Items: items}, err
	})
	mountFormulas(k)
}

// kpis answers with figures.
type kpis struct {
	*service
	zone *time.Location
}

// DefinitionsResponse lists the KPIs.
type DefinitionsResponse struct {
	Body struct {
		Zone  string           `json:"zone" doc:"the organisation's"`
		Items []kpi.Definition `json:"items"`
	}
}

func (k *kpis) definitions(ctx context.Context, _ *Request) (*DefinitionsResponse, error) {
	if !authz.Anywhere(httpapi.ActorFrom(ctx), authz.KPIRead) {
		k.api.Deny(ctx, "kpi.list", authz.KPIRead, "")
		return nil, httpapi.ErrNotAllowed
	}
	out := &DefinitionsResponse{}
	out.Body.Zone, out.Body.Items = k.zone.String(), kpi.Definitions()
	return out, nil
}

// Figure is the answer to a question about a KPI, with everything that fixes it (kpis §1.1).
type Figure[T any] struct {
	KPI      string     `json:"kpi"`
	Version  int        `json:"definition_version"`
	Zone     string     `json:"zone"`
	Window   WindowView `json:"window"`
	Unit     string     `json:"unit,omitempty" doc:"what it was narrowed to"`
	Group    string     `json:"group,omitempty" doc:"what it was narrowed to"`
	Position uint64     `json:"as_of_position" doc:"events up to here are taken into account"`
	AsOf     *time.Time `json:"as_of" doc:"when the newest fact taken into account was recorded; null when there is none"`
	Figures  T          `json:"figures"`
}

// WindowView is a half-open window; an end that is left out is open.
type WindowView struct {
	From *time.Time `json:"from,omitempty"`
	To   *time.Time `json:"to,omitempty" doc:"exclusive"`
}

// FigureResponse is a figure with the position the read model stands at.
type FigureResponse[T any] struct {
	Position uint64 `header:"Docket-Position"`
	Body     Figure[T]
}

// VolumesBody is the volumes by the dimension asked for.
type VolumesBody struct {
	By    string        `json:"by,omitempty"`
	Items []kpi.Volumes `json:"items"`
}

// BacklogBody is the backlog at the instants asked for.
type BacklogBody struct {
	Items []kpi.Backlog `json:"items"`
}

// figureRequest is what the questions about all KPIs have in common.
type figureRequest interface {
	question() *FigureRequest
	resolve(k *kpis, zone *time.Location, v *domain.Checks)
}

// mountFigure adds the question about one KPI. I must point to a request.
func mountFigure[I any, P interface {
	*I
	figureRequest
}, T any](k *kpis, d kpi.Definition, measure func(context.Context, kpi.Snapshot, kpi.Question, *I) (T, error),
) {
	mount(k.service, "read-kpi-"+d.Name, "/v1/kpis/"+d.Name, d.Title, "KPIs", func(ctx context.Context, in *I) (*FigureResponse[T], error) {
		q, zone, err := k.ask(ctx, d, P(in))
		if err != nil {
			return nil, err
		}
		out := &FigureResponse[T]{}
		f := &out.Body
		out.Position, err = k.answer(ctx, q, P(in).question().AsOf, func(ctx context.Context, s kpi.Snapshot) (err error) {
			if f.AsOf, err = s.RecordedUntil(ctx, q.Position); err != nil {
				return err
			}
			f.Figures, err = measure(ctx, s, *q, in)
			return err
		})
		if err != nil {
			return nil, err
		}
		f.KPI, f.Version, f.Zone, f.Position = d.Name, d.Version, zone.String(), q.Position
		f.Unit, f.Group = q.Filter.Unit, q.Filter.Group
		f.Window = WindowView{bound(q.Window.From), bound(q.Window.To)}
		return out, nil
	})
}

// answer runs a question on a snapshot; without a position of its own it is asked as of the snapshot's.
func (k *kpis) answer(ctx context.Context, q *kpi.Question, asOf uint64, f func(context.Context, kpi.Snapshot) error) (position uint64, err error) {
	after, _ := httpapi.After(ctx)
	err = kpi.Read(ctx, k.Reader, max(after, asOf), func(ctx context.Context, s kpi.Snapshot) error {
		position, q.Position = s.Position, s.Position
		if asOf > 0 {
			q.Position = asOf
		}
		return f(ctx, s)
	})
	return position, err
}

// bound is nil for the open end of a window.
func bound(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	u := t.UTC()
	return &u
}
