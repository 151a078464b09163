package ticket_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/domaintest"
	"docket/domain/ticket"
	"docket/domain/worktime"
)

// clockRecorded holds the family's events as recorded does.
var clockRecorded = map[string]ticket.Event{
	"TicketClockStarted.v1": ticket.ClockStarted{
		Clock: "handling", Round: 1, Since: noon, Rule: worktime.NextWorkingDay, Limit: worktime.WorkingDays(3),
		Deadline: ticket.Deadline{
			Calendar: "office", Version: 2, AllowedMs: 25_200_000, UsedMs: 1, DueAt: &later,
			Reminders: []ticket.Share{{Percent: 50, At: noon}}, Unknown: true,
		},
	},
	"TicketBreachExplained.v1": explained,
	"TicketClockPaused.v1":     ticket.ClockPaused{Clock: "handling", Round: 1, Pause: 1, Kind: ticket.AwaitingExternal, At: noon, LeftMs: 3_600_000},
	"TicketClockResumed.v1":    ticket.ClockResumed{Clock: "handling", Round: 1, At: noon, Reopened: true, Deadline: ticket.Deadline{Calendar: "office", Version: 1, DueAt: &later}},
	"TicketClockMoved.v1": ticket.ClockMoved{
		Clock: "handling", Round: 1, Cause: ticket.MovedByExtension, Limit: worktime.WorkingHours(time.Hour),
		Extension: &worktime.Extension{Granted: noon, By: worktime.WorkingDays(2)}, Before: &noon,
		Deadline: ticket.Deadline{Calendar: "office", Version: 1, DueAt: &later},
	},
	"TicketClockRebased.v1": ticket.ClockRebased{
		Clock: "handling", Round: 1, Limit: worktime.WorkingDays(2), Reason: "the year was announced",
		Before:   ticket.Basis{Limit: worktime.WorkingDays(3), Calendar: "office", Version: 1, DueAt: &noon, Met: new(bool)},
		Deadline: ticket.Deadline{Calendar: "office", Version: 2, DueAt: &later}, Met: new(bool),
	},
	"TicketClockStopped.v1":       ticket.ClockStopped{Clock: "handling", Round: 1, At: noon, DueAt: &later, Met: true, Cancelled: true},
	"TicketPauseJustified.v1":     ticket.PauseJustified{Pause: 1, Kind: ticket.AwaitingInspection, From: noon, Evidence: "file 7"},
	"TicketPauseRevoked.v1":       ticket.PauseRevoked{Pause: 1, Reason: "nothing was missing"},
	"TicketExtensionRequested.v1": ticket.ExtensionRequested{Extension: 1, By: worktime.WorkingDays(2), Requester: "ann", Reason: "the archive is slow"},
	"TicketExtensionApproved.v1": ticket.ExtensionApproved{
		Extension: 1, By: worktime.WorkingDays(2), Approver: "eve", Opinion: "agreed", At: noon, Before: &noon, DueAt: &later,
	},
	"TicketExtensionRefused.v1": ticket.ExtensionRefused{Extension: 1, By: "eve", Reason: "hurry"},
	"TicketExtensionTold.v1":    ticket.ExtensionTold{Extension: 1, Channel: ticket.Phone, Text: "it will take until Friday", DueAt: &later},
	"TicketLateReported.v1": ticket.LateReported{
		Clock: "stage:first", Round: 1, By: "eve", Cause: "ill", Estimate: later, DueAt: &noon, Late: true,
	},
	"TicketUrgencyChanged.v1": ticket.UrgencyChanged{From: ticket.Normal, To: ticket.Urgent, Reason: "a hospital"},
	"TicketReminderDue.v1":    ticket.ReminderDue{Clock: "handling", Round: 1, Percent: 80, At: noon, To: "leader", DueAt: &later},
}

func without(d ticket.Deadline) ticket.Deadline {
	d.DueAt, d.Reminders = nil, nil
	return d
}

