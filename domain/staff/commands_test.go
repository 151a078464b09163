package staff_test

import (
	"slices"
	"strings"
	"testing"

	"docket/domain"
	"docket/domain/domaintest"
	"docket/domain/staff"
)

var given = domaintest.Of(staff.Decider)

// Somebody's time here.
var (
	joined   = []staff.Event{staff.Joined{Name: "王小明", Number: "S-0042"}}
	member   = then(joined, staff.MembershipStarted{Group: "g1"})
	leading  = then(member, staff.PostGranted{Post: domain.Post{Role: "leader", Unit: "g1"}})
	left     = then(leading, staff.Left{Reason: "retired"})
	returned = then(left, staff.Returned{})

	openGroup = staff.PlaceFacts{Known: true, Active: true, IsGroup: true}
	openUnit  = staff.PlaceFacts{Known: true, Active: true}
	shut      = staff.PlaceFacts{Known: true, IsGroup: true}
)

func then(history []staff.Event, more ...staff.Event) []staff.Event {
	return slices.Concat(history, more)
}

// post asks for a post of a known role at an open unit, unless facts say otherwise.
func post(role, unit string, facts staff.PostFacts) staff.GrantPost {
	return staff.GrantPost{Role: role, Unit: unit, Facts: facts}
}

var (
	known   = staff.PostFacts{KnownRole: true, Place: openUnit}
	granted = staff.PostGranted{Post: domain.Post{Role: "clerk", Unit: "u1"}}
)

var joinCases = domaintest.Cases{
	"with a number":      given().When(staff.Join{Name: "王小明", Number: "S-0042"}).Then(joined...),
	"without a number":   given().When(staff.Join{Name: "王小明"}).Then(staff.Joined{Name: "王小明"}),
	"twice":              given(joined...).When(staff.Join{Name: "王小明"}).Refused(staff.ErrExists),
	"after leaving":      given(left...).When(staff.Join{Name: "王小明"}).Refused(staff.ErrExists),
	"without a name":     given().When(staff.Join{}).Invalid("name required"),
	"with a long name":   given().When(staff.Join{Name: strings.Repeat("王", 201)}).Invalid("name too_long"),
	"with a name of 200": given().When(staff.Join{Name: strings.Repeat("王", 200)}).Then(staff.Joined{Name: strings.Repeat("王", 200)}),
}

var renameCases = domaintest.Cases{
	"to another name":  given(joined...).When(staff.Rename{Name: "王曉明"}).Then(staff.Renamed{Name: "王曉明"}),
	"to the same name": given(joined...).When(staff.Rename{Name: "王小明"}).Nothing(),
	"to nothing":       given(joined...).When(staff.Rename{}).Invalid("name required"),
	"after leaving":    given(left...).When(staff.Rename{Name: "王曉明"}).Refused(staff.ErrNotActive),
}

var startCases = domaintest.Cases{
	"in a group":        given(joined...).When(staff.StartMembership{Group: "g1", Facts: openGroup}).Then(staff.MembershipStarted{Group: "g1"}),
	"in a second group": given(member...).When(staff.StartMembership{Group: "g2", Facts: openGroup}).Then(staff.MembershipStarted{Group: "g2"}),
	"again after an end": given(then(member, staff.MembershipEnded{Group: "g1"})...).When(staff.StartMembership{Group: "g1", Facts: openGroup}).
		Then(staff.MembershipStarted{Group: "g1"}),
	"again after a return": given(returned...).When(staff.StartMembership{Group: "g1", Facts: openGroup}).Then(staff.MembershipStarted{Group: "g1"}),
	"in the same group":    given(member...).When(staff.StartMembership{Group: "g1"}).Nothing(),
	"in no known group":    given(joined...).When(staff.StartMembership{Group: "g9"}).Invalid("group unknown"),
	"in a closed group":    given(joined...).When(staff.StartMembership{Group: "g1", Facts: shut}).Invalid("group inactive"),
	"in a unit":            given(joined...).When(staff.StartMembership{Group: "u1", Facts: openUnit}).Invalid("group not_a_group"),
	"in a closed unit":     given(joined...).When(staff.StartMembership{Group: "u1", Facts: staff.PlaceFacts{Known: true}}).Invalid("group inactive", "group not_a_group"),
	"after leaving":        given(left...).When(staff.StartMembership{Group: "g2", Facts: openGroup}).Refused(staff.ErrNotActive),
}

