package joins_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/domain"
	"docket/domain/domaintest"
	"docket/domain/joins"
)

var given = domaintest.Of(joins.Decider)

var (
	claimed  = joins.Claimed{Ticket: "a", Into: "b"}
	released = joins.Released{Ticket: "a", From: "b"}
)

var claimCases = domaintest.Cases{
	"two that stand for themselves": given().When(joins.Claim{Ticket: "a", Into: "b"}).Then(claimed),
	"the same again":                given(claimed).When(joins.Claim{Ticket: "a", Into: "b"}).Nothing(),
	"the other way round":           given(claimed).When(joins.Claim{Ticket: "b", Into: "a"}).Refused(joins.ErrTarget),
	"into yet another":              given(claimed).When(joins.Claim{Ticket: "a", Into: "c"}).Refused(joins.ErrElsewhere),
	"a third into the joined one":   given(claimed).When(joins.Claim{Ticket: "c", Into: "a"}).Refused(joins.ErrTarget),
	"a third into the same":         given(claimed).When(joins.Claim{Ticket: "c", Into: "b"}).Then(joins.Claimed{Ticket: "c", Into: "b"}),
	"what others go on as":          given(claimed).When(joins.Claim{Ticket: "b", Into: "c"}).Then(joins.Claimed{Ticket: "b", Into: "c"}),
	"once it was undone":            given(claimed, released).When(joins.Claim{Ticket: "b", Into: "a"}).Then(joins.Claimed{Ticket: "b", Into: "a"}),
	"into itself":                   given().When(joins.Claim{Ticket: "a", Into: "a"}).Invalid("into self"),
}

var releaseCases = domaintest.Cases{
	"what is joined":    given(claimed).When(joins.Release{Ticket: "a", From: "b"}).Then(released),
	"from whichever":    given(claimed).When(joins.Release{Ticket: "a"}).Then(released),
	"twice":             given(claimed, released).When(joins.Release{Ticket: "a", From: "b"}).Nothing(),
	"joined anew since": given(claimed, released, joins.Claimed{Ticket: "a", Into: "c"}).When(joins.Release{Ticket: "a", From: "b"}).Refused(joins.ErrNotJoined),
}

func TestClaim(t *testing.T)   { t.Parallel(); claimCases.Run(t) }
func TestRelease(t *testing.T) { t.Parallel(); releaseCases.Run(t) }
func TestNoCommandIsForgotten(t *testing.T) {
	t.Parallel()
	domaintest.Complete(t, claimCases, releaseCases)
}

var recorded = map[string]joins.Event{"JoinClaimed.v1": claimed, "JoinReleased.v1": released}

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, joins.Decider, recorded) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, joins.Decider) }
func FuzzJoin(f *testing.F)     { domaintest.FuzzJoin(f, joins.Decider) }

func TestStreams(t *testing.T) {
	t.Parallel()
	require.EqualValues(t, "joins-customer-c-17", joins.Stream("c-17"))
	require.EqualValues(t, "joins-none", joins.Stream(""))
}

// TestEveryTicketLeadsToOneThatGoesOn: whatever is joined and undone in whatever order, nothing goes in a circle.
func TestEveryTicketLeadsToOneThatGoesOn(t *testing.T) {
	t.Parallel()
	tickets := rapid.SampledFrom([]string{"a", "b", "c", "d"})
	rapid.Check(t, func(t *rapid.T) {
		var s joins.State
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			ticket, other := tickets.Draw(t, "ticket"), tickets.Draw(t, "other")
			var c domain.Command[joins.State, joins.Event] = joins.Claim{Ticket: ticket, Into: other}
			if rapid.Bool().Draw(t, "undo") {
				c = joins.Release{Ticket: ticket, From: s.Into[ticket]}
			}
			events, _ := domain.Run(c, s, domain.Meta{})
			for _, e := range events {
				s = joins.Decider.Evolve(s, e)
			}
			for from := range s.Into {
				at, steps := from, 0
				for s.Into[at] != "" && steps <= 4 {
					at, steps = s.Into[at], steps+1
				}
				if steps > 4 {
					t.Fatalf("%s goes round in %v", from, s.Into)
				}
			}
		}
	})
}
