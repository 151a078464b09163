package ticket_test

import (
	"testing"

	"docket/domain"
	"docket/domain/domaintest"
	"docket/domain/route"
	"docket/domain/ticket"
)

var failingSignature = domain.FieldError{Field: "signature.manager", Code: "may_sign"}

func giveBack(st route.Stage, change ...func(*ticket.ReturnStage)) ticket.ReturnStage {
	c := ticket.ReturnStage{
		Stage: st.Key, Fault: ticket.FaultStaff, Reason: "wrong", Items: []string{"date", "stamp"},
		Facts: ticket.StageFacts{Conditions: usual, Handler: fit},
	}
	for _, f := range change {
		f(&c)
	}
	return c
}

func toBob(c *ticket.ReturnStage) { c.Handler, c.Facts.MayAssign = "bob", true }

var returnedResult = ticket.StageReturned{
	Stage: "check", When: route.After, Round: 2, Fault: ticket.FaultStaff, Reason: "wrong", Items: []string{"date", "stamp"},
	Signature: signed(leo, check, 1),
}

var nextRound = ticket.ReviewReturned{Reviewer: "leo", Fault: ticket.FaultStaff, Reason: "wrong", Items: []string{"date", "stamp"}, Round: 2}

var returnStageCases = domaintest.Cases{
	"a result, to its handler": onRoute(done...).When(giveBack(check)).As(leo).Then(returnedResult, nextRound),
	"a result, to its handler by name": onRoute(done...).When(giveBack(check, func(c *ticket.ReturnStage) { c.Handler = "ann" })).As(leo).
		Then(returnedResult, nextRound),
	"a result, to another handler": onRoute(done...).When(giveBack(check, toBob)).As(leo).
		Then(func() ticket.StageReturned { e := returnedResult; e.To = "bob"; return e }(), nextRound,
			ticket.AssignedToHandler{Handler: "bob", Previous: "ann", Reason: "wrong"}),
	"an application, to the clerk": onRoute(atFirst...).When(giveBack(first, func(c *ticket.ReturnStage) { c.Fields = []string{"shop"} })).As(rita).
		Then(ticket.StageReturned{
			Stage: "first", When: route.Before, Round: 2, Fault: ticket.FaultStaff, Reason: "wrong", Items: []string{"date", "stamp"},
			Fields: []string{"shop"}, Signature: signed(rita, first, 1),
		}),
	"what was found": onRoute(done...).When(giveBack(check, func(c *ticket.ReturnStage) { c.Judgement = wanting })).As(leo).
		Then(func() ticket.StageReturned { e := returnedResult; e.Judgement = wanting; return e }(), nextRound),

	"another handler, by who may not assign": onRoute(done...).When(giveBack(check, func(c *ticket.ReturnStage) { c.Handler = "bob" })).As(leo).
		Refused(ticket.ErrNotYoursToAssign),
	"to a handler who is away": onRoute(done...).When(giveBack(check, toBob, func(c *ticket.ReturnStage) { c.Facts.Handler = absent })).As(leo).
		Invalid("handler inactive"),
	"an application to a handler": onRoute(atFirst...).When(giveBack(first, toBob)).As(rita).Invalid("handler not_allowed"),
	"without anything that is needed": onRoute(done...).When(ticket.ReturnStage{Stage: "check", Facts: ticket.StageFacts{Conditions: usual}}).As(leo).
		Invalid("fault not_allowed", "reason required", "items required"),
	"blank items and unknown fields": onRoute(done...).When(giveBack(check, func(c *ticket.ReturnStage) {
		c.Items, c.Fields = []string{"date", " "}, []string{"shop", "nope"}
	})).As(leo).Invalid("items[1] required", "fields[1] unknown"),
	"by another role":  onRoute(done...).When(giveBack(check)).As(rita).Refused(ticket.ErrNotYourStage),
	"by the handler":   onRoute(done...).When(giveBack(check)).As(seated("ann", "leader", "g1")).Refused(ticket.ErrOwnWork),
	"in handling":      onRoute(inHand...).When(giveBack(check)).As(leo).Refused(ticket.ErrNoStageOpen),
	"another stage":    onRoute(done...).When(giveBack(double)).As(leo).Refused(ticket.ErrStageNotNow),
	"without a route":  given(completed...).When(giveBack(check)).As(leo).Refused(ticket.ErrNoRoute),
	"returned already": onRoute(sentBack...).When(giveBack(first)).As(rita).Refused(ticket.ErrReturned),
}

