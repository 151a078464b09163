package unit_test

import (
	"slices"
	"strings"
	"testing"

	"docket/domain/domaintest"
	"docket/domain/unit"
)

var given = domaintest.Of(unit.Decider)

// A unit on its way, and a group below it.
var (
	opened   = []unit.Event{unit.Opened{Kind: unit.Department, Code: "CS", Name: "客戶服務"}}
	led      = then(opened, unit.LeaderAppointed{Leader: "eve"})
	closed   = then(led, unit.Closed{Reason: "merged"})
	group    = []unit.Event{unit.Opened{Kind: unit.Group, Name: "第一組", Parent: "u1"}}
	inUnit   = unit.ParentFacts{Known: true, Active: true, IsUnit: true}
	employed = unit.LeaderFacts{Known: true, Active: true}
	lenient  = unit.Settings{AcceptOnRegister: true, CompleteUnassigned: true, WaiveReview: true, WaiveDelivery: true}
	tooLong  = strings.Repeat("長", 10_001)
)

func then(history []unit.Event, more ...unit.Event) []unit.Event { return slices.Concat(history, more) }

var openCases = domaintest.Cases{
	"a unit at the top": given().When(unit.Open{Kind: unit.Department, Code: "CS", Name: "客戶服務"}).Then(opened...),
	"a unit below another": given().When(unit.Open{Kind: unit.Department, Code: "CS2", Name: "分部", Parent: "u1", Facts: inUnit}).
		Then(unit.Opened{Kind: unit.Department, Code: "CS2", Name: "分部", Parent: "u1"}),
	"a group":                              given().When(unit.Open{Kind: unit.Group, Name: "第一組", Parent: "u1", Facts: inUnit}).Then(group...),
	"a second time":                        given(opened...).When(unit.Open{Kind: unit.Department, Code: "CS", Name: "客戶服務"}).Refused(unit.ErrExists),
	"a closed one":                         given(closed...).When(unit.Open{Kind: unit.Department, Code: "CS", Name: "客戶服務"}).Refused(unit.ErrExists),
	"of no kind":                           given().When(unit.Open{Kind: "team", Name: "n"}).Invalid("kind not_allowed"),
	"without name and code":                given().When(unit.Open{Kind: unit.Department}).Invalid("name required", "code not_a_code"),
	"group without a place":                given().When(unit.Open{Kind: unit.Group, Name: "n"}).Invalid("parent required"),
	"with a code that would break numbers": given().When(unit.Open{Kind: unit.Department, Code: "C-S", Name: "n"}).Invalid("code not_a_code"),
	"with a code too long":                 given().When(unit.Open{Kind: unit.Department, Code: "ABCDEFGHI", Name: "n"}).Invalid("code not_a_code"),
	"group with a code that would break numbers": given().When(unit.Open{Kind: unit.Group, Code: "é", Name: "n", Parent: "u1", Facts: inUnit}).
		Invalid("code not_a_code"),
	"with a name too long": given().When(unit.Open{Kind: unit.Department, Code: "CS", Name: strings.Repeat("長", 201)}).Invalid("name too_long"),
	"below a stranger":     given().When(unit.Open{Kind: unit.Group, Name: "n", Parent: "u9"}).Invalid("parent unknown"),
	"below a closed unit":  given().When(unit.Open{Kind: unit.Group, Name: "n", Parent: "u1", Facts: unit.ParentFacts{Known: true, IsUnit: true}}).Invalid("parent inactive"),
	"below a group":        given().When(unit.Open{Kind: unit.Group, Name: "n", Parent: "g1", Facts: unit.ParentFacts{Known: true, Active: true}}).Invalid("parent not_a_unit"),
}

var renameCases = domaintest.Cases{
	"to another name":  given(opened...).When(unit.Rename{Name: "服務部"}).Then(unit.Renamed{Name: "服務部"}),
	"to the same name": given(opened...).When(unit.Rename{Name: "客戶服務"}).Nothing(),
	"back":             given(then(opened, unit.Renamed{Name: "服務部"})...).When(unit.Rename{Name: "客戶服務"}).Then(unit.Renamed{Name: "客戶服務"}),
	"to nothing":       given(opened...).When(unit.Rename{Name: " "}).Invalid("name required"),
	"once closed":      given(closed...).When(unit.Rename{Name: "服務部"}).Refused(unit.ErrClosed),
}

