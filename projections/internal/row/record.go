package row

import (
	"encoding/binary"
	"fmt"
	"reflect"
)

// Attribute is a column of a table as the database has it.
type Attribute struct {
	Name string
	Type uint32 // OID
}

// Record is how rows of a plan travel to one table: as an array of the table's own row type, in one parameter. A parameter for
// each column would have the database unpack each of them for itself.
type Record struct {
	plan    *Plan
	element uint32   // OID of the row type
	types   []uint32 // of the table's columns, in the table's order
	columns []int    // the same as indexes into plan.Columns; -1: not in the plan
	array   []byte   // the last one, for its room
}

// roomy is the largest array whose room is kept for the next one; a page that holds more is rare.
const roomy = 1 << 20

// RecordFor matches a plan with a table by the names of its columns. Error: the table lacks one.
func (p *Plan) RecordFor(element uint32, table []Attribute) (*Record, error) {
	r := &Record{plan: p, element: element}
	found := 0
	for _, a := range table {
		at := -1
		for i := range p.Columns {
			if p.Columns[i].Name == a.Name {
				at = i
				found++
			}
		}
		r.types, r.columns = append(r.types, a.Type), append(r.columns, at)
	}
	if found != len(p.Columns) {
		return nil, fmt.Errorf("row: the table has %d of the %d columns of %s", found, len(p.Columns), p.Type)
	}
	return r, nil
}

// Array is n rows as one parameter in binary format, good until the next one is made; at gives row i.
func (r *Record) Array(n int, at func(i int) reflect.Value) ([]byte, error) {
	const dimensions, withoutNull, lowerBound = 1, 0, 1
	b := r.array[:0]
	for _, word := range []uint32{dimensions, withoutNull, r.element, uint32(n), lowerBound} {
		b = binary.BigEndian.AppendUint32(b, word)
	}
	var err error
	for i := range n {
		if b, err = r.append(b, at(i)); err != nil {
			return nil, err
		}
	}
	if r.array = b; cap(b) > roomy {
		r.array = nil
	}
	return b, nil
}

// append adds one row: its length and the number of its columns, then the type, the length and the value of each.
func (r *Record) append(b []byte, v reflect.Value) (_ []byte, err error) {
	r.plan.Derive(v)
	start := len(b)
	b = append(b, 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint32(b, uint32(len(r.columns)))
	for n, i := range r.columns {
		b = binary.BigEndian.AppendUint32(b, r.types[n])
		var f reflect.Value
		given := i >= 0
		if given {
			f, given = r.plan.Columns[i].value(v)
		}
		if !given {
			b = append(b, 0xff, 0xff, 0xff, 0xff) // NULL
			continue
		}
		at := len(b)
		b = append(b, 0, 0, 0, 0)
		if b, err = r.plan.Columns[i].append(b, f); err != nil {
			return nil, fmt.Errorf("column %s: %w", r.plan.Columns[i].Name, err)
		}
		binary.BigEndian.PutUint32(b[at:], uint32(len(b)-at-4))
	}
	binary.BigEndian.PutUint32(b[start:], uint32(len(b)-start-4))
	return b, nil
}
