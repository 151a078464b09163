package flow

import (
	"cmp"
	"context"
	"slices"
)

// Node is an activity: how often it happened, and of how many tickets it was the first or is the newest one. Over all time
// what comes in (Begins and the edges to it) and what goes out (Ends, Stands and the edges from it) are both Count; in a
// window what comes in still is.
type Node struct {
	Activity string `json:"activity" doc:"name of the event without the ticket; acts on a stage of a route name it after a colon"`
	Count    int64  `json:"count"`
	Begins   int64  `json:"begins" doc:"tickets whose first act it was"`
	Ends     int64  `json:"ends" doc:"tickets that are over and whose newest act it is"`
	Stands   int64  `json:"stands" doc:"tickets that are not over and whose newest act it is"`
}

// Edge is one activity directly after another of the same ticket. Times are elapsed time between the two, never below zero,
// percentiles by nearest rank (kpis §1.13).
type Edge struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Count    int64  `json:"count"`
	SumMS    int64  `json:"sum_ms" db:"sum_ms" doc:"over count: the exact mean"`
	MeanMS   int64  `json:"mean_ms" db:"mean_ms" doc:"rounded half up"`
	MedianMS int64  `json:"median_ms" db:"median_ms" doc:"the ⌈n/2⌉th value"`
	P90MS    int64  `json:"p90_ms" db:"p90_ms" doc:"the ⌈0.9n⌉th value"`
	MaxMS    int64  `json:"max_ms" db:"max_ms"`
}

// Graph is the process map: activities by falling count, edges by falling count.
type Graph struct {
	Nodes []Node `json:"nodes"`
	Edges []Edge `json:"edges"`
	Steps int64  `json:"steps" doc:"acts looked at, those that are left out included"`
	// What a least count has left out.
	NodesLeftOut int `json:"nodes_left_out"`
	EdgesLeftOut int `json:"edges_left_out"`
}

// last is of how many tickets an activity is the newest one.
type last struct {
	Activity     string
	Ends, Stands int64
}

// counted looks at every step of a question.
func (s Snapshot) counted(ctx context.Context, q Question) ([]Edge, []last, error) {
	src := s.in(q, "steps", false)
	edges, err := collect[Edge](ctx, s.tx, `
	WITH ranked AS (
		SELECT from_activity, activity, ms, row_number() OVER same AS rank, count(*) OVER (PARTITION BY from_activity, activity) AS n
		FROM (SELECT s.from_activity, s.activity, greatest(s.at_ms - s.from_ms, 0) AS ms FROM `+src.from+` WHERE `+src.where.String()+`) seen
		WINDOW same AS (PARTITION BY from_activity, activity ORDER BY ms))
	SELECT from_activity AS "from", activity AS "to", n AS count, sum(ms)::bigint AS sum_ms,
		((2 * sum(ms)::bigint + n) / (2 * n))::bigint AS mean_ms,
		max(ms) FILTER (WHERE rank = (n + 1) / 2) AS median_ms, max(ms) FILTER (WHERE rank = (90 * n + 99) / 100) AS p90_ms,
		max(ms) AS max_ms
	FROM ranked GROUP BY from_activity, activity, n`, src)
	if err != nil {
		return nil, nil, err
	}
	src = s.in(q, lastThen, false)
	newest, err := collect[last](ctx, s.tx, `
	SELECT s.activity, count(*) FILTER (WHERE s.over) AS ends, count(*) FILTER (WHERE NOT s.over) AS stands
	FROM `+src.from+` WHERE `+src.where.String()+` GROUP BY 1`, src)
	return edges, newest, err
}

// Graph draws the map of a question; nodes and edges that were seen less often than atLeast are left out and counted.
func (s Snapshot) Graph(ctx context.Context, q Question, atLeast int64) (Graph, error) {
	var g Graph
	edges, newest, err := s.summed(ctx, q)
	if err == errNotSummed { //nolint:errorlint // as it is
		edges, newest, err = s.counted(ctx, q)
	}
	if err != nil {
		return g, err
	}
	nodes := map[string]*Node{}
	node := func(activity string) *Node {
		if nodes[activity] == nil {
			nodes[activity] = &Node{Activity: activity}
		}
		return nodes[activity]
	}
	for _, e := range edges {
		n := node(e.To)
		n.Count += e.Count
		g.Steps += e.Count
		switch {
		case e.From == "":
			n.Begins += e.Count
		case e.Count < atLeast:
			g.EdgesLeftOut++
		default:
			g.Edges = append(g.Edges, e)
			node(e.From) // which may lie before the window
		}
	}
	for _, l := range newest {
		n := node(l.Activity)
		n.Ends, n.Stands = l.Ends, l.Stands
	}
	for _, n := range nodes {
		if n.Count > 0 && n.Count < atLeast {
			g.NodesLeftOut++
			continue
		}
		g.Nodes = append(g.Nodes, *n)
	}
	slices.SortFunc(g.Nodes, func(a, b Node) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Activity, b.Activity))
	})
	slices.SortFunc(g.Edges, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return g, nil
}
