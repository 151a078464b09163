package store_test

import (
	"context"
	"fmt"
	"testing"

	"docket/internal/eventstore/embedded/store"

	"github.com/stretchr/testify/require"
)

// TestStreamsOfAnOlderRun: a store that has just been opened takes no stream for a new one, while it still learns which there
// are and afterwards.
func TestStreamsOfAnOlderRun(t *testing.T) {
	t.Parallel()
	const streams = 3000
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, store.Options{Dir: dir})
	require.NoError(t, s.Update(ctx, func(tx *store.Tx) error {
		for i := range streams {
			if _, err := tx.Append(fmt.Sprintf("old-%d", i), store.NoStream, something()); err != nil {
				return err
			}
		}
		return nil
	}))
	require.NoError(t, s.Close())
	s = open(t, store.Options{Dir: dir})
	for round := range 2 {
		for i := range streams {
			name := fmt.Sprintf("old-%d", i)
			h, err := s.Head(name)
			require.NoError(t, err)
			require.Zero(t, h.Last, name)
			var wrong *store.WrongRevision
			_, err = s.Append(ctx, name, store.NoStream, something())
			require.ErrorAs(t, err, &wrong, name)
		}
		w, err := s.Append(ctx, fmt.Sprintf("new-%d", round), store.NoStream, something())
		require.NoError(t, err)
		require.Zero(t, w.Last)
		s.Learned()
	}
}
