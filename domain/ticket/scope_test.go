package ticket_test

import (
	"testing"

	"docket/domain/domaintest"
	"docket/domain/ticket"
	"docket/domain/worktime"
)

var declined = []ticket.Event{
	ticket.ScopeDecided{Scope: ticket.OutOfScope, Reason: "roads"},
	ticket.Declined{Reason: "roads", RightPlace: "the town's road office", Text: "please go there", Channel: ticket.Window},
}

var scopeCases = domaintest.Cases{
	"ours": onPlan(filled...).When(ticket.DecideScope{Scope: ticket.InScope, Reason: "ours"}).As(ann).Then(inScope),
	"not ours": onPlan(filled...).When(ticket.DecideScope{
		Scope: ticket.OutOfScope, Reason: "roads", RightPlace: "the town's road office", Text: "please go there",
	}).As(ann).Then(declined...),
	"another unit's": onPlan(ready...).When(ticket.DecideScope{
		Scope: ticket.OtherUnit, Unit: "u2", Reason: "theirs", Facts: ticket.ScopeFacts{UnitKnown: true, UnitActive: true},
	}).As(ann).Then(ticket.ScopeDecided{Scope: ticket.OtherUnit, Unit: "u2", Previous: "u1", Reason: "theirs"}),
	"the same again": onPlan(ready...).When(ticket.DecideScope{Scope: ticket.InScope, Reason: "ours"}).As(ann).Nothing(),
	"that unit decides anew": onPlan(then(ready, ticket.ScopeDecided{Scope: ticket.OtherUnit, Unit: "u2", Previous: "u1"})...).
		When(ticket.Submit{Facts: submission}).Refused(ticket.ErrGaps.With(failing("scope undecided")...)),
	"without a word":     onPlan(filled...).When(ticket.DecideScope{}).As(ann).Invalid("scope not_allowed", "reason required"),
	"out without notice": onPlan(filled...).When(ticket.DecideScope{Scope: ticket.OutOfScope, Reason: "roads"}).As(ann).Invalid("text required"),
	"to itself":          onPlan(filled...).When(ticket.DecideScope{Scope: ticket.OtherUnit, Unit: "u1", Reason: "x"}).As(ann).Invalid("unit self"),
	"to nowhere":         onPlan(filled...).When(ticket.DecideScope{Scope: ticket.OtherUnit, Unit: "u9", Reason: "x"}).As(ann).Invalid("unit unknown"),
	"to a closed unit": onPlan(filled...).When(ticket.DecideScope{Scope: ticket.OtherUnit, Unit: "u2", Reason: "x", Facts: ticket.ScopeFacts{UnitKnown: true}}).As(ann).
		Invalid("unit inactive"),
	"by a service":    onPlan(filled...).When(ticket.DecideScope{}).As(robot).Refused(ticket.ErrNoPerson),
	"once registered": onPlan(then(ready, numbered)...).When(ticket.DecideScope{}).As(ann).Refused(ticket.ErrNotDraft),
}

var reopening = ticket.ReopenIntake{Reason: "ours after all", Facts: ticket.ClockFacts{Calendar: office}}

var reopenIntakeCases = domaintest.Cases{
	"a declined one": onPlan(then(filled, declined...)...).When(reopening).As(eve).
		Then(ticket.IntakeReopened{From: ticket.StatusDeclined, Reason: "ours after all"}),
	"a lapsed one gets a new date": onPlan(then(notified, lapsed, outOfTime)...).When(reopening).As(eve).
		Then(ticket.IntakeReopened{From: ticket.StatusLapsed, Reason: "ours after all"}, secondRound()),
	"without a calendar": onPlan(then(notified, lapsed, outOfTime)...).When(ticket.ReopenIntake{Reason: "x"}).As(eve).Refused(ticket.ErrNoCalendar),
	"without a word":     onPlan(then(filled, declined...)...).When(ticket.ReopenIntake{}).As(eve).Invalid("reason required"),
	"what goes on":       onPlan(filled...).When(reopening).As(eve).Refused(ticket.ErrNotDeclined),
	"and it is filled in again": onPlan(then(filled, append(declined, ticket.IntakeReopened{From: ticket.StatusDeclined})...)...).
		When(ticket.Fill{Values: map[string]string{"area": "31"}}).As(ann).Then(restated),
}

var (
	lapsed = ticket.Lapsed{
		Notice: 1, DueAt: supplementDue, Paths: []string{"form.area", "materials.lease"}, Channel: ticket.Window,
	}
	outOfTime = ticket.ClockStopped{Clock: ticket.SupplementClock, Round: 1, At: supplementDue, Met: true, DueAt: &supplementDue}
)

func secondRound() ticket.ClockStarted {
	e := supplementing
	e.Round, e.Limit = 2, worktime.WorkingHours(7*hour)
	return e
}

var lapseCases = domaintest.Cases{
	"at the date": onPlan(notified...).When(ticket.Lapse{Round: 1, DueAt: supplementDue}).As(robot).At(supplementDue).Then(lapsed, outOfTime),
	"with one thing supplied": onPlan(then(notified, restated)...).When(ticket.Lapse{Round: 1, DueAt: supplementDue}).As(robot).At(supplementDue).
		Then(ticket.Lapsed{Notice: 1, DueAt: supplementDue, Paths: []string{"materials.lease"}, Channel: ticket.Window}, outOfTime),
	"with all supplied and not yet judged": onPlan(then(notified, restated, ticket.MaterialReceived{Item: 1, Material: "lease", Verdict: ticket.Present})...).
		When(ticket.Lapse{Round: 1, DueAt: supplementDue}).As(robot).At(supplementDue).Nothing(),
	"too early":      onPlan(notified...).When(ticket.Lapse{Round: 1, DueAt: supplementDue}).As(robot).Refused(ticket.ErrNotDue),
	"another round":  onPlan(notified...).When(ticket.Lapse{Round: 2, DueAt: supplementDue}).As(robot).At(supplementDue).Nothing(),
	"once cured":     onPlan(then(notified, ticket.DefectsCured{Notice: 1}, outOfTime)...).When(ticket.Lapse{Round: 1, DueAt: supplementDue}).As(robot).At(supplementDue).Nothing(),
	"once withdrawn": onPlan(then(notified, withdrawn)...).When(ticket.Lapse{Round: 1, DueAt: supplementDue}).As(robot).At(supplementDue).Nothing(),
	"twice":          onPlan(then(notified, lapsed, outOfTime)...).When(ticket.Lapse{Round: 1, DueAt: supplementDue}).As(robot).At(supplementDue).Nothing(),
}

func TestDecideScope(t *testing.T)  { t.Parallel(); scopeCases.Run(t) }
func TestReopenIntake(t *testing.T) { t.Parallel(); reopenIntakeCases.Run(t) }
func TestLapse(t *testing.T)        { t.Parallel(); lapseCases.Run(t) }
