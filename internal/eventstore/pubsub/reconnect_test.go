package pubsub_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// TestReconnect is what the suite's test of that name is about, with notes that are waited for, so that it says something under
// the race detector too: 100 publishers, a store that is killed and started again at a third and at half of the messages, and
// in the end everything that was acknowledged has been received, nothing that nobody published, and in order where that is
// promised.
func TestReconnect(t *testing.T) {
	const publishers, each = 100, 20
	for name, m := range modes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startProcess(t)
			publisher, subscriber := newPublisher(t, p.uri()), m.subscriber(t, p.uri())
			messages, err := subscriber.Subscribe(t.Context(), "a-1")
			require.NoError(t, err)

			var (
				mu           sync.Mutex
				sent         = map[string][]string{} // by publisher, in the order in which each had its answers
				acknowledged atomic.Int64
				publishing   sync.WaitGroup
				kills        = make(chan struct{}, 2)
			)
			for range publishers {
				publishing.Go(func() {
					who := uuid.NewString()
					for range each {
						m := message.NewMessage(uuid.NewString(), []byte(who))
						for publisher.Publish("a-1", m) != nil { // again, with the same id
							if t.Context().Err() != nil {
								return
							}
						}
						mu.Lock()
						sent[who] = append(sent[who], m.UUID)
						mu.Unlock()
						if n := acknowledged.Add(1); n == publishers*each/3 || n == publishers*each/2 {
							kills <- struct{}{}
						}
					}
				})
			}
			publishing.Go(func() {
				for range 2 {
					select {
					case <-kills:
					case <-t.Context().Done():
						return
					}
					if err := p.restart(); err != nil {
						t.Error(err)
					}
				}
			})

			received := map[string][]string{} // by publisher
			seen := map[string]bool{}
			patience, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			for len(seen) < publishers*each {
				select {
				case m := <-messages:
					if !seen[m.UUID] { // at least once
						seen[m.UUID] = true
						received[string(m.Payload)] = append(received[string(m.Payload)], m.UUID)
					}
					m.Ack()
				case <-patience.Done():
					t.Fatalf("%d messages received, %d acknowledged", len(seen), acknowledged.Load())
				}
			}
			publishing.Wait()
			if !m.features.GuaranteedOrder {
				for _, ids := range []map[string][]string{sent, received} {
					for who := range ids {
						slices.Sort(ids[who])
					}
				}
			}
			require.Equal(t, sent, received)
			require.NoError(t, publisher.Close())
			require.NoError(t, subscriber.Close())
		})
	}
}
