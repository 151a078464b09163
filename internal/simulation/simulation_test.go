package simulation_test

import (
	"fmt"
	"testing"
	"time"

	"docket/commands"
	"docket/internal/simulation"

	"github.com/stretchr/testify/require"
)

var until = time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)

// place is a department of made up people.
func place(name string, groups int) simulation.Place {
	p := simulation.Place{Unit: name, Clerks: []string{name + "-clerk", name + "-clerk2"}}
	for g := range groups {
		id := fmt.Sprintf("%s-%d", name, g)
		p.Groups = append(p.Groups, simulation.Group{ID: id, Leader: id + "-leader", Handlers: []string{id + "-a", id + "-b", id + "-c"}})
	}
	return p
}

func plan(t *testing.T, o simulation.Options) *simulation.Plan {
	t.Helper()
	p, err := simulation.NewPlan(o, simulation.Office{
		Hall: place("hall", 3), Hotline: place("line", 2), Deputies: []string{"d1", "d2"}, Supervisors: []string{"s1"},
		Reviewers: []string{"r1"}, Specialists: []string{"p1"}, Approvers: []string{"a1"},
		Templates: map[string]string{"s0": "t0", "s1": "t1", "s2": "t2", "s3": "t3"},
	})
	require.NoError(t, err)
	return p
}

func TestTheSameSeedIsTheSameOffice(t *testing.T) {
	t.Parallel()
	o := simulation.Options{Tickets: 300, Seed: 5, Until: until, Planned: 50}
	one, same := plan(t, o), plan(t, o)
	o.Seed = 6
	other := plan(t, o)
	differ := 0
	for i := range 300 {
		require.Equal(t, one.Case(i), same.Case(i))
		if one.Case(i).Acts[0].At != other.Case(i).Acts[0].At {
			differ++
		}
	}
	require.Greater(t, differ, 250)
}

// TestLivesAreLived: acts are known, keys are used once, time goes on, nothing lies in the future, work is done when the office
// is open, and about a tenth of the tickets is still open.
func TestLivesAreLived(t *testing.T) {
	t.Parallel()
	const tickets = 4000
	ended := map[string]bool{"ticket.close": true, "ticket.cancel": true}
	for _, scatter := range []bool{false, true} {
		p := plan(t, simulation.Options{Tickets: tickets, Seed: 1, Until: until, Planned: 30, Scatter: scatter})
		keys, open, creating := map[string]bool{}, 0, 0
		for i := range tickets {
			c := p.Case(i)
			require.NotEmpty(t, c.Acts)
			for n, a := range c.Acts {
				e, ok := commands.Lookup(a.Command)
				require.True(t, ok, a.Command)
				require.Equal(t, n == 0, e.Creates, a.Command)
				require.False(t, keys[a.Key], a.Key)
				keys[a.Key] = true
				require.False(t, a.At.After(until))
				require.NotEmpty(t, a.By, a.Command)
				if n > 0 {
					require.False(t, a.At.Before(c.Acts[n-1].At), "%d: %s", i, a.Command)
				}
				hour := a.At.Add(8 * time.Hour).Hour() // in China
				require.True(t, hour >= 9 && hour <= 17, "%s at %s", a.Command, a.At)
			}
			creating++
			if !ended[c.Acts[len(c.Acts)-1].Command] {
				open++
			}
		}
		require.InDelta(t, tickets/10, open, tickets/25, "scattered: %t", scatter)
		if scatter {
			early := 0
			for i := range tickets / 10 {
				if p.Case(i).Acts[0].At.Before(until.AddDate(0, 0, -90)) {
					early++
				}
			}
			require.InDelta(t, tickets/20, early, tickets/50, "the first tenth is a fair sample of all")
		}
	}
}
