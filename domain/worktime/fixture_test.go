package worktime_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the zones must be there on every machine

	"github.com/stretchr/testify/require"

	"docket/domain/worktime"
)

func zone(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return l
}

var shanghai = zone("Asia/Shanghai")

func at(hour, minute int) worktime.TimeOfDay { return worktime.At(hour, minute) }

func span(open, closing worktime.TimeOfDay) worktime.Span {
	return worktime.Span{Open: open, Close: closing}
}

// lunch is the office hours of most cases: seven hours with a break.
var lunch = []worktime.Span{span(at(9, 0), at(12, 0)), span(at(13, 30), at(17, 30))}

// spring is a definition of 2026 with the Spring Festival, its make-up days and a day on which the office shuts at noon.
func spring() worktime.Definition {
	d := worktime.Definition{Zone: "Asia/Shanghai", Week: worktime.MondayToFriday(lunch...), MakeUp: lunch, FirstYear: 2025, LastYear: 2026}
	for day := 15; day <= 23; day++ {
		d.Exceptions = append(d.Exceptions, worktime.Exception{Date: worktime.Day(2026, time.February, day), Kind: worktime.Holiday, Name: "春节"})
	}
	d.Exceptions = append(d.Exceptions,
		worktime.Exception{Date: worktime.Day(2026, time.February, 14), Kind: worktime.MakeUp, Name: "春节"},
		worktime.Exception{Date: worktime.Day(2026, time.February, 28), Kind: worktime.MakeUp, Name: "春节"},
		worktime.Exception{Date: worktime.Day(2026, time.March, 6), Kind: worktime.Closure, Name: "盤點", Hours: lunch[:1]},
	)
	return d
}

var office = compile(shanghai, worktime.Edition{Version: 1, Definition: spring()})

func compile(l *time.Location, editions ...worktime.Edition) *worktime.Calendar {
	c, err := worktime.New("office", l, editions...)
	if err != nil {
		panic(err)
	}
	return c
}

// on is an instant of 2026 in Shanghai.
func on(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, shanghai)
}

func worked(t require.TestingT, c *worktime.Calendar, a, b time.Time) time.Duration {
	ms, err := c.W(a, b)
	require.NoError(t, err)
	return time.Duration(ms) * time.Millisecond
}

// same compares instants, whatever their zones.
func same(t *testing.T, want, got time.Time) {
	t.Helper()
	require.True(t, want.Equal(got), "want %s, got %s", want, got.In(want.Location()))
}

func deadline(t *testing.T, c worktime.Clock) time.Time {
	t.Helper()
	due, ok, err := c.Deadline()
	require.NoError(t, err)
	require.True(t, ok, "there is no deadline")
	return due
}

const (
	hour = time.Hour
	tick = time.Millisecond
)
