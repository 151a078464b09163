package ticket_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain/domaintest"
	"docket/domain/route"
	"docket/domain/ticket"
)

// pass is what somebody sends to pass a stage.
func letPass(st route.Stage, j ticket.Judgement, change ...func(*ticket.PassStage)) ticket.PassStage {
	c := ticket.PassStage{Stage: st.Key, Opinion: "good", Judgement: j, Facts: ticket.StageFacts{Conditions: usual, Authority: within}}
	for _, f := range change {
		f(&c)
	}
	return c
}

func important(c *ticket.PassStage) { c.Facts.Conditions = weighty }

// digested is a decision with the digest that its form, result and signature give. Marked typed are not in it.
func digested(e ticket.StagePassed, result *ticket.Finished) ticket.StagePassed {
	words := []string{e.Opinion}
	for _, c := range e.Conditions {
		words = append(words, c.Text)
	}
	e.Digest = ticket.Signed{
		Stage: e.Stage, Round: e.Round, Verdict: "passed", Words: words, Judgement: e.Judgement, Values: typed, Result: result,
		Signature: e.Signature,
	}.Digest()
	return e
}

func decided(e ticket.StagePassed, j ticket.Judgement, change ...func(*ticket.StagePassed)) ticket.StagePassed {
	e.Judgement = j
	for _, f := range change {
		f(&e)
	}
	if e.When == route.After {
		return digested(e, &ticket.Finished{Outcome: ticket.Fulfilled, Summary: "done"})
	}
	return digested(e, nil)
}

