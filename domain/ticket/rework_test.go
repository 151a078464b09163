package ticket_test

import (
	"testing"

	"docket/domain/domaintest"
	"docket/domain/ticket"
)

func answers(answered ...ticket.ItemAnswer) ticket.AnswerItems {
	return ticket.AnswerItems{Answers: answered}
}

var (
	dated   = ticket.ItemAnswer{Item: 1, Answer: "dated"}
	stamped = ticket.ItemAnswer{Item: 2, Answer: "stamped"}

	oneAnswered = ticket.ItemsAnswered{Round: 2, By: "ann", Items: []int{1}, Answers: []string{"dated"}}
	allAnswered = ticket.ItemsAnswered{Round: 2, By: "ann", Items: []int{1, 2}, Answers: []string{"dated", "stamped"}}
	byClerk     = ticket.ItemsAnswered{Round: 2, By: "cleo", Items: []int{1, 2}, Answers: []string{"dated", "stamped"}}
)

var answerItemsCases = domaintest.Cases{
	"of a result, one by one": onRoute(toFix...).When(answers(dated)).As(ann).Then(oneAnswered),
	"of a result, all":        onRoute(toFix...).When(answers(dated, stamped)).As(ann).Then(allAnswered),
	"of an application":       onRoute(sentBack...).When(answers(dated, stamped)).As(cleo).Then(byClerk),
	"again, in other words":   onRoute(then(toFix, oneAnswered)...).When(answers(dated)).As(ann).Then(oneAnswered),
	"by somebody else":        onRoute(toFix...).When(answers(dated)).As(bob).Refused(ticket.ErrNotTheHandler),
	"by nobody":               onRoute(sentBack...).When(answers(dated)).As(robot).Refused(ticket.ErrNoPerson),
	"when nothing came back":  onRoute(inHand...).When(answers(dated)).As(ann).Refused(ticket.ErrNothingReturned),
	"after it was completed":  onRoute(then(toFix, allAnswered, finish)...).When(answers(dated)).As(ann).Refused(ticket.ErrNothingReturned),
	"without a route":         given(reopened...).When(answers(dated)).As(ann).Refused(ticket.ErrNoRoute),
	"none":                    onRoute(toFix...).When(answers()).As(ann).Invalid("answers required"),
	"of no item, twice, with no words": onRoute(toFix...).When(answers(ticket.ItemAnswer{Item: 3, Answer: "x"}, dated, ticket.ItemAnswer{Item: 1})).As(ann).
		Invalid("answers[0].item unknown", "answers[2].item twice", "answers[2].answer required"),

	"are wanted before completion": onRoute(then(toFix, oneAnswered)...).When(complete).As(ann).Refused(ticket.ErrItemsOpen),
	"allow completion":             onRoute(then(toFix, allAnswered)...).When(complete).As(ann).Then(finish),
	"begin again with the next return": onRoute(then(toFix, allAnswered, finish, returnedResult, ticket.ReviewReturned{
		Reviewer: "leo", Fault: ticket.FaultStaff, Reason: "wrong", Items: []string{"date", "stamp"}, Round: 3,
	})...).When(complete).As(ann).Refused(ticket.ErrItemsOpen),
}

