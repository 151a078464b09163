package ticket_test

import (
	"testing"
	"time"

	"docket/domain/domaintest"
	"docket/domain/ticket"
	"docket/domain/worktime"
)

var (
	friday = at(5, 17, 0)
	stage  = ticket.ClockStarted{Clock: "stage:first", Round: 1, Since: at(1, 10, 0), Limit: worktime.WorkingHours(hour),
		Deadline: due(hour, 0, at(1, 10, 30), at(1, 10, 48), at(1, 11, 0))}
)

var lateCases = domaintest.Cases{
	"before the limit runs out": planned(running...).When(ticket.ReportLate{Cause: "ill", Estimate: friday}).As(ann).
		Then(ticket.LateReported{Clock: "handling", Round: 1, By: "ann", Cause: "ill", Estimate: friday, DueAt: on1(at(3, 10, 0))}),
	"of a stage, when it has run out": planned(then(running, stage)...).When(ticket.ReportLate{Clock: "stage:first", Cause: "ill", Estimate: friday}).As(eve).
		Then(ticket.LateReported{Clock: "stage:first", Round: 1, By: "eve", Cause: "ill", Estimate: friday, DueAt: on1(at(1, 11, 0)), Late: true}),
	"said to have been in time": planned(then(running, stage)...).When(ticket.ReportLate{Clock: "stage:first", Cause: "ill", Estimate: friday}).As(eve).Effective(at(1, 10, 30)).
		Then(ticket.LateReported{Clock: "stage:first", Round: 1, By: "eve", Cause: "ill", Estimate: friday, DueAt: on1(at(1, 11, 0)), Late: true}),
	"for no cause, until yesterday": planned(running...).When(ticket.ReportLate{Estimate: noon}).As(ann).Invalid("cause required", "estimate too_early"),
	"of a limit that does not run":  planned(running...).When(ticket.ReportLate{Clock: "stage:first", Cause: "ill", Estimate: friday}).As(ann).Refused(ticket.ErrNoClock),
	"of a ticket without limits":    given(held...).When(ticket.ReportLate{Cause: "ill", Estimate: friday}).As(ann).Refused(ticket.ErrNoClock),
	"by a service":                  planned(running...).When(ticket.ReportLate{Cause: "ill", Estimate: friday}).As(robot).Refused(ticket.ErrNoPerson),
}

