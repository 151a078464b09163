package supervise_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"docket/internal/eventstore/embedded"
	"docket/internal/eventstore/pubsub/supervise"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"
)

func dial(t *testing.T, uri string) *supervise.Dialer {
	d, err := supervise.NewDialer(uri, nil)
	require.NoError(t, err)
	return d
}

func engine(t *testing.T) *embedded.Server {
	server, err := embedded.Start(context.Background(), embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return server
}

func TestFinishedCallsNeverLookCancelled(t *testing.T) {
	t.Parallel()
	c := dial(t, engine(t).ConnectionString()).Client()
	defer c.Close()
	var running sync.WaitGroup
	for range 4 {
		running.Go(func() {
			for n := range 20_000 {
				got, err := supervise.Call(t.Context(), c, func(context.Context, *esdb.Client) (int, error) { return n, nil })
				if err != nil || got != n {
					t.Errorf("call %d gave %d, %v", n, got, err)
					return
				}
			}
		})
	}
	running.Wait()
}

func TestCallEndsWithItsContextThoughTheRequestDoesNot(t *testing.T) {
	t.Parallel()
	c := dial(t, engine(t).ConnectionString()).Client()
	defer c.Close()
	deaf := make(chan struct{})
	defer close(deaf)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := supervise.Call(ctx, c, func(context.Context, *esdb.Client) (int, error) { <-deaf; return 0, nil })
	require.ErrorIs(t, err, context.DeadlineExceeded)
	_, err = supervise.Call(t.Context(), c, func(context.Context, *esdb.Client) (int, error) { return 1, nil })
	require.NoError(t, err, "others go on")
}

func TestCloseEndsCalls(t *testing.T) {
	t.Parallel()
	c := dial(t, engine(t).ConnectionString()).Client()
	started, done := make(chan struct{}), make(chan error)
	go func() {
		_, err := supervise.Call(t.Context(), c, func(ctx context.Context, _ *esdb.Client) (int, error) {
			close(started)
			<-ctx.Done()
			return 0, ctx.Err()
		})
		done <- err
	}()
	<-started
	c.Close()
	require.Error(t, <-done)
	_, err := supervise.Call(t.Context(), c, func(context.Context, *esdb.Client) (int, error) { return 0, nil })
	require.ErrorIs(t, err, supervise.ErrClosed)
}

func TestNoNodeIsKnownToBeUnsent(t *testing.T) {
	t.Parallel()
	server := engine(t)
	uri := server.ConnectionString() + "&maxDiscoverAttempts=1&discoveryInterval=1"
	require.NoError(t, server.Close())
	c := dial(t, uri).Client()
	defer c.Close()
	for range 3 { // again and again with a fresh client
		_, err := supervise.Call(t.Context(), c, func(context.Context, *esdb.Client) (int, error) {
			t.Error("must not be asked")
			return 0, nil
		})
		require.True(t, supervise.Unsent(err), err)
		require.True(t, supervise.Transient(err), err)
	}
}
