package whatif_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/domain/worktime"
	"docket/internal/whatif"
	"docket/projections/kpi"
)

var (
	morning = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) // a Monday
	office  = calendar("office", worktime.MondayToFriday(worktime.Span{Open: worktime.At(9, 0), Close: worktime.At(17, 0)}))
	always  = calendar("always", everyDay())
)

func everyDay() worktime.Week {
	all := []worktime.Span{{Open: 0, Close: worktime.Midnight}}
	w := worktime.MondayToFriday(all...)
	w.Sat, w.Sun = all, all
	return w
}

func calendar(id string, w worktime.Week) *worktime.Calendar {
	c, err := worktime.New(id, time.UTC, worktime.Edition{Version: 1, Definition: worktime.Definition{
		Zone: "UTC", Week: w, FirstYear: 2025, LastYear: 2027,
	}})
	if err != nil {
		panic(err)
	}
	return c
}

func known(id string, version int) (*worktime.Calendar, bool) {
	return map[string]*worktime.Calendar{"office": office, "always": always}[id], version == 1
}

// clock is a clock of so many hours by the office's calendar that was stopped, or not, so long after Monday morning.
func clock(t interface{ Helper() }, hours int, stopped time.Duration, pauses ...worktime.Pause) kpi.Based {
	t.Helper()
	b := kpi.Based{Ticket: "t", Clock: "handling", Round: 1, SinceMS: morning.UnixMilli(), Basis: &kpi.Basis{
		Calendar: "office", Version: 1, Since: morning, Limit: worktime.WorkingHours(time.Duration(hours) * time.Hour), Pauses: pauses,
	}}
	if stopped > 0 {
		b.StoppedMS = morning.Add(stopped).UnixMilli()
	}
	due, ok, err := worktime.Clock{Calendar: office, Since: morning, Limit: b.Basis.Limit, Pauses: pauses}.Deadline()
	if err != nil {
		panic(err)
	}
	if ok {
		b.DueMS = due.UnixMilli()
	}
	return b
}

func rerun(limit int, cal *worktime.Calendar) whatif.Rerun {
	r := whatif.Rerun{AsOf: morning.AddDate(0, 0, 14), Known: known, Change: whatif.Change{Calendar: cal}}
	if limit > 0 {
		r.Limit = worktime.WorkingHours(time.Duration(limit) * time.Hour)
	}
	return r
}

func TestRun(t *testing.T) {
	t.Parallel()
	lunch := worktime.Pause{Kind: "customer", From: morning.Add(time.Hour), To: morning.Add(4 * time.Hour)}
	open := worktime.Pause{Kind: "customer", From: morning.Add(time.Hour)}
	gone := clock(t, 8, 5*time.Hour)
	gone.Cancelled = true
	unjust := clock(t, 8, time.Hour)
	unjust.Unjust = true
	lost := clock(t, 8, time.Hour)
	lost.Basis = nil
	elsewhere := clock(t, 8, time.Hour)
	elsewhere.Basis.Version = 7
	for name, c := range map[string]struct {
		clock      kpi.Based
		by         whatif.Rerun
		was, would whatif.Outcome
	}{
		"a shorter limit":             {clock(t, 8, 5*time.Hour), rerun(4, nil), whatif.Met, whatif.Missed},
		"at the very instant":         {clock(t, 8, 4*time.Hour), rerun(4, nil), whatif.Met, whatif.Met},
		"a longer limit":              {clock(t, 8, 26*time.Hour), rerun(16, nil), whatif.Missed, whatif.Met},
		"round the clock":             {clock(t, 9, 25*time.Hour), rerun(0, always), whatif.Met, whatif.Missed},
		"pauses count for neither":    {clock(t, 8, 6*time.Hour, lunch), rerun(3, nil), whatif.Met, whatif.Met},
		"nobody has stopped it":       {clock(t, 500, 0), rerun(8, nil), whatif.Pending, whatif.Missed},
		"it is paused":                {clock(t, 8, 0, open), rerun(2, nil), whatif.Pending, whatif.Pending},
		"paused, and too late before": {clock(t, 8, 0, worktime.Pause{Kind: "x", From: morning.Add(5 * time.Hour)}), rerun(4, nil), whatif.Pending, whatif.Missed},
		"cancelled in time":           {gone, rerun(6, nil), whatif.Removed, whatif.Removed},
		"cancelled too late":          {gone, rerun(4, nil), whatif.Removed, whatif.Missed},
		"a handover refused unjustly": {unjust, rerun(6, nil), whatif.Missed, whatif.Missed},
		"what it rests on is lost":    {lost, rerun(6, nil), whatif.Met, whatif.Unknown},
		"a calendar nobody knows":     {elsewhere, rerun(6, nil), whatif.Met, whatif.Unknown},
		"a year nobody knows":         {clock(t, 8, time.Hour), rerun(25_000, nil), whatif.Met, whatif.Unknown},
	} {
		r, err := c.by.Run(c.clock)
		require.NoError(t, err, name)
		require.Equal(t, []whatif.Outcome{c.was, c.would}, []whatif.Outcome{r.Was, r.Would}, name)
		require.Equal(t, c.was != c.would, r.Differs(), name)
	}
}

// What is not changed comes out as it was; and no clock that is met would be missed with a longer limit.
func TestUnchangedAndLonger(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var pauses []worktime.Pause
		for range rapid.IntRange(0, 3).Draw(t, "pauses") {
			from := morning.Add(time.Duration(rapid.IntRange(0, 4000).Draw(t, "from")) * time.Minute)
			pauses = append(pauses, worktime.Pause{Kind: "x", From: from, To: from.Add(time.Duration(rapid.IntRange(0, 900).Draw(t, "long")) * time.Minute)})
		}
		hours := rapid.IntRange(1, 40).Draw(t, "hours")
		b := clock(t, hours, time.Duration(rapid.IntRange(0, 12_000).Draw(t, "stopped"))*time.Minute, pauses...)
		same, err := rerun(hours, office).Run(b)
		require.NoError(t, err)
		require.Equal(t, same.Was, same.Would)
		require.Equal(t, same.WasDue, same.WouldDue)
		longer, err := rerun(hours+rapid.IntRange(1, 40).Draw(t, "more"), nil).Run(b)
		require.NoError(t, err)
		require.False(t, longer.Was == whatif.Met && longer.Would != whatif.Met)
		require.True(t, longer.WouldDue.After(*longer.WasDue))
	})
}
