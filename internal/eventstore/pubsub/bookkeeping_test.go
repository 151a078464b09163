package pubsub_test

import (
	"context"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
)

// bookkeeping holds back the very last message of the suite's TestReconnect. That test notes what was published in a
// goroutine of its own, after Publish has returned, and reads the notes without waiting for it as soon as it has received
// everything: a subscriber that delivers before the publisher has its answer fails it with one message "extra".
type bookkeeping struct {
	all       int
	published chan struct{} // closed when everything has been published

	mu       sync.Mutex
	sent     int
	received map[string]bool
}

func newBookkeeping(all int) *bookkeeping {
	return &bookkeeping{all: all, published: make(chan struct{}), received: map[string]bool{}}
}

type countingPublisher struct {
	message.Publisher
	*bookkeeping
}

func (p countingPublisher) Publish(topic string, messages ...*message.Message) error {
	err := p.Publisher.Publish(topic, messages...)
	if err == nil {
		p.mu.Lock()
		if p.sent += len(messages); p.sent == p.all {
			close(p.published)
		}
		p.mu.Unlock()
	}
	return err
}

type countingSubscriber struct {
	message.Subscriber
	*bookkeeping
}

func (s countingSubscriber) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	in, err := s.Subscriber.Subscribe(ctx, topic)
	if err != nil {
		return nil, err
	}
	out := make(chan *message.Message)
	go func() {
		defer close(out)
		for m := range in {
			s.mu.Lock()
			s.received[m.UUID] = true
			last := len(s.received) == s.all
			s.mu.Unlock()
			if last {
				<-s.published
				time.Sleep(200 * time.Millisecond) // the notes offer nothing to wait for
			}
			select {
			case out <- m:
			case <-m.Context().Done():
			}
		}
	}()
	return out, nil
}
