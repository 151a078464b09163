// Package spill keeps on disk what a rebuild cannot hold in memory: bytes by key, for the length of one rebuild, in a
// folder that goes with it. It promises nothing about crashes.
package spill

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"sync"

	"docket/internal/bloom"

	"github.com/cockroachdb/pebble/v2"
	levels "github.com/cockroachdb/pebble/v2/bloom"
)

// Store is a temporary key-value store, made on first use. Its tables may be used side by side.
type Store struct {
	parent func() (string, error)

	once sync.Once
	err  error
	dir  string
	db   *pebble.DB
}

// New prepares a store below a folder that is asked for on first use.
func New(parent func() (string, error)) *Store { return &Store{parent: parent} }

func (s *Store) open() (*pebble.DB, error) {
	s.once.Do(func() {
		var parent string
		if parent, s.err = s.parent(); s.err != nil {
			return
		}
		if s.dir, s.err = os.MkdirTemp(parent, "spill-"); s.err != nil {
			return
		}
		o := &pebble.Options{DisableWAL: true, MemTableSize: 4 << 20, CacheSize: 8 << 20, Logger: quiet{}, FormatMajorVersion: pebble.FormatNewest}
		for i := range o.Levels {
			o.Levels[i].FilterPolicy = levels.FilterPolicy(10)
		}
		s.db, s.err = pebble.Open(s.dir, o)
	})
	if s.err != nil {
		return nil, fmt.Errorf("spill: %w", s.err)
	}
	return s.db, nil
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

// Writer collects changes of one table; Commit makes them.
type Writer struct {
	table Table
	batch *pebble.Batch
}

// Write begins a set of changes.
func (t Table) Write() (*Writer, error) {
	db, err := t.store.open()
	if err != nil {
		return nil, err
	}
	return &Writer{t, db.NewBatch()}, nil
}

// Set keeps a value, committing what has gathered when it is much.
func (w *Writer) Set(key string, value []byte) error {
	w.table.known.Add(key)
	return w.noted(w.batch.Set(w.table.key(key), value, pebble.NoSync))
}

// Delete forgets a key, as Set keeps one.
func (w *Writer) Delete(key string) error {
	return w.noted(w.batch.Delete(w.table.key(key), pebble.NoSync))
}

func (w *Writer) noted(err error) error {
	if err != nil {
		return fmt.Errorf("spill: %w", err)
	}
	if w.batch.Len() < 1<<20 {
		return nil
	}
	if err := w.Commit(); err != nil {
		return err
	}
	w.batch.Reset()
	return nil
}

// Commit makes the changes.
func (w *Writer) Commit() error {
	if err := w.batch.Commit(pebble.NoSync); err != nil {
		return fmt.Errorf("spill: %w", err)
	}
	return nil
}

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

// Delete forgets a key.
func (t Table) Delete(key string) error {
	if !t.known.Has(key) {
		return nil
	}
	db, err := t.store.open()
	if err != nil {
		return err
	}
	if err := db.Delete(t.key(key), pebble.NoSync); err != nil {
		return fmt.Errorf("spill: %w", err)
	}
	return nil
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
