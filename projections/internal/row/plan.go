// Package row moves Go structs in and out of PostgreSQL rows by a plan that is computed once per struct type: which field
// is which column, which columns are the key, how a value looks in the binary formats of COPY and of results.
//
// It knows no tables, no transactions and no events; those are package projections.
package row

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Kind is the column type that a field is kept in.
type Kind uint8

// The column types that read models may use.
const (
	Text      Kind = iota // text
	Bigint                // bigint
	Boolean               // boolean
	Double                // double precision
	Timestamp             // timestamptz, to the microsecond
	JSON                  // jsonb
	Integers              // integer[], without NULL
)

// array names the parameter type for keys of the kind.
var array = [...]string{Text: "text[]", Bigint: "bigint[]", Boolean: "boolean[]", Timestamp: "timestamptz[]"}

// Array names the PostgreSQL array type that carries many keys of the kind as one parameter.
func (k Kind) Array() string { return array[k] }

// Column is one field of the struct and the column it is kept in.
type Column struct {
	Name    string
	Kind    Kind
	Key     bool
	Pointer bool // NULL is a nil pointer
	field   int
	elem    reflect.Type // the type behind the pointer, or of the field itself
}

// Plan is how one struct type maps to rows.
type Plan struct {
	Type    reflect.Type
	Columns []Column // in the order of the fields
	Keys    []int    // indexes into Columns, in order
	times   []int    // indexes into Columns of timestamps
	derived bool     // rows are [Derived]
}

var (
	timeType     = reflect.TypeFor[time.Time]()
	integersType = reflect.TypeFor[[]int32]()
)

// Derived is implemented by pointers to rows some of whose columns follow from others and cost much to make: Derive makes them.
// It is called before a row is written, so once for all the changes since it was read.
type Derived interface{ Derive() }

// For computes the plan of a struct type from its `db:"column[,key][,json]"` tags; fields without the tag are left out.
// It panics on a struct that breaks the rules, since that is a bug found by the first test.
func For(t reflect.Type) *Plan {
	if t.Kind() != reflect.Struct {
		panic(fmt.Sprintf("row: %s is not a struct", t))
	}
	p := &Plan{Type: t, derived: reflect.PointerTo(t).Implements(reflect.TypeFor[Derived]())}
	for i := range t.NumField() {
		f := t.Field(i)
		tag, ok := f.Tag.Lookup("db")
		if !ok || tag == "-" {
			continue
		}
		if !f.IsExported() || f.Anonymous {
			panic(fmt.Sprintf("row: field %s.%s has a db tag but is not a plain exported field", t, f.Name))
		}
		c := columnOf(t, f, tag)
		c.field = i
		if c.Key {
			p.Keys = append(p.Keys, len(p.Columns))
		}
		if c.Kind == Timestamp {
			p.times = append(p.times, len(p.Columns))
		}
		p.Columns = append(p.Columns, c)
	}
	if len(p.Keys) == 0 {
		panic(fmt.Sprintf("row: %s has no key column", t))
	}
	return p
}

func columnOf(t reflect.Type, f reflect.StructField, tag string) Column {
	name, options, _ := strings.Cut(tag, ",")
	c := Column{Name: name, elem: f.Type}
	json := false
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "key":
			c.Key = true
		case "json":
			json = true
		case "":
		default:
			panic(fmt.Sprintf("row: field %s.%s has an unknown db option %q", t, f.Name, option))
		}
	}
	if name == "" {
		panic(fmt.Sprintf("row: field %s.%s has no column name", t, f.Name))
	}
	if json {
		c.Kind = JSON
		if c.Key {
			panic(fmt.Sprintf("row: field %s.%s: a jsonb column cannot be a key", t, f.Name))
		}
		return c
	}
	if f.Type.Kind() == reflect.Pointer {
		c.Pointer, c.elem = true, f.Type.Elem()
	}
	switch kind := c.elem.Kind(); {
	case c.elem == timeType:
		c.Kind = Timestamp
	case c.elem == integersType:
		c.Kind = Integers
	case kind == reflect.String:
		c.Kind = Text
	case kind >= reflect.Int && kind <= reflect.Uint64:
		c.Kind = Bigint
	case kind == reflect.Bool:
		c.Kind = Boolean
	case kind == reflect.Float64:
		c.Kind = Double
	default:
		panic(fmt.Sprintf("row: field %s.%s has type %s, which needs the json option", t, f.Name, f.Type))
	}
	if c.Key && (c.Pointer || c.Kind == Double || c.Kind == Integers) {
		panic(fmt.Sprintf("row: field %s.%s cannot be a key column", t, f.Name))
	}
	return c
}

// Derive makes the columns of a row that follow from others.
func (p *Plan) Derive(v reflect.Value) {
	if p.derived {
		v.Addr().Interface().(Derived).Derive()
	}
}

// Normalise brings instants to what the database would give back: UTC, cut to the microsecond. A fold then sees the same
// value whether the row comes from memory or from a table.
func (p *Plan) Normalise(v reflect.Value) {
	for _, i := range p.times {
		c := &p.Columns[i]
		f := v.Field(c.field)
		if !c.Pointer {
			t := f.Addr().Interface().(*time.Time)
			*t = instant(*t)
			continue
		}
		if t := f.Interface().(*time.Time); t != nil {
			cut := instant(*t)
			f.Set(reflect.ValueOf(&cut)) // the old pointer may be shared with an event
		}
	}
}

func instant(t time.Time) time.Time { return time.UnixMicro(t.UnixMicro()).UTC() }

// value is the field of a row without its pointer; false stands for NULL.
func (c *Column) value(row reflect.Value) (reflect.Value, bool) {
	f := row.Field(c.field)
	if c.Pointer {
		if f.IsNil() {
			return f, false
		}
		return f.Elem(), true
	}
	if c.Kind == JSON {
		switch f.Kind() {
		case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Interface:
			return f, !f.IsNil()
		}
	}
	return f, true
}

func integer(v reflect.Value) int64 {
	if v.CanUint() {
		return int64(v.Uint())
	}
	return v.Int()
}
