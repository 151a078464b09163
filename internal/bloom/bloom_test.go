package bloom_test

import (
	"fmt"
	"testing"

	"docket/internal/bloom"

	"github.com/stretchr/testify/require"
)

// TestWhatWasAddedIsNeverRuledOut: and nearly all that was not is, however far the filter has grown.
func TestWhatWasAddedIsNeverRuledOut(t *testing.T) {
	t.Parallel()
	const keys = 50_000
	f := bloom.New(1000)
	require.False(t, f.Has("ticket-0"))
	for i := range keys {
		f.Add(fmt.Sprintf("ticket-%d", i))
	}
	wrong := 0
	for i := range keys {
		require.True(t, f.Has(fmt.Sprintf("ticket-%d", i)))
		if f.Has(fmt.Sprintf("series-%d", i)) {
			wrong++
		}
	}
	require.Less(t, wrong, keys/20)
}