var passStageCases = domaintest.Cases{
	"first review": onRoute(atFirst...).When(letPass(first, firstly)).As(rita).Then(decided(passes(rita, first), firstly)),
	"the last stage before handling accepts": onRoute(firstPassed...).When(letPass(approval, ticket.Judgement{})).As(axel).
		Then(decided(passes(axel, approval), ticket.Judgement{}, func(e *ticket.StagePassed) { e.Signature.Authority = "permit/1" }),
			ticket.Accepted{Opinion: "good"}),
	"with conditions, atFirst from 1": onRoute(firstPassed...).
		When(letPass(approval, ticket.Judgement{}, func(c *ticket.PassStage) { c.Conditions = []string{"keep the door free", "no open fire"} })).As(axel).
		Then(decided(passes(axel, approval, "keep the door free", "no open fire"), ticket.Judgement{},
			func(e *ticket.StagePassed) { e.Signature.Authority = "permit/1" }), ticket.Accepted{Opinion: "good"}),
	"review of the result": onRoute(done...).When(letPass(check, sound)).As(leo).Then(decided(passes(leo, check), sound)),
	"the first of two people": onRoute(checked...).When(letPass(double, ticket.Judgement{})).As(dora).
		Then(decided(passes(dora, double), ticket.Judgement{}, func(e *ticket.StagePassed) { e.Last = false })),
	"the second of two people": onRoute(halfway...).When(letPass(double, ticket.Judgement{})).As(dan).
		Then(decided(passes(dan, double), ticket.Judgement{}), ticket.ReviewPassed{Reviewer: "dan", Opinion: "good"}),
	"by a post for the whole organisation": onRoute(atFirst...).When(letPass(first, firstly)).As(seated("rita", "reviewer", "")).
		Then(decided(passes(seated("rita", "reviewer", ""), first), firstly)),
	"a stage whose condition holds now": onRoute(looseFirst...).When(letPass(second, anew, important)).As(sam).
		Then(ticket.StagesPlanned{Holds: weighty, Form: 1, Risk: ticket.RiskHigh, Urgency: ticket.Normal}, decided(passes(sam, second), anew)),
	"by a deputy": onRoute(atFirst...).When(letPass(first, firstly)).As(deputy("bob", rita)).
		Then(decided(passes(rita, first), firstly, func(e *ticket.StagePassed) {
			e.Signature.By, e.Signature.OnBehalfOf, e.Signature.Delegation = "bob", "rita", "rita/1"
		})),
	"a first opinion to refuse is an opinion too": onRoute(atFirst...).When(letPass(first, unwell)).As(rita).
		Then(decided(passes(rita, first), unwell)),
	"a first opinion to ask once goes back to the clerk": onRoute(atFirst...).
		When(letPass(first, asking, func(c *ticket.PassStage) { c.Ask = []string{"the lease"} })).As(rita).
		Then(ticket.StageReturned{
			Stage: "first", When: route.Before, Round: 2, Fault: ticket.FaultCustomer, Reason: "good", Items: []string{"the lease"},
			AskOnce: true, Judgement: asking, Signature: signed(rita, first, 1),
		}),

	"a stage whose condition holds is not skipped": onRoute(looseFirst...).When(letPass(approval, ticket.Judgement{}, important)).As(axel).
		Refused(ticket.ErrStageNotNow),
	"nor one whose condition nobody has looked at": given(then(atFirst[:3], passes(rita, first))...).Knowing(under(routed)).
		When(letPass(approval, ticket.Judgement{}, func(c *ticket.PassStage) { c.Facts.Conditions = nil })).As(sam).Refused(ticket.ErrStageNotNow),
	"before the earlier stage":  onRoute(atFirst...).When(letPass(approval, ticket.Judgement{})).As(rita).Refused(ticket.ErrStageNotNow),
	"before the identity check": given(atFirst...).Knowing(proving).When(letPass(first, firstly)).As(rita).Refused(ticket.ErrNoIdentity),
	"after the identity check": given(then(atFirst, ticket.IdentityChecked{Method: ticket.SeenInPerson, Document: ticket.IdentityCard, Passed: true})...).
		Knowing(proving).When(letPass(first, firstly)).As(rita).Then(decided(passes(rita, first), firstly)),
	"a second time":              onRoute(firstPassed...).When(letPass(first, firstly)).As(axel).Refused(ticket.ErrStagePassed),
	"a stage of another route":   onRoute(atFirst...).When(letPass(route.Stage{Key: "other"}, firstly)).As(rita).Invalid("stage unknown"),
	"without a route":            given(completed...).When(letPass(check, sound)).As(leo).Refused(ticket.ErrNoRoute),
	"in handling":                onRoute(inHand...).When(letPass(check, sound)).As(leo).Refused(ticket.ErrNoStageOpen),
	"when all are passed":        onRoute(cleared...).When(letPass(double, ticket.Judgement{})).As(dora).Refused(ticket.ErrNoStageOpen),
	"while returned":             onRoute(sentBack...).When(letPass(first, firstly)).As(rita).Refused(ticket.ErrReturned),
	"by another role":            onRoute(atFirst...).When(letPass(first, firstly)).As(cleo).Refused(ticket.ErrNotYourStage),
	"by the same role elsewhere": onRoute(atFirst...).When(letPass(first, firstly)).As(away).Refused(ticket.ErrNotYourStage),
	"by nobody in particular":    onRoute(atFirst...).When(letPass(first, firstly)).As(robot).Refused(ticket.ErrNoPerson),
	"by the handler":             onRoute(done...).When(letPass(check, sound)).As(seated("ann", "leader", "g1")).Refused(ticket.ErrOwnWork),
	"by the handler's deputy":    onRoute(done...).When(letPass(check, sound)).As(deputy("leo", seated("ann", "leader", "g1"))).Refused(ticket.ErrOwnWork),
	"by the handler as a deputy": onRoute(done...).When(letPass(check, sound)).As(deputy("ann", leo)).Refused(ticket.ErrOwnWork),
	"by who passed the stage before": onRoute(checked...).When(letPass(double, ticket.Judgement{})).As(seated("leo", "deputy_manager", "u1")).
		Refused(ticket.ErrDecided),
	"by their deputy": onRoute(checked...).When(letPass(double, ticket.Judgement{})).As(deputy("bob", seated("leo", "deputy_manager", "u1"))).
		Refused(ticket.ErrDecided),
	"twice by the same person": onRoute(halfway...).When(letPass(double, ticket.Judgement{})).As(dora).Refused(ticket.ErrDecided),
	"above the authority": onRoute(firstPassed...).When(letPass(approval, ticket.Judgement{}, func(c *ticket.PassStage) {
		c.Facts.Authority = ticket.Authority{Who: []string{"manager"}}
	})).As(axel).Refused(ticket.ErrAboveAuthority.With(failingSignature)),

	"with a certificate that has ended": onRoute(atFirst...).When(letPass(first, firstly, func(c *ticket.PassStage) { c.Facts.Lapsed = true })).As(rita).
		Refused(ticket.ErrNotQualified),

	"without the parts that the stage demands": onRoute(atFirst...).When(letPass(first, ticket.Judgement{Truth: ticket.Met})).As(rita).
		Invalid("judgement.compliance required", "judgement.identity required", "judgement.first_opinion required"),
	"the second review without a view and a rating": onRoute(looseFirst...).When(letPass(second, ticket.Judgement{}, important)).As(sam).
		Invalid("judgement.view required", "judgement.risk required"),
	"what is found wanting": onRoute(done...).When(letPass(check, wanting)).As(leo).Invalid("judgement.accuracy not_met"),
	"no opinion, blank conditions, unasked": onRoute(atFirst...).When(letPass(first, firstly, func(c *ticket.PassStage) {
		c.Opinion, c.Conditions, c.Ask = " ", []string{"so", ""}, []string{"the lease"}
	})).As(rita).Invalid("opinion required", "conditions[1] required", "ask not_allowed"),
	"asking for nothing":       onRoute(atFirst...).When(letPass(first, asking)).As(rita).Invalid("ask required"),
	"asking once for a result": onRoute(done...).When(letPass(check, askResult, func(c *ticket.PassStage) { c.Ask = []string{"x"} })).As(leo).Invalid("judgement.first_opinion not_allowed"),
	"binding what is done":     onRoute(done...).When(letPass(check, sound, func(c *ticket.PassStage) { c.Conditions = []string{"x"} })).As(leo).Invalid("conditions not_allowed"),
	"codes that do not exist": onRoute(atFirst...).When(letPass(first, ticket.Judgement{
		Identity: "x", Truth: ticket.Met, Compliance: ticket.Met, FirstOpinion: "x", View: "x", Risk: "x",
	})).As(rita).Invalid("judgement.identity not_allowed", "judgement.first_opinion not_allowed", "judgement.view not_allowed", "judgement.risk not_allowed"),
	"too much to say": onRoute(atFirst...).When(letPass(first, firstly, func(c *ticket.PassStage) { c.Opinion = tooLong })).As(rita).Invalid("opinion too_long"),
}

