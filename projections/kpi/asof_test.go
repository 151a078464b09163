package kpi_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/ticket"
	"docket/projections/kpi"
)

// randomHistory lets tickets live by their own rules, commands taken by chance, several tickets at a time.
func randomHistory(seed uint64, tickets, commands int) *history {
	random := rand.New(rand.NewPCG(seed, seed))
	h := &history{}
	states := make([]ticket.State, tickets)
	clocks := make([]time.Time, tickets)
	member := ticket.Person{Known: true, Active: true, Member: true}
	pick := func(names ...string) string { return names[random.IntN(len(names))] }
	for range commands {
		i := random.IntN(tickets)
		if clocks[i].IsZero() {
			clocks[i] = at("09:00").Add(time.Duration(random.IntN(60*24)) * time.Minute)
		}
		clocks[i] = clocks[i].Add(time.Duration(random.IntN(120)-5) * time.Minute) // now and then earlier than before
		actor := pick("p", "q", "r")
		command := []domain.Command[ticket.State, ticket.Event]{
			ticket.AssignToGroup{Group: pick("g", "h", "i"), Facts: ticket.GroupFacts{Known: true, Active: true, Unit: pick("u", "v")}},
			ticket.Take{Facts: member}, ticket.OfferHandover{To: pick("p", "q", "r"), Facts: member}, ticket.AcceptHandover{},
			ticket.AssignToHandler{Handler: actor, Reason: "so", Facts: member},
			ticket.Pause{Kind: ticket.AwaitingCustomer, Reason: "so"}, ticket.Pause{Kind: ticket.AwaitingExternal, Reason: "so"},
			ticket.Resume{}, ticket.Note{Text: "so"}, ticket.Complete{Outcome: ticket.Fulfilled, Summary: "so"},
			ticket.Reopen{Fault: ticket.FaultCustomer, Reason: "so"}, ticket.Close{},
		}[random.IntN(12)]
		if !states[i].Exists() {
			command = ticket.Register{
				Unit: "u", Type: "INC", Channel: ticket.Phone, Urgency: ticket.Normal, Title: "so",
				Facts: ticket.RegisterFacts{UnitKnown: true, UnitActive: true, UnitCode: "U", Policy: ticket.Policy{
					AcceptOnRegister: true, CompleteUnassigned: true, WaiveReview: true, WaiveDelivery: true,
				}},
			}
		}
		meta := domain.Meta{Actor: domain.Actor{Staff: actor}, Now: clocks[i], Effective: clocks[i]}
		events, err := domain.Run(command, states[i], meta)
		if err != nil {
			continue
		}
		for _, e := range events {
			states[i] = ticket.Decider.Evolve(states[i], e)
		}
		h.on(fmt.Sprintf("t%02d", i), clocks[i], events...)
	}
	return h
}

// life is one ticket as a reader of its events would tell it.
type life struct {
	first, last        int64
	opened             [][2]int64 // stretches of being open; the end of a running one is never
	pauses             [][2]int64
	handed, moved      int64
	reopened, finished int64
	floor              int64 // when it last came to another group
}

const never = int64(1) << 60

// lives reads the events up to a position.
func lives(h *history, position uint64) map[string]*life {
	all := map[string]*life{}
	for _, e := range h.events {
		if e.Position > position {
			break
		}
		when := e.Meta.Effective.UnixMilli()
		l := all[e.Stream.Key()]
		if l == nil {
			l = &life{first: when}
			all[e.Stream.Key()] = l
		}
		l.last = when
		stop := func(stretches [][2]int64) {
			if n := len(stretches); n > 0 && stretches[n-1][1] == never {
				stretches[n-1][1] = max(when, stretches[n-1][0])
			}
		}
		switch event := e.Event.(type) {
		case ticket.Registered:
			l.opened = append(l.opened, [2]int64{when, never})
		case ticket.HandoverAccepted:
			l.handed++
		case ticket.AssignedToGroup:
			if event.Previous != "" {
				l.moved++
			}
			l.floor = max(l.floor, when)
		case ticket.Paused:
			l.pauses = append(l.pauses, [2]int64{when, never})
		case ticket.Resumed:
			stop(l.pauses)
		case ticket.Completed:
			l.finished++
		case ticket.Reopened:
			l.reopened++
			stop(l.pauses)
			if end := l.opened[len(l.opened)-1][1]; end != never {
				l.opened = append(l.opened, [2]int64{max(when, end), never})
			}
		case ticket.Closed:
			stop(l.pauses)
			stop(l.opened)
			// Being open with a group does not end before it began, even where the closing is told out of order.
			end := &l.opened[len(l.opened)-1][1]
			*end = max(*end, l.floor)
		}
	}
	return all
}

