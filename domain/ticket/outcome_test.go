package ticket_test

import (
	"testing"

	"docket/domain"
	"docket/domain/domaintest"
	"docket/domain/ticket"
)

var complete = ticket.Complete{Outcome: ticket.Fulfilled, Summary: "done"}

var completeCases = domaintest.Cases{
	"by the handler":     given(held...).When(complete).As(ann).Then(finish),
	"by the leader":      given(held...).When(complete).As(eve).Then(ticket.Completed{Handler: "ann", By: "eve", Outcome: ticket.Fulfilled, Summary: "done"}),
	"without success":    given(held...).When(ticket.Complete{Outcome: ticket.NotFulfilled, Summary: "no title"}).As(ann).Then(ticket.Completed{Handler: "ann", By: "ann", Outcome: ticket.NotFulfilled, Summary: "no title"}),
	"after a pause":      given(then(held, pause, resume)...).When(complete).As(ann).Then(finish),
	"in a second round":  given(reopened...).When(complete).As(ann).Then(finish),
	"unheld, if allowed": given(on(lenient)[0], ticket.Accepted{}).When(complete).As(eve).Then(orphan),
	"unheld by a service, if allowed": given(on(lenient)[0], ticket.Accepted{}).When(complete).As(robot).
		Then(ticket.Completed{Outcome: ticket.Fulfilled, Summary: "done"}),
	"unheld":           given(queued...).When(complete).As(ann).Refused(ticket.ErrNoHandler),
	"while paused":     given(then(held, pause)...).When(complete).As(ann).Refused(ticket.ErrPaused),
	"while offered":    given(offered...).When(complete).As(ann).Refused(ticket.ErrOfferPending),
	"not accepted yet": given(registered...).When(complete).As(ann).Refused(ticket.ErrNotHandling),
	"twice":            given(completed...).When(complete).As(ann).Refused(ticket.ErrNotHandling),
	"once closed":      given(closed...).When(complete).As(ann).Refused(ticket.ErrNotHandling),
	"once cancelled":   given(cancelled...).When(complete).As(ann).Refused(ticket.ErrNotHandling),
	"without a word":   given(held...).When(ticket.Complete{}).As(ann).Invalid("outcome not_allowed", "summary required"),
}

var (
	passing   = ticket.PassReview{Opinion: "good"}
	returning = ticket.ReturnReview{Fault: ticket.FaultStaff, Reason: "no stamp", Items: []string{"stamp"}}

	byEve    = then(held, ticket.Completed{Handler: "ann", By: "eve", Outcome: ticket.Fulfilled, Summary: "done"})
	byNobody = then(queued, orphan)
	handed   = then(completed, offer, receive)
	annAsEve = domain.Actor{Principal: "staff-ann", Staff: "eve", OnBehalfOf: "eve"}
)

var passCases = domaintest.Cases{
	"by another":           given(completed...).When(passing).As(eve).Then(ticket.ReviewPassed{Reviewer: "eve", Opinion: "good"}),
	"where it is waived":   given(on(lenient)[0], ticket.Accepted{}, orphan).When(passing).As(bob).Then(ticket.ReviewPassed{Reviewer: "bob", Opinion: "good"}),
	"again after a return": given(then(completed, returns, finish)...).When(passing).As(eve).Then(ticket.ReviewPassed{Reviewer: "eve", Opinion: "good"}),

	"by the handler":                     given(completed...).When(passing).As(ann).Refused(ticket.ErrOwnWork),
	"by who handed it on since":          given(handed...).When(passing).As(ann).Refused(ticket.ErrOwnWork),
	"by who received it since":           given(handed...).When(passing).As(bob).Refused(ticket.ErrOwnWork),
	"by the leader who completed it":     given(byEve...).When(passing).As(eve).Refused(ticket.ErrOwnWork),
	"by who completed it for nobody":     given(byNobody...).When(passing).As(eve).Refused(ticket.ErrOwnWork),
	"by the handler in another's name":   given(completed...).When(passing).As(annAsEve).Refused(ticket.ErrOwnWork),
	"by the handler of an earlier round": given(then(completed, returns, reassigned, ticket.Completed{Handler: "bob", By: "bob", Outcome: ticket.Fulfilled, Summary: "done"})...).When(passing).As(ann).Then(ticket.ReviewPassed{Reviewer: "ann", Opinion: "good"}),
	"by a service":                       given(completed...).When(passing).As(robot).Refused(ticket.ErrNoPerson),
	"before completion":                  given(held...).When(passing).As(eve).Refused(ticket.ErrNotReviewable),
	"twice":                              given(reviewed...).When(passing).As(eve).Refused(ticket.ErrNotReviewable),
	"once delivered":                     given(delivered...).When(passing).As(eve).Refused(ticket.ErrNotReviewable),
	"once closed":                        given(closed...).When(passing).As(eve).Refused(ticket.ErrNotReviewable),
	"once cancelled":                     given(cancelled...).When(passing).As(eve).Refused(ticket.ErrNotReviewable),
	"without an opinion":                 given(completed...).When(ticket.PassReview{}).As(eve).Invalid("opinion required"),
}

var returnCases = domaintest.Cases{
	"to the handler":      given(completed...).When(returning).As(eve).Then(returns),
	"for a third round":   given(then(reopened, finish)...).When(returning).As(eve).Then(ticket.ReviewReturned{Reviewer: "eve", Fault: ticket.FaultStaff, Reason: "no stamp", Items: []string{"stamp"}, Round: 3}),
	"by the handler":      given(completed...).When(returning).As(ann).Refused(ticket.ErrOwnWork),
	"by who completed it": given(byEve...).When(returning).As(eve).Refused(ticket.ErrOwnWork),
	"by a service":        given(completed...).When(returning).As(robot).Refused(ticket.ErrNoPerson),
	"once passed":         given(reviewed...).When(returning).As(eve).Refused(ticket.ErrNotReviewable),
	"twice":               given(then(completed, returns)...).When(returning).As(eve).Refused(ticket.ErrNotReviewable),
	"without a word":      given(completed...).When(ticket.ReturnReview{}).As(eve).Invalid("fault not_allowed", "reason required", "items required"),
	"with a blank item":   given(completed...).When(ticket.ReturnReview{Fault: ticket.FaultSystem, Reason: "slow", Items: []string{"stamp", " "}}).As(eve).Invalid("items required"),
}

func TestComplete(t *testing.T)     { t.Parallel(); completeCases.Run(t) }
func TestPassReview(t *testing.T)   { t.Parallel(); passCases.Run(t) }
func TestReturnReview(t *testing.T) { t.Parallel(); returnCases.Run(t) }
