// Package store is the engine's log on disk: an append-only sequence of events
// with exact positions, the streams they belong to, and the rules by which a
// stream may be written and what of it can be seen (EventStoreDB's commit
// check, metadata, soft deletion and tombstones).
//
// One goroutine writes at a time: whoever finds nobody writing, for everybody
// who waits by then. It checks each append against the log and against the ones
// before it, and commits them all with one sync; nothing is answered, and
// nothing can be read, before that sync. Reads go on beside it. The package
// knows neither transport nor accounts.
package store

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// FirstPosition is where the first event of a new log stands: a real log begins
// with an epoch record of this size.
const FirstPosition uint64 = 167

// Options say where a store lives.
type Options struct {
	Dir    string       // data folder; "" keeps everything in memory
	FS     vfs.FS       // file system, nil for the machine's own
	Logger *slog.Logger // nil discards
	Cache  int64        // bytes of block cache, 0 for 32 MiB
}

// Store is an open log. Its methods may be called from many goroutines.
type Store struct {
	db    *pebble.DB
	log   *slog.Logger
	heads *headCache
	tail  *tailCache

	durable atomic.Uint64 // end of the log that has been synced
	events  atomic.Int64  // appended since the store was opened
	commits atomic.Int64  // synced commits since then
	failure atomic.Pointer[error]

	ops     chan op
	lead    chan struct{} // held by whoever writes
	closing chan struct{}
	stopped chan struct{}
	once    sync.Once
	running sync.WaitGroup

	mu      sync.Mutex
	changed chan struct{}

	w writer
}

// Open opens or creates a store. It fails if another process or another Store
// has the folder open, if the folder cannot be written, or if what is in it is
// damaged.
func Open(o Options) (*Store, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Store{
		log:     o.Logger,
		heads:   newHeadCache(headsCached, namesKnown),
		tail:    newTailCache(tailBytes),
		ops:     make(chan op, 1024),
		lead:    make(chan struct{}, 1),
		closing: make(chan struct{}),
		stopped: make(chan struct{}),
		changed: make(chan struct{}),
	}
	db, err := openPebble(o, s.fail)
	if err != nil {
		return nil, err
	}
	s.db = db
	if err := s.recover(); err != nil {
		return nil, errors.Join(fmt.Errorf("recover the log in %q: %w", o.Dir, err), db.Close())
	}
	if err := s.learnStreams(); err != nil {
		return nil, errors.Join(fmt.Errorf("read the streams in %q: %w", o.Dir, err), db.Close())
	}
	return s, nil
}

// Close waits for appends under way, flushes and releases the folder.
func (s *Store) Close() error {
	var err error
	s.once.Do(func() {
		close(s.closing)
		s.lead <- struct{}{} // for good
		s.serve()            // who came before the end
		close(s.stopped)
		s.running.Wait()
		if s.Err() == nil {
			err = s.db.Flush()
		}
		err = errors.Join(err, s.db.Close())
	})
	return err
}

// fail records the first failure after which nothing may be written any more.
func (s *Store) fail(err error) {
	if s.failure.CompareAndSwap(nil, &err) {
		s.log.Error("the event log cannot be written any more", "error", err)
	}
}

// Err tells why the store refuses appends, nil while it accepts them. What has
// been acknowledged can still be read.
func (s *Store) Err() error {
	if p := s.failure.Load(); p != nil {
		return fmt.Errorf("%w: %w", ErrFailed, *p)
	}
	return nil
}

// Tail is the end of the log: the position that the next event will have.
func (s *Store) Tail() uint64 { return s.durable.Load() }

// Empty tells whether nothing has ever been appended.
func (s *Store) Empty() bool { return s.Tail() == FirstPosition }

// Changed gives a channel that is closed by the next commit. Take it before
// looking, or a commit in between is missed.
func (s *Store) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

func (s *Store) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.changed)
	s.changed = make(chan struct{})
}

// Counts are figures about the store since it was opened, and its size.
type Counts struct {
	Events, Commits int64
	DiskBytes       uint64
}

// Counts reads the figures.
func (s *Store) Counts() Counts {
	return Counts{s.events.Load(), s.commits.Load(), s.db.Metrics().DiskSpaceUsage()}
}
