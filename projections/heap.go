package projections

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"sync/atomic"

	"docket/domain"
	"docket/projections/internal/kept"
	"docket/projections/internal/spill"
)

// heap holds all rows of one table while a log is folded from its beginning: in memory, and on disk what a rebuild has no
// room for.
type heap struct {
	table *table
	cells map[string]held
	puts  []reflect.Value // rows of an append-only table, in a replay
	size  int             // estimate of what cells take

	changes int     // of cells, in a rebuild
	memory  *budget // nil: never goes to disk
	disk    spill.Table
	onDisk  bool      // disk holds rows
	kept    *kept.Log // nil: changes are not kept
	number  byte      // of the table there
	tuple   []byte    // the last one that was kept, for its room
}

type held struct {
	row   reflect.Value // none: deleted, and the disk has to be told
	size  int
	dirty bool // differs from disk
	noted bool // is in the kept log
}

// measured: one of so many changes has its row measured anew, and a new row always. It is an estimate anyway.
const measured = 8

func newHeap(t *table) *heap { return &heap{table: t, cells: map[string]held{}} }

// budget is what the heaps of one rebuild may take together.
type budget struct {
	limit int
	used  atomic.Int64
}

// spilling lets the heap put its rows on disk when all heaps together outgrow their budget.
func (h *heap) spilling(memory *budget, disk spill.Table) *heap {
	h.memory, h.disk = memory, disk
	return h
}

func (h *heap) grow(by int) {
	h.size += by
	h.memory.used.Add(int64(by))
}

// crowded reports whether this heap is one of the large ones while there is too much.
func (h *heap) crowded() bool {
	return h.memory.used.Load() > int64(h.memory.limit) && h.size > h.memory.limit/8
}

func (h *heap) empty() bool { return len(h.cells) == 0 && !h.onDisk }

func (h *heap) get(key string) (reflect.Value, bool) {
	if c, ok := h.cells[key]; ok {
		return c.row, c.row.IsValid()
	}
	if !h.onDisk {
		return reflect.Value{}, false
	}
	tuple, err := h.disk.Get(key)
	if err != nil {
		panic(err) // a fold has no way to return it; whoever folds recovers
	}
	if tuple == nil {
		return reflect.Value{}, false
	}
	v := reflect.New(h.table.plan.Type).Elem()
	fields, err := h.table.plan.Split(tuple, nil)
	if err == nil {
		err = h.table.plan.Decode(fields, v)
	}
	if err != nil {
		panic(fmt.Errorf("spilled row of %s: %w", h.table.name, err))
	}
	h.keep(key, v, false)
	return v, true
}

func (h *heap) put(key string, r reflect.Value) {
	if h.table.appendOnly {
		h.puts = append(h.puts, r)
		return
	}
	h.keep(key, r, true)
}

func (h *heap) keep(key string, r reflect.Value, dirty bool) {
	c := held{row: r, dirty: dirty, noted: !dirty}
	if h.memory == nil {
		h.cells[key] = c
		return
	}
	old, found := h.cells[key]
	h.changes++
	if c.size = old.size; !found || h.changes%measured == 0 {
		c.size = h.table.plan.Size(r) + 2*len(key)
		h.grow(c.size - old.size)
	}
	h.cells[key] = c
	if h.crowded() {
		if err := h.flush(); err != nil {
			panic(err)
		}
	}
}

func (h *heap) remove(key string, _ []any) {
	old := h.cells[key]
	delete(h.cells, key)
	if h.kept != nil {
		h.kept.Add(kept.Entry{Table: h.number, Key: key})
	}
	left := held{dirty: true, noted: true}
	if h.onDisk && h.disk.May(key) {
		left.size = 2 * len(key)
		h.cells[key] = left
	}
	if h.memory != nil {
		h.grow(left.size - old.size)
	}
}

// flush moves all rows to disk.
func (h *heap) flush() error {
	w, err := h.disk.Write()
	if err != nil {
		return err
	}
	var tuple []byte
	for key, c := range h.cells {
		if !c.dirty {
			continue
		}
		if !c.row.IsValid() {
			if err := w.Delete(key); err != nil {
				return err
			}
			continue
		}
		if tuple, err = h.table.plan.Append(tuple[:0], c.row); err != nil {
			return err
		}
		if err := w.Set(key, tuple); err != nil {
			return err
		}
		if h.kept != nil && !c.noted {
			h.kept.Add(kept.Entry{Table: h.number, Key: key, Tuple: tuple})
		}
	}
	clear(h.cells)
	h.grow(-h.size)
	h.onDisk = true
	return w.Commit()
}

// note puts into the kept log what has changed since it was noted last.
func (h *heap) note() (err error) {
	for key, c := range h.cells {
		if c.noted {
			continue
		}
		if h.tuple, err = h.table.plan.Append(h.tuple[:0], c.row); err != nil {
			return err
		}
		h.kept.Add(kept.Entry{Table: h.number, Key: key, Tuple: h.tuple})
		c.noted = true
		h.cells[key] = c
	}
	return nil
}

// tuples ranges over the encoded rows in key order; a tuple is good until the next. An error is the last item.
func (h *heap) tuples(ctx context.Context) iter.Seq2[[]byte, error] {
	if h.onDisk {
		if err := h.flush(); err != nil {
			return func(yield func([]byte, error) bool) { yield(nil, err) }
		}
		return h.disk.All(ctx)
	}
	return func(yield func([]byte, error) bool) {
		var tuple []byte
		var err error
		for _, v := range h.sorted() {
			if tuple, err = h.table.plan.Append(tuple[:0], v); !yield(tuple, err) || err != nil {
				return
			}
		}
	}
}

// sorted is the rows in memory by key, or in the order they were put in an append-only table.
func (h *heap) sorted() []reflect.Value {
	if h.table.appendOnly {
		return h.puts
	}
	all := make([]reflect.Value, 0, len(h.cells))
	for _, key := range slices.Sorted(maps.Keys(h.cells)) {
		all = append(all, h.cells[key].row)
	}
	return all
}

// Replay folds events into rows in memory, without a database: what the model would hold had only these happened. It is
// how a page is shown as of an earlier time, and how folds are tested; read the rows with [Table.Get] and [Table.All].
func Replay(m Model, events []domain.Envelope) *Rows {
	rows := &Rows{}
	for _, t := range m.Tables {
		rows.add(t.core(), newHeap(t.core()))
	}
	for _, e := range events {
		if m.folds(e.Type) {
			m.Fold(e, rows)
		}
	}
	return rows
}
