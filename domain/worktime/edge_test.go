package worktime_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/worktime"
)

// The cases that every engine of working time must pass (kpis §4), as far as they concern one clock; the week is that of
// Monday, 2 March 2026, unless a case says otherwise.

func TestIntervalsAcrossLunchNightsAndWeekends(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a, b time.Time
		want time.Duration
	}{
		"across lunch":             {on(3, 2, 11, 0), on(3, 2, 14, 0), 90 * time.Minute},
		"within lunch":             {on(3, 2, 12, 0), on(3, 2, 13, 30), 0},
		"over a night":             {on(3, 2, 17, 0), on(3, 3, 9, 30), hour},
		"over a weekend":           {on(2, 27, 16, 30), on(3, 2, 10, 0), hour + 7*hour + hour}, // the Saturday is worked
		"from an opening edge":     {on(3, 2, 9, 0), on(3, 2, 9, 0).Add(tick), tick},
		"up to an opening edge":    {on(3, 2, 8, 0), on(3, 2, 9, 0), 0},
		"from a closing edge":      {on(3, 2, 17, 30), on(3, 3, 9, 0), 0},
		"up to a closing edge":     {on(3, 2, 17, 30).Add(-tick), on(3, 2, 17, 30), tick},
		"a make-up Saturday":       {on(2, 14, 0, 0), on(2, 15, 0, 0), 7 * hour},
		"a holiday":                {on(2, 16, 0, 0), on(2, 21, 0, 0), 0},
		"a day that shuts at noon": {on(3, 6, 0, 0), on(3, 7, 0, 0), 3 * hour},
		"nothing":                  {on(3, 2, 10, 0), on(3, 2, 10, 0), 0},
		"backwards":                {on(3, 2, 11, 0), on(3, 2, 10, 0), 0},
		"the last known day":       {on(12, 31, 0, 0), on(12, 31, 24, 0), 7 * hour},
		"parts of a millisecond":   {on(3, 2, 10, 0).Add(400_000), on(3, 2, 10, 0).Add(900_000), 0},
	} {
		require.Equal(t, c.want, worked(t, office, c.a, c.b), name)
	}
}

