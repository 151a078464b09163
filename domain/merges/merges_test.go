package merges_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/domain/domaintest"
	"docket/domain/merges"
)

var recorded = map[string]merges.Event{
	"CustomersMergeClaimed.v1":  merges.Claimed{Duplicate: "c1", Survivor: "c2"},
	"CustomersMergeReleased.v1": merges.Released{Duplicate: "c1"},
}

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, merges.Decider, recorded) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, merges.Decider) }
func FuzzJoin(f *testing.F)     { domaintest.FuzzJoin(f, merges.Decider) }

// Whatever is claimed and released, nobody goes on as themselves in the end, and each goes on as one other at most.
func TestMergesNeverRunInACircle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		s := merges.Decider.Fold()
		id := func(label string) string { return strconv.Itoa(rapid.IntRange(1, 6).Draw(r, label)) }
		for range rapid.IntRange(1, 40).Draw(r, "steps") {
			duplicate, survivor := id("duplicate"), id("survivor")
			events, err := s.Claim(duplicate, survivor)
			if rapid.IntRange(0, 3).Draw(r, "release") == 0 {
				events, err = s.Release(duplicate), nil
			}
			if err != nil {
				require.ErrorIs(r, err, merges.ErrContrary)
				continue
			}
			for _, e := range events {
				s = merges.Decider.Evolve(s, e)
			}
			for start := range s.Into {
				seen := map[string]bool{}
				for at := start; at != ""; at = s.Into[at] {
					require.False(r, seen[at], "a circle at %s: %v", at, s.Into)
					seen[at] = true
				}
			}
		}
	})
}

func TestOppositeMergesDoNotBothFit(t *testing.T) {
	t.Parallel()
	s := merges.Decider.Fold(merges.Claimed{Duplicate: "a", Survivor: "b"}, merges.Claimed{Duplicate: "b", Survivor: "c"})
	for _, c := range [][2]string{{"b", "a"}, {"c", "a"}, {"a", "c"}, {"d", "d"}} {
		_, err := s.Claim(c[0], c[1])
		require.ErrorIs(t, err, merges.ErrContrary, c)
	}
	events, err := s.Claim("a", "b")
	require.NoError(t, err)
	require.Empty(t, events, "claimed already: whoever repeats it goes on")
	require.Equal(t, []string{"b"}, s.Of("c"))
	require.Empty(t, s.Release("c"))
	require.Equal(t, []merges.Event{merges.Released{Duplicate: "a"}}, s.Release("a"))
}
