package row

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"time"
)

// Key is the key of a row as bytes that compare equal exactly when the key columns do.
func (p *Plan) Key(v reflect.Value) string {
	if len(p.Keys) == 1 {
		if c := &p.Columns[p.Keys[0]]; c.Kind == Text {
			return v.Field(c.field).String()
		}
	}
	var b []byte
	for _, i := range p.Keys {
		c := &p.Columns[i]
		b = c.appendKey(b, v.Field(c.field))
	}
	return string(b)
}

// KeyOf is Key for the values of the key columns themselves, in order.
func (p *Plan) KeyOf(values []any) string {
	if len(values) != len(p.Keys) {
		panic(fmt.Sprintf("row: %d key values for the %d key columns of %s", len(values), len(p.Keys), p.Type))
	}
	if len(values) == 1 {
		if s, ok := values[0].(string); ok && p.Columns[p.Keys[0]].Kind == Text {
			return s
		}
	}
	var b []byte
	for n, i := range p.Keys {
		c := &p.Columns[i]
		v := reflect.ValueOf(values[n])
		if !c.takes(v) {
			panic(fmt.Sprintf("row: key value of type %T for column %s of %s", values[n], c.Name, p.Type))
		}
		if len(values) == 1 && c.Kind == Text {
			return v.String()
		}
		b = c.appendKey(b, v)
	}
	return string(b)
}

func (c *Column) takes(v reflect.Value) bool {
	switch c.Kind {
	case Text:
		return v.Kind() == reflect.String
	case Bigint:
		return v.CanInt() || v.CanUint()
	case Boolean:
		return v.Kind() == reflect.Bool
	case Timestamp:
		return v.IsValid() && v.Type() == timeType
	case Double, JSON, Integers:
	}
	return false
}

func (c *Column) appendKey(b []byte, v reflect.Value) []byte {
	switch c.Kind {
	case Text:
		s := v.String()
		return append(binary.AppendUvarint(b, uint64(len(s))), s...)
	case Bigint:
		return binary.BigEndian.AppendUint64(b, uint64(integer(v)))
	case Boolean:
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	case Timestamp:
		return binary.BigEndian.AppendUint64(b, uint64(v.Interface().(time.Time).UnixMicro()))
	case Double, JSON, Integers:
	}
	panic("row: not a key column")
}
