package ticket_test

import (
	"slices"
	"testing"

	"docket/domain/domaintest"
	"docket/domain/ticket"
)

var (
	deliver = ticket.DeliverResult{Channel: ticket.Phone, Text: "your permit is ready"}
	told    = ticket.ResultDelivered{Channel: ticket.Phone, Text: "your permit is ready"}

	unreviewed  = waived(ticket.Policy{WaiveReview: true})
	undelivered = waived(ticket.Policy{WaiveDelivery: true})
	waiveBoth   = waived(ticket.Policy{WaiveReview: true, WaiveDelivery: true})
	pass        = ticket.ReviewPassed{Reviewer: "eve", Opinion: "good"}
)

// waived is a ticket completed by ann under a policy.
func waived(p ticket.Policy) []ticket.Event {
	return then(on(p), ticket.Accepted{}, ticket.Taken{Handler: "ann"}, finish)
}

var deliverCases = domaintest.Cases{
	"a reviewed result":           given(reviewed...).When(deliver).Then(told),
	"unreviewed, where waived":    given(unreviewed...).When(deliver).Then(told),
	"unreviewed":                  given(completed...).When(deliver).Refused(ticket.ErrNotReviewed),
	"only the delivery is waived": given(undelivered...).When(deliver).Refused(ticket.ErrNotReviewed),
	"no result":                   given(held...).When(deliver).Refused(ticket.ErrNotCompleted),
	"a result that was returned":  given(then(completed, returns)...).When(deliver).Refused(ticket.ErrNotCompleted),
	"twice":                       given(delivered...).When(deliver).Refused(ticket.ErrNotCompleted),
	"once closed":                 given(closed...).When(deliver).Refused(ticket.ErrNotCompleted),
	"by no channel, without text": given(reviewed...).When(ticket.DeliverResult{}).Invalid("channel not_allowed", "text required"),
}

var closeCases = domaintest.Cases{
	"a delivered result":                    given(delivered...).When(ticket.Close{Reason: "confirmed"}).Then(ticket.Closed{Reason: "confirmed"}),
	"undelivered, where waived":             given(then(undelivered, pass)...).When(ticket.Close{}).Then(ticket.Closed{}),
	"unreviewed, where both are waived":     given(waiveBoth...).When(ticket.Close{}).Then(ticket.Closed{}),
	"undelivered":                           given(reviewed...).When(ticket.Close{}).Refused(ticket.ErrNotDelivered),
	"undelivered and unreviewed":            given(completed...).When(ticket.Close{}).Refused(ticket.ErrNotDelivered),
	"undelivered, the review waived":        given(unreviewed...).When(ticket.Close{}).Refused(ticket.ErrNotDelivered),
	"unreviewed, the delivery waived":       given(undelivered...).When(ticket.Close{}).Refused(ticket.ErrNotReviewed),
	"no result":                             given(held...).When(ticket.Close{}).Refused(ticket.ErrNotCompleted),
	"no result, whatever is waived":         given(on(lenient)[0], ticket.Accepted{}).When(ticket.Close{}).Refused(ticket.ErrNotCompleted),
	"not accepted yet":                      given(registered...).When(ticket.Close{}).Refused(ticket.ErrNotCompleted),
	"reopened":                              given(reopened...).When(ticket.Close{}).Refused(ticket.ErrNotCompleted),
	"twice":                                 given(closed...).When(ticket.Close{}).Refused(ticket.ErrNotCompleted),
	"once cancelled":                        given(cancelled...).When(ticket.Close{}).Refused(ticket.ErrNotCompleted),
	"while offered":                         given(then(waiveBoth, offer)...).When(ticket.Close{}).Refused(ticket.ErrOfferPending),
	"a delivered result while offered":      given(then(delivered, offer)...).When(ticket.Close{}).Refused(ticket.ErrOfferPending),
	"a delivered result, the offer settled": given(then(delivered, offer, refuse)...).When(ticket.Close{}).Then(ticket.Closed{}),
	"with too much to say":                  given(delivered...).When(ticket.Close{Reason: tooLong}).Invalid("reason too_long"),
}

var reopen = ticket.Reopen{Fault: ticket.FaultCustomer, Reason: "wrong name"}

