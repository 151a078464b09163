package readapi

import (
	"context"
	"fmt"

	"docket/internal/chart"
)

// mostArrows is how many edges one picture shows, the most frequent ones.
const mostArrows = 80

// FlowChartRequest asks for the map as a picture.
type FlowChartRequest struct {
	FlowRequest
	InLanguage
}

// chart draws the process map.
func (f *flows) chart(ctx context.Context, in *FlowChartRequest) (*drawn, error) {
	q, err := f.ask(ctx, "flow.read", &in.FlowFilter)
	if err != nil {
		return nil, err
	}
	g, position, err := f.draw(ctx, q, in.Minimum)
	if err != nil {
		return nil, err
	}
	texts := in.texts()
	p := chart.Process{Words: chart.Words{Title: texts.say("flow.title")}}
	places := map[string]int{}
	for _, n := range g.Nodes {
		places[n.Activity] = len(p.Boxes)
		p.Boxes = append(p.Boxes, chart.Box{
			Name: texts.activity(n.Activity), Text: fmt.Sprint(n.Count), Begins: 2*n.Begins > n.Count, Ends: 2*n.Ends > n.Count,
		})
	}
	for _, e := range g.Edges[:min(len(g.Edges), mostArrows)] {
		p.Arrows = append(p.Arrows, chart.Arrow{
			From: places[e.From], To: places[e.To], Weight: e.Count, Text: texts.say("flow.way", e.Count, texts.roughly(e.MedianMS)),
		})
	}
	p.About = texts.say("flow.about",
		g.Steps, len(p.Boxes), len(p.Arrows), len(g.Edges), q.Position, in.Minimum, g.NodesLeftOut, g.EdgesLeftOut)
	return &drawn{p, position, texts}, nil
}
