package security_test

import (
	"testing"
	"time"

	"docket/domain/domaintest"
	"docket/domain/security"
)

// recorded holds every event ever written, by wire name and version: what its golden file means today.
var recorded = map[string]security.Event{
	"AccessDenied.v1": security.Denied{
		Operation: "ticket.close", Permission: "ticket.close", Target: "ticket-1", Rule: "forbidden", Suppressed: 3,
	},
	"SecuritySensitiveRead.v1": security.SensitiveRead{
		What: "audit.list", Target: "ticket-1", Purpose: "quarterly inspection", Rows: 50,
	},
}

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, security.Decider, recorded) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, security.Decider) }
func FuzzJoin(f *testing.F)     { domaintest.FuzzJoin(f, security.Decider) }

func TestStreamIsThatOfTheDayInUTC(t *testing.T) {
	t.Parallel()
	shanghai := time.FixedZone("UTC+8", 8*60*60)
	for at, want := range map[time.Time]string{
		time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC):        "security-20261122",
		time.Date(2026, 11, 22, 23, 59, 59, 999e6, time.UTC): "security-20261122",
		time.Date(2026, 11, 23, 7, 59, 0, 0, shanghai):       "security-20261122",
		time.Date(2026, 11, 23, 8, 0, 0, 0, shanghai):        "security-20261123",
		time.Date(2026, 1, 1, 0, 0, 0, 0, shanghai):          "security-20251231",
	} {
		if got := string(security.Stream(at)); got != want {
			t.Errorf("%v lies in %s, want %s", at, got, want)
		}
	}
}

func TestStateCountsDenialsAndReads(t *testing.T) {
	t.Parallel()
	got := security.Decider.Fold(security.Denied{}, security.SensitiveRead{Rows: 7}, security.Denied{Suppressed: 3})
	if want := (security.State{Denials: 2, Reads: 1}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}