var pausingCases = domaintest.Cases{
	"a planned ticket, and every clock": planned(running...).When(ticket.Pause{Kind: ticket.AwaitingCustomer, Reason: "asked for the deed", Facts: facts1}).
		Then(pause, justified, halted, longest),
	"for a kind with evidence and no longest time": planned(running...).
		When(ticket.Pause{Kind: ticket.AwaitingInspection, Reason: "r", Evidence: "letter 5", Facts: facts1}).
		Then(ticket.Paused{Kind: ticket.AwaitingInspection, Reason: "r"},
			ticket.PauseJustified{Pause: 1, Kind: ticket.AwaitingInspection, From: noon, Evidence: "letter 5"},
			ticket.ClockPaused{Clock: "handling", Round: 1, Pause: 1, Kind: ticket.AwaitingInspection, At: noon, LeftMs: (12 * hour).Milliseconds()}),
	"from when it is decided, whatever is said": planned(running...).
		When(ticket.Pause{Kind: ticket.AwaitingCustomer, Reason: "asked for the deed", Facts: facts1}).Effective(earlier).
		Then(pause, justified, halted, longest),
	"for a kind the rules do not list":       planned(running...).When(ticket.Pause{Kind: ticket.ForceMajeure, Reason: "r", Facts: facts1}).Invalid("kind not_listed"),
	"without the evidence that is asked for": planned(running...).When(ticket.Pause{Kind: ticket.AwaitingInspection, Facts: facts1}).Invalid("reason required", "evidence required"),
	"by calendars that are not known yet":    planned(running...).When(ticket.Pause{Kind: ticket.AwaitingCustomer, Reason: "r"}).Refused(ticket.ErrNoCalendar),
	"of no kind":                             planned(running...).When(ticket.Pause{Reason: "r", Facts: facts1}).Invalid("kind not_allowed"),
	"once more, after the deadline, which it leaves": planned(then(running)...).
		When(ticket.Pause{Kind: ticket.AwaitingInspection, Reason: "r", Evidence: "e", Facts: facts1}).At(at(3, 11, 0)).
		Then(ticket.Paused{Kind: ticket.AwaitingInspection, Reason: "r"},
			ticket.PauseJustified{Pause: 1, Kind: ticket.AwaitingInspection, From: at(3, 11, 0), Evidence: "e"},
			ticket.ClockPaused{Clock: "handling", Round: 1, Pause: 1, Kind: ticket.AwaitingInspection, At: at(3, 11, 0), LeftMs: -hour.Milliseconds()}),
	"a plain ticket has no clocks": given(held...).When(ticket.Pause{Kind: ticket.ForceMajeure, Reason: "storm"}).
		Then(ticket.Paused{Kind: ticket.ForceMajeure, Reason: "storm"}),
}

// Resumed on Tuesday at ten: twelve hours are left, six of them on that day.
var goesOn = due(14*hour, 2*hour, at(2, 16, 0), at(3, 13, 12), at(3, 16, 0))

var resumingCases = domaintest.Cases{
	"when what was waited for came": planned(waiting...).When(ticket.Resume{Facts: facts1}).At(at(2, 10, 0)).
		Then(resume,
			ticket.ClockStopped{Clock: "pause", Round: 1, At: at(2, 10, 0), DueAt: on1(at(8, 12, 0)), Met: true},
			ticket.ClockResumed{Clock: "handling", Round: 1, At: at(2, 10, 0), Deadline: goesOn}),
	"told later": planned(waiting...).When(ticket.Resume{Facts: facts1}).At(at(2, 16, 0)).Effective(at(2, 10, 0)).
		Then(resume,
			ticket.ClockStopped{Clock: "pause", Round: 1, At: at(2, 10, 0), DueAt: on1(at(8, 12, 0)), Met: true},
			ticket.ClockResumed{Clock: "handling", Round: 1, At: at(2, 10, 0), Deadline: goesOn}),
	"never before it was paused": planned(waiting...).When(ticket.Resume{Facts: facts1}).At(at(2, 16, 0)).Effective(at(1, 9, 0)).
		Then(resume,
			ticket.ClockStopped{Clock: "pause", Round: 1, At: noon, DueAt: on1(at(8, 12, 0)), Met: true},
			ticket.ClockResumed{Clock: "handling", Round: 1, At: noon, Deadline: due(14*hour, 2*hour, at(2, 10, 0), at(2, 15, 12), at(3, 10, 0))}),
	"by calendars that are not known yet": planned(waiting...).When(ticket.Resume{}).Refused(ticket.ErrNoCalendar),
}

