package window

import (
	"context"
	"iter"
	"slices"
	"sort"

	"docket/domain"
)

// Batch is a run of the log made of pages as they lie in the window: all there was to read, up to a limit. It covers every
// position after From up to and including To.
type Batch struct {
	Parts    [][]domain.Envelope // in order; shared among readers, not to be changed
	Count    int                 // events in Parts
	From, To uint64
	Live     bool // it ends where a page ended with which the end of the log was reached
}

// All ranges over the events.
func (b Batch) All() iter.Seq[domain.Envelope] {
	return func(yield func(domain.Envelope) bool) {
		for _, part := range b.Parts {
			for i := range part {
				if !yield(part[i]) {
					return
				}
			}
		}
	}
}

// cursor is a reader's place in the window.
type cursor struct {
	at      uint64 // everything up to here is done with
	dropped bool
}

// Follow gives the log after a position in batches of at most limit events, each when the one before is done with: from the
// window where it holds what is next, by a subscription of its own where not. It ends when ctx does or the consumer stops
// ranging; before that only with an error as its last item, after which the consumer may follow again from where it is.
func (w *Window) Follow(ctx context.Context, after uint64, limit int) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		at, more := after, true
		for more && ctx.Err() == nil {
			if c := w.attach(ctx, at); c != nil {
				at, more = w.shared(ctx, c, limit, yield)
			} else if ctx.Err() == nil {
				at, more = w.alone(ctx, at, limit, yield)
			}
		}
	}
}

// attach places a reader in the window, or gives nil when the window no longer holds what the reader needs.
func (w *Window) attach(ctx context.Context, at uint64) *cursor {
	w.mu.Lock()
	defer w.mu.Unlock()
	for !w.open {
		if !w.wait(ctx) {
			return nil
		}
	}
	if at < w.base {
		return nil
	}
	c := &cursor{at: at}
	w.readers[c] = struct{}{}
	return c
}

// wait sleeps until something changes; w.mu is held before and after. False when ctx has ended.
func (w *Window) wait(ctx context.Context) bool {
	changed := w.changed
	w.mu.Unlock()
	defer w.mu.Lock()
	select {
	case <-changed:
		return true
	case <-ctx.Done():
		return false
	}
}

// shared reads from the window until the reader is dropped from it, has enough or the log fails; it tells how far it came
// and whether to go on.
func (w *Window) shared(ctx context.Context, c *cursor, limit int, yield func(Batch, error) bool) (uint64, bool) {
	defer w.detach(c)
	for {
		b, err := w.next(ctx, c, limit)
		switch {
		case ctx.Err() != nil:
			return c.at, false
		case err != nil:
			yield(Batch{From: c.at, To: c.at}, err)
			return c.at, false
		case b.To == c.at: // dropped
			return c.at, true
		case !yield(b, nil):
			return c.at, false
		}
		w.done(c, b.To)
	}
}

func (w *Window) detach(c *cursor) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.readers, c)
	w.announce()
}

func (w *Window) done(c *cursor, to uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c.at = to
	if w.full { // readers need not know
		w.announce()
	}
}

// next waits for events after the cursor. A batch that leads nowhere means that the reader was dropped.
func (w *Window) next(ctx context.Context, c *cursor, limit int) (Batch, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for {
		if c.dropped {
			return Batch{From: c.at, To: c.at}, nil
		}
		if c.at < w.head {
			return w.cut(c.at, limit), nil
		}
		if w.err != nil {
			return Batch{}, w.err
		}
		if !w.wait(ctx) {
			return Batch{}, ctx.Err()
		}
	}
}

// cut gives what lies after a position, at most limit events.
func (w *Window) cut(at uint64, limit int) Batch {
	b := Batch{From: at, To: at}
	first := sort.Search(len(w.pages), func(i int) bool { return w.pages[i].To > at })
	for _, p := range w.pages[first:] {
		if !b.take(p, limit) {
			break
		}
	}
	return b
}

// take adds what of a page follows the batch, and tells whether there is room for more.
func (b *Batch) take(p domain.Page, limit int) bool {
	events := rest(p.Events, b.To)
	if room := limit - b.Count; len(events) > room {
		events = events[:room:room]
		if room > 0 {
			b.To, b.Live = events[room-1].Position, false
		}
	} else {
		b.To, b.Live = p.To, p.Live
	}
	if len(events) > 0 {
		b.Parts = append(b.Parts, events)
		b.Count += len(events)
	}
	return b.Count < limit
}

// rest is the events after a position.
func rest(events []domain.Envelope, after uint64) []domain.Envelope {
	i, _ := slices.BinarySearchFunc(events, after+1, func(e domain.Envelope, p uint64) int {
		switch {
		case e.Position < p:
			return -1
		case e.Position > p:
			return 1
		}
		return 0
	})
	return events[i:]
}

// alone reads the log by its own subscription until the window holds what is next.
func (w *Window) alone(ctx context.Context, at uint64, limit int, yield func(Batch, error) bool) (uint64, bool) {
	for page, err := range w.source.Subscribe(ctx, at) {
		if err != nil {
			yield(Batch{From: at, To: at}, err)
			return at, false
		}
		for at < page.To {
			b := Batch{From: at, To: at}
			b.take(page, limit)
			if !yield(b, nil) {
				return at, false
			}
			at = b.To
		}
		if w.holds(at) {
			return at, true
		}
	}
	return at, ctx.Err() == nil
}

func (w *Window) holds(at uint64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return at >= w.base
}

// BatchOf makes a batch of one page.
func BatchOf(p domain.Page) Batch {
	b := Batch{From: p.From, To: p.From}
	b.take(p, len(p.Events)+1)
	return b
}
