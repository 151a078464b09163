package pubsub_test

import (
	"os"
	"testing"

	"docket/internal/eventstore/pubsub"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/tests"
	"github.com/stretchr/testify/require"
)

// mode is one way of subscribing, with what it promises.
type mode struct {
	features tests.Features
	// subscriber of a test; named makes one of a given group or consumer.
	subscriber func(t *testing.T, uri string) message.Subscriber
	named      func(t *testing.T, uri, name string) message.Subscriber
}

func modes() map[string]mode {
	return map[string]mode{
		"catch-up": {
			features: tests.Features{GuaranteedOrder: true, NewSubscriberReceivesOldMessages: true},
			subscriber: func(t *testing.T, uri string) message.Subscriber {
				return newCatchUp(t, pubsub.CatchUpConfig{URI: uri})
			},
		},
		"catch-up from checkpoint": checkpointed(),
		"ordered group": {
			features: tests.Features{
				ConsumerGroups: true, Persistent: true, GuaranteedOrder: true, GuaranteedOrderWithSingleSubscriber: true,
			},
			subscriber: func(t *testing.T, uri string) message.Subscriber {
				return newGroup(t, pubsub.GroupConfig{URI: uri, Group: "all"})
			},
			named: func(t *testing.T, uri, name string) message.Subscriber {
				return newGroup(t, pubsub.GroupConfig{URI: uri, Group: name})
			},
		},
		"round-robin group": {
			features: tests.Features{ConsumerGroups: true, Persistent: true},
			subscriber: func(t *testing.T, uri string) message.Subscriber {
				return newGroup(t, pubsub.GroupConfig{URI: uri, Group: "all", Buffer: 20, Strategy: esdb.ConsumerStrategyRoundRobin})
			},
			named: func(t *testing.T, uri, name string) message.Subscriber {
				return newGroup(t, pubsub.GroupConfig{URI: uri, Group: name, Buffer: 20, Strategy: esdb.ConsumerStrategyRoundRobin})
			},
		},
	}
}

// checkpointed keeps one place for all subscribers of a topic: a subscriber goes on where the last one stopped.
func checkpointed() mode {
	places := &pubsub.MemoryCheckpoints{}
	return mode{
		features: tests.Features{Persistent: true, GuaranteedOrder: true},
		subscriber: func(t *testing.T, uri string) message.Subscriber {
			return newCatchUp(t, pubsub.CatchUpConfig{URI: uri, Checkpoints: places, Consumer: "all"})
		},
	}
}

func newCatchUp(t testing.TB, c pubsub.CatchUpConfig) *pubsub.CatchUp {
	s, err := pubsub.NewCatchUp(c)
	require.NoError(t, err)
	return s
}

func newGroup(t testing.TB, c pubsub.GroupConfig) *pubsub.Group {
	s, err := pubsub.NewGroup(c)
	require.NoError(t, err)
	return s
}

func newPublisher(t testing.TB, uri string) *pubsub.Publisher {
	p, err := pubsub.NewPublisher(pubsub.PublisherConfig{URI: uri})
	require.NoError(t, err)
	return p
}

type suite func(*testing.T, tests.Features, tests.PubSubConstructor, tests.ConsumerGroupPubSubConstructor)

func (m mode) run(t *testing.T, run suite) {
	p := startProcess(t)
	run(t, m.features,
		func(t *testing.T) (message.Publisher, message.Subscriber) {
			return newPublisher(t, p.uri()), m.subscriber(t, p.uri())
		},
		func(t *testing.T, name string) (message.Publisher, message.Subscriber) {
			return newPublisher(t, p.uri()), m.named(t, p.uri(), name)
		})
}

// TestWatermillSuite is Watermill's own conformance suite, once for each mode; -short shortens it. Its TestReconnect is
// below.
func TestWatermillSuite(t *testing.T) {
	for name, m := range modes() {
		t.Run(name, func(t *testing.T) { m.run(t, tests.TestPubSub) })
	}
}

// TestWatermillReconnect is the suite's test of 10,000 messages by 100 publishers during which the store's process is killed
// and started again twice. It runs behind [bookkeeping], and not under the race detector, because of a race in the suite
// itself (Watermill v1.5.1, pubsub/tests/test_pubsub.go): the goroutine at lines 1084 to 1088 appends to publishedMessages what
// publishers pass it at line 1112, after Publish has returned; line 1120 reads that slice when everything has been received,
// and waits neither for the publishers nor for the goroutine, whose channel nobody closes. Of eight runs without bookkeeping
// four failed, each with one to four messages received that the notes did not have yet, none with a message missing. What
// the test is about, TestReconnect looks at under the race detector.
func TestWatermillReconnect(t *testing.T) {
	if raceEnabled {
		t.Skip("the suite's TestReconnect reads and writes publishedMessages without a lock")
	}
	for name, m := range modes() {
		t.Run(name, func(t *testing.T) {
			p := startProcess(t)
			m.features.RestartServiceCommand = p.restartCommand()
			b := newBookkeeping(10_000)
			tests.TestReconnect(t, tests.TestContext{TestID: tests.NewTestID(), Features: m.features},
				func(t *testing.T) (message.Publisher, message.Subscriber) {
					return countingPublisher{newPublisher(t, p.uri()), b}, countingSubscriber{m.subscriber(t, p.uri()), b}
				})
		})
	}
}

var raceEnabled bool

// TestWatermillStress runs the suite ten times at once for each mode (STRESS_TEST_COUNT changes the number).
func TestWatermillStress(t *testing.T) {
	if os.Getenv("PUBSUB_STRESS") == "" {
		t.Skip("set PUBSUB_STRESS=1")
	}
	for name, m := range modes() {
		t.Run(name, func(t *testing.T) { m.run(t, tests.TestPubSubStressTest) })
	}
}
