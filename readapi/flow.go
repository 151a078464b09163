package readapi

import (
	"context"
	"time"

	"docket/domain/authz"
	"docket/internal/httpapi"
	"docket/projections/flow"
)

// FlowDeps are what the process map stands on; all are required but Clock, which is time.Now when nil.
type FlowDeps struct {
	Reader  Reader
	Lookups Lookups
	Zone    *time.Location // of the organisation
	Clock   func() time.Time
}

// MountFlow adds the process map (流程圖, mission row X16) to an API.
func MountFlow(api *httpapi.API, d FlowDeps) {
	if d.Clock == nil {
		d.Clock = time.Now
	}
	s := &service{api: api, Deps: Deps{Reader: d.Reader, Lookups: d.Lookups, Clock: d.Clock}, names: names{lookups: d.Lookups, clock: d.Clock}}
	f := &flows{s, d.Zone}
	mount(s, "read-flow", "/v1/flow", "The process map", "KPIs", f.graph)
	mount(s, "list-flow-tickets", "/v1/flow/tickets", "The tickets behind an edge of the process map", "KPIs", f.tickets)
}

// flows answers with the process map.
type flows struct {
	*service
	zone *time.Location
}

// FlowBody is the process map with everything that fixes it (kpis §1.1). Activities with a count of 0 lie before the window,
// at the beginning of an edge that ends in it.
type FlowBody struct {
	Zone     string     `json:"zone"`
	Window   WindowView `json:"window"`
	Position uint64     `json:"as_of_position" doc:"events up to here are taken into account"`
	Minimum  int64      `json:"minimum" doc:"what was seen less often is left out"`
	flow.Graph
}

// FlowResponse is the process map with the position the read model stands at.
type FlowResponse struct {
	Position uint64 `header:"Docket-Position"`
	Body     FlowBody
}

func (f *flows) graph(ctx context.Context, in *FlowRequest) (*FlowResponse, error) {
	q, err := f.ask(ctx, "flow.read", &in.FlowFilter)
	if err != nil {
		return nil, err
	}
	g, position, err := f.draw(ctx, q, in.Minimum)
	if err != nil {
		return nil, err
	}
	return &FlowResponse{Position: position, Body: FlowBody{
		Zone: f.zone.String(), Window: WindowView{bound(q.From), bound(q.To)}, Position: q.Position, Minimum: in.Minimum, Graph: g,
	}}, nil
}

// draw reads the map; a question without a position is asked as of the snapshot's.
func (f *flows) draw(ctx context.Context, q *flow.Question, minimum int64) (g flow.Graph, position uint64, err error) {
	err = f.read(ctx, q, func(ctx context.Context, s flow.Snapshot) (err error) {
		position = s.Position
		g, err = s.Graph(ctx, *q, minimum)
		if g.Nodes == nil {
			g.Nodes = []flow.Node{}
		}
		if g.Edges == nil {
			g.Edges = []flow.Edge{}
		}
		return err
	})
	return g, position, err
}

func (f *flows) read(ctx context.Context, q *flow.Question, ask func(context.Context, flow.Snapshot) error) error {
	after, _ := httpapi.After(ctx)
	asOf := q.Position
	return flow.Read(ctx, f.Reader, max(after, asOf), func(ctx context.Context, s flow.Snapshot) error {
		if q.Position = asOf; asOf == 0 {
			q.Position = s.Position
		}
		return ask(ctx, s)
	})
}

// PassageView is one step of a ticket.
type PassageView struct {
	Ticket   string    `json:"ticket"`
	Unit     *Ref      `json:"unit" doc:"where the ticket lay after the step"`
	Group    *Ref      `json:"group"`
	FromAt   time.Time `json:"from_at" doc:"when the act before happened; that of the step where there was none"`
	At       time.Time `json:"at" doc:"when the step happened"`
	Ms       int64     `json:"ms" doc:"between the two, never below zero"`
	Position uint64    `json:"position" doc:"of the step in the log"`
}

func (f *flows) tickets(ctx context.Context, in *FlowTicketsRequest) (*ListResponse[PassageView], error) {
	after, err := in.key()
	if err != nil {
		return nil, err
	}
	q, err := f.ask(ctx, "flow.tickets", &in.FlowFilter)
	if err != nil {
		return nil, err
	}
	var page []flow.Passage
	var next *flow.Key
	out := &ListResponse[PassageView]{}
	err = f.read(ctx, q, func(ctx context.Context, s flow.Snapshot) (err error) {
		out.Position = s.Position
		page, next, err = s.Passages(ctx, *q, in.FromActivity, in.ToActivity, after, in.Limit)
		return err
	})
	if err != nil {
		return nil, err
	}
	out.Body.Items = make([]PassageView, len(page))
	for i, p := range page {
		at := time.UnixMilli(p.AtMS).UTC()
		out.Body.Items[i] = PassageView{
			Ticket: p.Ticket, Unit: f.names.unit(p.Unit, at), Group: f.names.unit(p.Group, at), At: at,
			FromAt: time.UnixMilli(p.FromMS).UTC(), Ms: max(p.AtMS-p.FromMS, 0), Position: p.Pos,
		}
	}
	if next != nil {
		out.Body.Next = encodeCursor(next)
	}
	return out, nil
}

// ask turns a request into a question that the asker may ask; every failing parameter is told.
func (f *flows) ask(ctx context.Context, operation string, in *FlowFilter) (*flow.Question, error) {
	q, err := in.question(f.zone)
	if err != nil {
		return nil, err
	}
	return q, f.api.Allow(ctx, operation, authz.KPIRead, f.within(q.Unit, q.Group))
}