func TestDaysAndHoursEnd(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		since time.Time
		rule  worktime.StartRule
		limit worktime.Limit
		want  time.Time
	}{
		"hours over lunch":                      {on(3, 2, 11, 0), "", worktime.WorkingHours(2 * hour), on(3, 2, 14, 30)},
		"hours that end with the morning":       {on(3, 2, 11, 0), "", worktime.WorkingHours(hour), on(3, 2, 12, 0)},
		"hours that end with the day":           {on(3, 2, 9, 0), "", worktime.WorkingHours(7 * hour), on(3, 2, 17, 30)},
		"hours and a millisecond":               {on(3, 2, 9, 0), "", worktime.WorkingHours(7*hour + tick), on(3, 3, 9, 0).Add(tick)},
		"a millisecond":                         {on(3, 2, 9, 0), "", worktime.WorkingHours(tick), on(3, 2, 9, 0).Add(tick)},
		"a millisecond in a holiday":            {on(2, 17, 12, 0), "", worktime.WorkingHours(tick), on(2, 24, 9, 0).Add(tick)},
		"hours that start in a holiday":         {on(2, 17, 12, 0), "", worktime.WorkingHours(7 * hour), on(2, 24, 17, 30)},
		"hours that start at a closing edge":    {on(3, 2, 17, 30), "", worktime.WorkingHours(hour), on(3, 3, 10, 0)},
		"hours from complete materials":         {on(3, 2, 11, 0), worktime.AtCompleteMaterials, worktime.WorkingHours(hour), on(3, 2, 12, 0)},
		"hours from the next working day":       {on(3, 2, 11, 0), worktime.NextWorkingDay, worktime.WorkingHours(hour), on(3, 3, 10, 0)},
		"hours from the day after a holiday":    {on(2, 14, 11, 0), worktime.NextWorkingDay, worktime.WorkingHours(hour), on(2, 24, 10, 0)},
		"a day, same time":                      {on(3, 2, 11, 0), worktime.AtRegistration, worktime.WorkingDays(1), on(3, 3, 11, 0)},
		"a day, whole":                          {on(3, 2, 11, 0), worktime.NextWorkingDay, worktime.WorkingDays(1), on(3, 3, 17, 30)},
		"a day from the last open minute":       {on(3, 2, 17, 29), "", worktime.WorkingDays(1), on(3, 3, 17, 29)},
		"a whole day from the last open minute": {on(3, 2, 17, 29), worktime.NextWorkingDay, worktime.WorkingDays(1), on(3, 3, 17, 30)},
		"a day from the closing edge":           {on(3, 2, 17, 30), "", worktime.WorkingDays(1), on(3, 3, 17, 30)},
		"a day from before opening":             {on(3, 2, 7, 0), "", worktime.WorkingDays(1), on(3, 3, 9, 0)},
		"a day from a night":                    {on(3, 2, 22, 0), "", worktime.WorkingDays(1), on(3, 3, 17, 30)},
		"a day from a holiday":                  {on(2, 17, 10, 0), "", worktime.WorkingDays(1), on(2, 24, 17, 30)},
		"a whole day from a holiday":            {on(2, 17, 10, 0), worktime.NextWorkingDay, worktime.WorkingDays(1), on(2, 24, 17, 30)},
		"a day over a make-up Saturday":         {on(2, 27, 10, 0), "", worktime.WorkingDays(1), on(2, 28, 10, 0)},
		"two days over it":                      {on(2, 27, 10, 0), "", worktime.WorkingDays(2), on(3, 2, 10, 0)},
		"a day in lunch":                        {on(3, 2, 12, 45), "", worktime.WorkingDays(1), on(3, 3, 12, 45)},
		"a day onto one that shuts early":       {on(3, 5, 15, 0), "", worktime.WorkingDays(1), on(3, 6, 12, 0)},
		"whole days onto one that shuts early":  {on(3, 5, 15, 0), worktime.NextWorkingDay, worktime.WorkingDays(1), on(3, 6, 12, 0)},
		"five days":                             {on(2, 10, 10, 0), "", worktime.WorkingDays(5), on(2, 24, 10, 0)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			same(t, c.want, deadline(t, worktime.Clock{Calendar: office, Rule: c.rule, Since: c.since, Limit: c.limit}))
		})
	}
}

// A day is not so many hours: on the way over a day that shuts early the two units part.
func TestDaysAreNoHours(t *testing.T) {
	t.Parallel()
	c := worktime.Clock{Calendar: office, Since: on(3, 5, 10, 0), Limit: worktime.WorkingDays(2)}
	same(t, on(3, 9, 10, 0), deadline(t, c))
	c.Limit = worktime.WorkingHours(14 * hour)
	same(t, on(3, 9, 15, 30), deadline(t, c))
}

