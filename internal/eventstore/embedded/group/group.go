package group

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"docket/internal/eventstore/embedded/filter"
	"docket/internal/eventstore/embedded/store"
)

// tick is how often timeouts and checkpoints are looked at.
const tick = time.Second

// Group is a running group.
type Group struct {
	key    Key
	store  *store.Store
	log    *slog.Logger
	filter *filter.Filter

	kick   chan struct{} // there is something to write or room to read
	cancel context.CancelFunc
	done   chan struct{}

	replaying sync.Mutex

	mu        sync.Mutex
	s         state
	next      uint64 // where the source is read next
	ready     bool   // start position known
	live      bool   // the source has been read to its end
	known     uint64 // last event read
	hasKnown  bool
	written   checkpoint // last checkpoint written or found
	replayed  int64      // revision in the parked stream up to which was replayed
	rate      rate
	lastWrite time.Time
}

// checkpoint is a place in the source up to which all is done.
type checkpoint struct {
	at  uint64
	any bool
}

func newGroup(key Key, settings Settings, st *store.Store, log *slog.Logger) (*Group, error) {
	g := &Group{
		key: key, store: st, log: log.With("group", key.Group, "stream", key.Stream),
		kick: make(chan struct{}, 1), done: make(chan struct{}),
		s: state{settings: settings}, lastWrite: time.Now(),
	}
	if settings.Filter != nil {
		f, err := filter.New(*settings.Filter)
		if err != nil {
			return nil, err
		}
		g.filter = f
	}
	ctx, cancel := context.WithCancel(context.Background())
	g.cancel = cancel
	go g.run(ctx)
	return g, nil
}

// stop ends the group and tells its consumers why.
func (g *Group) stop(why error) {
	g.cancel()
	<-g.done
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range g.s.consumers {
		c.end(why)
	}
	g.s.consumers = nil
}

// change alters the state and hands out what became possible.
func (g *Group) change(f func(*state)) {
	g.apply(f)
	g.nudge()
}

// apply is change for the running goroutine itself, which looks anyway.
func (g *Group) apply(f func(*state)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f(&g.s)
	g.s.dispatch(time.Now())
}

func (g *Group) nudge() {
	select {
	case g.kick <- struct{}{}:
	default:
	}
}

func (g *Group) takeQueue(c *Consumer) []Delivery {
	g.mu.Lock()
	defer g.mu.Unlock()
	q := c.queue
	c.queue = nil
	return q
}

func (g *Group) connect(slots int, p Peer) (*Consumer, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if limit := g.s.settings.MaxConsumers; limit > 0 && len(g.s.consumers) >= limit {
		return nil, &Error{Kind: TooMany, Key: g.key}
	}
	c := &Consumer{group: g, peer: p, slots: slots, ready: make(chan struct{}, 1), ended: make(chan struct{})}
	g.s.connect(c)
	g.s.dispatch(time.Now())
	g.nudge()
	return c, nil
}

// run reads the source and does what the state asks to have written. Whatever
// fails is tried again at the next tick: a group never stands still for good.
func (g *Group) run(ctx context.Context) {
	defer close(g.done)
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		g.writeParkings(ctx)
		g.writeCheckpoint(ctx, false)
		changed := g.store.Changed()
		more, err := g.read()
		if err != nil && ctx.Err() == nil {
			g.log.Warn("a persistent subscription cannot read its source, it will try again", "error", err)
		}
		if more {
			if ctx.Err() != nil {
				return
			}
			continue
		}
		select {
		case <-changed:
		case <-g.kick:
		case now := <-ticker.C:
			g.apply(func(s *state) {
				s.expire(now)
				g.measure(now)
			})
			g.writeCheckpoint(ctx, true)
			g.truncateParked(ctx)
		case <-ctx.Done():
			last := context.WithoutCancel(ctx)
			g.writeParkings(last)
			g.writeCheckpoint(last, true)
			g.truncateParked(last)
			return
		}
	}
}

func (g *Group) measure(now time.Time) {
	g.rate.total = g.s.delivered
	g.rate.measure(now)
	for _, c := range g.s.consumers {
		c.rate.measure(now)
	}
}
