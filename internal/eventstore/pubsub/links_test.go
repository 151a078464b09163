package pubsub_test

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"docket/internal/eventstore/embedded"
	"docket/internal/eventstore/pubsub"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"
)

// linked runs an engine that writes the links itself.
func linked(t testing.TB) string {
	t.Helper()
	server, err := embedded.Start(context.Background(), embedded.Options{LinkStreams: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return server.ConnectionString()
}

// awaitLinks returns when the engine has written so many links.
func awaitLinks(t testing.TB, c *esdb.Client, stream string, n int) {
	t.Helper()
	require.Eventually(t, func() bool {
		all, err := c.ReadStream(t.Context(), stream, esdb.ReadStreamOptions{Direction: esdb.Backwards, From: esdb.End{}}, 1)
		if err != nil {
			return false
		}
		defer all.Close()
		last, err := all.Recv()
		return err == nil && last.OriginalEvent().EventNumber+1 >= uint64(n)
	}, 20*time.Second, time.Millisecond)
}

// danglings counts the links of a stream behind which no event is.
func danglings(t testing.TB, c *esdb.Client, stream string) int {
	t.Helper()
	all, err := c.ReadStream(t.Context(), stream, esdb.ReadStreamOptions{ResolveLinkTos: true}, math.MaxUint64)
	require.NoError(t, err)
	defer all.Close()
	n := 0
	for {
		e, err := all.Recv()
		if err != nil {
			return n
		}
		require.NotNil(t, e.Link)
		if e.Event == nil {
			n++
		}
	}
}

// distinct acknowledges messages until so many different ones have come, those of before included. An outcome may be lost when
// a group's subscriber closes, and its message come again: it is delivered at least once.
func distinct(t testing.TB, messages <-chan *message.Message, before []string, n int) []string {
	t.Helper()
	got := before
	for len(got) < n {
		m := next(t, messages)
		if !slices.Contains(got, m.UUID) {
			got = append(got, m.UUID)
		}
		m.Ack()
	}
	return got
}

// TestTopicsOfTheEnginesLinks follows a category and a type as the engine links them. Two of the sources are gone, one deleted
// and one tombstoned, so that the client gets links without an event: nothing comes of them, and nothing stops at them,
// neither before nor after a subscriber has gone and another one has come.
func TestTopicsOfTheEnginesLinks(t *testing.T) {
	t.Parallel()
	modes := map[string]func(uri string) func(t *testing.T) message.Subscriber{
		"catch-up": func(uri string) func(t *testing.T) message.Subscriber {
			places := &pubsub.MemoryCheckpoints{}
			return func(t *testing.T) message.Subscriber {
				return newCatchUp(t, pubsub.CatchUpConfig{URI: uri, Checkpoints: places, Consumer: "c"})
			}
		},
		"ordered group": func(uri string) func(t *testing.T) message.Subscriber {
			return func(t *testing.T) message.Subscriber {
				return newGroup(t, pubsub.GroupConfig{URI: uri, Group: "g"})
			}
		},
		"round-robin group": func(uri string) func(t *testing.T) message.Subscriber {
			return func(t *testing.T) message.Subscriber {
				return newGroup(t, pubsub.GroupConfig{URI: uri, Group: "g", Buffer: 20, Strategy: esdb.ConsumerStrategyRoundRobin})
			}
		},
	}
	for name, mode := range modes {
		for _, topic := range []string{"$ce-thing", "$et-message"} {
			t.Run(name+" "+topic, func(t *testing.T) {
				t.Parallel()
				followLinks(t, topic, name != "round-robin group", mode)
			})
		}
	}
}

func followLinks(t *testing.T, topic string, ordered bool, mode func(uri string) func(t *testing.T) message.Subscriber) {
	uri := linked(t)
	admin, subscriber := client(t, uri), mode(uri)
	ids := map[string][]string{} // of every stream
	for i := range 3 {
		for _, stream := range []string{"thing-0", "thing-1", "thing-2", "thing-3"} {
			ids[stream] = append(ids[stream], publish(t, uri, stream, 1)...)
			awaitLinks(t, admin, topic, 4*i+1) // one behind the other
		}
	}
	awaitLinks(t, admin, topic, 12)
	_, err := admin.DeleteStream(t.Context(), "thing-1", esdb.DeleteStreamOptions{ExpectedRevision: esdb.Any{}})
	require.NoError(t, err)
	_, err = admin.TombstoneStream(t.Context(), "thing-3", esdb.TombstoneStreamOptions{ExpectedRevision: esdb.Any{}})
	require.NoError(t, err)
	require.Equal(t, 6, danglings(t, admin, topic))

	var want []string
	for i := range 3 {
		want = append(want, ids["thing-0"][i], ids["thing-2"][i])
	}
	first := subscriber(t)
	messages, err := first.Subscribe(t.Context(), topic)
	require.NoError(t, err)
	got := distinct(t, messages, nil, 4)
	require.NoError(t, first.Close())

	second := subscriber(t)
	messages, err = second.Subscribe(t.Context(), topic)
	require.NoError(t, err)
	got = distinct(t, messages, got, len(want)) // goes on behind links to nothing
	// Live: the last two links point at nothing, and what comes behind them comes.
	want = append(want, publish(t, uri, "thing-9", 3)...)
	got = distinct(t, messages, got, len(want))
	require.NoError(t, second.Close())
	if ordered {
		require.Equal(t, want, got)
	} else {
		require.ElementsMatch(t, want, got)
	}
	if _, group := second.(*pubsub.Group); !group {
		return
	}
	require.Eventually(t, func() bool {
		info, err := admin.GetPersistentSubscriptionInfo(t.Context(), topic, "g", esdb.GetPersistentSubscriptionOptions{})
		return err == nil && info.Stats.OutstandingMessagesCount == 0 && info.Stats.ParkedMessagesCount == 0
	}, 20*time.Second, 5*time.Millisecond, "links to nothing are neither open nor parked")
}