var resubmitCases = domaintest.Cases{
	"as it was": onRoute(then(sentBack, byClerk)...).When(ticket.Resubmit{Facts: ticket.RouteFacts{Conditions: usual}}).As(cleo).
		Then(ticket.ApplicationResubmitted{Round: 2, By: "cleo", Customer: "c-17"}),
	"amended, so that another stage applies": onRoute(then(sentBack, byClerk)...).
		When(ticket.Resubmit{
			Values: map[string]string{"amount": "5000", "id_number": "440524188001010014", "shop": "茶館"},
			Facts:  ticket.RouteFacts{Conditions: weighty},
		}).As(cleo).
		Then(ticket.ApplicationResubmitted{
			Round: 2, By: "cleo", Fields: []string{"amount", "id_number"}, Values: map[string]string{"amount": "5000"},
			Marked: map[string]string{"id_number": "440524188001010014"}, Customer: "c-17",
		}, ticket.StagesPlanned{Holds: weighty, Form: 2, Urgency: ticket.Normal}),
	"before every item has its answer": onRoute(sentBack...).When(ticket.Resubmit{}).As(cleo).Refused(ticket.ErrItemsOpen),
	"what was not returned":            onRoute(atFirst...).When(ticket.Resubmit{}).As(cleo).Refused(ticket.ErrNotReturned),
	"a result":                         onRoute(then(toFix, allAnswered)...).When(ticket.Resubmit{}).As(ann).Refused(ticket.ErrNotReturned),
	"without a route":                  given(registered...).When(ticket.Resubmit{}).As(cleo).Refused(ticket.ErrNoRoute),
	"by nobody":                        onRoute(then(sentBack, byClerk)...).When(ticket.Resubmit{}).As(robot).Refused(ticket.ErrNoPerson),
	"a field that does not exist, and one taken away that is needed": onRoute(then(sentBack, byClerk)...).
		When(ticket.Resubmit{Values: map[string]string{"nope": "x", "shop": ""}}).As(cleo).
		Invalid("values.nope unknown", "values.shop required"),

	"then every stage decides anew": onRoute(again...).When(letPass(approval, ticket.Judgement{})).As(axel).Refused(ticket.ErrStageNotNow),
	"then by the same reviewer": onRoute(again...).When(letPass(first, firstly)).As(rita).
		Then(decided(passes(rita, first), firstly, func(e *ticket.StagePassed) { e.Round = 2 })),
	"but not by who amended it": onRoute(then(sentBack, byClerk, ticket.ApplicationResubmitted{
		Round: 2, By: "rita", Fields: []string{"shop"}, Values: map[string]string{"shop": "x"}, Customer: "c-17",
	})...).When(letPass(first, firstly)).As(rita).Refused(ticket.ErrFilledIn),
}

var again = then(sentBack, byClerk, ticket.ApplicationResubmitted{Round: 2, By: "cleo", Customer: "c-17"})

func met(numbers ...int) ticket.AnswerConditions {
	var c ticket.AnswerConditions
	for _, n := range numbers {
		c.Answers = append(c.Answers, ticket.ConditionAnswer{Condition: n, Answer: "kept"})
	}
	return c
}

var (
	oneMet = ticket.ConditionsAnswered{By: "ann", Conditions: []int{2}, Answers: []string{"kept"}}
	allMet = ticket.ConditionsAnswered{By: "ann", Conditions: []int{1, 2}, Answers: []string{"kept", "kept"}}
)

var answerConditionsCases = domaintest.Cases{
	"one":                      onRoute(boundInHand...).When(met(2)).As(ann).Then(oneMet),
	"all":                      onRoute(boundInHand...).When(met(1, 2)).As(ann).Then(allMet),
	"by somebody else":         onRoute(boundInHand...).When(met(1)).As(bob).Refused(ticket.ErrNotTheHandler),
	"by nobody":                onRoute(boundInHand...).When(met(1)).As(robot).Refused(ticket.ErrNoPerson),
	"where there are none":     onRoute(inHand...).When(met(1)).As(ann).Refused(ticket.ErrNoConditions),
	"before handling":          onRoute(atFirst...).When(met(1)).As(ann).Refused(ticket.ErrNotHandling),
	"without a route":          given(held...).When(met(1)).As(ann).Refused(ticket.ErrNoRoute),
	"none":                     onRoute(boundInHand...).When(met()).As(ann).Invalid("answers required"),
	"unknown, twice, wordless": onRoute(boundInHand...).When(ticket.AnswerConditions{Answers: []ticket.ConditionAnswer{{3, "x"}, {1, "x"}, {1, " "}}}).As(ann).Invalid("answers[0].condition unknown", "answers[2].condition twice", "answers[2].answer required"),
	"wanted before completion": onRoute(then(boundInHand, oneMet)...).When(complete).As(ann).Refused(ticket.ErrConditionsOpen),
	"allow completion":         onRoute(then(boundInHand, allMet)...).When(complete).As(ann).Then(finish),
	"outlive a return":         onRoute(then(boundInHand, allMet, finish, returnedResult, nextRound, allAnswered)...).When(complete).As(ann).Then(finish),
	"of a voided approval lapse": onRoute(then(boundInHand, corrected("amount", "500", "600", 2), ticket.StagesVoided{
		Stages: []string{"approval"}, Field: "amount",
	}, ticket.ReviewVoided{Stage: "approval", Status: ticket.StatusRegistered})...).
		When(letPass(approval, ticket.Judgement{}, func(c *ticket.PassStage) { c.Conditions = []string{"close at ten"} })).As(axel).
		Then(func() []ticket.Event {
			e := passes(axel, approval)
			e.Signature.Authority, e.Signature.Form = "permit/1", 2
			e.Conditions = []ticket.Condition{{Number: 3, Text: "close at ten"}}
			e.Digest = ticket.Signed{
				Stage: "approval", Round: 1, Verdict: "passed", Words: []string{"good", "close at ten"},
				Values: map[string]string{"shop": "茶館", "amount": "600"}, Signature: e.Signature,
			}.Digest()
			return []ticket.Event{e, ticket.Accepted{Opinion: "good"}}
		}()...),
}

