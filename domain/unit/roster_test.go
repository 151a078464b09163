package unit_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/domaintest"
	"docket/domain/unit"
)

var (
	noon  = domaintest.Noon
	hour  = time.Hour
	day   = 24 * time.Hour
	there = unit.DutyFacts{Known: true, Active: true, Member: true}

	tonight  = duty(1, "ann", noon.Add(6*hour), noon.Add(18*hour))
	rostered = then(group, tonight)
	calledIn = unit.DutyCancelled{Duty: 1, At: noon.Add(10 * hour), Reason: "ill"}
)

func duty(number int, person string, from, until time.Time) unit.DutyPlanned {
	return unit.DutyPlanned{Duty: unit.Duty{Number: number, Person: person, From: from, Until: until}}
}

// plan asks for a duty of somebody who may have it, changed as the case says.
func plan(from, until time.Time, change ...func(*unit.PlanDuty)) unit.PlanDuty {
	c := unit.PlanDuty{Person: "ann", From: from, Until: until, Facts: there}
	for _, f := range change {
		f(&c)
	}
	return c
}

func who(f unit.DutyFacts) func(*unit.PlanDuty) { return func(c *unit.PlanDuty) { c.Facts = f } }

var planCases = domaintest.Cases{
	"the first":         given(group...).When(plan(tonight.Duty.From, tonight.Duty.Until)).Then(tonight),
	"of a unit":         given(opened...).When(plan(tonight.Duty.From, tonight.Duty.Until)).Then(tonight),
	"right after":       given(rostered...).When(plan(tonight.Duty.Until, noon.Add(2*day))).Then(duty(2, "ann", tonight.Duty.Until, noon.Add(2*day))),
	"that has begun":    given(group...).When(plan(noon.Add(-hour), noon.Add(hour))).Then(duty(1, "ann", noon.Add(-hour), noon.Add(hour))),
	"in another's time": given(rostered...).When(plan(noon, noon.Add(7*hour))).Invalid("from overlaps"),
	"around another's":  given(rostered...).When(plan(noon, noon.Add(2*day))).Invalid("from overlaps"),
	"within another's":  given(rostered...).When(plan(noon.Add(7*hour), noon.Add(8*hour))).Invalid("from overlaps"),
	"where one was called off": given(then(rostered, unit.DutyCancelled{Duty: 1, At: noon, Reason: "ill"})...).When(plan(tonight.Duty.From, tonight.Duty.Until)).
		Then(duty(2, "ann", tonight.Duty.From, tonight.Duty.Until)),
	"after one that ended early": given(then(rostered, calledIn)...).When(plan(calledIn.At, tonight.Duty.Until)).Then(duty(2, "ann", calledIn.At, tonight.Duty.Until)),
	"of nothing":                 given(group...).When(unit.PlanDuty{Facts: there}).Invalid("from required", "until required"),
	"that is over":               given(group...).When(plan(noon.Add(-day), noon)).Invalid("until too_early"),
	"backwards":                  given(group...).When(plan(noon.Add(hour), noon)).Invalid("until too_early"),
	"for months":                 given(group...).When(plan(noon, noon.Add(32*day))).Invalid("until too_far"),
	"years ahead":                given(group...).When(plan(noon.Add(400*day), noon.Add(401*day))).Invalid("from too_far"),
	"of nobody":                  given(group...).When(plan(noon, noon.Add(hour), who(unit.DutyFacts{}))).Invalid("person unknown"),
	"of one who left":            given(group...).When(plan(noon, noon.Add(hour), who(unit.DutyFacts{Known: true}))).Invalid("person inactive"),
	"of one who is away":         given(group...).When(plan(noon, noon.Add(hour), who(unit.DutyFacts{Known: true, Active: true, Absent: true}))).Invalid("person absent"),
	"of a stranger":              given(group...).When(plan(noon, noon.Add(hour), who(unit.DutyFacts{Known: true, Active: true}))).Invalid("person not_a_member"),
	"once closed":                given(closed...).When(plan(noon, noon.Add(hour))).Refused(unit.ErrClosed),
}

var cancelCases = domaintest.Cases{
	"before it begins": given(rostered...).When(unit.CancelDuty{Duty: 1, Reason: "ill"}).Then(unit.DutyCancelled{Duty: 1, At: noon, Reason: "ill"}),
	"while it lasts":   given(rostered...).When(unit.CancelDuty{Duty: 1, Reason: "ill"}).At(calledIn.At).Then(calledIn),
	"once it is over":  given(rostered...).When(unit.CancelDuty{Duty: 1, Reason: "ill"}).At(tonight.Duty.Until).Refused(unit.ErrNoDuty),
	"twice":            given(then(rostered, calledIn)...).When(unit.CancelDuty{Duty: 1, Reason: "ill"}).At(calledIn.At).Refused(unit.ErrNoDuty),
	"another one":      given(rostered...).When(unit.CancelDuty{Duty: 2, Reason: "ill"}).Refused(unit.ErrNoDuty),
	"for no reason":    given(rostered...).When(unit.CancelDuty{Duty: 1}).Invalid("reason required"),
	"for a volume":     given(rostered...).When(unit.CancelDuty{Duty: 1, Reason: strings.Repeat("長", 10_001)}).Invalid("reason too_long"),
	"once closed":      given(then(rostered, unit.Closed{Reason: "x"})...).When(unit.CancelDuty{Duty: 1, Reason: "ill"}).Refused(unit.ErrClosed),
}

func TestPlanDuty(t *testing.T)   { t.Parallel(); planCases.Run(t) }
func TestCancelDuty(t *testing.T) { t.Parallel(); cancelCases.Run(t) }

// TestRosterForgetsWhatIsOver: numbers go on, what nobody can ask for any more is left out, and earlier rosters stay as they are.
func TestRosterForgetsWhatIsOver(t *testing.T) {
	t.Parallel()
	s := unit.Decider.Fold(rostered...)
	years := noon.AddDate(3, 0, 0)
	events, err := domain.Run(plan(years, years.Add(hour)), s, domain.Meta{Now: years, Effective: years})
	require.NoError(t, err)
	later := unit.Decider.Evolve(s, events[0])
	require.Equal(t, unit.Roster{{Number: 2, Person: "ann", From: years, Until: years.Add(hour)}}, later.Roster)
	require.Equal(t, unit.Roster{tonight.Duty}, s.Roster)

	facts := unit.Roster{}.After(tonight, noon).After(duty(2, "bob", tonight.Duty.Until, noon.Add(day)), tonight.Duty.Until)
	_, on := facts.On(tonight.Duty.From)
	require.False(t, on, "it was over by then")
	d, on := facts.On(tonight.Duty.Until)
	require.True(t, on)
	require.Equal(t, "bob", d.Person)
}

// TestPlacesHaveThemselvesInReach: whoever has a post at a group or unit has it in reach, and so has who has one at its unit.
func TestPlacesHaveThemselvesInReach(t *testing.T) {
	t.Parallel()
	g, u := unit.Decider.Fold(group...), unit.Decider.Fold(opened...)
	g.ID, u.ID = "g1", "u1"
	require.Equal(t, domain.Scope{Unit: "u1", Group: "g1"}, unit.Decider.Scope(g))
	require.Equal(t, domain.Scope{Unit: "u1"}, unit.Decider.Scope(u))
}
