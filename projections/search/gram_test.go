package search_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"docket/domain"
	"docket/domain/ticket"
	"docket/projections"
	"docket/projections/search"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The index must hold exactly the characters and the pairs of neighbours of the folded text, in the order of their numbers.
func TestGramsAreTheCharactersAndPairsOfNeighbours(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "B", "7", " ", "\u3000", "審", "核", "核", "单", "·", "（", "é", "𠮷", "\t", "ﬁ"}), 1, 60).Draw(t, "text")
		log := []domain.Envelope{envelope("1", 0, ticket.Opened{Title: strings.Join(pieces, ""), Description: strings.Join(pieces[len(pieces)/2:], "")})}
		doc := search.Docs(projections.Replay(search.Model, log))[0]
		want := map[int32]bool{}
		for part := range strings.FieldsFuncSeq(doc.Folded, unicode.IsSpace) {
			runes := []rune(part)
			for i, r := range runes {
				want[search.Gram(r, 0)] = true
				if i > 0 {
					want[search.Gram(runes[i-1], r)] = true
				}
			}
		}
		require.True(t, slices.IsSorted(doc.Grams))
		require.Len(t, doc.Grams, len(want))
		for _, gram := range doc.Grams {
			require.True(t, want[gram], gram)
		}
	})
}