var leaderCases = domaintest.Cases{
	"the first":           given(opened...).When(unit.AppointLeader{Leader: "eve", Facts: employed}).Then(unit.LeaderAppointed{Leader: "eve"}),
	"another":             given(led...).When(unit.AppointLeader{Leader: "ann", Facts: employed}).Then(unit.LeaderAppointed{Leader: "ann"}),
	"of a group":          given(group...).When(unit.AppointLeader{Leader: "eve", Facts: employed}).Then(unit.LeaderAppointed{Leader: "eve"}),
	"the same":            given(led...).When(unit.AppointLeader{Leader: "eve"}).Nothing(),
	"nobody":              given(led...).When(unit.AppointLeader{}).Then(unit.LeaderAppointed{}),
	"nobody, of a group":  given(then(group, unit.LeaderAppointed{Leader: "eve"})...).When(unit.AppointLeader{}).Invalid("leader required"),
	"nobody after nobody": given(opened...).When(unit.AppointLeader{}).Nothing(),
	"a stranger":          given(opened...).When(unit.AppointLeader{Leader: "zoe"}).Invalid("leader unknown"),
	"somebody who left":   given(opened...).When(unit.AppointLeader{Leader: "eve", Facts: unit.LeaderFacts{Known: true}}).Invalid("leader inactive"),
	"once closed":         given(closed...).When(unit.AppointLeader{Leader: "ann", Facts: employed}).Refused(unit.ErrClosed),
}

var settingsCases = domaintest.Cases{
	"others":          given(opened...).When(unit.ChangeSettings{Settings: lenient}).Then(unit.SettingsChanged{Settings: lenient}),
	"back to strict":  given(then(opened, unit.SettingsChanged{Settings: lenient})...).When(unit.ChangeSettings{}).Then(unit.SettingsChanged{}),
	"the same":        given(then(opened, unit.SettingsChanged{Settings: lenient})...).When(unit.ChangeSettings{Settings: lenient}).Nothing(),
	"the strict ones": given(opened...).When(unit.ChangeSettings{}).Nothing(),
	"of a group":      given(group...).When(unit.ChangeSettings{Settings: lenient}).Refused(unit.ErrNotUnit),
	"once closed":     given(closed...).When(unit.ChangeSettings{Settings: lenient}).Refused(unit.ErrClosed),
}

var closeCases = domaintest.Cases{
	"for a reason":     given(led...).When(unit.Close{Reason: "merged"}).Then(unit.Closed{Reason: "merged"}),
	"a group":          given(group...).When(unit.Close{Reason: "merged"}).Then(unit.Closed{Reason: "merged"}),
	"without a reason": given(led...).When(unit.Close{}).Invalid("reason required"),
	"for a volume":     given(led...).When(unit.Close{Reason: tooLong}).Invalid("reason too_long"),
	"twice":            given(closed...).When(unit.Close{Reason: "merged"}).Refused(unit.ErrClosed),
}

func TestOpen(t *testing.T)           { t.Parallel(); openCases.Run(t) }
func TestRename(t *testing.T)         { t.Parallel(); renameCases.Run(t) }
func TestAppointLeader(t *testing.T)  { t.Parallel(); leaderCases.Run(t) }
func TestChangeSettings(t *testing.T) { t.Parallel(); settingsCases.Run(t) }
func TestClose(t *testing.T)          { t.Parallel(); closeCases.Run(t) }

func TestNoCommandIsForgotten(t *testing.T) {
	t.Parallel()
	domaintest.Complete(t, openCases, renameCases, leaderCases, settingsCases, closeCases, moveCases, takeOnCases, loadCases, calendarCases,
		planCases, cancelCases, registerStampCases, withdrawStampCases)
}

func TestWhereUnitsLie(t *testing.T) {
	t.Parallel()
	if got := (unit.Open{Parent: "u1"}).Scope(); got.Unit != "u1" {
		t.Errorf("a new unit lies in %+v", got)
	}
	if got := unit.Decider.Scope(unit.Decider.Fold(group...)); got.Unit != "u1" {
		t.Errorf("the group lies in %+v", got)
	}
}

func TestRootAnswersForAGroup(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]unit.Facts{
		"u1": {ID: "g1", Kind: unit.Group, Parent: "u1"},
		"u2": {ID: "u2", Kind: unit.Department, Parent: "u1"},
		"u3": {ID: "u3", Kind: unit.Department},
	} {
		if got := f.Root(); got != want {
			t.Errorf("%+v answers to %s, want %s", f, got, want)
		}
	}
}

func TestKindsAreKnown(t *testing.T) {
	t.Parallel()
	for text, known := range map[string]bool{"unit": true, "group": true, "team": false, "": false, "Unit": false} {
		var k unit.Kind
		if err := k.UnmarshalText([]byte(text)); (err == nil) != known || (known && string(k) != text) {
			t.Errorf("%q reads as %q: %v", text, k, err)
		}
	}
}
