package search_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"docket/domain"
	"docket/domain/ticket"
	"docket/projections"
	"docket/projections/search"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The index must hold exactly the characters and the pairs of neighbours of the folded text, in the order of their bytes.
func TestGramsAreTheCharactersAndPairsOfNeighbours(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "B", "7", " ", "\u3000", "審", "核", "核", "单", "·", "（", "é", "𠮷", "\t", "ﬁ"}), 1, 60).Draw(t, "text")
		log := []domain.Envelope{envelope("1", 0, ticket.Opened{Title: strings.Join(pieces, ""), Description: strings.Join(pieces[len(pieces)/2:], "")})}
		doc := search.Docs(projections.Replay(search.Model, log))[0]
		want := map[string]bool{}
		for part := range strings.FieldsFuncSeq(doc.Folded, unicode.IsSpace) {
			runes := []rune(part)
			for i, r := range runes {
				want[string(r)] = true
				if i > 0 {
					want[string(runes[i-1:i+1])] = true
				}
			}
		}
		got := strings.Fields(doc.Grams)
		require.True(t, slices.IsSorted(got))
		require.Len(t, got, len(want))
		for _, gram := range got {
			require.True(t, want[gram], gram)
			require.LessOrEqual(t, utf8.RuneCountInString(gram), 2)
		}
	})
}
