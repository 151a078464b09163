package staff_test

import (
	"testing"

	"docket/domain"
	"docket/domain/domaintest"
	"docket/domain/staff"
)

// recorded holds every event ever written, by wire name and version: what its golden file means today.
var recorded = map[string]staff.Event{
	"StaffJoined.v1":             staff.Joined{Name: "王小明", Number: "S-0042"},
	"StaffRenamed.v1":            staff.Renamed{Name: "王曉明"},
	"StaffMembershipStarted.v1":  staff.MembershipStarted{Group: "g1"},
	"StaffMembershipEnded.v1":    staff.MembershipEnded{Group: "g1"},
	"StaffPostGranted.v1":        staff.PostGranted{Post: domain.Post{Role: "leader", Unit: "g1"}},
	"StaffPostEnded.v1":          staff.PostEnded{Post: domain.Post{Role: "leader", Unit: "g1"}},
	"StaffLeft.v1":               staff.Left{Reason: "retired"},
	"StaffReturned.v1":           staff.Returned{},
	"StaffAbsenceEntered.v1":     leave,
	"StaffAbsenceEnded.v1":       staff.AbsenceEnded{Absence: 1, At: noon, Reason: "back"},
	"StaffDelegated.v1":          lent,
	"StaffDelegationRevoked.v1":  staff.DelegationRevoked{Delegation: 1, At: noon, Reason: "back"},
	"StaffCertified.v1":          skilled,
	"StaffCertificateRevoked.v1": staff.CertificateRevoked{Certificate: 1, Reason: "forged"},
	"StaffAgreementSigned.v1":    bound,

	"StaffCertificateExpiring.v1": warned(1, 30),
}

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, staff.Decider, recorded) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, staff.Decider) }
func FuzzJoin(f *testing.F)     { domaintest.FuzzJoin(f, staff.Decider) }
