package staff_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/domaintest"
	"docket/domain/staff"
)

// Days of the cases.
var (
	noon      = domaintest.Noon
	yesterday = noon.AddDate(0, 0, -1)
	tomorrow  = noon.AddDate(0, 0, 1)
	week      = noon.AddDate(0, 0, 7)

	herself = domain.Actor{Principal: "staff-1", Staff: "1"}
	sitting = staff.DeputyFacts{Known: true, Active: true}
	head    = domain.Post{Role: "leader", Unit: "g1"}

	leave     = staff.AbsenceEntered{Absence: staff.Absence{Number: 1, From: yesterday, Until: week, Deputy: "bob"}, Reason: "leave"}
	openEnded = staff.AbsenceEntered{Absence: staff.Absence{Number: 1, From: tomorrow}}
	lent      = staff.Delegated{Delegation: staff.Delegation{Number: 1, To: "bob", Posts: []domain.Post{head}, Permissions: []string{"ticket.approve"}, From: noon, Until: week}, Reason: "leave"}
	skilled   = staff.Certified{Certificate: staff.Certificate{Number: 1, Kind: "counter", Until: week}, Issuer: "city", Reference: "C-1", Scan: scan}
	bound     = staff.AgreementSigned{Agreement: staff.Agreement{Version: "2026-1", Signed: yesterday, Until: week}, Scan: scan}

	scan = strings.Repeat("ab", 32)
)

func at(t time.Time) *time.Time { return &t }

var enterCases = domaintest.Cases{
	"with a deputy": given(joined...).When(staff.EnterAbsence{From: yesterday, Until: at(week), Deputy: "bob", Reason: "leave", Facts: sitting}).Then(leave),
	"without end":   given(joined...).When(staff.EnterAbsence{From: tomorrow}).Then(openEnded),
	"after another": given(then(joined, leave)...).When(staff.EnterAbsence{From: week}).
		Then(staff.AbsenceEntered{Absence: staff.Absence{Number: 2, From: week}}),
	"across another":         given(then(joined, leave)...).When(staff.EnterAbsence{From: tomorrow}).Refused(staff.ErrAbsenceTwice),
	"within one without end": given(then(joined, openEnded)...).When(staff.EnterAbsence{From: week, Until: at(week.Add(time.Hour))}).Refused(staff.ErrAbsenceTwice),
	"of nothing":             given(joined...).When(staff.EnterAbsence{}).Invalid("from required"),
	"that ends as it begins": given(joined...).When(staff.EnterAbsence{From: noon, Until: at(noon)}).Invalid("until too_early"),
	"with oneself":           given(joined...).When(staff.EnterAbsence{From: noon, Deputy: "1", Facts: sitting}).Invalid("deputy self"),
	"with nobody":            given(joined...).When(staff.EnterAbsence{From: noon, Deputy: "bob"}).Invalid("deputy unknown"),
	"with one who left":      given(joined...).When(staff.EnterAbsence{From: noon, Deputy: "bob", Facts: staff.DeputyFacts{Known: true}}).Invalid("deputy inactive"),
	"with one who is away": given(joined...).When(staff.EnterAbsence{From: noon, Deputy: "bob", Facts: staff.DeputyFacts{Known: true, Active: true, Absent: true}}).
		Invalid("deputy absent"),
	"for a volume":  given(joined...).When(staff.EnterAbsence{From: noon, Reason: strings.Repeat("長", 10_001)}).Invalid("reason too_long"),
	"after leaving": given(left...).When(staff.EnterAbsence{From: noon}).Refused(staff.ErrNotActive),
}

var endAbsenceCases = domaintest.Cases{
	"early":           given(then(joined, leave)...).When(staff.EndAbsence{Absence: 1, Reason: "back"}).Then(staff.AbsenceEnded{Absence: 1, At: noon, Reason: "back"}),
	"before it began": given(then(joined, openEnded)...).When(staff.EndAbsence{Absence: 1}).Then(staff.AbsenceEnded{Absence: 1, At: noon}),
	"of another":      given(then(joined, leave)...).When(staff.EndAbsence{Absence: 2}).Refused(staff.ErrNoAbsence),
	"that is over":    given(then(joined, leave)...).When(staff.EndAbsence{Absence: 1}).At(week).Refused(staff.ErrNoAbsence),
	"twice":           given(then(joined, leave, staff.AbsenceEnded{Absence: 1, At: noon})...).When(staff.EndAbsence{Absence: 1}).Refused(staff.ErrNoAbsence),
	"for a volume":    given(then(joined, leave)...).When(staff.EndAbsence{Absence: 1, Reason: strings.Repeat("長", 10_001)}).Invalid("reason too_long"),
	"after leaving":   given(then(joined, leave, staff.Left{})...).When(staff.EndAbsence{Absence: 1}).Refused(staff.ErrNotActive),
}

