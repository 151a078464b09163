package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"docket/internal/eventstore/embedded/record"
	"docket/internal/eventstore/embedded/store"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// TestEveryoneIsServed: however appends meet, each is answered, also where the store is closed under them; what was
// acknowledged is there afterwards, and nothing runs on.
func TestEveryoneIsServed(t *testing.T) {
	before := goleak.IgnoreCurrent()
	const writers, rounds = 16, 20
	for round := range rounds {
		dir := t.TempDir()
		s := open(t, store.Options{Dir: dir})
		var (
			running sync.WaitGroup
			mu      sync.Mutex
			acks    []acked
		)
		enough := make(chan struct{}, writers)
		for w := range writers {
			running.Go(func() {
				for i := 0; ; i++ {
					events, stream := something(), fmt.Sprintf("s-%d-%d", w, i)
					at, err := s.Append(context.Background(), stream, store.NoStream, events)
					if err != nil {
						if !t.Failed() && !errors.Is(err, store.ErrClosed) {
							t.Error(err)
						}
						return
					}
					mu.Lock()
					acks = append(acks, acked{stream, events[0].ID, at})
					mu.Unlock()
					if i == round {
						enough <- struct{}{}
					}
				}
			})
		}
		for range writers {
			<-enough
		}
		require.NoError(t, s.Close())
		running.Wait()
		again := open(t, store.Options{Dir: dir})
		for _, a := range acks {
			r, ok, err := again.Visible(a.stream, a.at.Last)
			require.NoError(t, err)
			require.True(t, ok, "an acknowledged event is gone")
			require.Equal(t, a.at.Position, r.Position)
		}
		require.NoError(t, again.Close())
	}
	goleak.VerifyNone(t, before)
}

// TestBegunInOrder: appends that were begun one after the other take their places in this order.
func TestBegunInOrder(t *testing.T) {
	t.Parallel()
	s := open(t, store.Options{Dir: t.TempDir()})
	var waits []func() (store.Written, error)
	for i := range 500 {
		wait, err := s.Begin(context.Background(), "s", store.Expected(i-1), []record.Proposed{{ID: store.NewID(), Type: "T"}})
		require.NoError(t, err)
		waits = append(waits, wait)
	}
	for i, wait := range waits {
		w, err := wait()
		require.NoError(t, err)
		require.EqualValues(t, i, w.Last)
	}
}

// TestNobodyIsForgotten: of two that come at the same time, with nobody after them, both are served.
func TestNobodyIsForgotten(t *testing.T) {
	t.Parallel()
	s := open(t, store.Options{})
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for range 20_000 {
		served := make(chan error, 2)
		for range 2 {
			go func() {
				served <- s.Update(ctx, func(*store.Tx) error { return nil })
			}()
		}
		for range 2 {
			select {
			case err := <-served:
				require.NoError(t, err)
			case <-ctx.Done():
				require.FailNow(t, "an operation was never done")
			}
		}
	}
}
