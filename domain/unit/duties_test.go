package unit_test

import (
	"testing"

	"docket/domain/domaintest"
	"docket/domain/unit"
)

var moveCases = domaintest.Cases{
	"a group below another unit": given(group...).When(unit.Move{Parent: "u2", Reason: "merged", Facts: unit.MoveFacts{Parent: inUnit}}).
		Then(unit.Moved{Parent: "u2", Reason: "merged"}),
	"a unit to the top":  given(then(opened, unit.Moved{Parent: "u2", Reason: "x"})...).When(unit.Move{Reason: "split"}).Then(unit.Moved{Reason: "split"}),
	"where it is":        given(group...).When(unit.Move{Parent: "u1", Reason: "merged", Facts: unit.MoveFacts{Parent: inUnit}}).Nothing(),
	"a group to the top": given(group...).When(unit.Move{Reason: "split"}).Invalid("parent required"),
	"below itself":       given(opened...).When(unit.Move{Parent: "u3", Reason: "x", Facts: unit.MoveFacts{Parent: inUnit, Cycle: true}}).Invalid("parent cycle"),
	"below a stranger":   given(group...).When(unit.Move{Parent: "u9", Reason: "x"}).Invalid("parent unknown"),
	"below a closed one": given(group...).When(unit.Move{Parent: "u9", Reason: "x", Facts: unit.MoveFacts{Parent: unit.ParentFacts{Known: true, IsUnit: true}}}).Invalid("parent inactive"),
	"below a group":      given(group...).When(unit.Move{Parent: "g2", Reason: "x", Facts: unit.MoveFacts{Parent: unit.ParentFacts{Known: true, Active: true}}}).Invalid("parent not_a_unit"),
	"without a reason":   given(group...).When(unit.Move{Parent: "u2", Facts: unit.MoveFacts{Parent: inUnit}}).Invalid("reason required"),
	"once closed":        given(closed...).When(unit.Move{}).Refused(unit.ErrClosed),
}

var takeOnCases = domaintest.Cases{
	"some types":   given(group...).When(unit.TakeOn{Types: []string{"INC", "CERT", "INC"}}).Then(unit.TypesTaken{Types: []string{"CERT", "INC"}}),
	"the same":     given(then(group, unit.TypesTaken{Types: []string{"CERT", "INC"}})...).When(unit.TakeOn{Types: []string{"INC", "CERT"}}).Nothing(),
	"all again":    given(then(group, unit.TypesTaken{Types: []string{"CERT"}})...).When(unit.TakeOn{}).Then(unit.TypesTaken{}),
	"what is none": given(group...).When(unit.TakeOn{Types: []string{"a type"}}).Invalid("types not_a_code"),
	"too many":     given(group...).When(unit.TakeOn{Types: many(201)}).Invalid("types too_many"),
	"by a unit":    given(opened...).When(unit.TakeOn{Types: []string{"INC"}}).Refused(unit.ErrNotGroup),
	"once closed":  given(then(group, unit.Closed{Reason: "x"})...).When(unit.TakeOn{}).Refused(unit.ErrClosed),
}

var loadCases = domaintest.Cases{
	"to some":     given(group...).When(unit.LimitLoad{Open: 20}).Then(unit.LoadLimited{Open: 20}),
	"to the same": given(then(group, unit.LoadLimited{Open: 20})...).When(unit.LimitLoad{Open: 20}).Nothing(),
	"no longer":   given(then(group, unit.LoadLimited{Open: 20})...).When(unit.LimitLoad{}).Then(unit.LoadLimited{}),
	"below zero":  given(group...).When(unit.LimitLoad{Open: -1}).Invalid("open out_of_range"),
	"of a unit":   given(opened...).When(unit.LimitLoad{Open: 20}).Refused(unit.ErrNotGroup),
	"once closed": given(then(group, unit.Closed{Reason: "x"})...).When(unit.LimitLoad{Open: 1}).Refused(unit.ErrClosed),
}

func many(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = "INC"
	}
	return list
}

func TestMove(t *testing.T)      { t.Parallel(); moveCases.Run(t) }
func TestTakeOn(t *testing.T)    { t.Parallel(); takeOnCases.Run(t) }
func TestLimitLoad(t *testing.T) { t.Parallel(); loadCases.Run(t) }

func TestTakesOn(t *testing.T) {
	t.Parallel()
	if all, some := (unit.Facts{}), (unit.Facts{Types: []string{"INC"}}); !all.TakesOn("INC") || !some.TakesOn("INC") || some.TakesOn("CERT") {
		t.Error("a group takes on its types, or all")
	}
}
