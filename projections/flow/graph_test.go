package flow_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/ticket"
	"docket/projections"
	"docket/projections/flow"
)

// trace is what a reader of one ticket's events would draw: each act with the one before.
type trace struct {
	from, to string
	ms       int64
	pos      uint64
	at       int64
	unit     string
	over     bool
	newest   bool
}

// traces reads the events up to a position.
func traces(p *tape, position uint64) []trace {
	type before struct {
		act  string
		at   int64
		unit string
		last int
	}
	tickets, over := map[domain.StreamID]before{}, map[domain.StreamID]bool{}
	var all []trace
	for _, e := range p.events {
		if e.Position > position {
			break
		}
		b, known := tickets[e.Stream]
		if !known {
			b.last = -1
		}
		switch event := e.Event.(type) {
		case ticket.Registered:
			b.unit = event.Unit
		case ticket.Opened:
			b.unit = event.Unit
		case ticket.AssignedToGroup:
			b.unit = event.Unit
		case ticket.Closed, ticket.Cancelled:
			over[e.Stream] = true
		case ticket.Reopened:
			over[e.Stream] = false
		}
		act := ""
		switch event := e.Event.(type) {
		case ticket.Noted, ticket.ClockStopped, ticket.Migrated:
		case ticket.StagePassed:
			act = "stage_passed:" + event.Stage
		case ticket.StageReturned:
			act = "stage_returned:" + event.Stage
		default:
			act = snake(strings.TrimPrefix(e.Type, "Ticket"))
		}
		if act != "" {
			at := e.Meta.Effective.UnixMilli()
			tr := trace{from: b.act, to: act, pos: e.Position, at: at, unit: b.unit, newest: true, over: over[e.Stream]}
			if b.last >= 0 {
				tr.ms = max(at-b.at, 0)
				all[b.last].newest = false
			}
			b.act, b.at, b.last = act, at, len(all)
			all = append(all, tr)
		}
		tickets[e.Stream] = b
	}
	return all
}

func snake(name string) string {
	var words []string
	start := 0
	for i, r := range name {
		if i > 0 && r < 'a' {
			words = append(words, name[start:i])
			start = i
		}
	}
	return strings.ToLower(strings.Join(append(words, name[start:]), "_"))
}

// expected is the map that a reader would draw of a question.
func expected(p *tape, q flow.Question) (nodes map[string]flow.Node, edges map[[2]string]flow.Edge) {
	nodes, edges = map[string]flow.Node{}, map[[2]string]flow.Edge{}
	times := map[[2]string][]int64{}
	for _, tr := range traces(p, q.Position) {
		if !q.From.IsZero() && tr.at < q.From.UnixMilli() || !q.To.IsZero() && tr.at >= q.To.UnixMilli() || q.Unit != "" && tr.unit != q.Unit {
			continue
		}
		n := nodes[tr.to]
		n.Activity = tr.to
		n.Count++
		switch {
		case tr.newest && tr.over:
			n.Ends++
		case tr.newest:
			n.Stands++
		}
		if tr.from == "" {
			n.Begins++
		} else {
			key := [2]string{tr.from, tr.to}
			times[key] = append(times[key], tr.ms)
		}
		nodes[tr.to] = n
	}
	for key, ms := range times {
		slices.Sort(ms)
		e := flow.Edge{From: key[0], To: key[1], Count: int64(len(ms)), MaxMS: ms[len(ms)-1], MedianMS: ms[(len(ms)+1)/2-1], P90MS: ms[(9*len(ms)+9)/10-1]}
		for _, m := range ms {
			e.SumMS += m
		}
		e.MeanMS = (2*e.SumMS + e.Count) / (2 * e.Count)
		edges[key] = e
	}
	return nodes, edges
}

// TestGraphIsWhatTheEventsSay compares maps of any position, window and unit with what a reader of the events would draw; what
// comes in adds up always, and over all time so does what goes out. Windows are days of sums and others, and the sums lack little,
// something, and all but the first page.
func TestGraphIsWhatTheEventsSay(t *testing.T) {
	t.Parallel()
	for _, every := range []uint64{1, 3500, 1 << 40} {
		t.Run(fmt.Sprintf("every %d positions", every), func(t *testing.T) {
			t.Parallel()
			graphs(t, every)
		})
	}
}

