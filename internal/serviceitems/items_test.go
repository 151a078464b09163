package serviceitems_test

import (
	"testing"
	"unicode/utf8"

	"docket/internal/serviceitems"

	"github.com/stretchr/testify/require"
)

// TestEveryItemIsRead: as many as the source tells, each with a name that a ticket's title holds.
func TestEveryItemIsRead(t *testing.T) {
	t.Parallel()
	names, departments := map[string]bool{}, map[string]bool{}
	for _, i := range serviceitems.All() {
		require.NotEmpty(t, i.Name)
		require.LessOrEqual(t, utf8.RuneCountInString(i.Name), 200, i.Name)
		names[i.Name], departments[i.Department] = true, true
	}
	require.Len(t, serviceitems.All(), 1135)
	require.Len(t, names, 1133)
	require.Len(t, departments, 34)
}