func TestPauses(t *testing.T) {
	t.Parallel()
	monday := on(3, 2, 9, 0)
	for name, c := range map[string]struct {
		pauses []worktime.Pause
		want   time.Time // of seven hours from Monday nine
		paused time.Duration
	}{
		"one":                         {[]worktime.Pause{{Kind: "customer", From: on(3, 2, 10, 0), To: on(3, 2, 11, 0)}}, on(3, 3, 10, 0), hour},
		"two that overlap":            {[]worktime.Pause{{Kind: "customer", From: on(3, 2, 10, 0), To: on(3, 2, 11, 30)}, {Kind: "external", From: on(3, 2, 11, 0), To: on(3, 2, 12, 0)}}, on(3, 3, 11, 0), 2 * hour},
		"one within another":          {[]worktime.Pause{{Kind: "external", From: on(3, 2, 10, 30), To: on(3, 2, 11, 0)}, {Kind: "customer", From: on(3, 2, 10, 0), To: on(3, 2, 12, 0)}}, on(3, 3, 11, 0), 2 * hour},
		"the same twice":              {[]worktime.Pause{{Kind: "customer", From: on(3, 2, 10, 0), To: on(3, 2, 11, 0)}, {Kind: "customer", From: on(3, 2, 10, 0), To: on(3, 2, 11, 0)}}, on(3, 3, 10, 0), hour},
		"that began before":           {[]worktime.Pause{{Kind: "customer", From: on(2, 25, 10, 0), To: on(3, 2, 10, 0)}}, on(3, 3, 10, 0), hour},
		"over lunch":                  {[]worktime.Pause{{Kind: "customer", From: on(3, 2, 11, 30), To: on(3, 2, 14, 0)}}, on(3, 3, 10, 0), hour},
		"outside office hours":        {[]worktime.Pause{{Kind: "customer", From: on(3, 2, 12, 0), To: on(3, 2, 13, 30)}}, on(3, 2, 17, 30), 0},
		"after the deadline":          {[]worktime.Pause{{Kind: "customer", From: on(3, 3, 9, 0), To: on(3, 3, 10, 0)}}, on(3, 2, 17, 30), hour},
		"from the deadline on":        {[]worktime.Pause{{Kind: "customer", From: on(3, 2, 17, 30), To: on(3, 3, 10, 0)}}, on(3, 2, 17, 30), hour},
		"that lasts since after it":   {[]worktime.Pause{{Kind: "customer", From: on(3, 2, 17, 30)}}, on(3, 2, 17, 30), 5 * 24 * hour},
		"between closing and opening": {[]worktime.Pause{{Kind: worktime.Stopped, From: on(3, 2, 10, 0), To: on(3, 2, 11, 0)}}, on(3, 3, 10, 0), hour},
		"of no length":                {[]worktime.Pause{{Kind: "customer", From: on(3, 2, 10, 0), To: on(3, 2, 10, 0)}}, on(3, 2, 17, 30), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := worktime.Clock{Calendar: office, Since: monday, Limit: worktime.WorkingHours(7 * hour), Pauses: c.pauses}
			same(t, c.want, deadline(t, clock))
			if name != "that lasts since after it" {
				used, err := clock.Used(on(3, 6, 9, 0))
				require.NoError(t, err)
				require.Equal(t, 28*hour-c.paused, time.Duration(used)*tick)
			}
		})
	}
}

func TestPauseAcrossAWeekendMovesByWhatWasWorkedAlone(t *testing.T) {
	t.Parallel()
	friday := worktime.Clock{Calendar: office, Since: on(3, 13, 9, 0), Limit: worktime.WorkingDays(1), Pauses: []worktime.Pause{
		{Kind: "customer", From: on(3, 13, 16, 30), To: on(3, 16, 10, 0)},
	}}
	same(t, on(3, 16, 11, 0), deadline(t, friday)) // Monday nine, and two hours
}

func TestAnOpenPauseLeavesNoDeadline(t *testing.T) {
	t.Parallel()
	c := worktime.Clock{Calendar: office, Since: on(3, 2, 9, 0), Limit: worktime.WorkingHours(7 * hour), Pauses: []worktime.Pause{
		{Kind: "customer", From: on(3, 2, 10, 0)},
	}}
	_, ok, err := c.Deadline()
	require.NoError(t, err)
	require.False(t, ok)
	for _, at := range []time.Time{on(3, 2, 10, 0), on(3, 2, 16, 0), on(3, 9, 9, 0)} {
		left, err := c.Left(at)
		require.NoError(t, err)
		require.Equal(t, 6*hour, time.Duration(left)*tick)
		met, err := c.Met(at)
		require.NoError(t, err)
		require.True(t, met)
	}
}

// A pause whose kind is revoked is simply not there; what was computed without it holds again.
func TestARevokedPauseCountsAfterAll(t *testing.T) {
	t.Parallel()
	c := worktime.Clock{Calendar: office, Since: on(3, 2, 9, 0), Limit: worktime.WorkingDays(2), Rule: worktime.NextWorkingDay}
	before := deadline(t, c)
	c.Pauses = []worktime.Pause{{Kind: "customer", From: on(3, 3, 9, 0), To: on(3, 3, 17, 30)}}
	same(t, on(3, 5, 17, 30), deadline(t, c))
	c.Pauses = nil
	same(t, before, deadline(t, c))
}

