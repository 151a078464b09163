package commands

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"sync"
	"time"

	"docket/domain"
	"docket/domain/series"
)

// serials gives out serial numbers, one allocator per series stream.
type serials struct {
	journal  Journal
	deadline time.Duration

	mu       sync.Mutex
	byStream map[domain.StreamID]*allocator
}

func newSerials(j Journal, deadline time.Duration) *serials {
	return &serials{journal: j, deadline: deadline, byStream: map[domain.StreamID]*allocator{}}
}

// take gives the ticket its serial in a series: the one it has taken already, or the next. Meta goes into the event.
func (s *serials) take(ctx context.Context, stream domain.StreamID, ticket string, meta domain.Metadata) (uint64, error) {
	s.mu.Lock()
	a := s.byStream[stream]
	if a == nil {
		a = &allocator{serials: s, stream: stream, seed: maphash.MakeSeed(), taken: map[uint64]uint64{}, revision: domain.NoStream}
		s.byStream[stream] = a
	}
	s.mu.Unlock()
	return a.take(ctx, ticket, meta)
}

// allocator batches those who wait for a serial of one series into one append at an exact revision. Serial n is the event
// of revision n-1, so a serial is unique whatever other processes do; what is known here only spares reading.
type allocator struct {
	*serials
	stream domain.StreamID
	seed   maphash.Seed

	mu      sync.Mutex
	waiting []*taker
	busy    bool // a goroutine is serving those who wait

	// Of the serving goroutine alone.
	loaded   bool
	revision domain.Revision
	taken    map[uint64]uint64 // digest of the ticket's key -> serial
}

// taker waits for a serial.
type taker struct {
	ticket string
	meta   domain.Metadata
	serial uint64
	err    error
	done   chan struct{}
}

// atOnce bounds how many serials are taken by one append.
const atOnce = 256

// takeAttempts bounds how often a batch is tried against other processes.
const takeAttempts = 10

func (a *allocator) take(ctx context.Context, ticket string, meta domain.Metadata) (uint64, error) {
	t := &taker{ticket: ticket, meta: meta, done: make(chan struct{})}
	a.mu.Lock()
	a.waiting = append(a.waiting, t)
	if !a.busy {
		a.busy = true
		go a.serve(context.WithoutCancel(ctx))
	}
	a.mu.Unlock()
	select {
	case <-t.done:
		return t.serial, t.err
	case <-ctx.Done(): // the serial may still be taken, and is the ticket's when the command is repeated
		return 0, ctx.Err()
	}
}

// serve works until nobody waits.
func (a *allocator) serve(ctx context.Context) {
	for {
		a.mu.Lock()
		n := min(len(a.waiting), atOnce)
		if n == 0 {
			a.busy = false
			a.mu.Unlock()
			return
		}
		takers := a.waiting[:n:n]
		a.waiting = a.waiting[n:]
		a.mu.Unlock()
		err := a.allocate(ctx, takers)
		for _, t := range takers {
			if t.serial == 0 {
				t.err = err
			}
			close(t.done)
		}
	}
}

// allocate sets the serial of every taker, or tells why some have none.
func (a *allocator) allocate(ctx context.Context, takers []*taker) error {
	ctx, cancel := context.WithTimeout(ctx, a.deadline)
	defer cancel()
	var err error
	for range takeAttempts {
		if err = a.load(ctx); err != nil {
			return err
		}
		pending, left := a.missing(takers)
		if len(pending) == 0 {
			return nil
		}
		var appended domain.Appended
		appended, err = a.journal.Append(ctx, a.stream, a.revision, "serial", pending)
		switch {
		case err == nil:
			first := appended.Revision + 1 - uint64(len(pending))
			for i, t := range left {
				a.taken[a.digest(t.ticket)] = first + uint64(i) + 1
			}
			a.revision = domain.Revision(appended.Revision)
			a.missing(takers)
			return nil
		case errors.Is(err, domain.ErrWrongRevision), errors.Is(err, domain.ErrAmbiguous):
			a.loaded = false // read what is there, and go on from that
		default:
			a.loaded = false
			return fmt.Errorf("take serials of %s: %w", a.stream, err)
		}
	}
	return fmt.Errorf("take serials of %s: %w: %w", a.stream, ErrContended, err)
}

// missing gives what is to be appended for those without a serial, each ticket once.
func (a *allocator) missing(takers []*taker) (pending []domain.Pending, left []*taker) {
	asked := map[string]bool{}
	for _, t := range takers {
		if t.serial = a.taken[a.digest(t.ticket)]; t.serial == 0 && !asked[t.ticket] {
			asked[t.ticket] = true
			pending = append(pending, domain.Pending{Event: series.Taken{Ticket: t.ticket}, Meta: t.meta})
			left = append(left, t)
		}
	}
	return pending, left
}

// load reads the series where what is known of it may be wrong.
func (a *allocator) load(ctx context.Context) error {
	if a.loaded {
		return nil
	}
	history, revision, err := a.journal.Load(ctx, a.stream)
	if err != nil {
		return fmt.Errorf("read series: %w", err)
	}
	clear(a.taken)
	for i := range history {
		taken, ok := history[i].Event.(series.Taken)
		if !ok {
			return fmt.Errorf("event %d of %s is a %T", history[i].Revision, a.stream, history[i].Event)
		}
		if digest := a.digest(taken.Ticket); a.taken[digest] == 0 {
			a.taken[digest] = history[i].Revision + 1
		}
	}
	a.revision, a.loaded = revision, true
	return nil
}

// digest stands for a ticket's key; the seed is random, so that nobody can choose two keys with the same digest.
func (a *allocator) digest(ticket string) uint64 { return maphash.String(a.seed, ticket) }
