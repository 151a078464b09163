package projections

import (
	"reflect"

	"docket/projections/internal/row"
)

// recall keeps rows as the last pages of one session left them, so that the next page need not read them back. It is true as
// long as nobody else writes these tables, and that is what the checkpoint tells: a page is committed only if the checkpoint
// stood where this session left it. Whatever goes wrong ends what it recalls
// (docs/adr/0034-rows-are-recalled-under-the-fence.md).
type recall struct {
	limit      int // bytes, by estimate
	size       int // of what is in young
	changes    int
	young, old []map[string]held // by table; old goes when young is full
}

func newRecall(tables, limit int) *recall {
	r := &recall{limit: limit, young: make([]map[string]held, tables), old: make([]map[string]held, tables)}
	r.forget()
	return r
}

func (r *recall) forget() {
	r.age()
	r.age()
}

// get gives a row that must not be changed.
func (r *recall) get(table int, key string) (reflect.Value, bool) {
	if h, ok := r.young[table][key]; ok {
		return h.row, true
	}
	h, ok := r.old[table][key]
	return h.row, ok
}

// keep takes over what a committed page has made of the rows of one table. Rows that no fold asked for are only forgotten.
func (r *recall) keep(table int, p *page) {
	for key, c := range p.cells {
		if c.exists && c.asked {
			r.put(table, key, c.row, p.table.plan)
		} else {
			r.drop(table, key)
		}
	}
}

func (r *recall) put(table int, key string, v reflect.Value, plan *row.Plan) {
	h, found := r.young[table][key]
	h.row = v
	r.changes++
	if !found || r.changes%measured == 0 {
		r.size -= h.size
		h.size = plan.Size(v) + 2*len(key)
		r.size += h.size
	}
	r.young[table][key] = h
	if r.size > r.limit/2 {
		r.age()
	}
}

func (r *recall) drop(table int, key string) {
	r.size -= r.young[table][key].size
	delete(r.young[table], key)
	delete(r.old[table], key)
}

// age forgets what has not been used since the last time.
func (r *recall) age() {
	for i, young := range r.young {
		r.old[i], r.young[i] = young, map[string]held{}
	}
	r.size = 0
}
