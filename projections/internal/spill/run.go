package spill

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/objstorage/objstorageprovider"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// longest is how many bytes of keys and values a run has; more become another.
const longest = 4 << 20

// Writer collects changes of one table, and makes a sorted run of them. Of several changes of one key the last counts.
type Writer struct {
	table   Table
	db      *pebble.DB
	bytes   []byte // keys with the table's prefix, each followed by its value
	changes []change
}

// change is where a key and its value lie; a key that is deleted has none.
type change struct {
	key, value, end int
	gone            bool
}

// Write begins a set of changes.
func (t Table) Write() (*Writer, error) {
	db, err := t.store.open()
	if err != nil {
		return nil, err
	}
	return &Writer{table: t, db: db}, nil
}

// Set keeps a value, writing what has gathered when it is much.
func (w *Writer) Set(key string, value []byte) error {
	w.table.known.Add(key)
	return w.add(key, value, false)
}

// Delete forgets a key, as Set keeps one.
func (w *Writer) Delete(key string) error { return w.add(key, nil, true) }

func (w *Writer) add(key string, value []byte, gone bool) error {
	c := change{key: len(w.bytes), gone: gone}
	w.bytes = append(append(w.bytes, w.table.prefix), key...)
	c.value = len(w.bytes)
	w.bytes = append(w.bytes, value...)
	c.end = len(w.bytes)
	w.changes = append(w.changes, c)
	if len(w.bytes) < longest {
		return nil
	}
	return w.Commit()
}

func (w *Writer) key(c change) []byte { return w.bytes[c.key:c.value] }

// Commit makes the changes. The writer can be used again.
func (w *Writer) Commit() error {
	if len(w.changes) == 0 {
		return nil
	}
	path := w.table.store.path()
	if err := w.write(path); err != nil {
		return fmt.Errorf("spill: %w", err)
	}
	w.bytes, w.changes = w.bytes[:0], w.changes[:0]
	if err := w.db.Ingest(context.Background(), []string{path}); err != nil {
		return fmt.Errorf("spill: %w", err)
	}
	return nil
}

// write makes the file of a run.
func (w *Writer) write(path string) error {
	slices.SortStableFunc(w.changes, func(a, b change) int { return bytes.Compare(w.key(a), w.key(b)) })
	file, err := unsynced.Create(path, vfs.WriteCategoryUnspecified)
	if err != nil {
		return err
	}
	run := sstable.NewWriter(objstorageprovider.NewFileWritable(file), w.table.store.options.MakeWriterOptions(0, w.db.TableFormat()))
	for i, c := range w.changes {
		if i+1 < len(w.changes) && bytes.Equal(w.key(c), w.key(w.changes[i+1])) {
			continue // changed again
		}
		if c.gone {
			err = run.Delete(w.key(c))
		} else {
			err = run.Set(w.key(c), w.bytes[c.value:c.end])
		}
		if err != nil {
			break
		}
	}
	return errors.Join(err, run.Close())
}
