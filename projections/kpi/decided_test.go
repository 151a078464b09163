package kpi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/ticket"
	"docket/domain/worktime"
	"docket/projections/kpi"
)

const later = 24 * time.Hour * 200

// clockCase is the life of one ticket's handling clock, and how March (or another month) is decided by it.
type clockCase struct {
	live  func(d *desk)
	month time.Month
	asOf  time.Time
	want  string // met/decided
	used  time.Duration
}

var onePerson = "p"

// The cases of kpis §4 that a single ticket shows.
var clockCases = map[string]clockCase{
	"over lunch": {
		live: func(d *desk) {
			d.begin("a", on(3, 2, 11, 0), worktime.WorkingHours(2*hour), onePerson)
			require.Equal(d.t, on(3, 2, 14, 0), d.due("a"))
			d.deliver("a", on(3, 2, 14, 0))
		}, want: "1/1", used: 2 * hour,
	},
	"stopped at closing time, which is still open time used": {
		live: func(d *desk) {
			d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(7*hour), onePerson)
			require.Equal(d.t, on(3, 2, 17, 0), d.due("a"))
			d.deliver("a", on(3, 2, 17, 0))
		}, want: "1/1", used: 7 * hour,
	},
	"stopped at the next opening, a night too late": {
		live: func(d *desk) {
			d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(7*hour), onePerson)
			d.deliver("a", on(3, 3, 9, 0))
		}, want: "0/1", used: 7 * hour,
	},
	"started in a holiday": {
		live: func(d *desk) {
			d.begin("a", on(5, 1, 10, 0), worktime.WorkingHours(time.Hour), onePerson)
			require.Equal(d.t, on(5, 4, 10, 0), d.due("a"))
			d.deliver("a", on(5, 4, 9, 59))
		}, month: 5, want: "1/1", used: 59 * time.Minute,
	},
	"a make-up Sunday": {
		live: func(d *desk) {
			d.begin("a", on(4, 24, 16, 0), worktime.WorkingHours(2*hour), onePerson)
			require.Equal(d.t, on(4, 26, 10, 0), d.due("a"))
			d.deliver("a", on(4, 26, 10, 1))
		}, month: 4, want: "0/1", used: 2*hour + time.Minute,
	},
	"paused over a weekend": {
		live: func(d *desk) {
			d.begin("a", on(3, 6, 15, 0), worktime.WorkingHours(2*hour), onePerson)
			d.do("a", on(3, 6, 16, 0), onePerson, ticket.Pause{Kind: ticket.AwaitingCustomer, Reason: "so", Facts: d.facts()})
			d.do("a", on(3, 9, 9, 30), onePerson, ticket.Resume{Facts: d.facts()})
			require.Equal(d.t, on(3, 9, 10, 30), d.due("a"))
			d.deliver("a", on(3, 9, 10, 30))
		}, want: "1/1", used: 2 * hour,
	},
	"a clock that began in a pause": {
		live: func(d *desk) {
			d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(time.Hour), onePerson)
			d.tell("a", on(3, 2, 9, 0), onePerson, ticket.ClockPaused{Clock: "handling", Round: 1, Pause: 1, Kind: ticket.AwaitingCustomer, At: on(3, 1, 9, 0)})
			resumed := on(3, 2, 11, 0)
			due := on(3, 2, 13, 0).Add(-time.Hour)
			d.tell("a", resumed, onePerson, ticket.ClockResumed{Clock: "handling", Round: 1, At: resumed,
				Deadline: ticket.Deadline{Calendar: "office", Version: 1, AllowedMs: hour.Milliseconds(), DueAt: &due}})
			d.deliver("a", on(3, 2, 12, 0))
		}, want: "1/1", used: time.Hour,
	},
	"two overlapping pauses count once": {
		live: func(d *desk) {
			d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(2*hour), onePerson)
			for n, from := range []time.Time{on(3, 2, 9, 30), on(3, 2, 9, 45)} {
				d.tell("a", from, onePerson, ticket.ClockPaused{Clock: "handling", Round: 1, Pause: n + 1, Kind: ticket.AwaitingCustomer, At: from})
			}
			resumed, due := on(3, 2, 10, 30), on(3, 2, 12, 0)
			d.tell("a", resumed, onePerson, ticket.ClockResumed{Clock: "handling", Round: 1, At: resumed,
				Deadline: ticket.Deadline{Calendar: "office", Version: 1, AllowedMs: (2 * hour).Milliseconds(), DueAt: &due}})
			d.deliver("a", on(3, 2, 11, 30))
		}, want: "1/1", used: 90 * time.Minute,
	},
	"a pause that was revoked counts after all": {
		live: func(d *desk) {
			d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(2*hour), onePerson)
			d.do("a", on(3, 2, 10, 0), onePerson, ticket.Pause{Kind: ticket.AwaitingCustomer, Reason: "so", Facts: d.facts()})
			d.do("a", on(3, 2, 15, 0), onePerson, ticket.Resume{Facts: d.facts()})
			require.Equal(d.t, on(3, 2, 16, 0), d.due("a"))
			d.do("a", on(3, 2, 15, 10), "boss", ticket.RevokePause{Pause: 1, Reason: "so", Facts: d.facts()})
			require.Equal(d.t, on(3, 2, 11, 0), d.due("a"))
			d.deliver("a", on(3, 2, 15, 30))
		}, want: "0/1", used: 5*hour + 30*time.Minute,
	},
	"paused at the end, so that it has no deadline and is not decided": {
		live: func(d *desk) {
			d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(2*hour), onePerson)
			d.do("a", on(3, 2, 10, 0), onePerson, ticket.Pause{Kind: ticket.AwaitingCustomer, Reason: "so", Facts: d.facts()})
		}, want: "0/0",
	},
	"extended a millisecond before the deadline": {
		live: func(d *desk) {
			d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(2*hour), onePerson)
			d.extend("a", on(3, 2, 11, 0).Add(-time.Millisecond))
			require.Equal(d.t, on(3, 2, 12, 0), d.due("a"))
			d.deliver("a", on(3, 2, 12, 0))
		}, want: "1/1", used: 3 * hour,
	},
	"extended a millisecond after the deadline, which moves nothing": {
		live: func(d *desk) {
			d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(2*hour), onePerson)
			err := d.try("a", on(3, 2, 11, 0).Add(time.Millisecond), onePerson, ticket.RequestExtension{By: worktime.WorkingHours(hour), Reason: "so"})
			require.ErrorIs(d.t, err, worktime.ErrExpired)
			d.deliver("a", on(3, 2, 12, 0))
		}, want: "0/1", used: 3 * hour,
	},
	"withdrawn before the deadline": {
		live: func(d *desk) {
			d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(2*hour), onePerson)
			d.tell("a", on(3, 2, 11, 0), onePerson, ticket.Cancelled{Code: ticket.CancelWithdrawn})
			d.stop("a", "handling", on(3, 2, 11, 0), true)
		}, want: "0/0",
	},
	"withdrawn after the deadline": {
		live: func(d *desk) {
			d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(2*hour), onePerson)
			d.tell("a", on(3, 2, 11, 1), onePerson, ticket.Cancelled{Code: ticket.CancelWithdrawn})
			d.stop("a", "handling", on(3, 2, 11, 1), true)
		}, want: "0/1",
	},
	"open and overdue counts at once": {
		live: func(d *desk) { d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(2*hour), onePerson) },
		asOf: on(3, 2, 11, 0).Add(time.Millisecond), want: "0/1",
	},
	"open at its deadline is not decided yet": {
		live: func(d *desk) { d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(2*hour), onePerson) },
		asOf: on(3, 2, 11, 0), want: "0/0",
	},
	"a limit of a millisecond": {
		live: func(d *desk) {
			d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(time.Millisecond), onePerson)
			d.deliver("a", on(3, 2, 9, 0).Add(2*time.Millisecond))
			d.begin("b", on(3, 2, 9, 0), worktime.WorkingHours(time.Millisecond), onePerson)
			d.deliver("b", on(3, 2, 9, 0).Add(time.Millisecond))
		}, want: "1/2",
	},
	"days from the last open minute": {
		live: func(d *desk) {
			d.begin("a", on(3, 2, 16, 59), worktime.WorkingDays(1), onePerson)
			require.Equal(d.t, on(3, 3, 16, 59), d.due("a"))
			d.deliver("a", on(3, 3, 16, 59))
		}, want: "1/1", used: 7 * hour,
	},
	"another version of the calendar in between": {
		live: func(d *desk) {
			d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(14*hour), onePerson)
			closed := opened
			closed.Exceptions = append([]worktime.Exception{{Date: worktime.Day(2026, time.March, 3), Kind: worktime.Closure, Name: "move"}}, opened.Exceptions...)
			d.publish(closed, worktime.Day(2026, time.March, 3))
			d.begin("b", on(3, 2, 9, 0), worktime.WorkingHours(14*hour), onePerson)
			require.Equal(d.t, on(3, 3, 17, 0), d.due("a"), "the limit stays where it was told")
			require.Equal(d.t, on(3, 4, 17, 0), d.due("b"))
			d.deliver("a", on(3, 4, 17, 0))
			d.deliver("b", on(3, 4, 17, 0))
		}, want: "1/2",
	},
	"put on another version of the calendar by management": {
		live: func(d *desk) {
			d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(14*hour), onePerson)
			closed := opened
			closed.Exceptions = append([]worktime.Exception{{Date: worktime.Day(2026, time.March, 3), Kind: worktime.Closure, Name: "move"}}, opened.Exceptions...)
			d.publish(closed, worktime.Day(2026, time.March, 3))
			d.deliver("a", on(3, 4, 17, 0))
			d.do("a", on(3, 5, 9, 0), "boss", ticket.Rebase{Clock: "handling", Reason: "so", Facts: ticket.RebaseFacts{Newest: ticket.Calendars{d.cals[1]}}})
		}, want: "1/1",
	},
	"joined in time, and parted again": {
		live: func(d *desk) {
			d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(2*hour), onePerson)
			d.tell("a", on(3, 2, 10, 0), onePerson, ticket.Joined{Into: "b", Was: ticket.StatusInProgress})
			d.stop("a", "handling", on(3, 2, 10, 0), true)
			d.tell("a", on(3, 2, 14, 0), onePerson, ticket.Unjoined{From: "b", Status: ticket.StatusInProgress})
			due := on(3, 2, 15, 0)
			d.tell("a", on(3, 2, 14, 0), onePerson, ticket.ClockResumed{Clock: "handling", Round: 1, At: on(3, 2, 14, 0), Reopened: true,
				Deadline: ticket.Deadline{Calendar: "office", Version: 1, AllowedMs: (2 * hour).Milliseconds(), DueAt: &due}})
			d.deliver("a", on(3, 2, 15, 0))
		}, want: "1/1", used: 2 * hour,
	},
	"joined in time": {
		live: func(d *desk) {
			d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(2*hour), onePerson)
			d.tell("a", on(3, 2, 10, 0), onePerson, ticket.Joined{Into: "b", Was: ticket.StatusInProgress})
			d.stop("a", "handling", on(3, 2, 10, 0), true)
		}, want: "0/0",
	},
	"a delivery on paper, keyed in the next day": {
		live: func(d *desk) {
			d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(2*hour), onePerson)
			d.lag = 24 * hour
			d.deliver("a", on(3, 2, 11, 0))
		}, want: "1/1", used: 2 * hour,
	},
	"a delivery on paper, keyed in too late to be believed": {
		live: func(d *desk) {
			d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(2*hour), onePerson)
			d.lag = 60 * hour
			d.deliver("a", on(3, 2, 11, 0))
		}, want: "0/1",
	},
	"another system's log, however late it is carried in": {
		live: func(d *desk) {
			d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(2*hour), onePerson)
			d.lag, d.role = 1000*hour, "importer"
			d.deliver("a", on(3, 2, 11, 0))
		}, want: "1/1", used: 2 * hour,
	},
}

