package ticket_test

import (
	"testing"
	"time"

	"docket/domain/domaintest"
	"docket/domain/ticket"
)

// A sub-task that was due at noon, and the reminders of it.
var (
	dueNow     = ticket.SubtaskOpened{Subtask: 1, Unit: "u2", To: "sue", Title: "measure", DueAt: noon, Blocking: true}
	nearly     = ticket.SubtaskReminderDue{Subtask: 1, Percent: 80, Unit: "u2", To: "sue", DueAt: noon}
	overdueSub = ticket.SubtaskReminderDue{Subtask: 1, Percent: 100, Unit: "u2", To: "sue", DueAt: noon}
	remindOver = ticket.RemindSubtask{Subtask: 1, Percent: 100, At: noon}
)

var remindSubtaskCases = domaintest.Cases{
	"when most of its time is over": given(then(held, dueNow)...).When(ticket.RemindSubtask{Subtask: 1, Percent: 80, At: earlier}).As(robot).Then(nearly),
	"when its time is over":         given(then(held, dueNow, nearly)...).When(remindOver).As(robot).Then(overdueSub),
	"when it was accepted for a colleague": given(then(held, dueNow, ticket.SubtaskAccepted{Subtask: 1, By: "sue", Handler: "bob"})...).When(remindOver).As(robot).
		Then(ticket.SubtaskReminderDue{Subtask: 1, Percent: 100, Unit: "u2", To: "bob", DueAt: noon}),
	"twice":                 given(then(held, dueNow, overdueSub)...).When(remindOver).As(robot).Nothing(),
	"of less than was said": given(then(held, dueNow, overdueSub)...).When(ticket.RemindSubtask{Subtask: 1, Percent: 80, At: earlier}).As(robot).Nothing(),
	"before its time":       given(then(held, dueNow)...).When(remindOver).As(robot).At(noon.Add(-time.Minute)).Refused(ticket.ErrNotDue),
	"too early by its own word": given(then(held, dueNow)...).When(ticket.RemindSubtask{Subtask: 1, Percent: 100, At: earlier}).As(robot).
		At(noon.Add(-time.Minute)).Refused(ticket.ErrNotDue),
	"of what is done": given(then(held, dueNow, ticket.SubtaskAccepted{Subtask: 1, By: "sue", Handler: "sue"}, ticket.SubtaskFinished{Subtask: 1, By: "sue", Result: "x"})...).
		When(remindOver).As(robot).Nothing(),
	"of a ticket that has ended": given(then(held, dueNow, ticket.Cancelled{Code: ticket.CancelError})...).When(remindOver).As(robot).Nothing(),
	"of another share":           given(then(held, dueNow)...).When(ticket.RemindSubtask{Subtask: 1, Percent: 50, At: earlier}).As(robot).Nothing(),
	"of none":                    given(held...).When(remindOver).As(robot).Nothing(),
}

func TestRemindSubtask(t *testing.T) { t.Parallel(); remindSubtaskCases.Run(t) }