var urgencyCases = domaintest.Cases{
	"raised, which shortens": planned(running...).When(ticket.ChangeUrgency{Urgency: ticket.Urgent, Reason: "a hospital", Facts: facts1}).
		Then(ticket.UrgencyChanged{From: ticket.Normal, To: ticket.Urgent, Reason: "a hospital"},
			ticket.ClockMoved{Clock: "handling", Round: 1, Cause: ticket.MovedByUrgency, Limit: day, Before: on1(at(3, 10, 0)),
				Deadline: due(7*hour, 2*hour, at(1, 14, 30), at(1, 16, 36), at(2, 10, 0))}),
	"raised while nobody holds it": planned(then(queued, handling)...).When(ticket.ChangeUrgency{Urgency: ticket.Urgent, Reason: "r", Facts: facts1, Called: "eve"}).
		Then(ticket.UrgencyChanged{From: ticket.Normal, To: ticket.Urgent, Reason: "r"},
			ticket.ClockMoved{Clock: "handling", Round: 1, Cause: ticket.MovedByUrgency, Limit: day, Before: on1(at(3, 10, 0)),
				Deadline: due(7*hour, 2*hour, at(1, 14, 30), at(1, 16, 36), at(2, 10, 0))},
			ticket.ClockStarted{Clock: "acknowledge", Round: 1, Since: noon, Limit: worktime.WorkingHours(30 * time.Minute),
				Deadline: due(30*time.Minute, 0, at(1, 13, 15), at(1, 13, 24), at(1, 13, 30))},
			ticket.Paged{Level: 1, Person: "eve", Group: "g1", Urgency: ticket.Urgent, DueAt: on1(at(1, 13, 30))}),
	"lowered, which lengthens, and nobody is paged any more": planned(then(queued, ticket.UrgencyChanged{From: ticket.Normal, To: ticket.Urgent},
		ticket.ClockStarted{Clock: "handling", Round: 1, Since: at(1, 10, 0), Limit: day, Deadline: due(7*hour, 0, at(1, 14, 30), at(1, 16, 36), at(2, 10, 0))},
		ticket.ClockStarted{Clock: "acknowledge", Round: 1, Since: noon, Limit: worktime.WorkingHours(30 * time.Minute), Deadline: due(30*time.Minute, 0, at(1, 13, 15), at(1, 13, 24), at(1, 13, 30))})...).
		When(ticket.ChangeUrgency{Urgency: ticket.Normal, Reason: "r", Facts: facts1}).
		Then(ticket.UrgencyChanged{From: ticket.Urgent, To: ticket.Normal, Reason: "r"},
			ticket.ClockMoved{Clock: "handling", Round: 1, Cause: ticket.MovedByUrgency, Limit: worktime.WorkingHours(14 * hour), Before: on1(at(2, 10, 0)),
				Deadline: due(14*hour, 2*hour, at(2, 10, 0), at(2, 15, 12), at(3, 10, 0))},
			ticket.ClockStopped{Clock: "acknowledge", Round: 1, At: noon, DueAt: on1(at(1, 13, 30)), Met: true, Cancelled: true}),
	"when the deadline has passed, which stays": planned(running...).When(ticket.ChangeUrgency{Urgency: ticket.Urgent, Reason: "r", Facts: facts1}).At(at(3, 10, 0).Add(time.Millisecond)).
		Then(ticket.UrgencyChanged{From: ticket.Normal, To: ticket.Urgent, Reason: "r"}),
	"of a plain ticket":         given(held...).When(ticket.ChangeUrgency{Urgency: ticket.Critical, Reason: "r"}).Then(ticket.UrgencyChanged{From: ticket.Normal, To: ticket.Critical, Reason: "r"}),
	"to what it is":             planned(running...).When(ticket.ChangeUrgency{Urgency: ticket.Normal, Reason: "r", Facts: facts1}).Nothing(),
	"to a class without limits": planned(running...).When(ticket.ChangeUrgency{Urgency: ticket.Critical, Facts: facts1}).Invalid("urgency no_limits", "reason required"),
	"to no class":               given(held...).When(ticket.ChangeUrgency{Urgency: "hot", Reason: "r"}).Invalid("urgency not_allowed"),
	"by an unknown calendar":    planned(running...).When(ticket.ChangeUrgency{Urgency: ticket.Urgent, Reason: "r"}).Refused(ticket.ErrNoCalendar),
	"once closed":               given(closed...).When(ticket.ChangeUrgency{Urgency: ticket.Urgent, Reason: "r"}).Refused(ticket.ErrNotOpen),
}

var (
	newest   = ticket.RebaseFacts{Newest: ticket.Calendars{revised}}
	before   = ticket.Basis{Limit: worktime.WorkingHours(14 * hour), Calendar: "office", Version: 1, DueAt: on1(at(3, 10, 0))}
	afresh   = func(d ticket.Deadline) ticket.Deadline { d.Version = 2; return d }
	yes, no  = true, false
	metUntil = func(met *bool) ticket.Basis { b := before; b.Met = met; return b }
)