var reopenCases = domaintest.Cases{
	"closed":    given(closed...).When(reopen).Then(ticket.Reopened{Fault: ticket.FaultCustomer, Reason: "wrong name", Round: 2}),
	"delivered": given(delivered...).When(reopen).Then(ticket.Reopened{Fault: ticket.FaultCustomer, Reason: "wrong name", Round: 2}),
	"reviewed":  given(reviewed...).When(reopen).Then(ticket.Reopened{Fault: ticket.FaultCustomer, Reason: "wrong name", Round: 2}),
	"completed": given(completed...).When(reopen).Then(ticket.Reopened{Fault: ticket.FaultCustomer, Reason: "wrong name", Round: 2}),
	"again": given(then(reopened, finish, pass, told, ticket.Closed{})...).When(reopen).
		Then(ticket.Reopened{Fault: ticket.FaultCustomer, Reason: "wrong name", Round: 3}),
	"after a return": given(then(completed, returns, finish)...).When(reopen).
		Then(ticket.Reopened{Fault: ticket.FaultCustomer, Reason: "wrong name", Round: 3}),
	"what goes on":     given(held...).When(reopen).Refused(ticket.ErrNotReopened),
	"twice":            given(reopened...).When(reopen).Refused(ticket.ErrNotReopened),
	"not accepted yet": given(registered...).When(reopen).Refused(ticket.ErrNotReopened),
	"once cancelled":   given(cancelled...).When(reopen).Refused(ticket.ErrNotReopened),
	"without a word":   given(closed...).When(ticket.Reopen{}).Invalid("fault not_allowed", "reason required"),

	"lets it be handled":                  given(reopened...).When(complete).As(ann).Then(finish),
	"lets an unheld one be taken":         given(then(on(lenient), ticket.Accepted{}, orphan, ticket.Reopened{Fault: ticket.FaultStaff, Reason: "no", Round: 2})...).When(ticket.Take{Facts: fit}).As(ann).Then(ticket.Taken{Handler: "ann"}),
	"asks for a review of its own":        given(then(reviewed, reopened[len(reopened)-1], finish)...).When(deliver).Refused(ticket.ErrNotReviewed),
	"keeps the policy it came under":      given(then(waiveBoth, reopened[len(reopened)-1], finish)...).When(ticket.Close{}).Then(ticket.Closed{}),
	"does not go on with the last result": given(reopened...).When(deliver).Refused(ticket.ErrNotCompleted),
}

var cancelCases = domaintest.Cases{
	"withdrawn":        given(held...).When(ticket.Cancel{Code: ticket.CancelWithdrawn, Reason: "no longer wanted"}).Then(cancelled[len(cancelled)-1]),
	"at the desk":      given(registered...).When(ticket.Cancel{Code: ticket.CancelError, Reason: "twice"}).Then(ticket.Cancelled{Code: ticket.CancelError, Reason: "twice"}),
	"while paused":     given(then(held, pause)...).When(ticket.Cancel{Code: ticket.CancelError, Reason: "twice"}).Then(ticket.Cancelled{Code: ticket.CancelError, Reason: "twice"}),
	"while offered":    given(offered...).When(ticket.Cancel{Code: ticket.CancelError, Reason: "twice"}).Then(ticket.Cancelled{Code: ticket.CancelError, Reason: "twice"}),
	"in a later round": given(reopened...).When(ticket.Cancel{Code: ticket.CancelWithdrawn, Reason: "no longer wanted"}).Then(cancelled[len(cancelled)-1]),
	"once completed":   given(completed...).When(ticket.Cancel{Code: ticket.CancelError, Reason: "twice"}).Refused(ticket.ErrFinished),
	"once delivered":   given(delivered...).When(ticket.Cancel{Code: ticket.CancelError, Reason: "twice"}).Refused(ticket.ErrFinished),
	"once closed":      given(closed...).When(ticket.Cancel{Code: ticket.CancelError, Reason: "twice"}).Refused(ticket.ErrFinished),
	"twice":            given(cancelled...).When(ticket.Cancel{Code: ticket.CancelError, Reason: "twice"}).Refused(ticket.ErrFinished),
	"without a word":   given(held...).When(ticket.Cancel{}).Invalid("code not_allowed", "reason required"),
}

func TestDeliverResult(t *testing.T) { t.Parallel(); deliverCases.Run(t) }
func TestClose(t *testing.T)         { t.Parallel(); closeCases.Run(t) }
func TestReopen(t *testing.T)        { t.Parallel(); reopenCases.Run(t) }
func TestCancel(t *testing.T)        { t.Parallel(); cancelCases.Run(t) }

func TestNoCommandIsForgotten(t *testing.T) {
	t.Parallel()
	domaintest.Complete(t, slices.Concat(
		coreCases,
		routeCases,
		clockCases,
		dutyCases,
		intakeCases,
		privacyCases,
		resultCases,
	)...)
}

// coreCases are the cases of what every ticket may do; each family of further commands has its own.
var coreCases = []domaintest.Cases{
	registerCases, acceptCases, groupCases, handlerCases, takeCases, offerCases, receiveCases,
	refuseCases, workCases, noteCases, pauseCases, resumeCases, completeCases, passCases, returnCases, deliverCases,
	closeCases, reopenCases, cancelCases,
}
