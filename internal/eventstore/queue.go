package eventstore

import (
	"context"
	"sync"
)

// queue is a bounded queue between one producer and one consumer that takes whatever has arrived at once. It is bounded
// by count and by bytes, since one event may be as large as a thousand others.
type queue[T any] struct {
	cost      func(T) (count, bytes int)
	maxCount  int
	maxBytes  int
	filled    chan struct{} // something was put, or the queue closed
	drained   chan struct{} // something was taken
	mu        sync.Mutex
	items     []T
	count     int
	bytes     int
	err       error // after the last item
	producing bool
}

func newQueue[T any](maxCount, maxBytes int, cost func(T) (int, int)) *queue[T] {
	return &queue[T]{
		cost: cost, maxCount: maxCount, maxBytes: maxBytes, producing: true,
		filled: make(chan struct{}, 1), drained: make(chan struct{}, 1),
	}
}

// put adds an item, waiting while the queue is full; an item larger than the queue goes in alone.
func (q *queue[T]) put(ctx context.Context, item T) error {
	count, bytes := q.cost(item)
	for {
		q.mu.Lock()
		if len(q.items) == 0 || q.count+count <= q.maxCount && q.bytes+bytes <= q.maxBytes {
			q.items = append(q.items, item)
			q.count, q.bytes = q.count+count, q.bytes+bytes
			q.mu.Unlock()
			signal(q.filled)
			return nil
		}
		q.mu.Unlock()
		select {
		case <-q.drained:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// close lets take return err once the items are gone.
func (q *queue[T]) close(err error) {
	q.mu.Lock()
	q.err, q.producing = err, false
	q.mu.Unlock()
	signal(q.filled)
}

// take removes items from the front up to the given count, but at least one, waiting while there is none.
func (q *queue[T]) take(ctx context.Context, limit int) ([]T, error) {
	for {
		q.mu.Lock()
		if len(q.items) > 0 {
			taken := q.cut(limit)
			q.mu.Unlock()
			signal(q.drained)
			return taken, nil
		}
		producing, err := q.producing, q.err
		q.mu.Unlock()
		if !producing {
			return nil, err
		}
		select {
		case <-q.filled:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (q *queue[T]) cut(limit int) []T {
	n, sum := 0, 0
	for n < len(q.items) {
		count, bytes := q.cost(q.items[n])
		if n > 0 && sum+count > limit {
			break
		}
		sum += count
		q.count, q.bytes = q.count-count, q.bytes-bytes
		n++
	}
	taken := q.items[:n:n]
	if n == len(q.items) {
		q.items = make([]T, 0, min(n, q.maxCount))
	} else {
		q.items = q.items[n:]
	}
	return taken
}

func (q *queue[T]) empty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.items) == 0
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
