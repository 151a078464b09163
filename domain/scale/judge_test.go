package scale_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/domain"
	"docket/domain/scale"
)

func TestReview(t *testing.T) {
	t.Parallel()
	marks := []scale.Mark{{"a", "leader", 9_000}, {"b", "leader", 8_001}, {"c", "head", 5_000}, {"d", "clerk", 0}}
	plain := scale.Card{}
	require.Equal(t, scale.Review{}, plain.Review(nil))
	require.Equal(t, scale.Review{Score: 5_500, Judges: 4}, plain.Review(marks))
	card := scale.Card{Judges: []scale.Judge{{Role: "leader", Weight: 1}, {Role: "head", Weight: 3}, {Role: "manager", Weight: 6}}}
	require.Equal(t, scale.Review{Score: 5_875, Judges: 3, Missing: []string{"manager"}}, card.Review(marks), "(8500.5 + 3·5000) / 4")
	require.Equal(t, scale.Review{Missing: []string{"leader", "head", "manager"}}, card.Review(marks[3:]))
	require.True(t, plain.Counts("clerk"))
	require.False(t, card.Counts("clerk"))

	var v domain.Checks
	scale.Card{Judges: []scale.Judge{{Role: "x", Weight: 1}, {Role: "x", Weight: 0}, {Weight: 1}}}.Check(&v, "")
	require.ErrorContains(t, v.Err(), "judges[1].role")
	require.ErrorContains(t, v.Err(), "judges[1].weight")
	require.ErrorContains(t, v.Err(), "judges[2].role")
}

// A review lies between its least and its greatest mark, does not depend on the order of the marks, and equal marks make that mark.
func TestReviewIsAMean(t *testing.T) {
	t.Parallel()
	role := rapid.SampledFrom([]string{"leader", "head", "manager"})
	mark := rapid.Custom(func(t *rapid.T) scale.Mark {
		return scale.Mark{Judge: rapid.String().Draw(t, "judge"), Role: role.Draw(t, "role"), Score: rapid.IntRange(0, scale.Full).Draw(t, "score")}
	})
	rapid.Check(t, func(t *rapid.T) {
		card := scale.Card{}
		if rapid.Bool().Draw(t, "weighted") {
			for _, r := range []string{"leader", "head", "manager"} {
				card.Judges = append(card.Judges, scale.Judge{Role: r, Weight: rapid.IntRange(1, 10_000).Draw(t, r)})
			}
		}
		marks := rapid.SliceOfN(mark, 1, 12).Draw(t, "marks")
		low, high := scale.Full, 0
		for _, m := range marks {
			low, high = min(low, m.Score), max(high, m.Score)
		}
		r := card.Review(marks)
		require.Equal(t, len(marks), r.Judges)
		require.True(t, low <= r.Score && r.Score <= high, "%d of %d to %d", r.Score, low, high)
		require.Equal(t, r, card.Review(rapid.Permutation(marks).Draw(t, "order")))
		for i := range marks {
			marks[i].Score = high
		}
		require.Equal(t, high, card.Review(marks).Score)
	})
}
