package worktime_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/domain/worktime"
)

// calendars are what properties are tried on: China's, zones that change their clocks at night, at midnight and by half an
// hour, and one that never closes.
var calendars = []*worktime.Calendar{
	office,
	compile(zone("America/New_York"), worktime.Edition{Version: 1, Definition: always("America/New_York", span(at(1, 0), at(2, 45)), span(at(9, 0), at(17, 0)))}),
	compile(zone("America/Sao_Paulo"), worktime.Edition{Version: 1, Definition: years(2017, always("America/Sao_Paulo", span(at(0, 0), at(3, 0)), span(at(22, 30), worktime.Midnight)))}),
	compile(zone("Australia/Lord_Howe"), worktime.Edition{Version: 1, Definition: always("Australia/Lord_Howe", span(at(1, 15), at(2, 15)), span(at(13, 30), at(18, 0)))}),
	compile(time.UTC, worktime.Edition{Version: 1, Definition: always("UTC", span(at(0, 0), worktime.Midnight))}),
}

func always(name string, hours ...worktime.Span) worktime.Definition {
	week := worktime.MondayToFriday(hours...)
	week.Sat, week.Sun = hours[:1], hours
	return worktime.Definition{Zone: name, Week: week, FirstYear: 2025, LastYear: 2026}
}

func years(first int, d worktime.Definition) worktime.Definition {
	d.FirstYear, d.LastYear = first, first+1
	return d
}

// drawn gives a calendar and instants in order, in a stretch of its years that lies well within them.
func drawn(t *rapid.T, n int) (*worktime.Calendar, []time.Time) {
	c := calendars[rapid.IntRange(0, len(calendars)-1).Draw(t, "calendar")]
	from, to := c.Known()
	middle := to.Sub(from).Milliseconds() / 2
	list := make([]time.Time, n)
	for i := range list {
		list[i] = from.Add(time.Duration(rapid.Int64Range(0, middle).Draw(t, "at")) * tick)
		if rapid.Bool().Draw(t, "on an edge") {
			list[i], _ = c.NextOpen(list[i])
		}
	}
	slices.SortFunc(list, time.Time.Compare)
	return c, list
}

func TestTimeAddsUpAndGrows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, at := drawn(t, 3)
		a, b := worked(t, c, at[0], at[1]), worked(t, c, at[1], at[2])
		require.Equal(t, worked(t, c, at[0], at[2]), a+b, "what lies side by side adds up")
		require.GreaterOrEqual(t, at[1].Sub(at[0]), a, "working time is part of time")
		require.GreaterOrEqual(t, a, time.Duration(0))
	})
}

func TestAddIsTheLeastInstant(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, at := drawn(t, 2)
		ms := rapid.Int64Range(0, (800*hour).Milliseconds()).Draw(t, "ms")
		end, err := c.Add(at[0], ms)
		require.NoError(t, err)
		require.Equal(t, ms, worked(t, c, at[0], end).Milliseconds(), "exactly so much lies before it")
		if ms > 0 {
			require.Less(t, worked(t, c, at[0], end.Add(-tick)).Milliseconds(), ms, "and less before any earlier instant")
		}
		back, err := c.Add(at[0], worked(t, c, at[0], at[1]).Milliseconds())
		require.NoError(t, err)
		require.False(t, back.After(at[1]))
	})
}

// The arithmetic agrees with looking at the clock on the wall every quarter of an hour, on which all opening hours lie.
func TestTheClockOnTheWall(t *testing.T) {
	t.Parallel()
	definitions := map[*worktime.Calendar][]worktime.Span{
		calendars[1]: {span(at(1, 0), at(2, 45)), span(at(9, 0), at(17, 0))},
		calendars[2]: {span(at(0, 0), at(3, 0)), span(at(22, 30), worktime.Midnight)},
		calendars[3]: {span(at(1, 15), at(2, 15)), span(at(13, 30), at(18, 0))},
	}
	for c, hours := range definitions {
		from, to := c.Known()
		var total time.Duration
		for x := from; x.Before(to); x = x.Add(15 * time.Minute) {
			local := x.In(c.Zone())
			now := worktime.At(local.Hour(), local.Minute())
			for i, s := range hours {
				if s.Open <= now && now < s.Close && (local.Weekday() != time.Saturday || i == 0) {
					total += 15 * time.Minute
				}
			}
		}
		require.Equal(t, total, worked(t, c, from, to), c.Zone().String())
	}
}

// pauses draws pauses around a stretch, in any order, that may overlap, lie outside it, or be of no length.
func pauses(t *rapid.T, from, to time.Time) []worktime.Pause {
	width := to.Sub(from).Milliseconds() + 1
	instant := func() time.Time {
		return from.Add(time.Duration(rapid.Int64Range(-width/4, width+width/4).Draw(t, "instant")) * tick)
	}
	list := make([]worktime.Pause, rapid.IntRange(0, 6).Draw(t, "pauses"))
	for i := range list {
		a, b := instant(), instant()
		if b.Before(a) {
			a, b = b, a
		}
		list[i] = worktime.Pause{Kind: rapid.SampledFrom([]string{"customer", "external", worktime.Stopped}).Draw(t, "kind"), From: a, To: b}
	}
	return list
}

