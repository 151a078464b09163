package eventstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"sync"

	"docket/domain"
	"docket/internal/eventstore/pubsub/supervise"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// ErrBeyondEnd: a subscription was asked to resume at a position that the log does not reach. Whoever kept the position
// has seen another store, or this one before it lost its end.
var ErrBeyondEnd = errors.New("position lies beyond the end of the log")

const (
	pageLimit   = 1000     // events in a page, and decoded together
	bufferCount = 2048     // events waiting before and after decoding, each
	bufferBytes = 16 << 20 // and their bytes
)

// Subscribe follows every event of the categories that have a schema, in log order, from the position after (exclusive; 0
// for all), first what is stored and then what comes. A page is whatever has arrived since the last pull, at most 1,000
// events; marked values are masked. Pages without events tell that the log has moved on, or that the end was reached
// or lost (Live).
//
// It outlives lost connections and restarts of the store and never doubles or skips an event. It ends when ctx does or the
// consumer stops ranging; before that only with an error as its last item: an event that cannot be decoded or opened, of a
// type that this program does not know ([domain.ErrUnknownEvent]), [ErrBeyondEnd], or a refusal of the store.
func (s *Store) Subscribe(ctx context.Context, after uint64) iter.Seq2[domain.Page, error] {
	return func(yield func(domain.Page, error) bool) {
		f := &feed{Store: s, raw: newQueue(bufferCount, bufferBytes, itemCost), decoded: newQueue(bufferCount, bufferBytes, blockCost)}
		ctx, cancel := context.WithCancel(ctx)
		var running sync.WaitGroup
		defer running.Wait()
		defer cancel()
		running.Go(func() { f.raw.close(f.receive(ctx, after)) })
		running.Go(func() { f.decoded.close(f.decodeAll(ctx)) })
		if err := f.pages(ctx, after, yield); err != nil && ctx.Err() == nil {
			yield(domain.Page{From: after, To: after}, err)
		}
	}
}

// feed is one subscription: a receiver fills raw, decoders move from raw to decoded, the consumer drains decoded.
type feed struct {
	*Store
	raw     *queue[supervise.Item]
	decoded *queue[block]
}

// block is a run of the log after decoding.
type block struct {
	events []domain.Envelope
	bytes  int
	to     uint64 // 0 when the run held no place
	live   bool   // at its end
}

func itemCost(i supervise.Item) (count, bytes int) {
	if i.Event == nil || i.Event.Event == nil {
		return 1, 0
	}
	return 1, len(i.Event.Event.Data) + len(i.Event.Event.UserMetadata)
}

func blockCost(b block) (count, bytes int) { return max(1, len(b.events)), b.bytes }

// receive drains the store into raw as fast as there is room.
func (f *feed) receive(ctx context.Context, after uint64) error {
	from := supervise.Start
	if after > 0 {
		if err := f.reaches(ctx, after); err != nil {
			return err
		}
		from = int64(after)
	}
	return f.dialer.Follow(ctx, supervise.Source{Idle: f.idle}, from, func(i supervise.Item) error { return f.raw.put(ctx, i) })
}

// reaches refuses a position beyond the end: the store would accept it, and be silent for ever. An unreachable store is
// asked again until it answers.
func (f *feed) reaches(ctx context.Context, after uint64) error {
	client := f.dialer.Client()
	defer client.Close()
	_, err := supervise.Retry(ctx, client, reaches(after))
	return err
}

// Reaches is nil when the log goes as far as a position that has been read once, else [ErrBeyondEnd].
func (s *Store) Reaches(ctx context.Context, position uint64) error {
	_, err := read(ctx, s, reaches(position))
	return err
}

// reaches reads one event of any stream at a position or after it.
func reaches(position uint64) func(context.Context, *esdb.Client) (struct{}, error) {
	return func(ctx context.Context, c *esdb.Client) (struct{}, error) {
		read, err := c.ReadAll(ctx, esdb.ReadAllOptions{From: esdb.Position{Commit: position, Prepare: position}}, 1)
		if err != nil {
			return struct{}{}, err
		}
		defer read.Close()
		_, err = read.Recv()
		if errors.Is(err, io.EOF) {
			err = fmt.Errorf("resume after %d: %w", position, ErrBeyondEnd)
		}
		return struct{}{}, err
	}
}

// decodeAll moves from raw to decoded until raw ends or an event fails; those before it still go out. While a batch is decoded
// the next one is made ready, so that decoders do not wait for keys.
func (f *feed) decodeAll(ctx context.Context) error {
	pool := newPool(f.codec, f.workers)
	ctx, cancel := context.WithCancel(ctx)
	ready := make(chan batch)
	var preparing sync.WaitGroup
	defer preparing.Wait()
	defer cancel()
	preparing.Go(func() {
		defer close(ready)
		f.prepareAll(ctx, pool, ready)
	})
	for b := range ready {
		if b.err != nil {
			return b.err
		}
		made, failed := pool.decode(ctx, b)
		if failed == nil || len(made.events) > 0 {
			if err := f.decoded.put(ctx, made); err != nil {
				return err
			}
		}
		if failed != nil {
			return failed
		}
	}
	return ctx.Err()
}

// prepareAll moves from raw to ready. The last batch tells why there is no other, unless ctx has ended.
func (f *feed) prepareAll(ctx context.Context, pool *pool, ready chan<- batch) {
	live := false
	for {
		var b batch
		items, err := f.raw.take(ctx, pageLimit)
		if err == nil {
			b, err = pool.prepare(ctx, items)
		}
		for _, i := range items {
			switch i.Kind {
			case supervise.CaughtUp:
				live = true
			case supervise.Dropped:
				live = false
			case supervise.Appeared, supervise.Checkpoint:
			}
		}
		b.live, b.err = live, err
		select {
		case ready <- b:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// pages hands blocks to the consumer; nil when it has had enough.
func (f *feed) pages(ctx context.Context, after uint64, yield func(domain.Page, error) bool) error {
	last := domain.Page{To: after}
	for {
		blocks, err := f.decoded.take(ctx, pageLimit)
		if err != nil {
			return err
		}
		page := domain.Page{From: last.To, To: last.To, Events: joined(blocks)}
		for _, b := range blocks {
			page.To = max(page.To, b.to)
			page.Live = b.live
		}
		page.Live = page.Live && f.decoded.empty() && f.raw.empty()
		if len(page.Events) == 0 && page.To == last.To && page.Live == last.Live {
			continue
		}
		last = page
		if !yield(page, nil) {
			return nil
		}
	}
}

// joined is the events of all blocks; those of a single one are not copied.
func joined(blocks []block) []domain.Envelope {
	if len(blocks) == 1 {
		return blocks[0].events
	}
	all := make([][]domain.Envelope, len(blocks))
	for i, b := range blocks {
		all[i] = b.events
	}
	return slices.Concat(all...)
}