var endCases = domaintest.Cases{
	"of a member":         given(member...).When(staff.EndMembership{Group: "g1"}).Then(staff.MembershipEnded{Group: "g1"}),
	"of its leader":       given(leading...).When(staff.EndMembership{Group: "g1", Facts: staff.LeadFacts{Groups: []string{"g1"}}}).Invalid("group leads"),
	"of another's leader": given(leading...).When(staff.EndMembership{Group: "g1", Facts: staff.LeadFacts{Groups: []string{"g2"}}}).Then(staff.MembershipEnded{Group: "g1"}),
	"of another group":    given(member...).When(staff.EndMembership{Group: "g2"}).Nothing(),
	"twice":               given(then(member, staff.MembershipEnded{Group: "g1"})...).When(staff.EndMembership{Group: "g1"}).Nothing(),
	"that leaving ended":  given(returned...).When(staff.EndMembership{Group: "g1"}).Nothing(),
	"after leaving":       given(left...).When(staff.EndMembership{Group: "g1"}).Refused(staff.ErrNotActive),
}

var grantCases = domaintest.Cases{
	"at a unit":            given(joined...).When(post("clerk", "u1", known)).Then(granted),
	"at the organisation":  given(joined...).When(post("auditor", "", staff.PostFacts{KnownRole: true})).Then(staff.PostGranted{Post: domain.Post{Role: "auditor"}}),
	"the same elsewhere":   given(then(joined, granted)...).When(post("clerk", "u2", known)).Then(staff.PostGranted{Post: domain.Post{Role: "clerk", Unit: "u2"}}),
	"another there":        given(then(joined, granted)...).When(post("handler", "u1", known)).Then(staff.PostGranted{Post: domain.Post{Role: "handler", Unit: "u1"}}),
	"again after a return": given(then(joined, granted, staff.Left{}, staff.Returned{})...).When(post("clerk", "u1", known)).Then(granted),
	"what is held":         given(then(joined, granted)...).When(post("clerk", "u1", staff.PostFacts{})).Nothing(),
	"of no role":           given(joined...).When(post("king", "u1", staff.PostFacts{Place: openUnit})).Invalid("role unknown"),
	"of no role, nowhere":  given(joined...).When(post("king", "u9", staff.PostFacts{})).Invalid("role unknown", "unit unknown"),
	"at a closed unit":     given(joined...).When(post("clerk", "u1", staff.PostFacts{KnownRole: true, Place: shut})).Invalid("unit inactive"),
	"after leaving":        given(left...).When(post("clerk", "u1", known)).Refused(staff.ErrNotActive),
}

var endPostCases = domaintest.Cases{
	"held":               given(leading...).When(staff.EndPost{Role: "leader", Unit: "g1"}).Then(staff.PostEnded{Post: domain.Post{Role: "leader", Unit: "g1"}}),
	"of who leads by it": given(leading...).When(staff.EndPost{Role: "leader", Unit: "g1", Facts: ledBy("g1", "u1", "")}).Invalid("role leads"),
	"of who leads by another one too": given(then(leading, staff.PostGranted{Post: domain.Post{Role: "leader", Unit: "u1"}})...).
		When(staff.EndPost{Role: "leader", Unit: "g1", Facts: ledBy("g1", "u1", "")}).Then(staff.PostEnded{Post: domain.Post{Role: "leader", Unit: "g1"}}),
	"of who leads elsewhere": given(leading...).When(staff.EndPost{Role: "leader", Unit: "g1", Facts: ledBy("g9", "u9", "")}).
		Then(staff.PostEnded{Post: domain.Post{Role: "leader", Unit: "g1"}}),
	"held elsewhere":     given(leading...).When(staff.EndPost{Role: "leader", Unit: "g2"}).Nothing(),
	"that leaving ended": given(returned...).When(staff.EndPost{Role: "leader", Unit: "g1"}).Nothing(),
	"after leaving":      given(left...).When(staff.EndPost{Role: "leader", Unit: "g1"}).Refused(staff.ErrNotActive),
}

