package embedded_test

import (
	"context"
	"path/filepath"
	"testing"

	"docket/internal/eventstore/embedded"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"
)

func join(t *testing.T, c *esdb.Client, ctx context.Context, stream string, buffer uint32) *esdb.PersistentSubscription {
	t.Helper()
	sub, err := c.SubscribeToPersistentSubscription(ctx, stream, "g", esdb.SubscribeToPersistentSubscriptionOptions{BufferSize: buffer})
	require.NoError(t, err)
	t.Cleanup(func() { _ = sub.Close() })
	return sub
}

func next(t *testing.T, sub *esdb.PersistentSubscription) *esdb.EventAppeared {
	t.Helper()
	e := sub.Recv()
	if e.SubscriptionDropped != nil {
		require.NoError(t, e.SubscriptionDropped.Error)
	}
	require.NotNil(t, e.EventAppeared)
	return e.EventAppeared
}

func settings(change func(*esdb.PersistentSubscriptionSettings)) *esdb.PersistentSubscriptionSettings {
	s := esdb.SubscriptionSettingsDefault()
	change(&s)
	return &s
}

// TestGroupSurvivesRestart acknowledges some events out of order and restarts
// the engine: none that was not acknowledged may be skipped.
func TestGroupSurvivesRestart(t *testing.T) {
	t.Parallel()
	ctx, dir := bounded(t), filepath.Join(t.TempDir(), "events")
	s, err := embedded.Start(ctx, embedded.Options{Dir: dir})
	require.NoError(t, err)
	c := client(t, s)
	_, err = c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}, eventsOf("A", 10)...)
	require.NoError(t, err)
	require.NoError(t, c.CreatePersistentSubscription(ctx, "s", "g", esdb.PersistentStreamSubscriptionOptions{
		StartFrom: esdb.Start{}, Settings: settings(func(s *esdb.PersistentSubscriptionSettings) {
			s.CheckpointLowerBound, s.CheckpointUpperBound = 1, 1
		}),
	}))
	sub := join(t, c, ctx, "s", 10)
	for i := range 10 {
		e := next(t, sub)
		require.EqualValues(t, i, e.Event.Event.EventNumber)
		if i != 3 && i != 7 { // two are still being worked on
			require.NoError(t, sub.Ack(e.Event))
		}
	}
	require.Eventually(t, func() bool {
		info, err := c.GetPersistentSubscriptionInfo(ctx, "s", "g", esdb.GetPersistentSubscriptionOptions{})
		require.NoError(t, err)
		at := info.Stats.LastCheckpointedEventRevision
		return at != nil && *at == 2 && info.Stats.OutstandingMessagesCount == 2
	}, patience, poll)
	require.NoError(t, s.Close())

	c = client(t, start(t, embedded.Options{Dir: dir}))
	sub = join(t, c, ctx, "s", 10)
	require.EqualValues(t, 3, next(t, sub).Event.Event.EventNumber)
}

// TestParkAndReplay parks, replays, parks again and replays again.
func TestParkAndReplay(t *testing.T) {
	t.Parallel()
	ctx, c := bounded(t), client(t, start(t, embedded.Options{}))
	require.NoError(t, c.CreatePersistentSubscription(ctx, "s", "g", esdb.PersistentStreamSubscriptionOptions{StartFrom: esdb.Start{}}))
	_, err := c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}, eventsOf("A", 3)...)
	require.NoError(t, err)
	parked := func(n int64) {
		require.Eventually(t, func() bool {
			info, err := c.GetPersistentSubscriptionInfo(ctx, "s", "g", esdb.GetPersistentSubscriptionOptions{})
			require.NoError(t, err)
			return info.Stats.ParkedMessagesCount == n
		}, patience, poll)
	}
	sub := join(t, c, ctx, "s", 10)
	for range 3 {
		require.NoError(t, sub.Nack("not now", esdb.NackActionPark, next(t, sub).Event))
	}
	parked(3)
	for round := range 2 {
		require.NoError(t, c.ReplayParkedMessages(ctx, "s", "g", esdb.ReplayParkedMessagesOptions{}))
		for i := range 3 {
			e := next(t, sub)
			require.EqualValues(t, i, e.Event.Event.EventNumber)
			require.Equal(t, "s", e.Event.Event.StreamID)
			if round == 0 {
				require.NoError(t, sub.Nack("again not", esdb.NackActionPark, e.Event))
			} else {
				require.NoError(t, sub.Ack(e.Event))
			}
		}
		if round == 0 {
			parked(3)
		}
	}
	parked(0)
}