// extend asks for an hour more, has it granted and tells the customer, all at one instant.
func (d *desk) extend(key string, at time.Time) {
	d.t.Helper()
	n := len(d.states[key].Clocks.Extensions) + 1
	d.do(key, at, onePerson, ticket.RequestExtension{By: worktime.WorkingHours(hour), Reason: "so"})
	granted := worktime.Extension{Granted: at, By: worktime.WorkingHours(hour)}
	before := d.due(key)
	after := before.Add(hour)
	d.tell(key, at, "boss", ticket.ExtensionApproved{Extension: n, By: granted.By, Approver: "boss", At: at, Before: &before, DueAt: &after})
	d.tell(key, at, onePerson, ticket.ExtensionTold{Extension: n, Channel: ticket.Phone, DueAt: &after},
		ticket.ClockMoved{Clock: "handling", Round: 1, Cause: ticket.MovedByExtension, Limit: worktime.WorkingHours(2 * hour), Extension: &granted,
			Before: &before, Deadline: ticket.Deadline{Calendar: "office", Version: 1, AllowedMs: (3 * hour).Milliseconds(), DueAt: &after}})
}

func TestDecidedClocks(t *testing.T) {
	t.Parallel()
	for name, c := range clockCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			c.live(d)
			if c.month == 0 {
				c.month = time.March
			}
			if c.asOf.IsZero() {
				c.asOf = on(3, 1, 0, 0).Add(later)
			}
			require.Equal(t, c.want, d.figures("on-time-completion", 2, month(c.month, c.asOf))[""])
			told := naive(d.events, d.last(), month(c.month, c.asOf))
			require.Equal(t, c.want, told.onTime(), "as somebody who reads the log tells it")
			if c.used > 0 {
				rows := d.rows("efficiency", 1, month(c.month, c.asOf))
				require.Equal(t, c.used.Milliseconds(), rows[0].Numerator, "working time used")
			}
		})
	}
}

