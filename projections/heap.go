package projections

import (
	"maps"
	"reflect"
	"slices"

	"docket/domain"
)

// heap holds all rows of one table in memory, for folding a log from its beginning.
type heap struct {
	table *table
	cells map[string]reflect.Value
	puts  []reflect.Value // rows of an append-only table
}

func newHeap(t *table) *heap { return &heap{table: t, cells: map[string]reflect.Value{}} }

func (h *heap) get(key string) (reflect.Value, bool) {
	v, ok := h.cells[key]
	return v, ok
}

func (h *heap) put(key string, r reflect.Value) {
	if h.table.appendOnly {
		h.puts = append(h.puts, r)
		return
	}
	h.cells[key] = r
}

func (h *heap) remove(key string, _ []any) { delete(h.cells, key) }

func (h *heap) sorted() []reflect.Value {
	if h.table.appendOnly {
		return h.puts
	}
	all := make([]reflect.Value, 0, len(h.cells))
	for _, key := range slices.Sorted(maps.Keys(h.cells)) {
		all = append(all, h.cells[key])
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
