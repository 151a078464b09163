package worktime_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/worktime"
)

// rows is a table in short: kind, name, from, to, counted.
func rows(d worktime.Derivation) []string {
	list := make([]string, len(d.Steps))
	for i, s := range d.Steps {
		list[i] = string(s.Kind) + " " + s.Name + " " + s.From.In(shanghai).Format("01-02 15:04") + " " + s.To.In(shanghai).Format("01-02 15:04") +
			" " + (time.Duration(s.CountedMs) * tick).String()
		if s.Extension > 0 {
			list[i] += " by extension"
		}
	}
	return list
}

func TestWhyThisDate(t *testing.T) {
	t.Parallel()
	c := worktime.Clock{
		Calendar: office, Rule: worktime.NextWorkingDay, Since: on(2, 12, 16, 0), Limit: worktime.WorkingDays(5),
		Pauses: []worktime.Pause{{Kind: "customer", From: on(2, 24, 13, 30), To: on(2, 26, 12, 0)}},
	}
	c, err := c.Extend(on(2, 26, 9, 0), worktime.WorkingHours(3*hour))
	require.NoError(t, err)
	d, err := c.Explain(on(2, 25, 9, 0))
	require.NoError(t, err)
	require.Equal(t, []string{
		"before_start  02-12 16:00 02-13 09:00 0s",
		"open  02-13 09:00 02-14 00:00 7h0m0s",
		"make_up 春节 02-14 00:00 02-15 00:00 7h0m0s",
		"holiday 春节 02-15 00:00 02-24 00:00 0s",
		"open  02-24 00:00 02-24 13:30 3h0m0s",
		"pause customer 02-24 13:30 02-26 12:00 0s",
		"open  02-26 12:00 02-28 00:00 11h0m0s",
		"make_up 春节 02-28 00:00 02-28 17:30 7h0m0s",
		"make_up 春节 02-28 17:30 03-01 00:00 0s by extension",
		"closed  03-01 00:00 03-02 00:00 0s by extension",
		"open  03-02 00:00 03-02 12:00 3h0m0s by extension",
	}, rows(d))
	require.Equal(t, 17*hour, time.Duration(d.UsedMs)*tick)
	require.Equal(t, 4*hour, time.Duration(d.PausedMs)*tick, "of Tuesday's afternoon")
	require.Equal(t, 38*hour, time.Duration(d.AllowedMs)*tick)
	same(t, on(3, 2, 12, 0), *d.Deadline)
	require.Len(t, d.Moves, 1)
	same(t, on(2, 28, 17, 30), d.Moves[0].From)
	same(t, *d.Deadline, d.Moves[0].To)
	text, err := json.Marshal(d)
	require.NoError(t, err)
	require.Contains(t, string(text), `"rule":"next_working_day_after_complete_materials"`)
	require.Contains(t, string(text), `"zone":"Asia/Shanghai"`)
}

// A story of years is told more coarsely, and still adds up.
func TestLongDerivationsStayShort(t *testing.T) {
	t.Parallel()
	c := worktime.Clock{Calendar: office, Since: time.Date(2025, 1, 6, 9, 0, 0, 0, shanghai), Limit: worktime.WorkingDays(400)}
	for day := range 100 {
		from := c.Since.AddDate(0, 0, 3*day)
		c.Pauses = append(c.Pauses, worktime.Pause{Kind: "customer", From: from, To: from.Add(90 * time.Minute)})
	}
	d, err := c.Explain(c.Since.AddDate(1, 0, 0))
	require.NoError(t, err)
	require.Len(t, d.Steps, worktime.MaxSteps)
	last := d.Steps[worktime.MaxSteps-1]
	require.Equal(t, worktime.StepMore, last.Kind)
	require.Equal(t, d.AllowedMs, last.UsedMs)
	require.True(t, last.To.Equal(*d.Deadline))

	c.Pauses = nil
	d, err = c.Explain(c.Since)
	require.NoError(t, err)
	require.Less(t, len(d.Steps), worktime.MaxSteps)
	require.NotContains(t, rows(d)[0], "closed")
}

// What lies between closing and re-opening is told apart from pauses, also where they overlap.
func TestStoppedTimeIsToldApart(t *testing.T) {
	t.Parallel()
	c := worktime.Clock{Calendar: office, Since: on(3, 2, 9, 0), Limit: worktime.WorkingHours(7 * hour), Pauses: []worktime.Pause{
		{Kind: "customer", From: on(3, 2, 10, 0), To: on(3, 2, 12, 0)},
		{Kind: worktime.Stopped, From: on(3, 2, 11, 0), To: on(3, 3, 9, 0)},
	}}
	d, err := c.Explain(on(3, 3, 10, 0))
	require.NoError(t, err)
	require.Equal(t, []int64{hour.Milliseconds(), (5 * hour).Milliseconds()}, []int64{d.PausedMs, d.StoppedMs})
	require.Equal(t, []string{
		"open  03-02 09:00 03-02 10:00 1h0m0s", "pause customer 03-02 10:00 03-02 11:00 0s", "stopped  03-02 11:00 03-03 09:00 0s",
		"open  03-03 09:00 03-03 16:30 6h0m0s",
	}, rows(d))
}
