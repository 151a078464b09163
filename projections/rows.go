package projections

import (
	"fmt"
	"reflect"
)

// Rows is what a fold works on: the rows it asked for, and those it has put or deleted since.
type Rows struct {
	tables []*table
	stores []store
}

// store holds the rows of one table while folding.
type store interface {
	get(key string) (reflect.Value, bool) // an addressable struct, not to be changed
	put(key string, r reflect.Value)
	remove(key string, values []any)
}

// add gives a table its store.
func (r *Rows) add(t *table, s store) {
	r.tables = append(r.tables, t)
	r.stores = append(r.stores, s)
}

func (r *Rows) of(t *table) store {
	for i, own := range r.tables { // a handful
		if own == t {
			return r.stores[i]
		}
	}
	panic(fmt.Sprintf("projections: table %s does not belong to this model", t.name))
}

// Need collects the keys of the rows that folding a page will look at.
type Need struct {
	tables []*table
	keys   []keys
}

// keys is a set of row keys of one table.
type keys struct {
	seen   map[string]struct{}
	order  []string
	values [][]any
}

func (k *keys) add(key string, values []any) {
	if _, ok := k.seen[key]; ok {
		return
	}
	if k.seen == nil {
		k.seen = map[string]struct{}{}
	}
	k.seen[key] = struct{}{}
	k.order = append(k.order, key)
	k.values = append(k.values, values)
}

func newNeed(m *Model) *Need {
	n := &Need{keys: make([]keys, len(m.Tables))}
	for _, t := range m.Tables {
		n.tables = append(n.tables, t.core())
	}
	return n
}

func (n *Need) of(t *table) *keys {
	for i, own := range n.tables {
		if own == t {
			if t.appendOnly {
				break
			}
			return &n.keys[i]
		}
	}
	panic(fmt.Sprintf("projections: rows of table %s cannot be asked for", t.name))
}

// page holds the rows of one table that a page of events touches.
type page struct {
	table *table
	cells map[string]*cell
	dirty []*cell // in the order of their first change
}

type cell struct {
	row    reflect.Value
	values []any // of the key; set when removed
	exists bool
	dirty  bool
	asked  bool // by the fold's Need
}

// newPage makes room for the rows that were asked for. Those that known gives are there; the keys of the others are missing.
func newPage(t *table, k *keys, known func(key string) (reflect.Value, bool)) (p *page, missing [][]any) {
	p = &page{table: t, cells: make(map[string]*cell, len(k.order))}
	for i, key := range k.order {
		c := &cell{asked: true}
		if c.row, c.exists = known(key); !c.exists {
			missing = append(missing, k.values[i])
		}
		p.cells[key] = c
	}
	return p, missing
}

// load takes over a row that was read from the table.
func (p *page) load(r reflect.Value) {
	if c, ok := p.cells[p.table.plan.Key(r)]; ok {
		c.row, c.exists = r, true
	}
}

func (p *page) get(key string) (reflect.Value, bool) {
	c, ok := p.cells[key]
	if !ok {
		panic(fmt.Sprintf("projections: the fold looks at a row of table %s that it did not ask for", p.table.name))
	}
	return c.row, c.exists
}

func (p *page) touch(key string) *cell {
	c, ok := p.cells[key]
	if !ok {
		c = &cell{}
		p.cells[key] = c
	}
	if !c.dirty {
		c.dirty = true
		p.dirty = append(p.dirty, c)
	}
	return c
}

func (p *page) put(key string, r reflect.Value) {
	if p.table.appendOnly {
		p.dirty = append(p.dirty, &cell{row: r, exists: true})
		return
	}
	c := p.touch(key)
	c.row, c.exists = r, true
}

func (p *page) remove(key string, values []any) {
	c := p.touch(key)
	c.row, c.exists, c.values = reflect.Value{}, false, values
}

// changes are the rows to write and the keys of the rows to delete.
func (p *page) changes() (put []reflect.Value, gone [][]any) {
	for _, c := range p.dirty {
		if c.exists {
			put = append(put, c.row)
		} else {
			gone = append(gone, c.values)
		}
	}
	return put, gone
}