// ledBy is a group that the person leads, with leaders' posts at places that reach it.
func ledBy(places ...string) staff.PostLeadFacts {
	var reaching []domain.Post
	for _, place := range places {
		reaching = append(reaching, domain.Post{Role: "leader", Unit: place})
	}
	return staff.PostLeadFacts{Groups: map[string][]domain.Post{places[0]: reaching}}
}

var leaveCases = domaintest.Cases{
	"for a reason":                     given(leading...).When(staff.Leave{Reason: "retired"}).Then(staff.Left{Reason: "retired"}),
	"without one":                      given(joined...).When(staff.Leave{}).Then(staff.Left{}),
	"a second time":                    given(returned...).When(staff.Leave{}).Then(staff.Left{}),
	"twice":                            given(left...).When(staff.Leave{}).Refused(staff.ErrNotActive),
	"leaving a group without a leader": given(leading...).When(staff.Leave{Facts: staff.LeadFacts{Groups: []string{"g1"}}}).Invalid("path.id leads"),
	"for a volume":                     given(joined...).When(staff.Leave{Reason: strings.Repeat("長", 10_001)}).Invalid("reason too_long"),
}

var returnCases = domaintest.Cases{
	"after leaving":   given(left...).When(staff.Return{}).Then(staff.Returned{}),
	"without leaving": given(joined...).When(staff.Return{}).Refused(staff.ErrActive),
	"twice":           given(returned...).When(staff.Return{}).Refused(staff.ErrActive),
	"never been here": given().When(staff.Return{}).Refused(staff.ErrNotActive),
}

func TestJoin(t *testing.T)            { t.Parallel(); joinCases.Run(t) }
func TestRename(t *testing.T)          { t.Parallel(); renameCases.Run(t) }
func TestStartMembership(t *testing.T) { t.Parallel(); startCases.Run(t) }
func TestEndMembership(t *testing.T)   { t.Parallel(); endCases.Run(t) }
func TestGrantPost(t *testing.T)       { t.Parallel(); grantCases.Run(t) }
func TestEndPost(t *testing.T)         { t.Parallel(); endPostCases.Run(t) }
func TestLeave(t *testing.T)           { t.Parallel(); leaveCases.Run(t) }
func TestReturn(t *testing.T)          { t.Parallel(); returnCases.Run(t) }

func TestNoCommandIsForgotten(t *testing.T) {
	t.Parallel()
	domaintest.Complete(t, joinCases, renameCases, startCases, endCases, grantCases, endPostCases, leaveCases, returnCases,
		enterCases, endAbsenceCases, delegateCases, revokeCases, certifyCases, revokeCertificateCases, signCases, warnCases)
}

// TestFoldingLeavesEarlierStatesAlone: states share no sets, so that one may be kept while the history goes on.
func TestFoldingLeavesEarlierStatesAlone(t *testing.T) {
	t.Parallel()
	before := staff.Decider.Fold(leading...)
	for _, e := range []staff.Event{
		staff.MembershipStarted{Group: "g2"}, staff.MembershipEnded{Group: "g1"}, granted,
		staff.PostEnded{Post: domain.Post{Role: "leader", Unit: "g1"}}, staff.Left{},
	} {
		staff.Decider.Evolve(before, e)
		if len(before.Groups) != 1 || !before.Groups["g1"] || len(before.Posts) != 1 || !before.Active {
			t.Fatalf("%T changed an earlier state: %+v", e, before)
		}
	}
}

func TestStaffLieWithTheOrganisation(t *testing.T) {
	t.Parallel()
	for _, got := range []domain.Scope{(staff.Join{}).Scope(), staff.Decider.Scope(staff.Decider.Fold(leading...))} {
		if got.Unit != "" || got.Group != "" || got.Parties != nil {
			t.Errorf("scope %+v", got)
		}
	}
}