func graphs(t *testing.T, every uint64) {
	t.Helper()
	p := randomTape(11, 25, 800)
	p.every = every
	p.run(t, func(ctx context.Context, r *projections.Runner) {
		reach(ctx, t, r, 0)
		for _, upTo := range []uint64{2000, 4500, p.last()} {
			p.play(upTo)
			reach(ctx, t, r, upTo)
		}
		midnight := time.Date(2026, 3, 4, 16, 0, 0, 0, time.UTC)
		for _, position := range []uint64{p.last(), 10, 3000, 7990} {
			for days, begins := range []time.Time{{}, began.AddDate(0, 0, 3), midnight} {
				for _, unit := range []string{"", "u"} {
					q := flow.Question{Position: position, Unit: unit}
					if days > 0 {
						q.From, q.To = begins, begins.AddDate(0, 0, 4)
					}
					g := draw(ctx, t, r, q, 1)
					nodes, edges := expected(p, q)
					in, out := map[string]int64{}, map[string]int64{}
					for _, e := range g.Edges {
						require.Equal(t, edges[[2]string{e.From, e.To}], e)
						in[e.To] += e.Count
						out[e.From] += e.Count
					}
					require.Len(t, g.Edges, len(edges))
					steps := int64(0)
					for _, n := range g.Nodes {
						require.Equal(t, n.Count, n.Begins+in[n.Activity])
						if days == 0 && unit == "" {
							require.Equal(t, n.Count, n.Ends+n.Stands+out[n.Activity])
						}
						if n.Count > 0 {
							require.Equal(t, nodes[n.Activity], n)
						}
						steps += n.Count
						delete(nodes, n.Activity)
					}
					require.Empty(t, nodes)
					require.Equal(t, g.Steps, steps)
				}
			}
		}
	})
}

func draw(ctx context.Context, t *testing.T, r *projections.Runner, q flow.Question, atLeast int64) (g flow.Graph) {
	t.Helper()
	require.NoError(t, flow.Read(ctx, r, 0, func(ctx context.Context, s flow.Snapshot) (err error) {
		g, err = s.Graph(ctx, q, atLeast)
		return err
	}))
	return g
}

// TestPassagesAreTheEdge: the list behind every edge, beginning and end holds as many steps as it counts, once each.
func TestPassagesAreTheEdge(t *testing.T) {
	t.Parallel()
	p := randomTape(5, 20, 500)
	p.play(p.last())
	p.run(t, func(ctx context.Context, r *projections.Runner) {
		reach(ctx, t, r, p.last())
		for _, q := range []flow.Question{{}, {Position: 2500, Unit: "v"}, {Template: "t1", Version: 2}, {Template: flow.PlainTickets, Type: "INC"}, {Group: "g"}} {
			g := draw(ctx, t, r, q, 1)
			count := func(from, to string) (n int64) {
				seen := map[uint64]bool{}
				var after *flow.Key
				for {
					var page []flow.Passage
					require.NoError(t, flow.Read(ctx, r, 0, func(ctx context.Context, s flow.Snapshot) (err error) {
						page, after, err = s.Passages(ctx, q, from, to, after, 7)
						return err
					}))
					require.True(t, slices.IsSortedFunc(page, func(a, b flow.Passage) int { return cmp.Compare(a.AtMS, b.AtMS) }))
					for _, x := range page {
						require.False(t, seen[x.Pos])
						seen[x.Pos] = true
						require.NotEmpty(t, x.Ticket)
					}
					n += int64(len(page))
					if after == nil {
						return n
					}
				}
			}
			for _, e := range g.Edges[:min(len(g.Edges), 12)] {
				require.Equal(t, e.Count, count(e.From, e.To), "%s to %s", e.From, e.To)
			}
			for _, n := range g.Nodes {
				require.Equal(t, []int64{n.Begins, n.Ends, n.Stands},
					[]int64{count(flow.Begin, n.Activity), count(n.Activity, flow.End), count(n.Activity, flow.Stands)}, n.Activity)
			}
		}
	})
}

// What was seen too seldom is left out, and counted.
func TestLeastCount(t *testing.T) {
	t.Parallel()
	p := newTape()
	for i, key := range []string{"a", "b", "c"} {
		p.on(key, i, ticket.Registered{Unit: "u"}, ticket.Accepted{})
	}
	p.on("a", 60, ticket.Cancelled{})
	p.play(p.last())
	p.run(t, func(ctx context.Context, r *projections.Runner) {
		reach(ctx, t, r, p.last())
		g := draw(ctx, t, r, flow.Question{}, 2)
		require.Equal(t, []flow.Node{{Activity: "accepted", Count: 3, Stands: 2}, {Activity: "registered", Count: 3, Begins: 3}}, g.Nodes)
		require.Equal(t, []flow.Edge{{From: "registered", To: "accepted", Count: 3}}, g.Edges)
		require.Equal(t, []int{1, 1}, []int{g.NodesLeftOut, g.EdgesLeftOut})
		require.Equal(t, int64(7), g.Steps)
		window := flow.Question{From: began.Add(30 * time.Minute)}
		require.Equal(t, []flow.Node{{Activity: "cancelled", Count: 1, Ends: 1}, {Activity: "accepted"}}, draw(ctx, t, r, window, 1).Nodes)
	})
}
