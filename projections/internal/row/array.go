package row

import (
	"fmt"
	"reflect"
	"time"
)

// KeyArrays turns the key values of n rows into one array parameter per key column.
func (p *Plan) KeyArrays(keys [][]any) []any {
	arrays := make([]any, len(p.Keys))
	for n, i := range p.Keys {
		arrays[n] = p.Columns[i].array(len(keys), func(i int) reflect.Value { return reflect.ValueOf(keys[i][n]) })
	}
	return arrays
}

// KeyValues gives the values of a row's key columns.
func (p *Plan) KeyValues(v reflect.Value) []any {
	values := make([]any, len(p.Keys))
	for n, i := range p.Keys {
		values[n] = v.Field(p.Columns[i].field).Interface()
	}
	return values
}

func (c *Column) array(n int, at func(i int) reflect.Value) any {
	switch c.Kind {
	case Text:
		return values(n, at, reflect.Value.String)
	case Bigint:
		return values(n, at, integer)
	case Boolean:
		return values(n, at, reflect.Value.Bool)
	case Timestamp:
		return values(n, at, func(v reflect.Value) time.Time { return v.Interface().(time.Time) })
	case Double, JSON, Integers:
	}
	panic(fmt.Sprintf("row: column %s cannot be of a key", c.Name)) // For lets none be
}

func values[T any](n int, at func(i int) reflect.Value, of func(reflect.Value) T) []T {
	all := make([]T, n)
	for i := range n {
		all[i] = of(at(i))
	}
	return all
}