var rebaseCases = domaintest.Cases{
	"onto a calendar published since": planned(running...).When(ticket.Rebase{Reason: "the office moves", Facts: newest}).
		Then(ticket.ClockRebased{Clock: "handling", Round: 1, Limit: worktime.WorkingHours(14 * hour), Reason: "the office moves", Before: before,
			Deadline: afresh(due(14*hour, 2*hour, at(2, 10, 0), at(2, 15, 12), at(4, 10, 0)))}),
	"onto another limit": planned(running...).When(ticket.Rebase{Clock: "handling", Limit: worktime.WorkingDays(5), Reason: "a new rule", Facts: ticket.RebaseFacts{Newest: ticket.Calendars{office}}}).
		Then(ticket.ClockRebased{Clock: "handling", Round: 1, Limit: worktime.WorkingDays(5), Reason: "a new rule", Before: before,
			Deadline: due(35*hour, 2*hour, at(3, 14, 30), at(5, 10, 0), at(8, 10, 0))}),
	"one that has stopped, which keeps both results": planned(answered...).
		When(ticket.Rebase{Clock: "handling", Limit: day, Reason: "it was urgent", Facts: newest}).
		Then(ticket.ClockRebased{Clock: "handling", Round: 1, Limit: day, Reason: "it was urgent", Before: metUntil(&yes), Met: &no,
			Deadline: afresh(due(7*hour, 9*hour, at(1, 14, 30), at(1, 16, 36), at(2, 10, 0)))}),
	"what comes out the same":   planned(running...).When(ticket.Rebase{Reason: "r", Facts: ticket.RebaseFacts{Newest: ticket.Calendars{office}}}).Nothing(),
	"without a reason":          planned(running...).When(ticket.Rebase{Facts: newest}).Invalid("reason required"),
	"another limit of nobody's": planned(running...).When(ticket.Rebase{Limit: day, Reason: "r", Facts: newest}).Invalid("clock required"),
	"onto no limit at all":      planned(running...).When(ticket.Rebase{Clock: "handling", Limit: worktime.Limit{Unit: worktime.Days}, Reason: "r", Facts: newest}).Invalid("limit.amount out_of_range"),
	"what never ran":            planned(running...).When(ticket.Rebase{Clock: "objection", Reason: "r", Facts: newest}).Refused(ticket.ErrNoClock),
	"a ticket without clocks":   given(held...).When(ticket.Rebase{Reason: "r", Facts: newest}).Refused(ticket.ErrNoClock),
	"by an unknown calendar":    planned(running...).When(ticket.Rebase{Reason: "r"}).Refused(ticket.ErrNoCalendar),
	"into a year that is not known": planned(running...).When(ticket.Rebase{Clock: "handling", Limit: worktime.WorkingDays(2600), Reason: "r", Facts: newest}).
		Refused(worktime.ErrUnknownYear),
}

var reminded = ticket.ReminderDue{Clock: "handling", Round: 1, Percent: 50, At: at(2, 10, 0), To: "handler", DueAt: on1(at(3, 10, 0))}

var remindCases = domaintest.Cases{
	"of the first share": planned(running...).When(ticket.Remind{Clock: "handling", Round: 1, Percent: 50, At: at(2, 10, 0)}).At(at(2, 10, 0)).Then(reminded),
	"of the second share": planned(then(running, reminded)...).When(ticket.Remind{Clock: "handling", Round: 1, Percent: 80, At: at(2, 15, 12)}).At(at(2, 15, 13)).
		Then(ticket.ReminderDue{Clock: "handling", Round: 1, Percent: 80, At: at(2, 15, 12), To: "leader", DueAt: on1(at(3, 10, 0))}),
	"of the end, after an outage": planned(running...).When(ticket.Remind{Clock: "handling", Round: 1, Percent: 100, At: at(3, 10, 0)}).At(at(9, 10, 0)).
		Then(ticket.ReminderDue{Clock: "handling", Round: 1, Percent: 100, At: at(3, 10, 0), To: "deputy_manager", DueAt: on1(at(3, 10, 0))}),
	"twice":               planned(then(running, reminded)...).When(ticket.Remind{Clock: "handling", Round: 1, Percent: 50, At: at(2, 10, 0)}).At(at(2, 10, 0)).Nothing(),
	"while it is paused":  planned(waiting...).When(ticket.Remind{Clock: "handling", Round: 1, Percent: 50, At: at(2, 10, 0)}).At(at(2, 10, 0)).Nothing(),
	"when it was moved":   planned(moved...).When(ticket.Remind{Clock: "handling", Round: 1, Percent: 50, At: at(2, 10, 0)}).At(at(2, 10, 0)).Nothing(),
	"once it has stopped": planned(answered...).When(ticket.Remind{Clock: "handling", Round: 1, Percent: 50, At: at(2, 10, 0)}).At(at(3, 10, 0)).Nothing(),
	"of what never ran":   planned(running...).When(ticket.Remind{Clock: "response", Round: 1, Percent: 50, At: at(2, 10, 0)}).At(at(2, 10, 0)).Nothing(),
	"of another round":    planned(running...).When(ticket.Remind{Clock: "handling", Round: 2, Percent: 50, At: at(2, 10, 0)}).At(at(2, 10, 0)).Nothing(),
	"before it is due":    planned(running...).When(ticket.Remind{Clock: "handling", Round: 1, Percent: 50, At: at(2, 10, 0)}).At(at(2, 10, 0).Add(-1)).Refused(ticket.ErrNotDue),
}