func refuses(st route.Stage, change ...func(*ticket.RefuseApplication)) ticket.RefuseApplication {
	c := ticket.RefuseApplication{
		Stage: st.Key, Reasons: []string{"too near"}, Remedies: []string{"another place"}, Objection: "within 60 days",
		Facts: ticket.StageFacts{Conditions: usual},
	}
	for _, f := range change {
		f(&c)
	}
	return c
}

// refusal is an application refused at a stage.
func refusal(who domain.Actor, st route.Stage) ticket.ApplicationRefused {
	e := ticket.ApplicationRefused{
		Stage: st.Key, Round: 1, Reasons: []string{"too near"}, Remedies: []string{"another place"}, Objection: "within 60 days",
		Signature: signed(who, st, 1),
	}
	e.Digest = ticket.Signed{
		Stage: st.Key, Round: 1, Verdict: "refused", Words: []string{"too near", "another place", "within 60 days"}, Values: typed,
		Signature: e.Signature,
	}.Digest()
	return e
}

// reviewed once before handling: a route whose last stage there is a review, as for a supervisor's look at the form.
var looked = func() func(ticket.State) ticket.State {
	rules := routed
	rules.Stages = []route.Stage{first, check}
	return under(rules)
}()

var refuseApplicationCases = domaintest.Cases{
	"by the approval": onRoute(firstPassed...).When(refuses(approval)).As(axel).Then(refusal(axel, approval)),
	"by the last stage before handling": given(atFirst...).Knowing(looked).When(refuses(first)).As(rita).
		Then(refusal(rita, first)),
	"by a first review":  onRoute(atFirst...).When(refuses(first)).As(rita).Refused(ticket.ErrNotRefusable),
	"of a result":        onRoute(done...).When(refuses(check)).As(leo).Refused(ticket.ErrNotRefusable),
	"by another role":    onRoute(firstPassed...).When(refuses(approval)).As(rita).Refused(ticket.ErrNotYourStage),
	"twice":              onRoute(denied...).When(refuses(approval)).As(axel).Refused(ticket.ErrNoStageOpen),
	"without a route":    given(registered...).When(refuses(approval)).As(axel).Refused(ticket.ErrNoRoute),
	"at the wrong stage": onRoute(firstPassed...).When(refuses(double)).As(axel).Refused(ticket.ErrStageNotNow),
	"past a stage that condition asks for": onRoute(firstPassed...).
		When(refuses(approval, func(c *ticket.RefuseApplication) { c.Facts.Conditions = weighty })).As(axel).Refused(ticket.ErrStageNotNow),
	"without reasons, remedies and a way to object": onRoute(firstPassed...).
		When(ticket.RefuseApplication{Stage: "approval", Facts: ticket.StageFacts{Conditions: usual}}).As(axel).
		Invalid("reasons required", "remedies required", "objection required"),
	"with blank ones": onRoute(firstPassed...).When(refuses(approval, func(c *ticket.RefuseApplication) {
		c.Reasons, c.Remedies, c.Objection = []string{"x", ""}, []string{" "}, " "
	})).As(axel).Invalid("reasons[1] required", "remedies[0] required", "objection required"),

	"is toldSo before it is closed": onRoute(denied...).When(ticket.Close{}).As(ann).Refused(ticket.ErrNotDelivered),
	"is toldSo": onRoute(denied...).When(ticket.NotifyResult{
		Channels: []ticket.Channel{ticket.Phone}, Told: "Ann Lee", Reasons: []string{"too near"}, Remedies: []string{"move"},
		Facts: ticket.NoticeFacts{Subject: "s", Text: "ready"},
	}).As(ann).Then(
		ticket.NoticeRequested{
			Notice: 1, Kind: ticket.NoticeRefusal, Language: "zh-Hant", Channels: []ticket.Channel{ticket.Phone}, Customer: "c-17", Subject: "s", Text: "ready",
		}, heard, ticket.ResultDelivered{Channel: ticket.Phone, Text: "ready"}),
	"is not toldSo without reasons": onRoute(denied...).When(onThePhone).As(ann).
		Invalid("reasons required", "remedies required", "follow_up not_applicable"),
	"is closed once toldSo": onRoute(then(denied, ticket.ResultDelivered{Channel: ticket.Phone, Text: "no"})...).When(ticket.Close{}).As(ann).
		Then(ticket.Closed{}),
	"is not handled": onRoute(denied...).When(ticket.Take{Facts: fit}).As(ann).Refused(ticket.ErrNotOpen),
	"reopened goes back to who refused": onRoute(then(denied, ticket.ResultDelivered{Channel: ticket.Phone, Text: "no"})...).
		When(ticket.Reopen{Fault: ticket.FaultStaff, Reason: "objected"}).As(eve).
		Then(ticket.Reopened{Fault: ticket.FaultStaff, Reason: "objected", Round: 2}, ticket.StagesVoided{Stages: []string{"approval"}},
			ticket.ReviewVoided{Stage: "approval", Status: ticket.StatusRegistered}),
}

