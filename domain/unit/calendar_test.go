package unit_test

import (
	"testing"

	"docket/domain/domaintest"
	"docket/domain/unit"
)

var calendarCases = domaintest.Cases{
	"of a unit": given(opened...).When(unit.ChooseCalendar{Calendar: "c1", Facts: unit.CalendarFacts{Known: true}}).
		Then(unit.CalendarChosen{Calendar: "c1"}),
	"of a group": given(group...).When(unit.ChooseCalendar{Calendar: "c1", Facts: unit.CalendarFacts{Known: true}}).
		Then(unit.CalendarChosen{Calendar: "c1"}),
	"the same": given(then(opened, unit.CalendarChosen{Calendar: "c1"})...).
		When(unit.ChooseCalendar{Calendar: "c1", Facts: unit.CalendarFacts{Known: true}}).Nothing(),
	"none of its own": given(then(opened, unit.CalendarChosen{Calendar: "c1"})...).When(unit.ChooseCalendar{}).Then(unit.CalendarChosen{}),
	"a strange one":   given(opened...).When(unit.ChooseCalendar{Calendar: "c9"}).Invalid("calendar unknown"),
	"once closed":     given(closed...).When(unit.ChooseCalendar{}).Refused(unit.ErrClosed),
}

func TestChooseCalendar(t *testing.T) { t.Parallel(); calendarCases.Run(t) }
