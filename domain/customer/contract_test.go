package customer_test

import (
	"testing"

	"docket/domain/customer"
	"docket/domain/domaintest"
)

// recorded holds every event ever written, by wire name and version: what its golden file means today.
var recorded = map[string]customer.Event{
	"CustomerRegistered.v1": customer.Registered{Kind: customer.Person, Unit: "u1", Stage: customer.Prospect},
	"CustomerFieldRecorded.v1": customer.FieldRecorded{
		Field: customer.IDNumber, Text: "not for this field", Secret: "11010519491231002X", Source: customer.FromDocument,
		Purpose: customer.ForIdentity, Reason: "seen at the window",
	},
	"CustomerClassified.v1":    customer.Classified{Stage: customer.Client, Tier: customer.Key, Tags: []string{"export"}},
	"CustomerNeedNoted.v1":     customer.NeedNoted{Text: "想了解居住證"},
	"CustomerMergedInto.v1":    customer.MergedInto{Into: "c2", Reason: "same number"},
	"CustomerUnmerged.v1":      customer.Unmerged{From: "c2", Reason: "father and son"},
	"CustomerConfirmed.v1":     customer.Confirmed{Note: "called"},
	"CustomerReviewDue.v1":     due(2),
	"CustomerFieldRevealed.v1": customer.FieldRevealed{Field: customer.Phone, Purpose: "call back"},
}

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, customer.Decider, recorded) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, customer.Decider) }
func FuzzJoin(f *testing.F)     { domaintest.FuzzJoin(f, customer.Decider) }
