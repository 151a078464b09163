package pubsub

import (
	"context"
	"sync"
)

// lifecycle ends all subscriptions of a subscriber together.
type lifecycle struct {
	mu      sync.Mutex
	closed  bool
	stop    chan struct{}
	running sync.WaitGroup
}

func newLifecycle() *lifecycle { return &lifecycle{stop: make(chan struct{})} }

// run starts one subscription under a context that ends with ctx or with close.
func (l *lifecycle) run(ctx context.Context, subscription func(context.Context)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ErrClosed
	}
	ctx, cancel := context.WithCancel(ctx)
	l.running.Add(2)
	go func() {
		defer l.running.Done()
		select {
		case <-l.stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	go func() {
		defer l.running.Done()
		defer cancel()
		subscription(ctx)
	}()
	return nil
}

// close returns when every subscription has ended; closing again does nothing.
func (l *lifecycle) close() {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.stop)
	}
	l.mu.Unlock()
	l.running.Wait()
}