func TestRetries(t *testing.T) {
	t.Parallel()
	ctx, c := bounded(t), client(t, start(t, embedded.Options{}))
	require.NoError(t, c.CreatePersistentSubscription(ctx, "s", "g", esdb.PersistentStreamSubscriptionOptions{
		StartFrom: esdb.Start{}, Settings: settings(func(s *esdb.PersistentSubscriptionSettings) { s.MaxRetryCount = 2 }),
	}))
	_, err := c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}, eventsOf("A", 2)...)
	require.NoError(t, err)
	sub := join(t, c, ctx, "s", 1)
	for i := range 3 {
		e := next(t, sub)
		require.EqualValues(t, 0, e.Event.Event.EventNumber)
		require.Equal(t, i, e.RetryCount)
		require.NoError(t, sub.Nack("no", esdb.NackActionRetry, e.Event))
	}
	require.EqualValues(t, 1, next(t, sub).Event.Event.EventNumber, "the first has been parked")

	// A consumer that goes away gives back what it had.
	require.NoError(t, sub.Close())
	again := next(t, join(t, c, ctx, "s", 1))
	require.EqualValues(t, 1, again.Event.Event.EventNumber)
	require.Equal(t, 1, again.RetryCount)
}

// TestDroppedGroup changes a group under its consumer.
func TestDroppedGroup(t *testing.T) {
	t.Parallel()
	ctx, c := bounded(t), client(t, start(t, embedded.Options{}))
	options := esdb.PersistentStreamSubscriptionOptions{StartFrom: esdb.Start{}, Settings: settings(func(s *esdb.PersistentSubscriptionSettings) { s.MaxSubscriberCount = 1 })}
	require.NoError(t, c.CreatePersistentSubscription(ctx, "s", "g", options))
	require.Equal(t, esdb.ErrorCodeResourceAlreadyExists, code(t, c.CreatePersistentSubscription(ctx, "s", "g", options)))
	sub := join(t, c, ctx, "s", 1)
	_, err := c.SubscribeToPersistentSubscription(ctx, "s", "g", esdb.SubscribeToPersistentSubscriptionOptions{})
	require.ErrorContains(t, err, "maximum of subscribers")
	require.NoError(t, c.DeletePersistentSubscription(ctx, "s", "g", esdb.DeletePersistentSubscriptionOptions{}))
	require.ErrorContains(t, sub.Recv().SubscriptionDropped.Error, "was dropped")
	_, err = c.SubscribeToPersistentSubscription(ctx, "s", "g", esdb.SubscribeToPersistentSubscriptionOptions{})
	require.Equal(t, esdb.ErrorCodeResourceNotFound, code(t, err))

	options.Settings.HistoryBufferSize = options.Settings.ReadBatchSize
	require.ErrorContains(t, c.CreatePersistentSubscription(ctx, "s", "g", options), "history buffer")
}

// TestCompetingConsumers shares a filtered whole log among three.
func TestCompetingConsumers(t *testing.T) {
	t.Parallel()
	ctx, c := bounded(t), client(t, start(t, embedded.Options{}))
	require.NoError(t, c.CreatePersistentSubscriptionToAll(ctx, "g", esdb.PersistentAllSubscriptionOptions{
		StartFrom: esdb.Start{}, Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{"ticket-"}},
	}))
	const n = 300
	got := make(chan string, n)
	for range 3 {
		sub, err := c.SubscribeToPersistentSubscriptionToAll(ctx, "g", esdb.SubscribeToPersistentSubscriptionOptions{BufferSize: 5})
		require.NoError(t, err)
		defer sub.Close()
		go func() {
			for {
				e := sub.Recv()
				if e.EventAppeared == nil || sub.Ack(e.EventAppeared.Event) != nil {
					return
				}
				got <- e.EventAppeared.Event.Event.EventID.String()
			}
		}()
	}
	want := map[string]bool{}
	for i := range n {
		e := event("A")
		stream := "ticket-1"
		if i%2 == 0 {
			stream = "other-1"
		} else {
			want[e.EventID.String()] = true
		}
		_, err := c.AppendToStream(ctx, stream, esdb.AppendToStreamOptions{}, e)
		require.NoError(t, err)
	}
	for range n / 2 {
		id := <-got
		require.True(t, want[id], "not asked for, or twice")
		delete(want, id)
	}
}