// Reopened after a month that is over, a ticket leaves that month as it was and is decided anew in another one.
func TestReopenedAcrossTheEndOfAMonth(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.begin("a", on(3, 30, 9, 0), worktime.WorkingHours(7*hour), "p")
	d.deliver("a", on(3, 30, 12, 0)) // three hours used
	before := d.last()
	d.tell("a", on(4, 7, 9, 0), "boss", ticket.Reopened{Fault: ticket.FaultStaff, Round: 2})
	due := on(4, 7, 14, 0)
	d.tell("a", on(4, 7, 9, 0), "boss", ticket.ClockResumed{Clock: "handling", Round: 1, At: on(4, 7, 9, 0), Reopened: true,
		Deadline: ticket.Deadline{Calendar: "office", Version: 1, AllowedMs: (7 * hour).Milliseconds(), DueAt: &due}})
	d.deliver("a", on(4, 8, 9, 0))
	asOf := on(3, 1, 0, 0).Add(later)
	require.Equal(t, "1/1", d.figures("on-time-completion", 2, month(3, asOf))[""])
	require.Equal(t, "0/1", d.figures("on-time-completion", 2, month(4, asOf))[""])
	require.Equal(t, "1/1", d.figures("reopen-rate", 1, month(3, asOf))["staff"])
	require.Equal(t, "0/1", d.figures("reopen-rate", 1, month(4, asOf))[""])
	then := month(3, asOf)
	then.Position = before
	require.Equal(t, "0/1", d.figures("reopen-rate", 1, then)[""], "as it was known at the end of the month")
	require.EqualValues(t, 1, d.rows("reopen-rate", 1, month(3, on(4, 10, 0, 0)))[0].Provisional)
	require.Equal(t, "1/0", d.figures("volume", 1, month(4, asOf))["delivered_again"])
	require.Equal(t, "0/0", d.figures("volume", 1, month(4, asOf))["delivered"])
	require.Equal(t, "1/0", d.figures("flow", 1, month(4, asOf))["reopened"])
}

