package projections

import (
	"fmt"
	"reflect"

	"docket/projections/internal/row"
)

// Table is one table of a read model, whose rows are Go structs R. Columns are the fields tagged `db:"column"`, in
// order; `db:"column,key"` marks the columns of the primary key and `db:"column,json"` a field kept as jsonb (a nil
// pointer, slice or map is NULL). Other fields are string, integers, bool, float64 and time.Time, kept as text, bigint,
// boolean, double precision and timestamptz, or pointers to these where the column may be NULL. Instants are cut to the
// microsecond, as PostgreSQL keeps them. A row type with a method Derive() on its pointer has columns that follow from others: they
// are made by it before a row is written, and what a fold reads of them may be older than the rest.
type Table[R any] struct{ t table }

// AnyTable is a table of any row type.
type AnyTable interface{ core() *table }

// table is what a Table is without its row type.
type table struct {
	name       string
	plan       *row.Plan
	appendOnly bool
}

// TableOption changes how a table is kept.
type TableOption func(*table)

// AppendOnly is for rows that are put once, under a key that no other event uses, and never read back or deleted by the
// fold. A rebuild streams them straight into the table. A row whose key exists already is left as it is, so that a page may be
// folded again.
func AppendOnly() TableOption { return func(t *table) { t.appendOnly = true } }

// NewTable declares a table. It panics on a row type that breaks the rules of [Table], so declare tables as package
// variables.
func NewTable[R any](name string, o ...TableOption) *Table[R] {
	t := &Table[R]{table{name: name, plan: row.For(reflect.TypeFor[R]())}}
	for _, option := range o {
		option(&t.t)
	}
	return t
}

func (t *Table[R]) core() *table { return &t.t }

// Need asks for the row with the given key, one value per key column, so that the fold may [Table.Get] it. Asking for
// a row that does not exist is fine.
func (t *Table[R]) Need(n *Need, key ...any) { n.of(&t.t).add(t.t.plan.KeyOf(key), key) }

// Get gives a copy of the row as the fold has left it so far, and whether it exists. It panics on a key that was not
// asked for.
func (t *Table[R]) Get(rows *Rows, key ...any) (*R, bool) {
	v, ok := rows.of(&t.t).get(t.t.plan.KeyOf(key))
	if !ok {
		return nil, false
	}
	r := *(v.Addr().Interface().(*R))
	return &r, true
}

// Put inserts the row, or replaces the one with its key. The key need not have been asked for.
func (t *Table[R]) Put(rows *Rows, r R) {
	v := reflect.ValueOf(&r).Elem()
	t.t.plan.Normalise(v)
	rows.of(&t.t).put(t.t.plan.Key(v), v)
}

// Delete removes the row with the given key, if there is one. The key need not have been asked for.
func (t *Table[R]) Delete(rows *Rows, key ...any) {
	if t.t.appendOnly {
		panic(fmt.Sprintf("projections: delete from append-only table %s", t.t.name))
	}
	rows.of(&t.t).remove(t.t.plan.KeyOf(key), key)
}

// All gives every row that a [Replay] made: by key, or as they were put in an append-only table.
func (t *Table[R]) All(rows *Rows) []R {
	h, ok := rows.of(&t.t).(*heap)
	if !ok {
		panic("projections: All is for rows of Replay")
	}
	all := make([]R, 0, len(h.cells)+len(h.puts))
	for _, v := range h.sorted() {
		t.t.plan.Derive(v)
		all = append(all, *(v.Addr().Interface().(*R)))
	}
	return all
}