// union is what pauses cover of a stretch, by the edges at which the covering can change.
func union(t *rapid.T, c *worktime.Calendar, list []worktime.Pause, from, to time.Time) time.Duration {
	edges := []time.Time{from, to}
	for _, p := range list {
		edges = append(edges, p.From, p.To)
	}
	slices.SortFunc(edges, time.Time.Compare)
	var total time.Duration
	for i := range len(edges) - 1 {
		a, b := edges[i], edges[i+1]
		if a.Before(from) || b.After(to) {
			continue
		}
		if slices.ContainsFunc(list, func(p worktime.Pause) bool { return !p.From.After(a) && !p.To.Before(b) && a.Before(b) }) {
			total += worked(t, c, a, b)
		}
	}
	return total
}

func TestPausesNeverCountTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, at := drawn(t, 2)
		from, to := at[0].Add(1000*hour), at[1].Add(1000*hour)
		clock := worktime.Clock{Calendar: c, Since: from, Limit: worktime.WorkingHours(hour), Pauses: pauses(t, from, to)}
		used, err := clock.Used(to)
		require.NoError(t, err)
		require.Equal(t, worked(t, c, from, to)-union(t, c, clock.Pauses, from, to), time.Duration(used)*tick)
		shuffled := rapid.Permutation(clock.Pauses).Draw(t, "order")
		clock.Pauses = append(shuffled, shuffled...)
		again, err := clock.Used(to)
		require.NoError(t, err)
		require.Equal(t, used, again, "neither order nor repetition matters")
	})
}

func TestDeadlinesUseUpWhatIsAllowed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, at := drawn(t, 1)
		since := at[0].Add(1000 * hour)
		clock := worktime.Clock{Calendar: c, Since: since, Pauses: pauses(t, since, since.Add(400*hour))}
		clock.Rule = rapid.SampledFrom(worktime.StartRules).Draw(t, "rule")
		if rapid.Bool().Draw(t, "in days") {
			clock.Limit = worktime.WorkingDays(rapid.Int64Range(1, 30).Draw(t, "days"))
		} else {
			clock.Limit = worktime.Limit{Unit: worktime.Hours, Amount: rapid.Int64Range(1, (200*hour).Milliseconds()).Draw(t, "ms")}
		}
		for range rapid.IntRange(0, 2).Draw(t, "extensions") {
			due, _, err := clock.Deadline()
			require.NoError(t, err)
			longer, err := clock.Extend(due.Add(-tick), worktime.WorkingDays(rapid.Int64Range(1, 5).Draw(t, "more")))
			require.NoError(t, err)
			clock = longer
			after, _, err := clock.Deadline()
			require.NoError(t, err)
			require.True(t, after.After(due), "an extension in time moves the date")
		}
		due, ok, err := clock.Deadline()
		require.NoError(t, err)
		require.True(t, ok)
		allowed, err := clock.Allowed()
		require.NoError(t, err)
		used, err := clock.Used(due)
		require.NoError(t, err)
		require.Equal(t, allowed, used)
		left, err := clock.Left(due)
		require.NoError(t, err)
		require.Zero(t, left)
		for _, stop := range []time.Time{due.Add(-tick), due, due.Add(tick)} {
			met, err := clock.Met(stop)
			require.NoError(t, err)
			require.Equal(t, !stop.After(due), met)
		}
		explained(t, clock, due)
	})
}

// explained proves the table: it has no gaps, adds up to what is allowed, ends at the deadline and is bounded.
func explained(t *rapid.T, clock worktime.Clock, due time.Time) {
	d, err := clock.Explain(due)
	require.NoError(t, err)
	require.True(t, d.Deadline.Equal(due))
	require.Equal(t, d.AllowedMs, d.UsedMs)
	require.LessOrEqual(t, len(d.Steps), worktime.MaxSteps)
	var counted int64
	for i, s := range d.Steps {
		require.True(t, s.From.Before(s.To))
		if i > 0 {
			require.True(t, d.Steps[i-1].To.Equal(s.From), "step %d begins where the one before it ends", i)
		}
		counted += s.CountedMs
		require.Equal(t, counted, s.UsedMs)
	}
	require.Equal(t, d.AllowedMs, counted)
	if len(d.Steps) > 0 {
		require.True(t, d.Steps[len(d.Steps)-1].To.Equal(due))
	}
}

// A stop a little later is never in time when an earlier one was not, and more pauses never bring a deadline forward.
func TestPausesOnlyPostpone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, at := drawn(t, 1)
		since := at[0].Add(1000 * hour)
		clock := worktime.Clock{Calendar: c, Since: since, Limit: worktime.WorkingDays(rapid.Int64Range(1, 20).Draw(t, "days"))}
		before, _, err := clock.Deadline()
		require.NoError(t, err)
		clock.Pauses = pauses(t, since, since.Add(300*hour))
		after, _, err := clock.Deadline()
		require.NoError(t, err)
		require.False(t, after.Before(before))
		require.Equal(t, union(t, c, clock.Pauses, since, after), worked(t, c, before, after), "by exactly the working time they took")
	})
}