func TestExtensions(t *testing.T) {
	t.Parallel()
	c := worktime.Clock{Calendar: office, Since: on(3, 2, 9, 0), Limit: worktime.WorkingHours(7 * hour)}
	due := deadline(t, c)
	_, err := c.Extend(due.Add(tick), worktime.WorkingHours(hour))
	require.ErrorIs(t, err, worktime.ErrExpired)
	_, err = c.Extend(due, worktime.WorkingHours(hour))
	require.ErrorIs(t, err, worktime.ErrExpired)
	longer, err := c.Extend(due.Add(-tick), worktime.WorkingHours(hour))
	require.NoError(t, err)
	same(t, on(3, 3, 10, 0), deadline(t, longer))
	require.Empty(t, c.Extensions, "the clock it was asked of stays as it was")
	longer, err = longer.Extend(on(3, 3, 9, 59), worktime.WorkingDays(2))
	require.NoError(t, err)
	same(t, on(3, 5, 10, 0), deadline(t, longer))

	c.Extensions = []worktime.Extension{{Granted: due.Add(tick), By: worktime.WorkingHours(hour)}}
	same(t, due, deadline(t, c)) // what was granted too late moves nothing
	c.Pauses = []worktime.Pause{{Kind: "customer", From: on(3, 2, 10, 0), To: on(3, 2, 11, 0)}}
	same(t, on(3, 3, 11, 0), deadline(t, c)) // unless a pause keyed in later shows that it was in time
}

func TestAStopOnTheDeadlineIsInTime(t *testing.T) {
	t.Parallel()
	c := worktime.Clock{Calendar: office, Since: on(3, 13, 9, 0), Limit: worktime.WorkingHours(7 * hour)}
	for stop, want := range map[time.Time]bool{
		on(3, 13, 17, 30): true, on(3, 13, 17, 30).Add(tick): false, on(3, 14, 12, 0): false, // closed, yet after it
	} {
		met, err := c.Met(stop)
		require.NoError(t, err)
		require.Equal(t, want, met, stop)
	}
}

// A later version is in force from its day on; the days before it stay what they were, unless it reaches back.
func TestCalendarChangesInMidClock(t *testing.T) {
	t.Parallel()
	short := spring()
	short.Week = worktime.MondayToFriday(span(at(9, 0), at(12, 0)))
	clock := worktime.Clock{Since: on(3, 2, 9, 0), Limit: worktime.WorkingHours(14 * hour)}
	clock.Calendar = compile(shanghai, worktime.Edition{Version: 1, Definition: spring()}, worktime.Edition{Version: 2, From: worktime.Day(2026, time.March, 3), Definition: short})
	require.Equal(t, 2, clock.Calendar.Version())
	same(t, on(3, 5, 10, 0), deadline(t, clock)) // seven, three, three, one
	clock.Calendar = compile(shanghai, worktime.Edition{Version: 1, Definition: spring()}, worktime.Edition{Version: 2, From: worktime.Day(2026, time.March, 2), Definition: short})
	same(t, on(3, 6, 11, 0), deadline(t, clock)) // three a day, and Friday's closure leaves three
	clock.Calendar = compile(shanghai, worktime.Edition{Version: 2, From: worktime.Day(2026, time.June, 1), Definition: short}, worktime.Edition{Version: 1, Definition: spring()})
	same(t, on(3, 3, 17, 30), deadline(t, clock))
}