var revokeCases = domaintest.Cases{
	"one that lasts": planned(waiting...).When(ticket.RevokePause{Pause: 1, Reason: "nothing was missing", Facts: facts1}).At(at(2, 10, 0)).
		Then(ticket.Resumed{Kind: ticket.AwaitingCustomer, Reason: "nothing was missing"},
			ticket.ClockStopped{Clock: "pause", Round: 1, At: at(2, 10, 0), DueAt: on1(at(8, 12, 0)), Met: true},
			ticket.PauseRevoked{Pause: 1, Reason: "nothing was missing"},
			ticket.ClockMoved{Clock: "handling", Round: 1, Cause: ticket.MovedByRevoking, Limit: worktime.WorkingHours(14 * hour),
				Deadline: due(14*hour, 7*hour, at(2, 10, 0), at(2, 15, 12), at(3, 10, 0))}),
	"one that is over": planned(then(waiting, resume, ticket.ClockStopped{Clock: "pause", Round: 1, At: at(2, 10, 0), Met: true},
		ticket.ClockResumed{Clock: "handling", Round: 1, At: at(2, 10, 0), Deadline: goesOn})...).
		When(ticket.RevokePause{Pause: 1, Reason: "r", Facts: facts1}).At(at(2, 11, 0)).
		Then(ticket.PauseRevoked{Pause: 1, Reason: "r"},
			ticket.ClockMoved{Clock: "handling", Round: 1, Cause: ticket.MovedByRevoking, Limit: worktime.WorkingHours(14 * hour), Before: on1(at(3, 16, 0)),
				Deadline: due(14*hour, 8*hour, at(2, 10, 0), at(2, 15, 12), at(3, 10, 0))}),
	"twice":                  planned(then(waiting, ticket.PauseRevoked{Pause: 1, Reason: "r"})...).When(ticket.RevokePause{Pause: 1, Reason: "r", Facts: facts1}).Refused(ticket.ErrNoPause),
	"one there never was":    planned(waiting...).When(ticket.RevokePause{Pause: 2, Reason: "r", Facts: facts1}).Refused(ticket.ErrNoPause),
	"of a plain ticket":      given(then(held, pause)...).When(ticket.RevokePause{Pause: 1, Reason: "r"}).Refused(ticket.ErrNoPause),
	"without a reason":       planned(waiting...).When(ticket.RevokePause{Pause: 1, Facts: facts1}).Invalid("reason required"),
	"by an unknown calendar": planned(waiting...).When(ticket.RevokePause{Pause: 1, Reason: "r"}).Refused(ticket.ErrNoCalendar),
}

// The result went out on Tuesday at noon, in time.
var (
	stopped  = ticket.ClockStopped{Clock: "handling", Round: 1, At: at(2, 12, 0), DueAt: on1(at(3, 10, 0)), Met: true}
	answered = then(running, finish, ticket.ReviewPassed{Reviewer: "eve", Opinion: "good"},
		ticket.ResultDelivered{Channel: ticket.Phone, Text: "ready"}, stopped)
	response = ticket.ClockStarted{Clock: "response", Round: 1, Since: at(1, 10, 0), Limit: worktime.WorkingHours(hour),
		Deadline: due(hour, 0, at(1, 10, 30), at(1, 10, 48), at(1, 11, 0))}
)

