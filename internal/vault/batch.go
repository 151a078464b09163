package vault

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"
)

// batcher turns many concurrent single questions into few queries: while one
// query runs, all who ask gather in the next. It needs no timer, so a lone
// caller waits for nobody, and it keeps no goroutine when idle.
type batcher[K comparable, V any] struct {
	run func(context.Context, []K) (map[K]V, error)

	mu      sync.Mutex
	next    *round[K, V] // gathering; nil when nobody waits
	running bool
}

// round is one query and those who wait for it.
type round[K comparable, V any] struct {
	keys  []K
	seen  map[K]bool
	done  chan struct{}
	found map[K]V
	err   error
}

const (
	largestRound = 1000
	// A round is nobody's own, so no caller's deadline applies to it.
	roundLimit = 15 * time.Second
)

// ErrUnknown means that a key is not in this vault and never was: a destroyed one is known as such. What it sealed was
// sealed by another vault, or the database has been put back to a time before.
var ErrUnknown = errors.New("unknown to this vault")

func newBatcher[K comparable, V any](run func(context.Context, []K) (map[K]V, error)) *batcher[K, V] {
	return &batcher[K, V]{run: run}
}

// do answers for one key. A caller whose context ends goes; the round goes on
// for the others.
func (b *batcher[K, V]) do(ctx context.Context, k K) (V, error) {
	r := b.join(k)
	var none V
	select {
	case <-r.done:
	case <-ctx.Done():
		return none, ctx.Err()
	}
	if r.err != nil {
		return none, r.err
	}
	v, ok := r.found[k]
	if !ok {
		return none, ErrUnknown
	}
	return v, nil
}

func (b *batcher[K, V]) join(k K) *round[K, V] {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next == nil {
		b.next = &round[K, V]{seen: map[K]bool{}, done: make(chan struct{})}
	}
	r := b.next
	if !r.seen[k] {
		r.seen[k] = true
		r.keys = append(r.keys, k)
	}
	if !b.running {
		b.running = true
		go b.drain()
	}
	return r
}

// drain runs rounds until nobody waits.
func (b *batcher[K, V]) drain() {
	for {
		b.mu.Lock()
		r := b.next
		b.next = nil
		b.running = r != nil
		b.mu.Unlock()
		if r == nil {
			return
		}
		r.found = make(map[K]V, len(r.keys))
		for keys := r.keys; len(keys) > 0 && r.err == nil; {
			n := min(len(keys), largestRound)
			r.err = b.part(keys[:n], r.found)
			keys = keys[n:]
		}
		close(r.done)
	}
}

func (b *batcher[K, V]) part(keys []K, into map[K]V) error {
	ctx, cancel := context.WithTimeout(context.Background(), roundLimit)
	defer cancel()
	found, err := b.run(ctx, keys)
	maps.Copy(into, found)
	return err
}
