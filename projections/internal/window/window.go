// Package window lets many readers follow one log while it is read and decoded once: a bounded run of the newest events in
// memory, filled by one subscription, in which each reader has its own place. A reader that falls behind leaves it, reads
// the log by a subscription of its own, and comes back when it has caught up. Nobody misses an event or gets one twice.
//
// It keeps nothing and knows no database; how far a reader has come is for the reader to store.
package window

import (
	"context"
	"iter"
	"log/slog"
	"sync"
	"time"

	"docket/domain"
)

// Source is the log: Subscribe follows it in order from a position (exclusive), Head tells where it ends now.
type Source interface {
	Subscribe(ctx context.Context, after uint64) iter.Seq2[domain.Page, error]
	Head(ctx context.Context) (uint64, error)
}

const (
	capacity = 8192        // events kept
	patience = time.Second // how long the slowest reader may hold up the others
	// After a failure the log is asked again at these intervals, doubling.
	firstPause, longestPause = 100 * time.Millisecond, 5 * time.Second
)

// Window is the shared run of events.
type Window struct {
	source   Source
	log      *slog.Logger
	capacity int
	patience time.Duration

	mu      sync.Mutex
	pages   []domain.Page // contiguous, oldest first
	count   int           // events in pages
	base    uint64        // everything after base and up to head is in pages
	head    uint64
	open    bool // Run has begun
	full    bool // the writer waits for readers
	err     error
	readers map[*cursor]struct{}
	changed chan struct{} // closed and replaced when pages, err or readers change
}

// Option changes a window from its defaults.
type Option func(*Window)

// Capacity sets how many events are kept, and for how long a slow reader may hold up the others.
func Capacity(events int, wait time.Duration) Option {
	return func(w *Window) { w.capacity, w.patience = events, wait }
}

// New makes an empty window; Run fills it.
func New(source Source, log *slog.Logger, o ...Option) *Window {
	w := &Window{source: source, log: log, capacity: capacity, patience: patience,
		readers: map[*cursor]struct{}{}, changed: make(chan struct{})}
	for _, option := range o {
		option(w)
	}
	return w
}

// Run fills the window from the position after until ctx ends. A failing log is asked again and again; readers that have
// read all there is are told the failure.
func (w *Window) Run(ctx context.Context, after uint64) {
	w.mu.Lock()
	w.base, w.head, w.open = after, after, true
	w.announce()
	w.mu.Unlock()
	pause := firstPause
	for ctx.Err() == nil {
		for page, err := range w.source.Subscribe(ctx, w.Head()) {
			if err != nil {
				w.fail(err)
				break
			}
			pause = firstPause
			if !w.push(ctx, page) {
				break
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
			pause = min(2*pause, longestPause)
		}
	}
}

// Head is how far the window has read.
func (w *Window) Head() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.head
}

// Next tells when the first event after a position was stored; false when the window holds none, which means that a
// reader at Head has seen everything.
func (w *Window) Next(after uint64) (time.Time, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.pages) == 0 || after >= w.head {
		return time.Time{}, false
	}
	for _, p := range w.pages {
		if p.To > after {
			for _, e := range rest(p.Events, after) {
				return e.Created, true
			}
		}
	}
	return time.Time{}, false
}

func (w *Window) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil || w.err.Error() != err.Error() {
		w.log.Error("reading the log failed; trying again", "error", err)
	}
	w.err = err
	w.announce()
}

// push adds a page, making room first; false when ctx has ended.
func (w *Window) push(ctx context.Context, page domain.Page) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		w.err = nil
		w.announce()
	}
	if page.To <= w.head {
		return true // tells only that the end was reached
	}
	for w.count > 0 && w.count+len(page.Events) > w.capacity {
		if !w.shift(ctx) {
			return false
		}
	}
	if last := len(w.pages) - 1; last >= 0 && len(page.Events) == 0 {
		w.pages[last].To = page.To
	} else {
		w.pages = append(w.pages, page)
	}
	w.count += len(page.Events)
	w.head = page.To
	w.announce()
	return true
}

// shift drops the oldest page once every reader is past it, or after a while without those that are not.
func (w *Window) shift(ctx context.Context) bool {
	oldest := w.pages[0]
	var deadline <-chan time.Time
	for w.behind(oldest.To) {
		if deadline == nil {
			deadline = time.After(w.patience)
		}
		changed := w.changed
		w.full = true
		w.mu.Unlock()
		late := false
		select {
		case <-changed:
		case <-deadline:
			late = true
		case <-ctx.Done():
		}
		w.mu.Lock()
		w.full = false
		if ctx.Err() != nil {
			return false
		}
		if late {
			w.drop(oldest.To)
		}
	}
	w.pages[0] = domain.Page{}
	w.pages = w.pages[1:]
	w.count -= len(oldest.Events)
	w.base = oldest.To
	return true
}

func (w *Window) behind(position uint64) bool {
	for c := range w.readers {
		if c.at < position {
			return true
		}
	}
	return false
}

func (w *Window) drop(position uint64) {
	for c := range w.readers {
		if c.at < position {
			c.dropped = true
			delete(w.readers, c)
		}
	}
}

// announce wakes everybody who waits for a change; w.mu is held.
func (w *Window) announce() {
	close(w.changed)
	w.changed = make(chan struct{})
}
