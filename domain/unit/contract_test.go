package unit_test

import (
	"testing"

	"docket/domain/domaintest"
	"docket/domain/unit"
)

// recorded holds every event ever written, by wire name and version: what its golden file means today.
var recorded = map[string]unit.Event{
	"UnitOpened.v1":          unit.Opened{Kind: unit.Group, Code: "G1", Name: "第一組", Parent: "u1"},
	"UnitRenamed.v1":         unit.Renamed{Name: "道路組"},
	"UnitLeaderAppointed.v1": unit.LeaderAppointed{Leader: "eve"},
	"UnitSettingsChanged.v1": unit.SettingsChanged{Settings: unit.Settings{AcceptOnRegister: true, CompleteUnassigned: true, WaiveReview: true, WaiveDelivery: true}},
	"UnitClosed.v1":          unit.Closed{Reason: "merged"},
	"UnitMoved.v1":           unit.Moved{Parent: "u2", Reason: "merged"},
	"UnitTypesTaken.v1":      unit.TypesTaken{Types: []string{"CERT", "INC"}},
	"UnitCalendarChosen.v1":  unit.CalendarChosen{Calendar: "cal-1"},
	"UnitLoadLimited.v1":     unit.LoadLimited{Open: 20},
	"UnitDutyPlanned.v1":     tonight,
	"UnitDutyCancelled.v1":   calledIn,
	"UnitStampRegistered.v1": stamped,
	"UnitStampWithdrawn.v1":  withdrawn,
}

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, unit.Decider, recorded) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, unit.Decider) }
func FuzzJoin(f *testing.F)     { domaintest.FuzzJoin(f, unit.Decider) }
