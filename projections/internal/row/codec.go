package row

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"time"
)

// Header and Trailer frame a stream of tuples in PostgreSQL's binary COPY format.
var (
	Header  = []byte("PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	Trailer = []byte{0xff, 0xff}
)

// jsonb in binary is a version byte and the text.
const jsonbVersion = 1

// epoch is PostgreSQL's zero of timestamps, in microseconds of Unix time.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()

// Append adds the row as one tuple of the binary COPY format: a count, then each field with its length, -1 for NULL.
func (p *Plan) Append(b []byte, v reflect.Value) ([]byte, error) {
	p.Derive(v)
	b = binary.BigEndian.AppendUint16(b, uint16(len(p.Columns)))
	for i := range p.Columns {
		c := &p.Columns[i]
		f, ok := c.value(v)
		if !ok {
			b = append(b, 0xff, 0xff, 0xff, 0xff)
			continue
		}
		at := len(b)
		b = append(b, 0, 0, 0, 0)
		var err error
		if b, err = c.append(b, f); err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		binary.BigEndian.PutUint32(b[at:], uint32(len(b)-at-4))
	}
	return b, nil
}

func (c *Column) append(b []byte, v reflect.Value) ([]byte, error) {
	switch c.Kind {
	case Text:
		return append(b, v.String()...), nil
	case Bigint:
		return binary.BigEndian.AppendUint64(b, uint64(integer(v))), nil
	case Boolean:
		if v.Bool() {
			return append(b, 1), nil
		}
		return append(b, 0), nil
	case Double:
		return binary.BigEndian.AppendUint64(b, math.Float64bits(v.Float())), nil
	case Timestamp:
		var t time.Time
		if v.CanAddr() {
			t = *v.Addr().Interface().(*time.Time) // Interface of a struct would copy it to the heap
		} else {
			t = v.Interface().(time.Time)
		}
		return binary.BigEndian.AppendUint64(b, uint64(t.UnixMicro()-epoch)), nil
	case JSON:
		encoded, err := json.Marshal(v.Interface())
		return append(append(b, jsonbVersion), encoded...), err
	case Integers:
		return appendIntegers(b, *v.Addr().Interface().(*[]int32)), nil
	}
	return nil, fmt.Errorf("kind %d", c.Kind)
}

// Split cuts one tuple made by Append into its fields, nil for NULL.
func (p *Plan) Split(tuple []byte, fields [][]byte) ([][]byte, error) {
	fields = fields[:0]
	if len(tuple) < 2 || int(binary.BigEndian.Uint16(tuple)) != len(p.Columns) {
		return nil, fmt.Errorf("tuple of %s is cut short", p.Type)
	}
	tuple = tuple[2:]
	for range p.Columns {
		if len(tuple) < 4 {
			return nil, fmt.Errorf("tuple of %s is cut short", p.Type)
		}
		n := int(int32(binary.BigEndian.Uint32(tuple)))
		tuple = tuple[4:]
		if n < 0 {
			fields = append(fields, nil)
			continue
		}
		if len(tuple) < n {
			return nil, fmt.Errorf("tuple of %s is cut short", p.Type)
		}
		fields = append(fields, tuple[:n:n])
		tuple = tuple[n:]
	}
	return fields, nil
}

// Decode sets the fields of a row from its columns' values in binary format (jsonb also as text), nil for NULL.
func (p *Plan) Decode(fields [][]byte, v reflect.Value) error {
	if len(fields) != len(p.Columns) {
		return fmt.Errorf("%d values for the %d columns of %s", len(fields), len(p.Columns), p.Type)
	}
	for i := range p.Columns {
		c := &p.Columns[i]
		if fields[i] == nil {
			if !c.Pointer && c.Kind != JSON {
				return fmt.Errorf("column %s is NULL", c.Name)
			}
			continue
		}
		f := v.Field(c.field)
		if c.Pointer {
			f.Set(reflect.New(c.elem))
			f = f.Elem()
		}
		if err := c.decode(fields[i], f); err != nil {
			return fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return nil
}

func (c *Column) decode(b []byte, f reflect.Value) error {
	switch c.Kind {
	case Text:
		f.SetString(string(b))
		return nil
	case JSON:
		if len(b) > 0 && b[0] == jsonbVersion {
			b = b[1:]
		}
		return json.Unmarshal(b, f.Addr().Interface())
	case Boolean:
		if len(b) != 1 {
			return fmt.Errorf("%d bytes for a boolean", len(b))
		}
		f.SetBool(b[0] != 0)
		return nil
	case Integers:
		all, err := integersOf(b)
		f.Set(reflect.ValueOf(all))
		return err
	case Bigint, Double, Timestamp:
	}
	if len(b) != 8 {
		return fmt.Errorf("%d bytes for an 8-byte value", len(b))
	}
	n := binary.BigEndian.Uint64(b)
	switch {
	case c.Kind == Double:
		f.SetFloat(math.Float64frombits(n))
	case c.Kind == Timestamp:
		*f.Addr().Interface().(*time.Time) = time.UnixMicro(int64(n) + epoch).UTC()
	case f.CanUint():
		f.SetUint(n)
	default:
		f.SetInt(int64(n))
	}
	return nil
}