// Ann tells the customer on the telephone.
var (
	onThePhone = ticket.NotifyResult{
		Channels: []ticket.Channel{ticket.Phone}, Told: "Ann Lee", FollowUp: []string{"collect it"}, Facts: ticket.NoticeFacts{Subject: "s", Text: "ready"},
	}
	rung = ticket.NoticeRequested{
		Notice: 1, Kind: ticket.NoticeResult, Language: "zh-Hant", Channels: []ticket.Channel{ticket.Phone}, Subject: "s", Text: "ready",
	}
	heard = ticket.NoticeDelivered{Notice: 1, Channel: ticket.Phone, Attempts: 1, Teller: "ann", Told: "Ann Lee"}
)

// rungFor is the notice of a customer who is known.
func rungFor(customer string) ticket.NoticeRequested {
	e := rung
	e.Customer = customer
	return e
}

var endCases = domaintest.Cases{
	"delivering stops the handling limit": planned(then(running, finish, ticket.ReviewPassed{Reviewer: "eve", Opinion: "good"})...).
		When(onThePhone).As(ann).At(at(2, 12, 0)).
		Then(rung, heard, ticket.ResultDelivered{Channel: ticket.Phone, Text: "ready"}, stopped),
	"delivering in the last millisecond is in time": planned(then(running, finish, ticket.ReviewPassed{Reviewer: "eve", Opinion: "good"})...).
		When(onThePhone).As(ann).At(at(3, 10, 0)).
		Then(rung, heard, ticket.ResultDelivered{Channel: ticket.Phone, Text: "ready"},
			ticket.ClockStopped{Clock: "handling", Round: 1, At: at(3, 10, 0), DueAt: on1(at(3, 10, 0)), Met: true}),
	"delivering a millisecond later is not": planned(then(running, finish, ticket.ReviewPassed{Reviewer: "eve", Opinion: "good"})...).
		When(onThePhone).As(ann).At(at(3, 10, 0).Add(time.Millisecond)).
		Then(rung, heard, ticket.ResultDelivered{Channel: ticket.Phone, Text: "ready"},
			ticket.ClockStopped{Clock: "handling", Round: 1, At: at(3, 10, 0).Add(time.Millisecond), DueAt: on1(at(3, 10, 0))}),
	"a person who delivers answers": planned(then(running, response, finish, ticket.ReviewPassed{Reviewer: "eve", Opinion: "good"})...).
		When(onThePhone).As(ann).At(at(2, 12, 0)).
		Then(rung, heard, ticket.ResultDelivered{Channel: ticket.Phone, Text: "ready"}, stopped,
			ticket.ClockStopped{Clock: "response", Round: 1, At: at(2, 12, 0), DueAt: on1(at(1, 11, 0))}),
	"delivered without what its rules ask for": planned(then(running, response, finish, ticket.ReviewPassed{Reviewer: "eve", Opinion: "good"})...).
		When(ticket.DeliverResult{Channel: ticket.Phone, Text: "ready"}).As(ann).Refused(ticket.ErrNoticeNeeded),
	"reopening goes on where it stopped": planned(answered...).
		When(ticket.Reopen{Fault: ticket.FaultStaff, Reason: "wrong name", Facts: facts1}).At(at(3, 9, 0)).
		Then(ticket.Reopened{Fault: ticket.FaultStaff, Reason: "wrong name", Round: 2},
			ticket.ClockResumed{Clock: "handling", Round: 1, At: at(3, 9, 0), Reopened: true,
				Deadline: due(14*hour, 9*hour, at(2, 10, 0), at(3, 11, 12), at(3, 15, 0))}),
	"reopening by an unknown calendar": planned(answered...).When(ticket.Reopen{Fault: ticket.FaultStaff, Reason: "r"}).Refused(ticket.ErrNoCalendar),
	"cancelling in time": planned(running...).When(ticket.Cancel{Code: ticket.CancelWithdrawn, Reason: "r"}).
		Then(ticket.Cancelled{Code: ticket.CancelWithdrawn, Reason: "r"},
			ticket.ClockStopped{Clock: "handling", Round: 1, At: noon, DueAt: on1(at(3, 10, 0)), Met: true, Cancelled: true}),
	"cancelling too late leaves it missed": planned(running...).When(ticket.Cancel{Code: ticket.CancelWithdrawn, Reason: "r"}).At(at(4, 9, 0)).
		Then(ticket.Cancelled{Code: ticket.CancelWithdrawn, Reason: "r"},
			ticket.ClockStopped{Clock: "handling", Round: 1, At: at(4, 9, 0), DueAt: on1(at(3, 10, 0)), Cancelled: true}),
	"cancelling in a pause": planned(waiting...).When(ticket.Cancel{Code: ticket.CancelWithdrawn, Reason: "r"}).
		Then(ticket.Cancelled{Code: ticket.CancelWithdrawn, Reason: "r"},
			ticket.ClockStopped{Clock: "handling", Round: 1, At: noon, Met: true, Cancelled: true},
			ticket.ClockStopped{Clock: "pause", Round: 1, At: noon, DueAt: on1(at(8, 12, 0)), Met: true, Cancelled: true}),
	"closing with a question unanswered": planned(then(answered, response)...).When(ticket.Close{}).At(at(2, 15, 0)).
		Then(ticket.Closed{}, ticket.ClockStopped{Clock: "response", Round: 1, At: at(2, 15, 0), DueAt: on1(at(1, 11, 0)), Cancelled: true}),
}

