package kpi_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/ticket"
	"docket/domain/worktime"
	"docket/projections/kpi"
)

// randomDesk lets planned tickets live by their own rules, commands taken by chance.
func randomDesk(t *testing.T, seed uint64, tickets, commands int) *desk {
	random := rand.New(rand.NewPCG(seed, seed))
	d := newDesk(t)
	member := ticket.Person{Known: true, Active: true, Member: true}
	people := []string{"p", "q", "r"}
	clocks := make([]time.Time, tickets)
	for range commands {
		i := random.IntN(tickets)
		key := fmt.Sprintf("t%02d", i)
		if clocks[i].IsZero() {
			clocks[i] = on(3, 1+random.IntN(25), 9+random.IntN(8), random.IntN(60))
			d.begin(key, clocks[i], worktime.WorkingHours(time.Duration(1+random.IntN(30))*hour), people[random.IntN(3)])
			continue
		}
		clocks[i] = clocks[i].Add(time.Duration(random.IntN(600)) * time.Minute)
		actor := people[random.IntN(3)]
		switch random.IntN(12) {
		case 0, 1:
			if d.states[key].Handling() && d.states[key].Handler != "" && d.states[key].Pause == "" {
				d.deliver(key, clocks[i])
			}
			continue
		case 2:
			if c, _ := d.states[key].Clocks.Clock("handling"); d.states[key].Handling() && c.Running() && !c.Due.IsZero() && clocks[i].Before(c.Due) && c.Round == 1 &&
				len(d.states[key].Clocks.Extensions) == 0 {
				d.moved(key, clocks[i])
			}
			continue
		}
		command := []domain.Command[ticket.State, ticket.Event]{
			ticket.OfferHandover{To: people[random.IntN(3)], Facts: member, Clock: d.facts()}, ticket.AcceptHandover{},
			ticket.Pause{Kind: ticket.AwaitingCustomer, Reason: "so", Facts: d.facts()}, ticket.Pause{Kind: ticket.AwaitingExternal, Reason: "so", Facts: d.facts()},
			ticket.Resume{Facts: d.facts()}, ticket.RevokePause{Pause: 1, Reason: "so", Facts: d.facts()},
			ticket.Reopen{Fault: ticket.FaultStaff, Reason: "so", Facts: d.facts()}, ticket.Close{}, ticket.Cancel{Code: ticket.CancelWithdrawn, Reason: "so"},
			ticket.AssignToHandler{Handler: actor, Reason: "so", Facts: member}, ticket.Note{Text: "so"},
		}[random.IntN(11)]
		_ = d.try(key, clocks[i], actor, command) // most are refused, as the ticket stands
	}
	return d
}

// moved gives a ticket an hour more.
func (d *desk) moved(key string, at time.Time) {
	c, _ := d.states[key].Clocks.Clock("handling")
	before, by := c.Due, worktime.Extension{Granted: at, By: worktime.WorkingHours(hour)}
	w := c.On(d.cals[0])
	w.Extensions = append(w.Extensions, by)
	due, ok, err := w.Deadline()
	require.NoError(d.t, err)
	require.True(d.t, ok)
	allowed, err := w.Allowed()
	require.NoError(d.t, err)
	d.tell(key, at, "boss", ticket.ExtensionRequested{Extension: 1, By: by.By}, ticket.ClockMoved{
		Clock: "handling", Round: 1, Cause: ticket.MovedByExtension, Limit: c.Limit, Extension: &by, Before: &before,
		Deadline: ticket.Deadline{Calendar: "office", Version: 1, AllowedMs: allowed, DueAt: &due},
	})
}

// As of any position and any instant, on-time completion by person is what somebody tells who reads the log up to there.
// What flowed in and out makes the difference between two backlogs, over all and for each person.
func TestPlannedFiguresAsOfAnyPosition(t *testing.T) {
	t.Parallel()
	d := randomDesk(t, 21, 30, 900)
	require.Greater(t, len(d.events), 500)
	random := rand.New(rand.NewPCG(5, 5))
	onTime, _ := kpi.Find("on-time-completion", 2)
	flow, _ := kpi.Find("flow", 1)
	ageing, _ := kpi.Find("backlog-ageing", 1)
	wait, _ := kpi.Find("wait-share", 1)
	decided := 0
	d.measure(t, func(ctx context.Context, s kpi.Snapshot) error {
		for range 60 {
			position := uint64(3+random.IntN(len(d.events)-2)) * 10
			from := on(3, 1, 0, 0).Add(time.Duration(random.IntN(20*24)) * time.Hour)
			q := kpi.Inquiry{
				Question: kpi.Question{Position: position, Window: kpi.Window{From: from, To: from.Add(time.Duration(1+random.IntN(20*24)) * time.Hour)}},
				AsOf:     from.Add(time.Duration(random.IntN(40*24)) * time.Hour), By: []kpi.Dimension{kpi.ByPerson},
			}
			want := naive(d.events, position, q)
			r, err := s.Measure(ctx, onTime, q)
			require.NoError(t, err)
			met, all := map[string]int64{}, map[string]int64{}
			for _, row := range r.Rows {
				if row.Part == "" {
					all[row.Key[0]] = row.Denominator
					decided += int(row.Denominator)
					if row.Numerator > 0 {
						met[row.Key[0]] = row.Numerator
					}
				}
			}
			require.Equal(t, want.decided, all, "position %d, %v", position, q)
			require.Equal(t, want.met, met, "position %d, %v", position, q)

			q.AsOf = q.Window.To.Add(time.Hour)
			net, err := s.Measure(ctx, flow, q)
			require.NoError(t, err)
			before := q
			before.Window = kpi.Window{From: from.Add(-1000 * time.Hour), To: from}
			first, err := s.Measure(ctx, ageing, before)
			require.NoError(t, err)
			last, err := s.Measure(ctx, ageing, q)
			require.NoError(t, err)
			change := mains(last.Rows, "")
			for person, n := range mains(first.Rows, "") {
				change[person] -= n
			}
			flows := mains(net.Rows, "net")
			for _, person := range []string{"", "p", "q", "r"} {
				require.Equal(t, change[person], flows[person], "%s at %d, %v", person, position, q.Window)
			}
			shares, err := s.Measure(ctx, wait, q)
			require.NoError(t, err)
			sum, whole := map[string]int64{}, map[string]int64{}
			for _, row := range shares.Rows {
				sum[row.Key[0]] += row.Numerator
				whole[row.Key[0]] = row.Denominator
			}
			require.Equal(t, whole, sum, "shares of time")
		}
		return nil
	})
	require.Greater(t, decided, 200, "the histories say something")
}

// mains are the numerators of one part by the first dimension.
func mains(rows []kpi.Row, part string) map[string]int64 {
	all := map[string]int64{}
	for _, r := range rows {
		if r.Part == part {
			all[r.Key[0]] = r.Numerator
		}
	}
	return all
}

// Planned tickets' tables are the same however the log was cut into pages, and built from the whole log at once.
func TestPagesDoNotMatterToPlannedTickets(t *testing.T) {
	t.Parallel()
	d := randomDesk(t, 4, 12, 300)
	whole := dump(t, &d.history, len(d.events), true)
	for _, size := range []int{1, 23, len(d.events)} {
		require.Equal(t, whole, dump(t, &d.history, size, false), "pages of %d", size)
	}
}