var expireCases = domaintest.Cases{
	"after as long as the rules allow":        planned(waiting...).When(ticket.ExpirePause{Round: 1, DueAt: at(8, 12, 0), Facts: facts1}).As(robot).At(at(8, 12, 0)).Then(expired...),
	"after an outage, as of the same instant": planned(waiting...).When(ticket.ExpirePause{Round: 1, DueAt: at(8, 12, 0), Facts: facts1}).As(robot).At(at(10, 9, 0)).Then(expired...),
	"of a pause that is over":                 planned(then(waiting, expired...)...).When(ticket.ExpirePause{Round: 1, DueAt: at(8, 12, 0), Facts: facts1}).At(at(8, 12, 0)).Nothing(),
	"of another pause":                        planned(waiting...).When(ticket.ExpirePause{Round: 2, DueAt: at(8, 12, 0), Facts: facts1}).At(at(8, 12, 0)).Nothing(),
	"at another instant":                      planned(waiting...).When(ticket.ExpirePause{Round: 1, DueAt: at(8, 9, 0), Facts: facts1}).At(at(8, 12, 0)).Nothing(),
	"of no pause":                             planned(running...).When(ticket.ExpirePause{Round: 1, DueAt: at(8, 12, 0), Facts: facts1}).At(at(8, 12, 0)).Nothing(),
	"too early":                               planned(waiting...).When(ticket.ExpirePause{Round: 1, DueAt: at(8, 12, 0), Facts: facts1}).At(at(8, 11, 0)).Refused(ticket.ErrNotDue),
	"by an unknown calendar":                  planned(waiting...).When(ticket.ExpirePause{Round: 1, DueAt: at(8, 12, 0)}).At(at(8, 12, 0)).Refused(ticket.ErrNoCalendar),
}

var expired = []ticket.Event{
	ticket.Resumed{Kind: ticket.AwaitingCustomer},
	ticket.ClockStopped{Clock: "pause", Round: 1, At: at(8, 12, 0), DueAt: on1(at(8, 12, 0)), Met: true},
	ticket.ClockResumed{Clock: "handling", Round: 1, At: at(8, 12, 0), Deadline: due(14*hour, 2*hour, at(9, 10, 0), at(9, 15, 12), at(10, 10, 0))},
}

func TestReportLate(t *testing.T)    { t.Parallel(); lateCases.Run(t) }
func TestChangeUrgency(t *testing.T) { t.Parallel(); urgencyCases.Run(t) }
func TestRebase(t *testing.T)        { t.Parallel(); rebaseCases.Run(t) }
func TestRemind(t *testing.T)        { t.Parallel(); remindCases.Run(t) }
func TestExpirePause(t *testing.T)   { t.Parallel(); expireCases.Run(t) }

// clockCases are the cases of the family's commands.
var clockCases = []domaintest.Cases{
	pausingCases, resumingCases, revokeCases, endCases, requestCases, approveCases, refuseExtensionCases, tellCases,
	lateCases, explainCases, urgencyCases, rebaseCases, remindCases, expireCases,
}
