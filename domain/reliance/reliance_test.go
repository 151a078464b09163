package reliance_test

import (
	"testing"

	"docket/domain"
	"docket/domain/domaintest"
	"docket/domain/reliance"
)

var given = domaintest.Of(reliance.Decider)

var (
	errFollowed = domain.Refusal(domain.Conflict, "procedure.followed", "templates in use name the procedure")

	first   = reliance.Follower{Template: "t", Version: 1}
	relied  = reliance.Claimed{Template: "t", TemplateVersion: 1, Version: 2}
	retired = reliance.Retiring{Version: 2}
)

var claimCases = domaintest.Cases{
	"the first":             given().When(reliance.Claim{Follower: first, On: 2}).Then(relied),
	"the same again":        given(relied).When(reliance.Claim{Follower: first, On: 2}).Nothing(),
	"on a later version":    given(relied).When(reliance.Claim{Follower: first, On: 3}).Then(reliance.Claimed{Template: "t", TemplateVersion: 1, Version: 3}),
	"on what is retired":    given(retired).When(reliance.Claim{Follower: first, On: 2}).Invalid("definition.rules.procedure retired"),
	"on what comes after":   given(retired).When(reliance.Claim{Follower: first, On: 3}).Then(reliance.Claimed{Template: "t", TemplateVersion: 1, Version: 3}),
	"claimed before it was": given(relied, retired).When(reliance.Claim{Follower: first, On: 2}).Invalid("definition.rules.procedure retired"),
}

var retireCases = domaintest.Cases{
	"what nothing relies on":      given().When(reliance.Retire{Version: 2, Refusal: errFollowed}).Then(retired),
	"twice":                       given(retired).When(reliance.Retire{Version: 2, Refusal: errFollowed}).Nothing(),
	"what was relied on just now": given(relied).When(reliance.Retire{Version: 2, Refusal: errFollowed}).Refused(errFollowed),
	"what is known to be settled": given(relied).When(reliance.Retire{Version: 2, Settled: map[reliance.Follower]bool{first: true}, Refusal: errFollowed}).Then(retired),
	"what has a successor":        given(relied).When(reliance.Retire{Version: 2, Succeeded: true, Refusal: errFollowed}).Then(retired),
	"another version":             given(relied).When(reliance.Retire{Version: 1, Refusal: errFollowed}).Then(reliance.Retiring{Version: 1}),
}

func TestClaim(t *testing.T)  { t.Parallel(); claimCases.Run(t) }
func TestRetire(t *testing.T) { t.Parallel(); retireCases.Run(t) }
func TestNoCommandIsForgotten(t *testing.T) {
	t.Parallel()
	domaintest.Complete(t, claimCases, retireCases)
}

var recorded = map[string]reliance.Event{"ProcedureFollowClaimed.v1": relied, "ProcedureRetireClaimed.v1": retired}

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, reliance.Decider, recorded) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, reliance.Decider) }
func FuzzJoin(f *testing.F)     { domaintest.FuzzJoin(f, reliance.Decider) }
