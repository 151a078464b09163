package ceiling_test

import (
	"testing"

	"docket/internal/eventstore/ceiling"

	"github.com/stretchr/testify/require"
)

// TestClientCannotTellThatNothingIsKept: the official client takes the server for a store, call by call.
func TestClientCannotTellThatNothingIsKept(t *testing.T) {
	t.Parallel()
	server, err := ceiling.Start(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	client, err := ceiling.Connect(server.URI())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	require.NoError(t, client.Append(t.Context(), "ticket-1", 1))
	require.NoError(t, client.Append(t.Context(), "ticket-1", 3), "nothing is kept, so there is nothing to contradict")
	for _, n := range []int{1, 999, 2500} {
		got, err := client.ReadAll(t.Context(), n)
		require.NoError(t, err)
		require.Equal(t, n, got)
	}
}