func TestUnknownYearsAreRefused(t *testing.T) {
	t.Parallel()
	c := office
	last := time.Date(2027, time.January, 1, 0, 0, 0, 0, shanghai)
	require.Equal(t, time.Duration(0), worked(t, c, last, last), "the end of what is known is still told")
	for name, f := range map[string]func() error{
		"a span into one": func() error { _, err := c.W(on(12, 31, 9, 0), last.Add(tick)); return err },
		"a span out of one": func() error {
			_, err := c.W(time.Date(2024, 12, 31, 23, 59, 0, 0, shanghai), on(1, 5, 9, 0))
			return err
		},
		"hours into one":   func() error { _, err := c.Add(on(12, 31, 9, 0), (7*hour + tick).Milliseconds()); return err },
		"days into one":    func() error { _, err := c.AddDays(on(12, 31, 9, 0), 1, true); return err },
		"days from one":    func() error { _, err := c.AddDays(last.Add(hour), 1, true); return err },
		"a day of one":     func() error { _, err := c.IsWorkingDay(worktime.Day(2027, time.January, 4)); return err },
		"after one":        func() error { _, err := c.WorkingDay(worktime.Day(2027, time.January, 4), 1); return err },
		"open in one":      func() error { _, err := c.IsOpen(last.Add(hour)); return err },
		"the next opening": func() error { _, err := c.NextOpen(on(12, 31, 18, 0)); return err },
		"a clock's start": func() error {
			_, err := worktime.Clock{Calendar: c, Rule: worktime.NextWorkingDay, Since: on(12, 31, 9, 0), Limit: worktime.WorkingDays(1)}.Used(on(12, 31, 10, 0))
			return err
		},
	} {
		require.ErrorIs(t, f(), worktime.ErrUnknownYear, name)
	}
	clock := worktime.Clock{Calendar: c, Since: on(12, 31, 9, 0), Limit: worktime.WorkingHours(9 * hour)}
	_, ok, err := clock.Deadline()
	require.ErrorIs(t, err, worktime.ErrUnknownYear)
	require.False(t, ok)
	left, err := clock.Left(on(12, 31, 17, 30))
	require.NoError(t, err, "what is left can be told all the same")
	require.Equal(t, 2*hour, time.Duration(left)*tick)
	d, err := clock.Explain(on(12, 31, 10, 0))
	require.NoError(t, err)
	require.True(t, d.Unknown)
	require.Nil(t, d.Deadline)

	gap := spring()
	gap.FirstYear, gap.Exceptions = 2026, gap.Exceptions[:0:0]
	later := gap
	later.FirstYear, later.LastYear = 2028, 2028
	known := compile(shanghai, worktime.Edition{Version: 1, Definition: gap}, worktime.Edition{Version: 2, From: worktime.Day(2028, time.January, 1), Definition: later})
	_, until := known.Known()
	same(t, last, until)
}

func TestLeapDay(t *testing.T) {
	t.Parallel()
	d := spring()
	d.FirstYear, d.LastYear, d.Exceptions = 2024, 2024, nil
	c := compile(shanghai, worktime.Edition{Version: 1, Definition: d})
	leap := time.Date(2024, time.February, 29, 9, 0, 0, 0, shanghai)
	require.Equal(t, 7*hour, worked(t, c, leap, leap.Add(24*hour)))
	due, err := c.AddDays(leap.AddDate(0, 0, -1), 1, true)
	require.NoError(t, err)
	same(t, leap.Add(8*hour+30*time.Minute), due)
	require.Equal(t, "2024-02-29", worktime.DateOf(leap, shanghai).String())
}

func TestZonesThatChangeTheirClocks(t *testing.T) {
	t.Parallel()
	night := worktime.Definition{Zone: "America/New_York", FirstYear: 2026, LastYear: 2026, Week: worktime.Week{
		Sun: []worktime.Span{span(at(0, 30), at(1, 30)), span(at(2, 15), at(4, 0))},
	}}
	york := zone("America/New_York")
	c := compile(york, worktime.Edition{Version: 1, Definition: night})
	day := func(month time.Month, d int) time.Time { return time.Date(2026, month, d, 0, 0, 0, 0, york) }
	require.Equal(t, 2*hour+45*time.Minute, worked(t, c, day(3, 1), day(3, 2)))
	require.Equal(t, 2*hour, worked(t, c, day(3, 8), day(3, 9)), "two to three is skipped")
	require.Equal(t, 3*hour+15*time.Minute, worked(t, c, day(11, 1), day(11, 2)), "one to two comes twice, and so does its first half")
	due, err := c.AddDays(day(3, 1).Add(2*hour+30*time.Minute), 1, false)
	require.NoError(t, err)
	same(t, time.Date(2026, 3, 8, 3, 0, 0, 0, york), due) // half past two does not exist; the clocks have reached it at three
	due, err = c.AddDays(day(10, 25).Add(hour+15*time.Minute), 1, false)
	require.NoError(t, err)
	same(t, day(11, 1).Add(hour+15*time.Minute), due) // the first quarter past one
}

func TestACalendarIsChecked(t *testing.T) {
	t.Parallel()
	_, err := worktime.New("none", shanghai)
	require.ErrorIs(t, err, domain.ErrInvalid)
	d := spring()
	d.Week.Mon = []worktime.Span{span(at(9, 0), at(9, 0))}
	_, err = worktime.New("none", shanghai, worktime.Edition{Version: 1, Definition: d})
	require.ErrorIs(t, err, domain.ErrInvalid)
}
