package eventstore

import (
	"context"
	"fmt"
	"hash/maphash"
	"sync"

	"docket/domain"
	"docket/internal/eventstore/pubsub/supervise"
)

// inline is the size of a batch below which starting goroutines costs more than it gains.
const inline = 8

// pool decodes batches with one decoder per worker. A stream always meets the same decoder, whose table then knows its
// strings; results stand in log order whichever worker made them.
type pool struct {
	codec    *codec
	decoders []*decoder
}

func newPool(c *codec, workers int) *pool {
	p := &pool{codec: c, decoders: make([]*decoder, workers)}
	for i := range p.decoders {
		p.decoders[i] = c.decoder()
	}
	return p
}

// batch is a run of the log that is ready to be decoded: its events are cut, and their keys are at hand.
type batch struct {
	cuts  []cut
	owner []int  // worker of each
	bytes int    // of the events
	to    uint64 // 0 when the run held no place
	live  bool   // at its end
	err   error  // what ended the log after it
}

// prepare cuts the events of a run and has their keys fetched. It may work ahead of decode.
func (p *pool) prepare(ctx context.Context, items []supervise.Item) (batch, error) {
	b := batch{cuts: make([]cut, 0, len(items)), owner: make([]int, 0, len(items))}
	var sealed []*domain.Box
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
		c := cutOut(r)
		for _, box := range []*domain.Box{c.sealed.content, c.sealed.marked} {
			if box != nil {
				sealed = append(sealed, box)
			}
		}
		b.cuts = append(b.cuts, c)
		b.owner = append(b.owner, int(maphash.String(seed, r.StreamID)%uint64(len(p.decoders))))
	}
	if len(sealed) == 0 {
		return b, nil
	}
	if err := p.codec.keys.Fetch(ctx, sealed); err != nil {
		return b, fmt.Errorf("keys of %d events up to position %d: %w", len(b.cuts), b.to, err)
	}
	return b, nil
}

// decode turns a batch into a block. On an error the block holds what came before the event that failed.
func (p *pool) decode(ctx context.Context, b batch) (block, error) {
	made := block{bytes: b.bytes, to: b.to, live: b.live}
	if len(b.cuts) == 0 {
		return made, nil
	}
	made.events = make([]domain.Envelope, len(b.cuts))
	if failed, err := p.run(ctx, b, made.events); err != nil {
		made.events = made.events[:failed]
		made.to = 0
		if failed > 0 {
			made.to = made.events[failed-1].Position
		}
		return made, err
	}
	return made, nil
}

// run decodes a batch into events; on failure it tells the first that failed.
func (p *pool) run(ctx context.Context, b batch, events []domain.Envelope) (int, error) {
	if len(p.decoders) == 1 || len(b.cuts) < inline {
		return p.share(ctx, -1, b, events)
	}
	failed, errs := make([]int, len(p.decoders)), make([]error, len(p.decoders))
	var running sync.WaitGroup
	for w := 1; w < len(p.decoders); w++ {
		running.Go(func() { failed[w], errs[w] = p.share(ctx, w, b, events) })
	}
	failed[0], errs[0] = p.share(ctx, 0, b, events)
	running.Wait()
	first, err := len(b.cuts), error(nil)
	for w, e := range errs {
		if e != nil && failed[w] < first {
			first, err = failed[w], e
		}
	}
	return first, err
}

// share decodes the events of one worker, or all of them (-1) with each stream's own decoder.
func (p *pool) share(ctx context.Context, worker int, b batch, events []domain.Envelope) (int, error) {
	for i, c := range b.cuts {
		owner := b.owner[i]
		if worker >= 0 && owner != worker {
			continue
		}
		if err := p.decoders[owner].decode(ctx, c, true, &events[i]); err != nil {
			return i, err
		}
	}
	return len(b.cuts), nil
}
