package lead_test

import (
	"testing"

	"docket/domain/domaintest"
	"docket/domain/lead"
)

var given = domaintest.Of(lead.Decider)

var (
	anns  = lead.Claimed{Group: "g", Person: "ann"}
	bobs  = lead.Claimed{Group: "g", Person: "bob"}
	gone  = lead.Leaving{Person: "ann"}
	back  = lead.Back{Person: "ann"}
	leave = lead.Leave{Person: "ann", Field: "path.id"}
	out   = lead.Leave{Person: "ann", Group: "g", Field: "group"}
)

var claimCases = domaintest.Cases{
	"the first":              given().When(lead.Claim{Group: "g", Person: "ann"}).Then(anns),
	"the same again":         given(anns).When(lead.Claim{Group: "g", Person: "ann"}).Nothing(),
	"somebody else's":        given(anns).When(lead.Claim{Group: "g", Person: "bob"}).Then(bobs),
	"by who is leaving":      given(gone).When(lead.Claim{Group: "g", Person: "ann"}).Invalid("leader inactive"),
	"by who has come back":   given(gone, back).When(lead.Claim{Group: "g", Person: "ann"}).Then(anns),
	"by another than leaves": given(gone).When(lead.Claim{Group: "g", Person: "bob"}).Then(bobs),
}

var leaveCases = domaintest.Cases{
	"who leads nothing":                 given().When(leave).Then(gone),
	"twice":                             given(gone).When(leave).Nothing(),
	"who was just appointed":            given(anns).When(leave).Invalid("path.id leads"),
	"who has a successor":               given(anns, bobs).When(leave).Then(gone),
	"who led what has been closed":      given(anns).When(lead.Leave{Person: "ann", Field: "path.id", Closed: []string{"g"}}).Then(gone),
	"a group that they lead":            given(anns).When(out).Invalid("group leads"),
	"another group than they lead":      given(anns).When(lead.Leave{Person: "ann", Group: "h", Field: "group"}).Nothing(),
	"a group, which needs no claim":     given().When(out).Nothing(),
	"a group that has another leader":   given(bobs).When(out).Nothing(),
	"altogether, after leaving a group": given(bobs).When(leave).Then(gone),
	"and comes back":                    given(gone).When(lead.Leave{Person: "ann", Undone: true}).Then(back),
	"and comes back twice":              given(gone, back).When(lead.Leave{Person: "ann", Undone: true}).Nothing(),
	"again, after coming back":          given(gone, back).When(leave).Then(gone),
}

func TestClaim(t *testing.T) { t.Parallel(); claimCases.Run(t) }
func TestLeave(t *testing.T) { t.Parallel(); leaveCases.Run(t) }
func TestNoCommandIsForgotten(t *testing.T) {
	t.Parallel()
	domaintest.Complete(t, claimCases, leaveCases)
}

var recorded = map[string]lead.Event{"GroupLeadClaimed.v1": anns, "LeaverClaimed.v1": gone, "ReturnClaimed.v1": back}

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, lead.Decider, recorded) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, lead.Decider) }
func FuzzJoin(f *testing.F)     { domaintest.FuzzJoin(f, lead.Decider) }
