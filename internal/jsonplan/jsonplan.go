// Package jsonplan writes what encoding/json writes without HTML escapes, in about a third of its time. How a type is written is worked
// out once; instants are appended in place, where encoding/json has them make a text and reads that through again. Whatever is not
// plain – types with an encoding of their own, options that are rare – is left to encoding/json, part by part. It reads nothing.
package jsonplan

import (
	"bytes"
	"encoding"
	"encoding/json"
	"io"
	"reflect"
	"sync"
	"time"
)

// Write writes the JSON of a value and a line end, as json.Encoder does, by one call of w.
func Write(w io.Writer, value any) error {
	b := buffers.Get().(*[]byte)
	defer func() {
		if cap(*b) <= largest {
			buffers.Put(b)
		}
	}()
	written, err := Append((*b)[:0], value)
	if err != nil {
		return err
	}
	*b = append(written, '\n')
	_, err = w.Write(*b)
	return err
}

// largest is the longest buffer that is kept for use again.
const largest = 1 << 20

var buffers = sync.Pool{New: func() any { return new(make([]byte, 0, 16<<10)) }}

// Append adds the JSON of a value to b. Errors are those of encoding/json.
func Append(b []byte, value any) ([]byte, error) {
	v := reflect.ValueOf(value)
	if !v.IsValid() {
		return append(b, "null"...), nil
	}
	return planOf(v.Type())(b, v)
}

// plan appends a value of one type.
type plan func(b []byte, v reflect.Value) ([]byte, error)

var plans sync.Map // plan by reflect.Type

// planOf works out how a type is written. A type that holds itself is met again while its plan is made: then the plan is looked
// for when there is a value.
func planOf(t reflect.Type) plan {
	if known, ok := plans.Load(t); ok {
		return known.(plan)
	}
	var made plan
	var making sync.WaitGroup
	making.Add(1)
	later := plan(func(b []byte, v reflect.Value) ([]byte, error) {
		making.Wait()
		return made(b, v)
	})
	if known, met := plans.LoadOrStore(t, later); met {
		return known.(plan)
	}
	made = newPlan(t)
	making.Done()
	plans.Store(t, made)
	return made
}

var (
	instant     = reflect.TypeFor[time.Time]()
	number      = reflect.TypeFor[json.Number]()
	marshals    = reflect.TypeFor[json.Marshaler]()
	marshalsTxt = reflect.TypeFor[encoding.TextMarshaler]()
)

// ownWay reports whether a type says itself how it is written.
func ownWay(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return t == number || t.Implements(marshals) || p.Implements(marshals) || t.Implements(marshalsTxt) || p.Implements(marshalsTxt)
}

func newPlan(t reflect.Type) plan {
	if t == instant {
		return appendInstant
	}
	if t.Kind() == reflect.Pointer && t.Elem() == instant {
		return pointer(appendInstant)
	}
	if ownWay(t) {
		return standard
	}
	switch t.Kind() {
	case reflect.Bool:
		return appendBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return appendInt
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return appendUint
	case reflect.String:
		return func(b []byte, v reflect.Value) ([]byte, error) { return appendText(b, v.String()), nil }
	case reflect.Pointer:
		return pointer(planOf(t.Elem()))
	case reflect.Interface:
		return appendAny
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return standard
		}
		return slice(planOf(t.Elem()))
	case reflect.Array:
		return array(planOf(t.Elem()))
	case reflect.Map:
		if t.Key().Kind() != reflect.String || ownWay(t.Key()) {
			return standard
		}
		return mapping(planOf(t.Elem()))
	case reflect.Struct:
		if fields, plain := fieldsOf(t); plain {
			return structure(fields)
		}
	}
	return standard // floats too, whose form is intricate
}

// standard leaves a value to encoding/json, by its address where it has one, since methods may want it.
func standard(b []byte, v reflect.Value) ([]byte, error) {
	value := v
	if v.CanAddr() {
		value = v.Addr()
	}
	out := bytes.NewBuffer(b)
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	if err := e.Encode(value.Interface()); err != nil {
		return b, err
	}
	return out.Bytes()[:out.Len()-1], nil // without the line end
}