// lend asks for a delegation to a known deputy, changed as the case says.
func lend(change func(*staff.Delegate)) staff.Delegate {
	c := staff.Delegate{To: "bob", From: noon, Until: week, Facts: staff.DelegateFacts{Deputy: sitting}}
	if change != nil {
		change(&c)
	}
	return c
}

var delegateCases = domaintest.Cases{
	"one power of a post": given(leading...).When(lend(func(c *staff.Delegate) {
		c.Posts, c.Permissions, c.Reason = []domain.Post{head}, []string{"ticket.approve"}, "leave"
	})).As(herself).Then(lent),
	"all": given(then(leading, lent)...).When(lend(nil)).As(herself).
		Then(staff.Delegated{Delegation: staff.Delegation{Number: 2, To: "bob", From: noon, Until: week}}),
	"a post not held": given(joined...).When(lend(func(c *staff.Delegate) { c.Posts = []domain.Post{head} })).Invalid("posts not_held"),
	"no such power":   given(leading...).When(lend(func(c *staff.Delegate) { c.Facts.UnknownPermissions = []int{0} })).Invalid("permissions unknown"),
	"to oneself":      given(leading...).When(lend(func(c *staff.Delegate) { c.To = "1" })).Invalid("to self"),
	"to nobody":       given(leading...).When(lend(func(c *staff.Delegate) { c.Facts = staff.DelegateFacts{} })).Invalid("to unknown"),
	"to one who left": given(leading...).When(lend(func(c *staff.Delegate) { c.Facts.Deputy.Active = false })).Invalid("to inactive"),
	"never":           given(leading...).When(staff.Delegate{To: "bob", Facts: staff.DelegateFacts{Deputy: sitting}}).Invalid("from required", "until required"),
	"afterwards":      given(leading...).When(lend(func(c *staff.Delegate) { c.From = yesterday })).Invalid("from too_early"),
	"backwards":       given(leading...).When(lend(func(c *staff.Delegate) { c.Until = noon })).Invalid("until too_early"),
	"for years":       given(leading...).When(lend(func(c *staff.Delegate) { c.Until = noon.AddDate(2, 0, 0) })).Invalid("until too_far"),
	"for a volume":    given(leading...).When(lend(func(c *staff.Delegate) { c.Reason = strings.Repeat("長", 10_001) })).Invalid("reason too_long"),
	"what is lent": given(leading...).When(lend(nil)).As(domain.Actor{Principal: "staff-bob", Staff: "1", OnBehalfOf: "1", Delegation: "1/1"}).
		Refused(staff.ErrSubDelegate),
	"after leaving": given(left...).When(lend(nil)).Refused(staff.ErrNotActive),
}

var revokeCases = domaintest.Cases{
	"early":              given(then(leading, lent)...).When(staff.RevokeDelegation{Delegation: 1, Reason: "back"}).Then(staff.DelegationRevoked{Delegation: 1, At: noon, Reason: "back"}),
	"after leaving":      given(then(leading, lent, staff.Left{})...).When(staff.RevokeDelegation{Delegation: 1}).Then(staff.DelegationRevoked{Delegation: 1, At: noon}),
	"of another":         given(then(leading, lent)...).When(staff.RevokeDelegation{Delegation: 2}).Refused(staff.ErrNoDelegation),
	"that is over":       given(then(leading, lent)...).When(staff.RevokeDelegation{Delegation: 1}).At(week).Refused(staff.ErrNoDelegation),
	"twice":              given(then(leading, lent, staff.DelegationRevoked{Delegation: 1, At: noon})...).When(staff.RevokeDelegation{Delegation: 1}).Refused(staff.ErrNoDelegation),
	"for a volume":       given(then(leading, lent)...).When(staff.RevokeDelegation{Delegation: 1, Reason: strings.Repeat("長", 10_001)}).Invalid("reason too_long"),
	"without having one": given(leading...).When(staff.RevokeDelegation{Delegation: 1}).Refused(staff.ErrNoDelegation),
}

var certifyCases = domaintest.Cases{
	"with a scan":     given(joined...).When(staff.Certify{Kind: "counter", Issuer: "city", Reference: "C-1", ValidUntil: week, Scan: scan}).Then(skilled),
	"expired":         given(joined...).When(staff.Certify{Kind: "counter", Issuer: "city", Reference: "C-1", ValidUntil: noon}).Invalid("valid_until expired"),
	"of nothing":      given(joined...).When(staff.Certify{}).Invalid("kind not_a_code", "issuer required", "reference required", "valid_until expired"),
	"of a loose kind": given(joined...).When(staff.Certify{Kind: "Counter Service", Issuer: "city", Reference: "C-1", ValidUntil: week}).Invalid("kind not_a_code"),
	"after leaving":   given(left...).When(staff.Certify{}).Refused(staff.ErrNotActive),
}

