package kpi_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/calendar"
	"docket/domain/staff"
	"docket/domain/unit"
	"docket/domain/worktime"
	"docket/projections/kpi"
)

// says appends an event of somebody or of a unit.
func (d *desk) says(stream, typ string, at time.Time, event any) {
	d.put(domain.StreamID(stream), typ, at, "admin", 0, event)
}

func (d *desk) enters(person, group string, at time.Time) {
	d.says("staff-"+person, "StaffJoined", at, staff.Joined{Name: person})
	d.says("staff-"+person, "StaffMembershipStarted", at, staff.MembershipStarted{Group: group})
}

// March 2026 has twenty-two working days in the office's calendar. P is there from the 2nd on, away for one day and a half; Q joins on the
// 23rd at noon and leaves the group on the 30th; R is in two groups. Two tickets of 250 hundredths are delivered by p, one of them twice.
func attendanceDesk(t *testing.T) *desk {
	d := newDesk(t)
	d.says("unit-u", "UnitOpened", on(1, 1, 0, 0), unit.Opened{Kind: unit.Department, Name: "u"})
	d.says("unit-g", "UnitOpened", on(1, 1, 0, 0), unit.Opened{Kind: unit.Group, Name: "g", Parent: "u"})
	d.says("unit-h", "UnitOpened", on(1, 1, 0, 0), unit.Opened{Kind: unit.Group, Name: "h", Parent: "u"})
	d.enters("p", "g", on(3, 1, 0, 0))
	d.enters("q", "g", on(3, 23, 12, 0))
	d.says("staff-q", "StaffMembershipEnded", on(3, 30, 0, 0), staff.MembershipEnded{Group: "g"})
	d.enters("r", "g", on(3, 1, 0, 0))
	d.says("staff-r", "StaffMembershipStarted", on(3, 1, 0, 0), staff.MembershipStarted{Group: "h"})
	for _, key := range []string{"t1", "t2"} {
		d.begin(key, on(3, 2, 9, 0), worktime.WorkingHours(14*hour), "p")
		d.deliver(key, on(3, 3, 10, 0))
	}
	d.says("staff-p", "StaffAbsenceEntered", on(3, 4, 9, 0), staff.AbsenceEntered{Absence: staff.Absence{Number: 1, From: on(3, 5, 0, 0), Until: on(3, 6, 13, 0)}})
	return d
}