// union measures intervals that may overlap; a running one ends at until.
func union(intervals [][2]int64, until int64) (sum int64) {
	ends := make([][2]int64, len(intervals))
	for i, v := range intervals {
		if v[1] == never {
			v[1] = max(until, v[0])
		}
		ends[i] = v
	}
	slices.SortFunc(ends, func(a, b [2]int64) int { return cmp.Compare(a[0], b[0]) })
	reached := int64(-1 << 62)
	for _, v := range ends {
		if v[1] > reached {
			sum += v[1] - max(v[0], reached)
			reached = v[1]
		}
	}
	return sum
}

// The figures as of a position are those of the events up to there, whatever came later.
func TestFiguresAsOfAnyPosition(t *testing.T) {
	t.Parallel()
	h := randomHistory(7, 40, 1500)
	require.Greater(t, len(h.events), 500)
	random := rand.New(rand.NewPCG(9, 9))
	h.measure(t, func(ctx context.Context, s kpi.Snapshot) error {
		for range 60 {
			position := uint64(1+random.IntN(len(h.events))) * 10
			checkAsOf(t, ctx, s, h, position, random)
		}
		checkAsOf(t, ctx, s, h, h.last(), random)
		return nil
	})
}

func checkAsOf(t *testing.T, ctx context.Context, s kpi.Snapshot, h *history, position uint64, random *rand.Rand) {
	t.Helper()
	told := lives(h, position)
	var instants []time.Time
	for range 12 {
		instants = append(instants, at("09:00").Add(time.Duration(random.IntN(60*24*8))*time.Minute))
	}
	instants = append(instants, h.events[position/20].Meta.Effective) // exactly at an event
	slices.SortFunc(instants, time.Time.Compare)
	got, err := ask(ctx, s, kpi.Question{Position: position}, instants...)
	require.NoError(t, err)
	until, err := s.RecordedUntil(ctx, position)
	require.NoError(t, err)

	var spans []int64
	var handed, moved, reopens, reopened, waiting, waited int64
	for _, l := range told {
		spans = append(spans, max(l.last-l.first, 0))
		handed += l.handed
		moved += l.moved
		reopens += l.reopened
		reopened += min(l.reopened, 1)
		waiting += union(l.pauses, until.UnixMilli())
		waited += min(int64(len(l.pauses)), 1)
	}
	slices.Sort(spans)
	n := len(spans)
	require.EqualValues(t, n, got.throughput.N, "position %d", position)
	require.Equal(t, spans[0], *got.throughput.MinMS)
	require.Equal(t, spans[n-1], *got.throughput.MaxMS)
	require.Equal(t, spans[(90*n+99)/100-1], got.throughput.P90.MS)
	require.Equal(t, (spans[(n-1)/2]+spans[n/2]+1)/2, *got.throughput.MedianMS)
	require.Equal(t, handed, got.handovers.Persons.Sum, "position %d", position)
	require.Equal(t, moved, got.handovers.Groups.Sum, "position %d", position)
	require.EqualValues(t, n, got.handovers.Groups.Mean.Denominator)
	require.Equal(t, reopens, got.reopens.Reopens)
	require.Equal(t, reopened, got.reopens.Tickets)
	require.Equal(t, waiting, got.waiting.TotalMS, "position %d", position)
	require.Equal(t, waited, got.waiting.Tickets)
	require.EqualValues(t, n, got.volumes[0].Registered.Tickets)
	for i, instant := range instants {
		open := int64(0)
		for _, l := range told {
			for _, stretch := range l.opened {
				if stretch[0] < instant.UnixMilli() && stretch[1] >= instant.UnixMilli() {
					open++
				}
			}
		}
		require.Equal(t, open, got.open[i].Open, "position %d, at %s", position, instant)
	}
}