var (
	unwell    = ticket.Judgement{Identity: ticket.Met, Truth: ticket.NotMet, Compliance: ticket.Met, FirstOpinion: ticket.OpinionRefuse}
	asking    = ticket.Judgement{Identity: ticket.Met, Truth: ticket.Met, Compliance: ticket.Met, FirstOpinion: ticket.OpinionAskOnce}
	wanting   = ticket.Judgement{Accuracy: ticket.NotMet, Compliance: ticket.Met, Completeness: ticket.Met}
	askResult = ticket.Judgement{
		Accuracy: ticket.Met, Compliance: ticket.Met, Completeness: ticket.Met, FirstOpinion: ticket.OpinionAskOnce,
	}
)

// proving is the route of the cases where the customer's identity has to be checked.
var proving = func() func(ticket.State) ticket.State {
	rules := routed
	rules.Identity = true
	return under(rules)
}()

func TestPassStage(t *testing.T) { t.Parallel(); passStageCases.Run(t) }

// TestDigestsBindWhatWasSigned: whatever is changed in what was judged, said or signed gives another digest.
func TestDigestsBindWhatWasSigned(t *testing.T) {
	t.Parallel()
	signed := func(change func(*ticket.Signed)) string {
		d := ticket.Signed{
			Stage: "check", Round: 1, Verdict: "passed", Words: []string{"good"}, Judgement: sound,
			Values: map[string]string{"shop": "茶館"}, Result: &ticket.Finished{Outcome: ticket.Fulfilled, Summary: "done"},
			Signature: ticket.Signature{By: "leo", Role: "leader", At: noon, Form: 1},
		}
		change(&d)
		return d.Digest()
	}
	seen := map[string]bool{}
	for _, change := range []func(*ticket.Signed){
		func(*ticket.Signed) {},
		func(d *ticket.Signed) { d.Stage = "double" },
		func(d *ticket.Signed) { d.Round = 2 },
		func(d *ticket.Signed) { d.Verdict = "refused" },
		func(d *ticket.Signed) { d.Words = []string{"goo", "d"} },
		func(d *ticket.Signed) { d.Judgement.Risk = ticket.RiskLow },
		func(d *ticket.Signed) { d.Values = map[string]string{"shop": "茶馆"} },
		func(d *ticket.Signed) { d.Values = map[string]string{} },
		func(d *ticket.Signed) { d.Result = &ticket.Finished{Outcome: ticket.Fulfilled, Summary: "done."} },
		func(d *ticket.Signed) { d.Result = nil },
		func(d *ticket.Signed) { d.Signature.By = "eve" },
		func(d *ticket.Signed) { d.Signature.OnBehalfOf = "eve" },
		func(d *ticket.Signed) { d.Signature.At = noon.Add(1) },
		func(d *ticket.Signed) { d.Signature.Form = 2 },
		func(d *ticket.Signed) { d.Signature.Authority = "permit/1" },
	} {
		digest := signed(change)
		require.Len(t, digest, 64)
		require.False(t, seen[digest])
		seen[digest] = true
	}
}