func TestTicketsPerAvailableDay(t *testing.T) {
	t.Parallel()
	d := attendanceDesk(t)
	before := d.last() - 10 // of the absence
	q := month(time.March, on(4, 1, 0, 0))
	require.Equal(t, map[string]string{"": "500/4714"}, d.figures("productivity", 1, q), "20.57 and 22 days, and 4.57 for a part of March")

	q.By = []kpi.Dimension{kpi.ByPerson}
	require.Equal(t, map[string]string{"|p": "500/2057", "|q": "0/457", "|r": "0/2200"}, d.figures("productivity", 1, q))
	q.By = []kpi.Dimension{kpi.ByGroup}
	require.Equal(t, map[string]string{"|g": "500/3614", "|h": "0/1100"}, d.figures("productivity", 1, q), "somebody in two groups is shared among them")
	q.By = []kpi.Dimension{kpi.ByUnit}
	require.Equal(t, map[string]string{"|u": "500/4714"}, d.figures("productivity", 1, q))

	t.Run("too small a sample", func(t *testing.T) {
		q.By = []kpi.Dimension{kpi.ByPerson}
		for _, r := range d.rows("productivity", 1, q) {
			require.Equal(t, r.Key[0] == "q", r.Hidden, "less than five days tell nothing: %v", r)
		}
	})
	t.Run("no data", func(t *testing.T) {
		q := month(time.February, on(4, 1, 0, 0))
		rows := d.rows("productivity", 1, q)
		require.Len(t, rows, 1)
		require.Zero(t, rows[0].Denominator)
		require.Empty(t, rows[0].Value)
	})
	t.Run("as of an earlier position", func(t *testing.T) {
		q := month(time.March, on(4, 1, 0, 0), kpi.ByPerson)
		q.Position = before
		require.Equal(t, "500/2200", d.figures("productivity", 1, q)["|p"], "the absence was not known yet")
	})
	t.Run("days that have not begun", func(t *testing.T) {
		q := month(time.March, on(3, 4, 8, 0), kpi.ByPerson)
		require.Equal(t, "500/200", d.figures("productivity", 1, q)["|p"], "Monday and Tuesday")
	})
	t.Run("by month", func(t *testing.T) {
		q := kpi.Inquiry{Question: kpi.Question{Window: kpi.Window{From: on(3, 1, 0, 0), To: on(5, 1, 0, 0)}}, AsOf: on(5, 1, 0, 0), By: []kpi.Dimension{kpi.ByPerson, kpi.ByMonth}}
		q.Bounds = []time.Time{on(3, 1, 0, 0), on(4, 1, 0, 0), on(5, 1, 0, 0)}
		got := d.figures("productivity", 1, q)
		require.Equal(t, "500/2057", got["|p|2026-03"])
		require.Equal(t, "0/2300", got["|p|2026-04"], "a make-up Sunday is worked")
	})
	t.Run("by a calendar of its own", func(t *testing.T) {
		d := attendanceDesk(t)
		six := opened
		six.Week.Sat = hours
		d.says("calendar-six", "CalendarPublished", on(1, 1, 0, 0), calendar.Published{Version: 1, From: worktime.Day(2026, time.January, 1), Definition: six})
		q := month(time.March, on(4, 1, 0, 0), kpi.ByPerson)
		require.Equal(t, map[string]string{"|p": "500/0"}, d.figures("productivity", 1, q), "nothing says which of two calendars")
		d.says("unit-u", "UnitCalendarChosen", on(3, 16, 0, 0), unit.CalendarChosen{Calendar: "six"})
		require.Equal(t, "500/1400", d.figures("productivity", 1, q)["|p"], "from the 16th on")
		d.says("unit-g", "UnitCalendarChosen", on(3, 1, 0, 0), unit.CalendarChosen{Calendar: "office"})
		require.Equal(t, "500/2057", d.figures("productivity", 1, q)["|p"], "the nearest choice holds")
	})
}

func TestDaysTellWhyTheyDoNotCount(t *testing.T) {
	t.Parallel()
	d := attendanceDesk(t)
	f, _ := kpi.Find("productivity", 1)
	d.measure(t, func(ctx context.Context, s kpi.Snapshot) error {
		q := kpi.Inquiry{Question: kpi.Question{Position: d.last(), Window: kpi.Window{From: on(3, 1, 0, 0), To: on(4, 1, 0, 0)}}, AsOf: on(3, 31, 8, 0)}
		q.Filter.Person = "p"
		days, err := s.Days(ctx, q)
		require.NoError(t, err)
		require.Len(t, days, 31)
		reasons, sum := map[string]string{}, int64(0)
		for _, x := range days {
			reasons[x.Date.String()] = x.Reason
			sum += x.Hundredths
		}
		require.Equal(t, int64(1957), sum)
		for date, reason := range map[string]string{
			"2026-03-01": "closed", "2026-03-02": "", "2026-03-05": kpi.Absent, "2026-03-06": kpi.Absent, "2026-03-31": kpi.NotYet,
		} {
			require.Equal(t, reason, reasons[date], date)
		}
		q.Filter.Person = "q"
		days, err = s.Days(ctx, q)
		require.NoError(t, err)
		for _, x := range days {
			if x.Date == worktime.Day(2026, time.March, 30) {
				require.Equal(t, kpi.NotHere, x.Reason)
			}
		}

		drill := kpi.Drill{Inquiry: q, Side: kpi.OfDenominator, Limit: 2}
		drill.Filter.Person, drill.Reach.All = "p", true
		sum = 0
		for {
			facts, next, err := s.Cases(ctx, f, drill)
			require.NoError(t, err)
			for _, x := range facts {
				sum += x.Denominator
			}
			if next == nil {
				break
			}
			drill.After = next
		}
		require.Equal(t, int64(1957), sum, "the days behind the denominator sum up to it")
		drill.Side, drill.After = kpi.OfNumerator, nil
		facts, _, err := s.Cases(ctx, f, drill)
		require.NoError(t, err)
		require.Len(t, facts, 2)
		return nil
	})
}