// The two versions of one formula differ over what is overdue and not delivered.
func TestVersionsOfOneFormula(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(2*hour), "p")
	d.deliver("a", on(3, 2, 11, 0))
	d.begin("b", on(3, 2, 9, 0), worktime.WorkingHours(2*hour), "p")
	asOf := on(4, 1, 0, 0)
	require.Equal(t, "1/1", d.figures("on-time-completion", 1, month(3, asOf))[""], "by delivery, the late one does not exist")
	require.Equal(t, "1/2", d.figures("on-time-completion", 2, month(3, asOf))[""])
	require.Equal(t, "1/2", d.figures("completion", 1, month(3, asOf))[""])
}

// A ticket handed over at the very instant of its deadline is missed by whoever has it then; a moment later it is not.
func TestHandedOverOnTheDeadline(t *testing.T) {
	t.Parallel()
	for at, holder := range map[time.Time]string{
		on(3, 2, 11, 0).Add(-time.Millisecond): "q", on(3, 2, 11, 0): "q", on(3, 2, 11, 0).Add(time.Millisecond): "p",
	} {
		d := newDesk(t)
		d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(2*hour), "p")
		d.tell("a", at, "q", ticket.HandoverOffered{Handover: 1, From: "p", To: "q"}, ticket.HandoverAccepted{Handover: 1, From: "p", To: "q"})
		q := month(3, on(3, 9, 0, 0), kpi.ByPerson)
		require.Equal(t, "0/1", d.figures("on-time-completion", 2, q)["|"+holder], "%s", at)
		q.By = nil
		q.Filter.Person = holder
		require.Equal(t, "1/0", d.figures("on-time-completion", 2, q)["missed"])
	}
}

