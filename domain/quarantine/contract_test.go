package quarantine_test

import (
	"testing"

	"docket/domain/domaintest"
	"docket/domain/quarantine"
)

// recorded holds every event ever written, by wire name and version: what its golden file means today.
var recorded = map[string]quarantine.Event{
	"QuarantineEntered.v1": quarantine.Entered{
		Channel: "mail", Unit: "u1", Cause: quarantine.Oversized, Size: 30_000_000, Digest: "ab", Truncated: true, Ticket: "t1",
		Message: "m1@example.org", Subject: "申請", Sender: "ann@example.org", Recipient: "office@example.org", Detail: "too large",
	},
	"QuarantineSettled.v1": quarantine.Settled{How: quarantine.Discarded, Ticket: "t1", By: "ann", Reason: "advertising"},
}

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, quarantine.Decider, recorded) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, quarantine.Decider) }
func FuzzJoin(f *testing.F)     { domaintest.FuzzJoin(f, quarantine.Decider) }
