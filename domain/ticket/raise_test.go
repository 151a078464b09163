package ticket_test

import (
	"testing"
	"time"

	"docket/domain/domaintest"
	"docket/domain/ticket"
	"docket/domain/worktime"
)

func raise(to string) ticket.Raise {
	return ticket.Raise{Category: ticket.ProblemRule, Situation: "two rules", Ask: "which?", Facts: ticket.SuperiorFacts{Superior: to, Clock: withCal}}
}

// raiseStarted is the clock to a superior's answer, from nine on Tuesday.
func raiseStarted(round int) ticket.ClockStarted {
	return ticket.ClockStarted{Clock: "raise:1", Round: round, Since: at(2, 9, 0), Limit: worktime.WorkingHours(time.Hour), Deadline: ticket.Deadline{
		Calendar: "office", Version: 1, AllowedMs: time.Hour.Milliseconds(), DueAt: on1(at(2, 10, 0)),
	}}
}

func raiseStopped(round int, t time.Time, met bool) ticket.ClockStopped {
	return ticket.ClockStopped{Clock: "raise:1", Round: round, At: t, Met: met, DueAt: on1(at(2, 10, 0))}
}

var raiseCases = domaintest.Cases{
	"to the superior":           given(held...).When(raise("eve")).As(ann).Then(raised),
	"with a time to answer":     duties(held...).When(raise("eve")).As(ann).At(at(2, 9, 0)).Then(raised, raiseStarted(1)),
	"with nobody above":         given(held...).When(raise("")).As(ann).Refused(ticket.ErrNoSuperior),
	"without text":              given(held...).When(ticket.Raise{}).As(ann).Invalid("category not_allowed", "situation required", "ask required"),
	"once closed":               given(closed...).When(raise("eve")).As(ann).Refused(ticket.ErrNotOpen),
	"while paused stops no one": given(then(held, pause)...).When(raise("eve")).As(ann).Then(raised),
}

var problem = then(held, raised)

var answerCases = domaintest.Cases{
	"decides": given(problem...).When(ticket.AnswerRaise{Raise: 1, Answer: ticket.AnswerDecide, Text: "the newer"}).As(eve).Then(decidedP),
	"in time": duties(then(problem, raiseStarted(1))...).When(ticket.AnswerRaise{Raise: 1, Answer: ticket.AnswerDecide, Text: "the newer"}).As(eve).At(at(2, 9, 30)).
		Then(decidedP, raiseStopped(1, at(2, 9, 30), true)),
	"takes over": given(problem...).When(ticket.AnswerRaise{Raise: 1, Answer: ticket.AnswerTakeOver, Text: "mine"}).As(eve).
		Then(ticket.ProblemAnswered{Raise: 1, By: "eve", Answer: ticket.AnswerTakeOver, Text: "mine"}, ticket.AssignedToHandler{Handler: "eve", Previous: "ann", Reason: "mine"}),
	"passes up": given(problem...).When(ticket.AnswerRaise{Raise: 1, Answer: ticket.AnswerPassUp, Text: "not mine", Facts: ticket.SuperiorFacts{Superior: "max"}}).As(eve).Then(passed),
	"passes up, and the next has time of their own": duties(then(problem, raiseStarted(1))...).
		When(ticket.AnswerRaise{Raise: 1, Answer: ticket.AnswerPassUp, Text: "not mine", Facts: ticket.SuperiorFacts{Superior: "max", Clock: withCal}}).As(eve).At(at(2, 9, 0)).
		Then(passed, raiseStopped(1, at(2, 9, 0), true), raiseStarted(2)),
	"at the top":          given(problem...).When(ticket.AnswerRaise{Raise: 1, Answer: ticket.AnswerPassUp, Text: "not mine"}).As(eve).Refused(ticket.ErrNoSuperior),
	"by somebody else":    given(problem...).When(ticket.AnswerRaise{Raise: 1, Answer: ticket.AnswerDecide, Text: "x"}).As(bob).Refused(ticket.ErrNotAsked),
	"after passing it up": given(then(problem, passed)...).When(ticket.AnswerRaise{Raise: 1, Answer: ticket.AnswerDecide, Text: "x"}).As(eve).Refused(ticket.ErrNotAsked),
	"twice":               given(then(problem, decidedP)...).When(ticket.AnswerRaise{Raise: 1, Answer: ticket.AnswerDecide, Text: "x"}).As(eve).Refused(ticket.ErrNoProblem),
	"another":             given(problem...).When(ticket.AnswerRaise{Raise: 2, Answer: ticket.AnswerDecide, Text: "x"}).As(eve).Refused(ticket.ErrNoProblem),
	"one of two that is not": given(then(problem, ticket.ProblemRaised{Raise: 2, To: "bob", Category: ticket.ProblemRisk, Situation: "s", Ask: "a"})...).
		When(ticket.AnswerRaise{Raise: 2, Answer: ticket.AnswerDecide, Text: "x"}).As(eve).Refused(ticket.ErrNotAsked),
	"with nothing": given(problem...).When(ticket.AnswerRaise{Raise: 1}).As(eve).Invalid("answer not_allowed", "text required"),
	"once closed":  given(then(closed, raised)...).When(ticket.AnswerRaise{Raise: 1}).As(eve).Refused(ticket.ErrNotOpen),
}

var escalateCases = domaintest.Cases{
	"when the time is over": duties(then(problem, raiseStarted(1))...).When(ticket.Escalate{Raise: 1, From: "eve", Facts: ticket.SuperiorFacts{Superior: "max"}}).As(timer).At(at(2, 10, 1)).
		Then(ticket.ProblemPassedUp{Raise: 1, From: "eve", To: "max", Overdue: true}, raiseStopped(1, at(2, 10, 1), false)),
	"before":              duties(then(problem, raiseStarted(1))...).When(ticket.Escalate{Raise: 1, From: "eve", Facts: ticket.SuperiorFacts{Superior: "max"}}).As(timer).At(at(2, 9, 59)).Refused(ticket.ErrNotDue),
	"twice":               duties(then(problem, passed)...).When(ticket.Escalate{Raise: 1, From: "eve", Facts: ticket.SuperiorFacts{Superior: "max"}}).As(timer).Nothing(),
	"what is answered":    duties(then(problem, decidedP)...).When(ticket.Escalate{Raise: 1, From: "eve", Facts: ticket.SuperiorFacts{Superior: "max"}}).As(timer).Nothing(),
	"at the top it stays": duties(problem...).When(ticket.Escalate{Raise: 1, From: "eve"}).As(timer).Nothing(),
}

func TestRaise(t *testing.T)       { t.Parallel(); raiseCases.Run(t) }
func TestAnswerRaise(t *testing.T) { t.Parallel(); answerCases.Run(t) }
func TestEscalate(t *testing.T)    { t.Parallel(); escalateCases.Run(t) }
