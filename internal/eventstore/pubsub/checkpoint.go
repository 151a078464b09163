package pubsub

import (
	"context"
	"sync"
)

// Checkpoints keeps how far consumers have come: a stream's revision, or a commit position for [All]. Keep it where the
// effects of the messages are kept; whoever writes both in one transaction has effects exactly once.
type Checkpoints interface {
	// Load gives the place of the last message that the consumer has acknowledged; false when there is none.
	Load(ctx context.Context, consumer, topic string) (place uint64, ok bool, err error)
	// Save is called after each acknowledgement, and may be called with places between messages.
	Save(ctx context.Context, consumer, topic string, place uint64) error
}

// MemoryCheckpoints forgets with the process. The zero value is ready to use; it is safe for concurrent use.
type MemoryCheckpoints struct {
	mu     sync.Mutex
	places map[[2]string]uint64
}

// Load implements [Checkpoints].
func (c *MemoryCheckpoints) Load(_ context.Context, consumer, topic string) (uint64, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	place, ok := c.places[[2]string{consumer, topic}]
	return place, ok, nil
}

// Save implements [Checkpoints]. A place before the one kept is ignored: of several subscribers under one name the
// farthest counts.
func (c *MemoryCheckpoints) Save(_ context.Context, consumer, topic string, place uint64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.places == nil {
		c.places = map[[2]string]uint64{}
	}
	key := [2]string{consumer, topic}
	c.places[key] = max(c.places[key], place)
	return nil
}
