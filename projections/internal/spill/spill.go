// Package spill keeps on disk what a rebuild cannot hold in memory: bytes by key, for the length of one rebuild, in a
// folder that goes with it. It promises nothing about crashes.
package spill

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"

	"docket/internal/bloom"

	"github.com/cockroachdb/pebble/v2"
	levels "github.com/cockroachdb/pebble/v2/bloom"
)

// Store is a temporary key-value store, made on first use. Its tables may be used side by side.
type Store struct {
	parent func() (string, error)

	once    sync.Once
	err     error
	dir     string
	db      *pebble.DB
	options *pebble.Options
	runs    atomic.Uint64
}

// New prepares a store below a folder that is asked for on first use.
func New(parent func() (string, error)) *Store { return &Store{parent: parent} }

// Everything comes in sorted runs, so that the store's own buffer stays empty. Most keys are written once and never asked for
// again: runs are merged only when so many overlap that looking a key up, or reading all in order, would take longer than merging.
const (
	ownBuffer   = 64 << 10
	cached      = 16 << 20 // bytes of blocks and filters
	overlapping = 128      // runs; Pebble merges when half as many do
	filterBits  = 10       // a key
)

func (s *Store) open() (*pebble.DB, error) {
	s.once.Do(func() {
		var parent string
		if parent, s.err = s.parent(); s.err != nil {
			return
		}
		if s.dir, s.err = os.MkdirTemp(parent, "spill-"); s.err != nil {
			return
		}
		s.options = &pebble.Options{
			DisableWAL: true, MemTableSize: ownBuffer, CacheSize: cached, Logger: quiet{}, FS: unsynced,
			FormatMajorVersion:    pebble.FormatNewest,
			L0CompactionThreshold: overlapping, L0CompactionFileThreshold: 1 << 30, L0StopWritesThreshold: 1 << 30,
		}
		for i := range s.options.Levels {
			s.options.Levels[i].FilterPolicy = levels.FilterPolicy(filterBits)
		}
		s.options.EnsureDefaults()
		s.db, s.err = pebble.Open(s.dir, s.options)
	})
	if s.err != nil {
		return nil, fmt.Errorf("spill: %w", s.err)
	}
	return s.db, nil
}

// path names a new run.
func (s *Store) path() string {
	return filepath.Join(s.dir, "run-"+strconv.FormatUint(s.runs.Add(1), 10))
}

// Table is one keyspace of a store, for one goroutine at a time.
type Table struct {
	store  *Store
	prefix byte
	known  *bloom.Filter // keys that were set: most that are asked for are new, and need no look at the disk
}

// firstKeys is how many keys a table's filter begins with.
const firstKeys = 1 << 14

// Table gives the keyspace with a number of the caller's choice, each once.
func (s *Store) Table(n byte) Table { return Table{s, n, bloom.New(firstKeys)} }

func (t Table) key(key string) []byte { return append([]byte{t.prefix}, key...) }

// May is false for a key that was never set.
func (t Table) May(key string) bool { return t.known.Has(key) }

// Get gives a copy of the value of a key, nil when there is none.
func (t Table) Get(key string) ([]byte, error) {
	if !t.known.Has(key) {
		return nil, nil
	}
	db, err := t.store.open()
	if err != nil {
		return nil, err
	}
	value, closer, err := db.Get(t.key(key))
	switch {
	case errors.Is(err, pebble.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("spill: %w", err)
	}
	value = append([]byte(nil), value...)
	return value, closer.Close()
}

// All ranges over the values in key order; a value is good until the next. An error is the last item.
func (t Table) All(ctx context.Context) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		db, err := t.store.open()
		if err != nil {
			yield(nil, err)
			return
		}
		it, err := db.NewIterWithContext(ctx, &pebble.IterOptions{LowerBound: []byte{t.prefix}, UpperBound: []byte{t.prefix + 1}})
		if err != nil {
			yield(nil, fmt.Errorf("spill: %w", err))
			return
		}
		for ok := it.First(); ok; ok = it.Next() {
			value, err := it.ValueAndErr()
			if !yield(value, err) || err != nil {
				_ = it.Close()
				return
			}
		}
		if err := it.Close(); err != nil {
			yield(nil, fmt.Errorf("spill: %w", err))
		}
	}
}

// Used reports whether the store was ever opened. It is for whoever has ended using it.
func (s *Store) Used() bool { return s.dir != "" }

// Close deletes everything.
func (s *Store) Close() error {
	var err error
	if s.db != nil {
		err = s.db.Close()
	}
	if s.dir != "" {
		err = errors.Join(err, os.RemoveAll(s.dir))
	}
	return err
}

// quiet drops Pebble's housekeeping notes; errors reach the caller.
type quiet struct{}

func (quiet) Infof(string, ...any)  {}
func (quiet) Errorf(string, ...any) {}
func (quiet) Fatalf(format string, args ...any) {
	panic(fmt.Sprintf(format, args...))
}
