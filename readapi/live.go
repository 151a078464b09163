package readapi

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"docket/domain"
	"docket/domain/ticket"
	"docket/projections/queue"
)

// Feed is the log in pages and the read models beside it; *projections.Runner is one. Following shares the process's one
// subscription.
type Feed interface {
	queue.Reader
	Follow(ctx context.Context, after uint64) iter.Seq2[domain.Page, error]
}

// Live tells listeners what changes in the queue, as soon as its read model has it (docs/adr/0020-live-lists-follow-the-log.md).
// One goroutine per process follows the log while somebody listens, and reads the changed rows once for all listeners, whichever
// process keeps the read model; another tells of rows that come into another band of their limit by time alone.
type Live struct {
	feed Feed
	// Heartbeat is how often a quiet stream shows that it lives.
	Heartbeat time.Duration
	// Clock says when shares of limits are used up, as the streams see it.
	Clock func() time.Time

	mu        sync.Mutex
	listeners map[*listener]struct{}
	position  uint64 // everything up to here has been told
	stop      context.CancelFunc
	running   sync.WaitGroup
	closed    bool
}

// Bounds of what is kept for listeners.
const (
	backlog      = 64     // pages that a listener may be behind
	mostGap      = 20_000 // events that a listener who comes back is told of; beyond, it starts anew
	mostInPage   = 5_000
	beat         = 15 * time.Second
	retryFeed    = 100 * time.Millisecond
	mostListener = 1_000
)

// NewLive prepares to tell of changes; nothing runs while nobody listens.
func NewLive(feed Feed) *Live {
	return &Live{feed: feed, Heartbeat: beat, Clock: time.Now, listeners: map[*listener]struct{}{}}
}

// listener is one stream: changes wait for it up to a bound, beyond which it is dropped.
type listener struct {
	changes chan *change
	gone    chan struct{} // closed when it is dropped
	why     string        // set before gone is closed
}

// change is what a stretch of the log did to tickets, as rows that stand at its end or later.
type change struct {
	from, to uint64
	rows     []queue.Row
	turned   bool // nothing happened but that time passed
}

var errTooMany = domain.Refusal(domain.Unavailable, "live.too_many", "too many people are listening; try again later")

// listen adds a listener from the position that is given back on.
func (l *Live) listen(ctx context.Context) (*listener, uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || len(l.listeners) >= mostListener {
		return nil, 0, errTooMany
	}
	if l.stop == nil {
		_, position, err := queue.RowsOf(ctx, l.feed, 0, nil)
		if err != nil {
			return nil, 0, err
		}
		following, stop := context.WithCancel(context.WithoutCancel(ctx))
		l.position, l.stop = position, stop
		ahead := &turns{stir: make(chan struct{}, 1)}
		l.running.Go(func() { l.follow(following, position, ahead) })
		l.running.Go(func() { l.turn(following, ahead) })
	}
	n := &listener{changes: make(chan *change, backlog), gone: make(chan struct{})}
	l.listeners[n] = struct{}{}
	return n, l.position, nil
}

// leave removes a listener; the last one ends the following.
func (l *Live) leave(n *listener) {
	l.mu.Lock()
	delete(l.listeners, n)
	if len(l.listeners) > 0 || l.stop == nil {
		l.mu.Unlock()
		return
	}
	l.stop()
	l.stop = nil
	l.mu.Unlock()
}

// Close ends every stream at once, and lets nobody listen any more.
func (l *Live) Close() {
	l.mu.Lock()
	l.closed = true
	for n := range l.listeners {
		l.drop(n, "shutdown")
	}
	if l.stop != nil {
		l.stop()
		l.stop = nil
	}
	l.mu.Unlock()
	l.running.Wait()
}

// drop ends a stream; l.mu is held.
func (l *Live) drop(n *listener, why string) {
	if _, there := l.listeners[n]; there {
		delete(l.listeners, n)
		n.why = why
		close(n.gone)
	}
}

// follow reads the log from a position on and tells what it changes, until ctx ends.
func (l *Live) follow(ctx context.Context, at uint64, ahead *turns) {
	for ctx.Err() == nil {
		for page, err := range l.feed.Follow(ctx, at) {
			if err != nil {
				break // the runner's own models show it
			}
			c, err := l.changed(ctx, at, page)
			if err != nil {
				break
			}
			at = c.to
			ahead.add(l.soon(c.rows))
			l.tell(ctx, c)
		}
		pause(ctx, retryFeed)
	}
}

// changed waits until the read model has a page, and reads the rows of the tickets in it.
func (l *Live) changed(ctx context.Context, from uint64, pages ...domain.Page) (*change, error) {
	c := &change{from: from, to: from}
	var keys []string
	seen := map[string]bool{}
	for _, page := range pages {
		c.to = page.To
		for i := range page.Events {
			e := &page.Events[i]
			if _, ok := e.Event.(ticket.Event); ok && !seen[e.Stream.Key()] {
				seen[e.Stream.Key()] = true
				keys = append(keys, e.Stream.Key())
			}
		}
	}
	if len(keys) == 0 {
		return c, nil
	}
	for {
		rows, _, err := queue.RowsOf(ctx, l.feed, c.to, keys)
		if err == nil {
			c.rows = rows
			return c, nil
		}
		if refused := new(domain.Error); !errors.As(err, &refused) || refused.Code != domain.Unavailable || ctx.Err() != nil {
			return nil, err
		}
		select { // behind, being rebuilt, or out of reach for a moment
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(retryFeed):
		}
	}
}

// tell passes a change on to everybody; who is too far behind is dropped.
func (l *Live) tell(ctx context.Context, c *change) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if ctx.Err() != nil {
		return // another round of listeners may have begun
	}
	if c.turned {
		c.from, c.to = l.position, l.position
	}
	l.position = c.to
	for n := range l.listeners {
		select {
		case n.changes <- c:
		default:
			l.drop(n, "slow")
		}
	}
}

// missed reads what happened after a position up to another that has been told to others; false when that is too much.
func (l *Live) missed(ctx context.Context, after, until uint64) (*change, bool, error) {
	if after >= until {
		return &change{from: after, to: until}, true, nil
	}
	var pages []domain.Page
	events := 0
	for page, err := range l.feed.Follow(ctx, after) {
		if err != nil {
			return nil, false, err
		}
		if events += len(page.Events); events > mostGap {
			return nil, false, nil
		}
		pages = append(pages, page)
		if page.To >= until {
			break
		}
	}
	if ctx.Err() != nil {
		return nil, false, ctx.Err()
	}
	c, err := l.changed(ctx, after, pages...)
	if err != nil || len(c.rows) > mostInPage {
		return nil, false, err
	}
	return c, true, nil
}
