package eventstore

import (
	"context"
	"hash/maphash"
	"sync"

	"docket/domain"
	"docket/internal/eventstore/pubsub/supervise"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// inline is the size of a batch below which starting goroutines costs more than it gains.
const inline = 8

// pool decodes batches with one decoder per worker. A stream always meets the same decoder, whose table then knows its
// strings; results stand in log order whichever worker made them.
type pool struct {
	codec    *codec
	decoders []*decoder
	owner    []int // worker of each item of the batch; -1 for none
}

func newPool(c *codec, workers int) *pool {
	p := &pool{codec: c, decoders: make([]*decoder, workers)}
	for i := range p.decoders {
		p.decoders[i] = c.decoder()
	}
	return p
}

// decode turns a batch into a block. On an error the block holds what came before the event that failed.
func (p *pool) decode(ctx context.Context, items []supervise.Item) (block, error) {
	var b block
	records := make([]*esdb.RecordedEvent, 0, len(items))
	p.owner = p.owner[:0]
	for _, i := range items {
		if i.Kind == supervise.Dropped || i.Kind == supervise.CaughtUp || i.Place < 0 {
			continue
		}
		b.to = uint64(i.Place)
		if i.Event == nil || i.Event.Event == nil || !p.codec.owns(i.Event.Event) {
			continue
		}
		r := i.Event.Event
		b.bytes += len(r.Data) + len(r.UserMetadata)
		records = append(records, r)
		p.owner = append(p.owner, int(maphash.String(seed, r.StreamID)%uint64(len(p.decoders))))
	}
	if len(records) == 0 {
		return b, nil
	}
	b.events = make([]domain.Envelope, len(records))
	if failed, err := p.run(ctx, records, b.events); err != nil {
		b.events = b.events[:failed]
		b.to = 0
		if failed > 0 {
			b.to = b.events[failed-1].Position
		}
		return b, err
	}
	return b, nil
}

// run decodes records into events; on failure it tells the first that failed.
func (p *pool) run(ctx context.Context, records []*esdb.RecordedEvent, events []domain.Envelope) (int, error) {
	if len(p.decoders) == 1 || len(records) < inline {
		return p.share(ctx, -1, records, events)
	}
	failed, errs := make([]int, len(p.decoders)), make([]error, len(p.decoders))
	var running sync.WaitGroup
	for w := 1; w < len(p.decoders); w++ {
		running.Go(func() { failed[w], errs[w] = p.share(ctx, w, records, events) })
	}
	failed[0], errs[0] = p.share(ctx, 0, records, events)
	running.Wait()
	first, err := len(records), error(nil)
	for w, e := range errs {
		if e != nil && failed[w] < first {
			first, err = failed[w], e
		}
	}
	return first, err
}

// share decodes the records of one worker, or all of them (-1) with each stream's own decoder.
func (p *pool) share(ctx context.Context, worker int, records []*esdb.RecordedEvent, events []domain.Envelope) (int, error) {
	for i, r := range records {
		owner := p.owner[i]
		if worker >= 0 && owner != worker {
			continue
		}
		if err := p.decoders[owner].decode(ctx, r, true, &events[i]); err != nil {
			return i, err
		}
	}
	return len(records), nil
}