func TestPausing(t *testing.T)     { t.Parallel(); pausingCases.Run(t) }
func TestResuming(t *testing.T)    { t.Parallel(); resumingCases.Run(t) }
func TestRevokePause(t *testing.T) { t.Parallel(); revokeCases.Run(t) }
func TestClocksEnd(t *testing.T)   { t.Parallel(); endCases.Run(t) }

// A pause that begins after the deadline does not bring the deadline back.
func TestPausesAfterTheDeadlineDoNotUndoIt(t *testing.T) {
	t.Parallel()
	late := ticket.ClockPaused{Clock: "handling", Round: 1, Pause: 1, Kind: ticket.AwaitingCustomer, At: at(3, 11, 0)}
	s := ticket.Decider.Fold(then(running, pause, late)...)
	clock, ok := s.Clocks.Clock("handling")
	require.True(t, ok)
	require.True(t, clock.Overdue(at(3, 11, 0)))
	require.True(t, clock.Paused())
	s = ticket.Decider.Fold(waiting...)
	clock, _ = s.Clocks.Clock("handling")
	require.False(t, clock.Overdue(at(9, 9, 0)), "there is no deadline while a pause lasts")
}

// A limit whose end lies in a year that the calendar does not know has no date, and says so.
func TestUnknownYearsAreNotGuessed(t *testing.T) {
	t.Parallel()
	s := ticket.Decider.Fold(held...)
	s.Rules, s.Template.Template = &rules, "t1"
	last := time.Date(2026, time.December, 31, 16, 0, 0, 0, time.UTC)
	events, err := domain.Run(ticket.ChangeUrgency{Urgency: ticket.Urgent, Reason: "r", Facts: facts1}, then2(s), domain.Meta{Now: last.Add(50 * time.Minute), Effective: last})
	require.NoError(t, err)
	require.Equal(t, []ticket.Event{
		ticket.UrgencyChanged{From: ticket.Normal, To: ticket.Urgent, Reason: "r"},
		ticket.ClockStarted{Clock: "acknowledge", Round: 1, Since: last.Add(50 * time.Minute), Limit: worktime.WorkingHours(30 * time.Minute),
			Deadline: without(ticket.Deadline{Calendar: "office", Version: 1, AllowedMs: 1_800_000, Unknown: true})},
		ticket.Paged{Level: 1, Group: "g1", Urgency: ticket.Urgent},
	}, events)
}

// then2 is a ticket that nobody holds.
func then2(s ticket.State) ticket.State {
	s.Handler = ""
	return s
}
