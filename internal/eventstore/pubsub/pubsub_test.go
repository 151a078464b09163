package pubsub_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"docket/internal/eventstore/embedded"
	"docket/internal/eventstore/pubsub"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func memory(t testing.TB) string {
	server, err := embedded.Start(context.Background(), embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return server.ConnectionString()
}

func client(t testing.TB, uri string) *esdb.Client {
	conf, err := esdb.ParseConnectionString(uri)
	require.NoError(t, err)
	conf.Logger = esdb.NoopLogging()
	c, err := esdb.NewClient(conf)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// publish stores n messages "0", "1", … and returns their UUIDs.
func publish(t testing.TB, uri, topic string, n int) []string {
	p := newPublisher(t, uri)
	defer p.Close()
	var ids []string
	for i := range n {
		m := message.NewMessage(uuid.NewString(), fmt.Append(nil, i))
		require.NoError(t, p.Publish(topic, m))
		ids = append(ids, m.UUID)
	}
	return ids
}

func next(t testing.TB, messages <-chan *message.Message) *message.Message {
	select {
	case m, ok := <-messages:
		require.True(t, ok, "channel is closed")
		return m
	case <-time.After(20 * time.Second):
		t.Fatal("no message")
		return nil
	}
}

// drain acknowledges n messages and returns their UUIDs.
func drain(t testing.TB, messages <-chan *message.Message, n int) []string {
	var ids []string
	for range n {
		m := next(t, messages)
		ids = append(ids, m.UUID)
		m.Ack()
	}
	return ids
}

func subscribe(t testing.TB, s message.Subscriber, topic string) <-chan *message.Message {
	messages, err := s.Subscribe(t.Context(), topic)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return messages
}

func TestMessageIsAnEvent(t *testing.T) {
	t.Parallel()
	uri := memory(t)
	p := newPublisher(t, uri)
	defer p.Close()
	m := message.NewMessage("order/17", []byte(`{"a":1}`))
	m.Metadata.Set("tenant", "x")
	m.Metadata.Set(pubsub.MetadataType, "OrderPlaced")
	m.Metadata.Set(pubsub.MetadataRevision, "99")
	require.NoError(t, p.Publish("order-17", m, message.NewMessage("", []byte("binary \x00"))))

	messages := subscribe(t, newCatchUp(t, pubsub.CatchUpConfig{URI: uri}), "order-17")
	got := next(t, messages)
	require.Equal(t, "order/17", got.UUID)
	require.JSONEq(t, `{"a":1}`, string(got.Payload))
	require.Equal(t, "x", got.Metadata.Get("tenant"))
	require.Equal(t, "OrderPlaced", got.Metadata.Get(pubsub.MetadataType))
	require.Equal(t, "0", got.Metadata.Get(pubsub.MetadataRevision))
	require.Equal(t, "order-17", got.Metadata.Get(pubsub.MetadataStream))
	got.Ack()
	got = next(t, messages)
	require.Equal(t, "binary \x00", string(got.Payload))
	require.NoError(t, uuid.Validate(got.UUID))
	got.Ack()
}

func TestPublishedTwiceIsStoredOnce(t *testing.T) {
	t.Parallel()
	uri := memory(t)
	p := newPublisher(t, uri)
	defer p.Close()
	for _, id := range []string{uuid.NewString(), "no uuid"} {
		for range 3 {
			require.NoError(t, p.Publish("a", message.NewMessage(id, []byte("x"))))
		}
	}
	require.Len(t, drain(t, subscribe(t, newCatchUp(t, pubsub.CatchUpConfig{URI: uri}), "a"), 2), 2)
	read, err := client(t, uri).ReadStream(t.Context(), "a", esdb.ReadStreamOptions{Direction: esdb.Backwards, From: esdb.End{}}, 1)
	require.NoError(t, err)
	defer read.Close()
	last, err := read.Recv()
	require.NoError(t, err)
	require.EqualValues(t, 1, last.Event.EventNumber)
}

func TestEventsOfOtherWriters(t *testing.T) {
	t.Parallel()
	uri := memory(t)
	_, err := client(t, uri).AppendToStream(t.Context(), "a", esdb.AppendToStreamOptions{},
		esdb.EventData{EventType: "X", Data: []byte("1"), Metadata: []byte(`{"n":{"m":[1]},"s":"text"}`)},
		esdb.EventData{EventType: "Y", Data: []byte("2"), Metadata: []byte("no json")})
	require.NoError(t, err)
	messages := subscribe(t, newCatchUp(t, pubsub.CatchUpConfig{URI: uri}), "a")
	m := next(t, messages)
	require.JSONEq(t, `{"m":[1]}`, m.Metadata.Get("n"))
	require.Equal(t, "text", m.Metadata.Get("s"))
	m.Ack()
	m = next(t, messages)
	require.Equal(t, "no json", m.Metadata.Get(pubsub.MetadataRaw))
	m.Ack()
}

func TestCheckpointIsTheLastAcknowledged(t *testing.T) {
	t.Parallel()
	for _, topic := range []string{"a-1", pubsub.All} {
		t.Run(topic, func(t *testing.T) {
			t.Parallel()
			uri := memory(t)
			ids := publish(t, uri, "a-1", 10)
			places := &pubsub.MemoryCheckpoints{}
			for i := range ids {
				s := newCatchUp(t, pubsub.CatchUpConfig{URI: uri, Checkpoints: places, Consumer: "c"})
				messages, err := s.Subscribe(t.Context(), topic)
				require.NoError(t, err)
				require.Equal(t, ids[i:i+1], drain(t, messages, 1))
				if i+1 < len(ids) {
					require.Equal(t, ids[i+1], next(t, messages).UUID, "not acknowledged: comes again")
				}
				require.NoError(t, s.Close())
			}
		})
	}
}

func TestTopicsOfLinks(t *testing.T) {
	t.Parallel()
	uri := memory(t)
	admin := client(t, uri)
	var ids []string
	for i := range 4 {
		ids = append(ids, publish(t, uri, fmt.Sprint("thing-", i), 1)...)
		_, err := admin.AppendToStream(t.Context(), "things", esdb.AppendToStreamOptions{}, esdb.EventData{
			EventType: "$>", Data: fmt.Appendf(nil, "0@thing-%d", i),
		})
		require.NoError(t, err)
	}
	_, err := admin.DeleteStream(t.Context(), "thing-2", esdb.DeleteStreamOptions{ExpectedRevision: esdb.Any{}})
	require.NoError(t, err)
	want := []string{ids[0], ids[1], ids[3]} // the third is a link to nothing
	for name, s := range map[string]message.Subscriber{
		"catch-up": newCatchUp(t, pubsub.CatchUpConfig{URI: uri}),
		"group":    newGroup(t, pubsub.GroupConfig{URI: uri, Group: "g"}),
	} {
		messages := subscribe(t, s, "things")
		require.Equal(t, want, drain(t, messages, 3), name)
	}
}

func TestGroupOfAll(t *testing.T) {
	t.Parallel()
	uri := memory(t)
	ids := append(publish(t, uri, "a-1", 5), publish(t, uri, "b-1", 5)...)
	messages := subscribe(t, newGroup(t, pubsub.GroupConfig{URI: uri, Group: "g"}), pubsub.All)
	require.Equal(t, ids, drain(t, messages, len(ids)))
}

func TestMessageHeldOverARestartIsNotHeldTwice(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ids := publish(t, p.uri(), "a", 4)
	messages := subscribe(t, newGroup(t, pubsub.GroupConfig{URI: p.uri(), Group: "g"}), "a")
	first := next(t, messages)
	require.NoError(t, p.restart())
	ids = append(ids, publish(t, p.uri(), "a", 1)...)
	info := func() int {
		got, err := client(t, p.uri()).GetPersistentSubscriptionInfo(t.Context(), "a", "g", esdb.GetPersistentSubscriptionOptions{})
		if err != nil || len(got.Connections) == 0 {
			return 0
		}
		return int(got.Connections[0].InFlightMessages)
	}
	require.Eventually(t, func() bool { return info() == 1 }, 20*time.Second, 20*time.Millisecond, "the server has sent it again")
	require.NoError(t, first.Context().Err())
	first.Ack()
	require.Equal(t, ids[1:], drain(t, messages, 4), "once, and in order")
}

func TestDeletedGroupIsMadeAgain(t *testing.T) {
	t.Parallel()
	uri := memory(t)
	ids := publish(t, uri, "a", 2)
	messages := subscribe(t, newGroup(t, pubsub.GroupConfig{URI: uri, Group: "g"}), "a")
	require.Equal(t, ids, drain(t, messages, 2))
	require.NoError(t, client(t, uri).DeletePersistentSubscription(t.Context(), "a", "g", esdb.DeletePersistentSubscriptionOptions{}))
	require.Equal(t, ids, drain(t, messages, 2), "the new group begins at the start")
}

func TestTombstonedTopicCloses(t *testing.T) {
	t.Parallel()
	uri := memory(t)
	publish(t, uri, "a", 1)
	messages := subscribe(t, newCatchUp(t, pubsub.CatchUpConfig{URI: uri}), "a")
	drain(t, messages, 1)
	_, err := client(t, uri).TombstoneStream(t.Context(), "a", esdb.TombstoneStreamOptions{ExpectedRevision: esdb.Any{}})
	require.NoError(t, err)
	select {
	case _, open := <-messages:
		require.False(t, open)
	case <-time.After(20 * time.Second):
		t.Fatal("channel stays open")
	}
}

func TestClosedAndRefused(t *testing.T) {
	t.Parallel()
	uri := memory(t)
	p := newPublisher(t, uri)
	require.Error(t, p.Publish(pubsub.All, message.NewMessage("", nil)))
	require.NoError(t, p.Publish("a"))
	require.NoError(t, p.Close())
	require.NoError(t, p.Close())
	require.ErrorIs(t, p.Publish("a", message.NewMessage("", nil)), pubsub.ErrClosed)
	for _, s := range []message.Subscriber{newCatchUp(t, pubsub.CatchUpConfig{URI: uri}), newGroup(t, pubsub.GroupConfig{URI: uri, Group: "g"})} {
		require.NoError(t, s.Close())
		require.NoError(t, s.Close())
		_, err := s.Subscribe(t.Context(), "a")
		require.ErrorIs(t, err, pubsub.ErrClosed)
	}
	_, err := pubsub.NewCatchUp(pubsub.CatchUpConfig{URI: "x://", Checkpoints: &pubsub.MemoryCheckpoints{}})
	require.ErrorContains(t, err, "consumer's name")
	require.ErrorContains(t, err, "scheme")
	_, err = pubsub.NewGroup(pubsub.GroupConfig{URI: uri, Buffer: -1})
	require.ErrorContains(t, err, "no group")
	require.ErrorContains(t, err, "negative")
	_, err = pubsub.NewPublisher(pubsub.PublisherConfig{})
	require.Error(t, err)
}

// Not parallel: it looks at every goroutine of the process.
func TestNothingIsLeftRunning(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
	uri := memory(t)
	publish(t, uri, "a", 20)
	for range 3 {
		c, g := newCatchUp(t, pubsub.CatchUpConfig{URI: uri}), newGroup(t, pubsub.GroupConfig{URI: uri, Group: "g", Buffer: 5})
		for _, s := range []message.Subscriber{c, g} {
			messages, err := s.Subscribe(t.Context(), "a")
			require.NoError(t, err)
			next(t, messages).Ack()
			next(t, messages).Nack()
			next(t, messages)
			require.NoError(t, s.Close())
		}
	}
}