// A zone with summer time: the day it begins has 23 hours, of which the night's do not matter to the limit, and a month by
// local midnights begins an hour earlier.
func TestSummerTimeAndLeapDay(t *testing.T) {
	t.Parallel()
	berlin := opened
	berlin.Zone, berlin.Exceptions = "Europe/Berlin", nil
	d := newDesk(t, berlin)
	start := time.Date(2026, 3, 27, 15, 0, 0, 0, time.UTC) // Friday, four in the afternoon, winter time
	d.begin("a", start, worktime.WorkingHours(2*hour), "p")
	require.Equal(t, time.Date(2026, 3, 30, 8, 0, 0, 0, time.UTC), d.due("a"), "Monday at ten, summer time")
	d.deliver("a", time.Date(2026, 3, 30, 8, 0, 0, 0, time.UTC))
	leap := time.Date(2028, 2, 28, 16, 0, 0, 0, time.UTC) // closing time of Monday; Tuesday is the 29th
	d.begin("b", leap.Add(-time.Hour), worktime.WorkingHours(2*hour), "p")
	require.Equal(t, time.Date(2028, 2, 29, 9, 0, 0, 0, time.UTC), d.due("b"))
	d.deliver("b", time.Date(2028, 2, 29, 9, 0, 0, 0, time.UTC))
	zone, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	q := kpi.Inquiry{AsOf: time.Date(2029, 1, 1, 0, 0, 0, 0, time.UTC), By: []kpi.Dimension{kpi.ByMonth}}
	for _, m := range []struct {
		year  int
		month time.Month
	}{{2026, 3}, {2026, 4}, {2028, 2}, {2028, 3}} {
		q.Bounds = append(q.Bounds, time.Date(m.year, m.month, 1, 0, 0, 0, 0, zone))
	}
	q.Window = kpi.Window{From: q.Bounds[0], To: q.Bounds[3]}
	got := d.figures("on-time-completion", 2, q)
	require.Equal(t, "1/1", got["|2026-03"])
	require.Equal(t, "1/1", got["|2028-02"])
	require.NotContains(t, got, "|2026-04")
}
