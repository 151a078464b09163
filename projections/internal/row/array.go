package row

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"
)

// Arrays turns n rows into one array parameter per column, for unnest; at gives row i.
func (p *Plan) Arrays(n int, at func(i int) reflect.Value) ([]any, error) {
	for i := range n {
		p.Derive(at(i))
	}
	arrays := make([]any, len(p.Columns))
	for i := range p.Columns {
		c := &p.Columns[i]
		a, err := c.array(n, func(i int) (reflect.Value, bool) { return c.value(at(i)) })
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		arrays[i] = a
	}
	return arrays, nil
}

// KeyArrays turns the key values of n rows into one array parameter per key column.
func (p *Plan) KeyArrays(keys [][]any) []any {
	arrays := make([]any, len(p.Keys))
	for n, i := range p.Keys {
		c := p.Columns[i]
		// Key columns are neither jsonb nor nullable: no error is possible.
		arrays[n], _ = c.array(len(keys), func(i int) (reflect.Value, bool) { return reflect.ValueOf(keys[i][n]), true })
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

func (c *Column) array(n int, at func(i int) (reflect.Value, bool)) (any, error) {
	switch c.Kind {
	case Text:
		return column(c.Pointer, n, at, reflect.Value.String), nil
	case Bigint:
		return column(c.Pointer, n, at, integer), nil
	case Boolean:
		return column(c.Pointer, n, at, reflect.Value.Bool), nil
	case Double:
		return column(c.Pointer, n, at, reflect.Value.Float), nil
	case Timestamp:
		return column(c.Pointer, n, at, func(v reflect.Value) time.Time { return v.Interface().(time.Time) }), nil
	case JSON:
		texts := make([]*string, n)
		for i := range n {
			v, ok := at(i)
			if !ok {
				continue
			}
			encoded, err := json.Marshal(v.Interface())
			if err != nil {
				return nil, err
			}
			s := string(encoded)
			texts[i] = &s
		}
		return texts, nil
	}
	return nil, fmt.Errorf("kind %d", c.Kind)
}

func column[T any](nullable bool, n int, at func(i int) (reflect.Value, bool), of func(reflect.Value) T) any {
	if !nullable {
		plain := make([]T, n)
		for i := range n {
			v, _ := at(i)
			plain[i] = of(v)
		}
		return plain
	}
	pointers := make([]*T, n)
	values := make([]T, n)
	for i := range n {
		if v, ok := at(i); ok {
			values[i] = of(v)
			pointers[i] = &values[i]
		}
	}
	return pointers
}