var revokeCertificateCases = domaintest.Cases{
	"held":             given(then(joined, skilled)...).When(staff.RevokeCertificate{Certificate: 1, Reason: "forged"}).Then(staff.CertificateRevoked{Certificate: 1, Reason: "forged"}),
	"another":          given(then(joined, skilled)...).When(staff.RevokeCertificate{Certificate: 2, Reason: "forged"}).Refused(staff.ErrNoCertificate),
	"without a reason": given(then(joined, skilled)...).When(staff.RevokeCertificate{Certificate: 1}).Invalid("reason required"),
	"without any":      given(joined...).When(staff.RevokeCertificate{Certificate: 1, Reason: "forged"}).Refused(staff.ErrNoCertificate),
}

var signCases = domaintest.Cases{
	"for a time":    given(joined...).When(staff.SignAgreement{Version: "2026-1", SignedAt: yesterday, ValidUntil: at(week), Scan: scan}).Then(bound),
	"without end":   given(joined...).When(staff.SignAgreement{Version: "2", SignedAt: noon}).Then(staff.AgreementSigned{Agreement: staff.Agreement{Version: "2", Signed: noon}}),
	"again":         given(then(joined, bound)...).When(staff.SignAgreement{Version: "2026-1", SignedAt: yesterday, ValidUntil: at(week)}).Nothing(),
	"tomorrow":      given(joined...).When(staff.SignAgreement{Version: "2", SignedAt: tomorrow}).Invalid("signed_at too_late"),
	"of nothing":    given(joined...).When(staff.SignAgreement{}).Invalid("version required", "signed_at required"),
	"backwards":     given(joined...).When(staff.SignAgreement{Version: "2", SignedAt: noon, ValidUntil: at(noon)}).Invalid("valid_until too_early"),
	"after leaving": given(left...).When(staff.SignAgreement{}).Refused(staff.ErrNotActive),
}

func TestEnterAbsence(t *testing.T)      { t.Parallel(); enterCases.Run(t) }
func TestEndAbsence(t *testing.T)        { t.Parallel(); endAbsenceCases.Run(t) }
func TestDelegate(t *testing.T)          { t.Parallel(); delegateCases.Run(t) }
func TestRevokeDelegation(t *testing.T)  { t.Parallel(); revokeCases.Run(t) }
func TestCertify(t *testing.T)           { t.Parallel(); certifyCases.Run(t) }
func TestRevokeCertificate(t *testing.T) { t.Parallel(); revokeCertificateCases.Run(t) }
func TestSignAgreement(t *testing.T)     { t.Parallel(); signCases.Run(t) }

// TestFitnessAtAnInstant: periods hold from their beginning up to, not including, their end.
func TestFitnessAtAnInstant(t *testing.T) {
	t.Parallel()
	f := staff.Decider.Fold(then(leading, leave, lent, skilled, bound)...).Fit
	for instant, in := range map[time.Time]bool{noon: true, week.Add(-1): true, week: false} {
		_, absent := f.Absence(instant)
		require.Equal(t, in, absent, instant)
		require.Equal(t, in, len(f.Delegated(instant)) == 1, instant)
		require.Equal(t, in, f.Qualified("counter", instant), instant)
		require.Equal(t, in, f.Agreed(instant), instant)
	}
	_, absent := f.Absence(yesterday.Add(-1))
	require.False(t, absent)
	require.Empty(t, f.Delegated(noon.Add(-1)))
	require.False(t, f.Agreed(yesterday.Add(-1)))
	require.True(t, f.Qualified("", week), "no certificate is asked for")
	require.False(t, f.Qualified("other", noon))

	d := lent.Delegation
	require.True(t, d.Grants("ticket.approve"))
	require.False(t, d.Grants("ticket.assign"))
	require.Equal(t, []domain.Post{head}, d.Lent([]domain.Post{{Role: "clerk"}, head}))
	require.Empty(t, d.Lent([]domain.Post{{Role: "clerk"}}), "what is no longer held is no longer lent")

	after := staff.Decider.Fold(then(leading, leave, lent, skilled, staff.AbsenceEnded{Absence: 1, At: noon},
		staff.DelegationRevoked{Delegation: 1, At: noon}, staff.CertificateRevoked{Certificate: 1})...).Fit
	_, absent = after.Absence(noon)
	require.False(t, absent)
	require.Empty(t, after.Delegated(noon))
	require.Empty(t, after.Certificates)
	require.Len(t, f.Certificates, 1, "folding changes no earlier value")
}
