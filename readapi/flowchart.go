package readapi

import (
	"context"
	"fmt"
	"time"

	"docket/internal/chart"
)

// mostArrows is how many edges one picture shows, the most frequent ones.
const mostArrows = 80

// chart draws the process map.
func (f *flows) chart(ctx context.Context, in *FlowRequest) (chart.Drawing, uint64, error) {
	q, err := f.ask(ctx, "flow.read", &in.FlowFilter)
	if err != nil {
		return nil, 0, err
	}
	g, position, err := f.draw(ctx, q, in.Minimum)
	if err != nil {
		return nil, 0, err
	}
	p := chart.Process{Words: chart.Words{Title: "流程圖  Process map"}}
	places := map[string]int{}
	for _, n := range g.Nodes {
		places[n.Activity] = len(p.Boxes)
		p.Boxes = append(p.Boxes, chart.Box{
			Name: n.Activity, Text: fmt.Sprint(n.Count), Begins: 2*n.Begins > n.Count, Ends: 2*n.Ends > n.Count,
		})
	}
	for _, e := range g.Edges[:min(len(g.Edges), mostArrows)] {
		p.Arrows = append(p.Arrows, chart.Arrow{
			From: places[e.From], To: places[e.To], Weight: e.Count, Text: fmt.Sprintf("%d · %s", e.Count, about(e.MedianMS)),
		})
	}
	p.About = fmt.Sprintf(
		"%d acts of tickets as %d activities, and %d of %d ways between them, each with how often it was taken and its median elapsed time. "+
			"Thick upper edges: most began there; thick lower edges: most ended there. As of position %d of the log; seen at least %d times, "+
			"without %d activities and %d ways that were seen less often.",
		g.Steps, len(p.Boxes), len(p.Arrows), len(g.Edges), q.Position, in.Minimum, g.NodesLeftOut, g.EdgesLeftOut)
	return p, position, nil
}

// about is a time in the largest unit that tells it.
func about(ms int64) string {
	d := time.Duration(ms) * time.Millisecond
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%.1f d", d.Hours()/24)
	case d >= time.Hour:
		return fmt.Sprintf("%.1f h", d.Hours())
	case d >= time.Minute:
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
	return fmt.Sprintf("%.0f s", d.Seconds())
}
