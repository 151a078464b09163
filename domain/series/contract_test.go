package series_test

import (
	"testing"

	"docket/domain/domaintest"
	"docket/domain/series"
)

// recorded holds every event ever written, by wire name and version: what its golden file means today.
var recorded = map[string]series.Event{"SerialTaken.v1": series.Taken{Ticket: "7c9e6679-7425-40de-944b-e07fc1f90ae7"}}

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, series.Decider, recorded) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, series.Decider) }
func FuzzJoin(f *testing.F)     { domaintest.FuzzJoin(f, series.Decider) }
