package tree_test

import (
	"testing"

	"pgregory.net/rapid"

	"docket/domain"
	"docket/domain/domaintest"
	"docket/domain/tree"
)

var given = domaintest.Of(tree.Decider)

var claimed = tree.Claimed{Unit: "a", Parent: "b"}

var claimCases = domaintest.Cases{
	"the first":             given().When(tree.Claim{Unit: "a", Parent: "b"}).Then(claimed),
	"the same again":        given(claimed).When(tree.Claim{Unit: "a", Parent: "b"}).Nothing(),
	"elsewhere":             given(claimed).When(tree.Claim{Unit: "a", Parent: "c"}).Then(tree.Claimed{Unit: "a", Parent: "c"}),
	"to the top":            given(claimed).When(tree.Claim{Unit: "a"}).Then(tree.Claimed{Unit: "a"}),
	"the other way round":   given(claimed).When(tree.Claim{Unit: "b", Parent: "a"}).Invalid("parent cycle"),
	"once the first is top": given(claimed, tree.Claimed{Unit: "a"}).When(tree.Claim{Unit: "b", Parent: "a"}).Then(tree.Claimed{Unit: "b", Parent: "a"}),
	"in a ring of three":    given(claimed, tree.Claimed{Unit: "b", Parent: "c"}).When(tree.Claim{Unit: "c", Parent: "a"}).Invalid("parent cycle"),
	"below what has always lain below it": given().When(tree.Claim{Unit: "a", Parent: "b", Known: map[string]string{"b": "c", "c": "a"}}).
		Invalid("parent cycle"),
	"below what was claimed to a place that has always lain below it": given(tree.Claimed{Unit: "b", Parent: "c"}).
		When(tree.Claim{Unit: "a", Parent: "b", Known: map[string]string{"c": "a"}}).Invalid("parent cycle"),
	"below itself": given().When(tree.Claim{Unit: "a", Parent: "a"}).Invalid("parent cycle"),
	"in a tree whose past holds a ring": given().When(tree.Claim{Unit: "a", Parent: "b", Known: map[string]string{"b": "c", "c": "b"}}).
		Then(tree.Claimed{Unit: "a", Parent: "b"}),
}

func TestClaim(t *testing.T)                { t.Parallel(); claimCases.Run(t) }
func TestNoCommandIsForgotten(t *testing.T) { t.Parallel(); domaintest.Complete(t, claimCases) }

var recorded = map[string]tree.Event{"UnitPlaceClaimed.v1": claimed}

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, tree.Decider, recorded) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, tree.Decider) }
func FuzzJoin(f *testing.F)     { domaintest.FuzzJoin(f, tree.Decider) }

// TestNothingLiesBelowItself: whatever is moved in whatever order, and however far behind the directory is, following the
// parents from any unit ends at the top.
func TestNothingLiesBelowItself(t *testing.T) {
	t.Parallel()
	units := []string{"a", "b", "c", "d", "e"}
	rapid.Check(t, func(t *rapid.T) {
		var s tree.State
		was := []map[string]string{{"b": "a", "c": "b"}} // how the tree was after each move
		for range rapid.IntRange(1, 30).Draw(t, "moves") {
			known := was[rapid.IntRange(max(0, len(was)-3), len(was)-1).Draw(t, "known")]
			c := tree.Claim{Unit: rapid.SampledFrom(units).Draw(t, "unit"), Parent: rapid.SampledFrom(append(units, "")).Draw(t, "parent"), Known: known}
			events, _ := domain.Run(c, s, domain.Meta{})
			now := map[string]string{}
			for unit, parent := range was[len(was)-1] {
				now[unit] = parent
			}
			for _, e := range events {
				s = tree.Decider.Evolve(s, e)
				now[c.Unit] = c.Parent
			}
			was = append(was, now)
			for _, unit := range units {
				at, steps := unit, 0
				for now[at] != "" && steps <= len(units) {
					at, steps = now[at], steps+1
				}
				if steps > len(units) {
					t.Fatalf("%s lies below itself in %v", unit, now)
				}
			}
		}
	})
}