func TestAnswerItems(t *testing.T)      { t.Parallel(); answerItemsCases.Run(t) }
func TestResubmit(t *testing.T)         { t.Parallel(); resubmitCases.Run(t) }
func TestAnswerConditions(t *testing.T) { t.Parallel(); answerConditionsCases.Run(t) }

var plainOnlyCases = domaintest.Cases{
	"accepted by its stages alone":      onRoute(atFirst...).When(ticket.Accept{}).As(eve).Refused(ticket.ErrFollowsRoute),
	"passed by its stages alone":        onRoute(done...).When(ticket.PassReview{Opinion: "x"}).As(leo).Refused(ticket.ErrFollowsRoute),
	"returned by its stages alone":      onRoute(done...).When(ticket.ReturnReview{}).As(leo).Refused(ticket.ErrFollowsRoute),
	"not taken before its approval":     onRoute(firstPassed...).When(ticket.Take{Facts: fit}).As(ann).Refused(ticket.ErrNotOpen),
	"not completed before its approval": onRoute(firstPassed...).When(complete).As(ann).Refused(ticket.ErrNotHandling),
	"no work before its approval":       onRoute(firstPassed...).When(ticket.RecordWork{Content: "x"}).As(ann).Refused(ticket.ErrNotOpen),
	"not told before its reviews":       onRoute(halfway...).When(onThePhone).As(ann).Refused(ticket.ErrNotReviewed),
	"never told without its notice":     onRoute(halfway...).When(ticket.DeliverResult{Channel: ticket.Phone, Text: "x"}).As(ann).Refused(ticket.ErrNoticeNeeded),
	"told at once where none comes after": given(done...).Knowing(handledOnly).When(onThePhone).As(ann).
		Then(rungFor("c-17"), heard, ticket.ResultDelivered{Channel: ticket.Phone, Text: "ready"}),
	"not reopened past its reviewers": onRoute(halfway...).When(reopen).As(ann).Refused(ticket.ErrFollowsRoute),
	"not cancelled to turn it down": onRoute(atFirst...).When(ticket.Cancel{Code: ticket.CancelNotAccepted, Reason: "x"}).As(ann).
		Invalid("code not_applicable"),
	"withdrawn": onRoute(atFirst...).When(ticket.Cancel{Code: ticket.CancelWithdrawn, Reason: "x"}).As(ann).
		Then(ticket.Cancelled{Code: ticket.CancelWithdrawn, Reason: "x"}),
}

// handledOnly is a route without stages after handling.
var handledOnly = func() func(ticket.State) ticket.State {
	rules := routed
	rules.Stages = rules.Stages[:3]
	return under(rules)
}()

func TestPlannedTicketsFollowTheirRoute(t *testing.T) { t.Parallel(); plainOnlyCases.Run(t) }

// routeCases are the cases of stages, rework and corrections.
var routeCases = []domaintest.Cases{
	passStageCases, returnStageCases, refuseApplicationCases, requireCases, answerItemsCases, resubmitCases, answerConditionsCases,
	correctCases, plainOnlyCases,
}
