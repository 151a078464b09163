package authority_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/authority"
	"docket/domain/authz"
	"docket/domain/domaintest"
)

var (
	given = domaintest.Of(authority.Decider)
	noon  = domaintest.Noon
	max   = domain.Actor{Staff: "max"}
	fit   = authority.PersonFacts{Known: true, Active: true}

	row       = authority.Row{Kind: "subsidy", Type: "SUB", Role: authz.Approver, Amount: "500000", Risk: "medium", From: noon, To: noon.Add(time.Hour)}
	personal  = authority.Row{Kind: "subsidy", Person: "abe", Risk: "high"}
	granted   = []authority.Event{authority.Granted{Row: row, By: "max", Reason: "meeting"}}
	withdrawn = append(granted[:1:1], authority.Withdrawn{By: "max", Reason: "replaced"})
)

func with(change func(*authority.Row)) authority.Row {
	r := row
	change(&r)
	return r
}

var grantCases = domaintest.Cases{
	"to a role": given().When(authority.Grant{Row: row, Reason: "meeting"}).As(max).Then(granted...),
	"to a person, from now": given().When(authority.Grant{Row: personal, Reason: "named", Facts: fit}).As(max).
		Then(authority.Granted{Row: authority.Row{Kind: "subsidy", Person: "abe", Risk: "high", From: noon}, By: "max", Reason: "named"}),
	"to oneself":                 given().When(authority.Grant{Row: personal, Reason: "named", Facts: fit}).As(domain.Actor{Staff: "abe"}).Refused(authority.ErrSelf),
	"by nobody":                  given().When(authority.Grant{Row: row, Reason: "meeting"}).Refused(authority.ErrNoPerson),
	"twice":                      given(granted...).When(authority.Grant{Row: row, Reason: "meeting"}).As(max).Refused(authority.ErrExists),
	"to a role and a person":     given().When(authority.Grant{Row: with(func(r *authority.Row) { r.Person = "abe" }), Reason: "m", Facts: fit}).As(max).Invalid("role not_together"),
	"to a role that cannot sign": given().When(authority.Grant{Row: with(func(r *authority.Row) { r.Role = authz.Clerk }), Reason: "m"}).As(max).Invalid("role no_right"),
	"to no such role":            given().When(authority.Grant{Row: with(func(r *authority.Row) { r.Role = "king" }), Reason: "m"}).As(max).Invalid("role unknown"),
	"to a stranger":              given().When(authority.Grant{Row: personal, Reason: "m"}).As(max).Invalid("person unknown"),
	"to one who left":            given().When(authority.Grant{Row: personal, Reason: "m", Facts: authority.PersonFacts{Known: true}}).As(max).Invalid("person inactive"),
	"all wrong": given().When(authority.Grant{Row: authority.Row{Kind: "S", Type: "s", Role: authz.Approver, Amount: "-1", Risk: "some", From: noon.Add(-1), To: noon.Add(-2)}}).As(max).
		Invalid("kind not_a_key", "type not_a_code", "amount too_low", "risk not_allowed", "from too_early", "to too_early", "reason required"),
}

var withdrawCases = domaintest.Cases{
	"for a reason":     given(granted...).When(authority.Withdraw{Reason: "replaced"}).As(max).Then(withdrawn[1]),
	"without a reason": given(granted...).When(authority.Withdraw{}).As(max).Invalid("reason required"),
	"twice":            given(withdrawn...).When(authority.Withdraw{Reason: "replaced"}).As(max).Refused(authority.ErrWithdrawn),
	"by nobody":        given(granted...).When(authority.Withdraw{Reason: "replaced"}).Refused(authority.ErrNoPerson),
}

func TestGrant(t *testing.T)    { t.Parallel(); grantCases.Run(t) }
func TestWithdraw(t *testing.T) { t.Parallel(); withdrawCases.Run(t) }

func TestNoCommandIsForgotten(t *testing.T) {
	t.Parallel()
	domaintest.Complete(t, grantCases, withdrawCases)
}

// recorded holds every event ever written, by wire name and version: what its golden file means today.
var recorded = map[string]authority.Event{"AuthorityGranted.v1": granted[0], "AuthorityWithdrawn.v1": withdrawn[1]}

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, authority.Decider, recorded) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, authority.Decider) }
func FuzzJoin(f *testing.F)     { domaintest.FuzzJoin(f, authority.Decider) }

// TestMatrix: who may sign what, and when; and what nobody may sign.
func TestMatrix(t *testing.T) {
	t.Parallel()
	line := func(id string, r authority.Row) authority.Line {
		return authority.Line{ID: id}.After(authority.Granted{Row: r}, noon)
	}
	m := authority.Matrix{
		line("low", row),
		line("person", authority.Row{Kind: "subsidy", Person: "abe", Amount: "600000.5", Risk: "low", From: noon}),
		line("other", authority.Row{Kind: "refund", Role: authz.Manager, Risk: "high", From: noon}),
	}
	approver, posts := "ray", []domain.Post{{Role: authz.Approver}}
	matter := authority.Matter{Kind: "subsidy", Type: "SUB", Amount: "500,000.00", Risk: "medium"}
	may := func(person string, matter authority.Matter, at time.Time) string {
		l, _ := m.May(person, posts, matter, at)
		return l.ID
	}
	require.Equal(t, "low", may(approver, matter, noon))
	require.Empty(t, may(approver, matter, noon.Add(-1)), "not yet")
	require.Empty(t, may(approver, matter, noon.Add(time.Hour)), "no longer")
	above, risky, unrated, elsewhere := matter, matter, matter, matter
	above.Amount, risky.Risk, unrated.Risk, elsewhere.Type = "500000.01", "high", "", "CERT"
	require.Empty(t, may(approver, above, noon))
	require.Empty(t, may(approver, risky, noon))
	require.Empty(t, may(approver, unrated, noon), "what nobody has rated counts as the highest risk")
	require.Empty(t, may(approver, elsewhere, noon))
	above.Risk = "low"
	require.Equal(t, "person", may("abe", above, noon))
	who := m.Who(above, noon)
	require.Len(t, who, 1)
	require.Equal(t, "abe", who[0].Person, "a refusal can tell who may")

	everybody := func(authority.Line) bool { return true }
	require.Equal(t, []authority.Gap{{Risk: "low", Above: "600000.5"}, {Risk: "medium", Above: "500000"}, {Risk: "high"}},
		m.Gaps("subsidy", "SUB", "", noon, everybody))
	require.Equal(t, []authority.Gap{{Risk: "high"}}, m.Gaps("subsidy", "SUB", "500000", noon, everybody))
	require.Empty(t, m.Gaps("refund", "ANY", "", noon, everybody))
	require.Len(t, m.Gaps("refund", "ANY", "", noon, func(authority.Line) bool { return false }), 3, "a line that nobody stands behind signs nothing")
	m[2] = m[2].After(authority.Withdrawn{}, noon.Add(time.Minute))
	require.Empty(t, m.Gaps("refund", "ANY", "", noon, everybody))
	require.Len(t, m.Gaps("refund", "ANY", "", noon.Add(time.Minute), everybody), 3)
}