var forced = then(atFirst, ticket.SecondReviewRequired{Stage: "second", By: "eve", Reason: "in the news"})

var requireCases = domaintest.Cases{
	"although its condition does not hold": onRoute(atFirst...).When(ticket.RequireSecondReview{Stage: "second", Reason: "in the news"}).As(eve).
		Then(ticket.SecondReviewRequired{Stage: "second", By: "eve", Reason: "in the news"}),
	"once more": onRoute(forced...).When(ticket.RequireSecondReview{Stage: "second", Reason: "in the news"}).As(eve).Nothing(),
	"after it was passed": onRoute(then(forced, passes(rita, first), passes(sam, second))...).
		When(ticket.RequireSecondReview{Stage: "second", Reason: "again"}).As(eve).Refused(ticket.ErrStagePassed),
	"then is not skipped": onRoute(then(forced, passes(rita, first))...).When(letPass(approval, ticket.Judgement{})).As(axel).
		Refused(ticket.ErrStageNotNow),
	"then is passed": onRoute(then(forced, passes(rita, first))...).When(letPass(second, anew)).As(sam).
		Then(decided(passes(sam, second), anew)),
	"of a stage that always applies": onRoute(atFirst...).When(ticket.RequireSecondReview{Stage: "first", Reason: "x"}).As(eve).
		Invalid("stage not_conditional"),
	"of a stage after handling": onRoute(atFirst...).When(ticket.RequireSecondReview{Stage: "check", Reason: "x"}).As(eve).
		Invalid("stage not_conditional"),
	"of no stage, without a reason": onRoute(atFirst...).When(ticket.RequireSecondReview{Stage: "nope"}).As(eve).
		Invalid("stage unknown", "reason required"),
	"by nobody":        onRoute(atFirst...).When(ticket.RequireSecondReview{Stage: "second", Reason: "x"}).As(robot).Refused(ticket.ErrNoPerson),
	"after acceptance": onRoute(cameThrough...).When(ticket.RequireSecondReview{Stage: "second", Reason: "x"}).As(eve).Refused(ticket.ErrNoStageOpen),
	"without a route":  given(registered...).When(ticket.RequireSecondReview{Stage: "second", Reason: "x"}).As(eve).Refused(ticket.ErrNoRoute),
}

func TestReturnStage(t *testing.T)         { t.Parallel(); returnStageCases.Run(t) }
func TestRefuseApplication(t *testing.T)   { t.Parallel(); refuseApplicationCases.Run(t) }
func TestRequireSecondReview(t *testing.T) { t.Parallel(); requireCases.Run(t) }
