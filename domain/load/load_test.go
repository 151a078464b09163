package load_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/domaintest"
	"docket/domain/load"
)

var given = domaintest.Of(load.Decider)

var (
	first  = load.Claimed{Ticket: "t1"}
	second = load.Claimed{Ticket: "t2"}
	over   = load.Released{Ticket: "t1"}
)

// hold asks for a ticket where two may be held.
func hold(ticket string, change ...func(*load.Claim)) load.Claim {
	c := load.Claim{Ticket: ticket, Limit: 2, Field: "actor"}
	for _, f := range change {
		f(&c)
	}
	return c
}

func holding(tickets ...string) func(*load.Claim) { return func(c *load.Claim) { c.Held = tickets } }

func ended(ticket string, claim int) func(*load.Claim) {
	return func(c *load.Claim) { c.Ended = map[string]int{ticket: claim} }
}

var claimCases = domaintest.Cases{
	"the first":                      given().When(hold("t1")).Then(first),
	"up to the limit":                given(first).When(hold("t2")).Then(second),
	"beyond the limit":               given(first, second).When(hold("t3")).Invalid("actor over_limit"),
	"the same again":                 given(first, second).When(hold("t2")).Nothing(),
	"beside what is held":            given().When(hold("t3", holding("t1", "t2"))).Invalid("actor over_limit"),
	"held and claimed counts once":   given(first).When(hold("t2", holding("t1"))).Then(second),
	"one held, another claimed":      given(first).When(hold("t3", holding("t2"))).Invalid("actor over_limit"),
	"once one has ended":             given(first, second).When(hold("t3", ended("t1", 1))).Then(over, load.Claimed{Ticket: "t3"}),
	"ended, and taken again":         given(first).When(hold("t1", ended("t1", 1))).Then(over, first),
	"ended before it was claimed":    given(first, over, first, second).When(hold("t3", ended("t1", 1))).Invalid("actor over_limit"),
	"ended long ago and no more":     given(first, over).When(hold("t2", ended("t1", 1))).Then(second),
	"released, and somebody's again": given(first, over).When(hold("t1")).Then(first),
}

func TestClaim(t *testing.T)                { t.Parallel(); claimCases.Run(t) }
func TestNoCommandIsForgotten(t *testing.T) { t.Parallel(); domaintest.Complete(t, claimCases) }

var recorded = map[string]load.Event{"LoadClaimed.v1": first, "LoadReleased.v1": over}

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, load.Decider, recorded) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, load.Decider) }
func FuzzJoin(f *testing.F)     { domaintest.FuzzJoin(f, load.Decider) }

func TestStreamIsThatOfTheMonthInUTC(t *testing.T) {
	t.Parallel()
	shanghai := time.FixedZone("UTC+8", 8*60*60)
	require.EqualValues(t, "load-ann-202610", load.Stream("ann", time.Date(2026, 11, 1, 7, 59, 0, 0, shanghai)))
	require.EqualValues(t, "load-ann-202611", load.Stream("ann", time.Date(2026, 11, 1, 8, 0, 0, 0, shanghai)))
}
