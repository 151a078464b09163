package jsonplan

import (
	"reflect"
	"strings"
)

// field is one member of an object.
type field struct {
	index  int
	name   string // with quotes and colon
	plan   plan   // nil: the members of an embedded struct stand in its place
	inner  []field
	absent func(reflect.Value) bool // nil: it is always written
}

// fieldsOf are the members that a struct is written with; false where encoding/json has more to weigh than is done here: names
// that hide each other, embedded pointers, values as texts.
func fieldsOf(t reflect.Type) ([]field, bool) {
	names := map[string]bool{}
	return collect(t, names)
}

func collect(t reflect.Type, names map[string]bool) (fields []field, plain bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup("json")
		name, options, _ := strings.Cut(tag, ",")
		if tag == "-" {
			continue
		}
		if f.Anonymous {
			if f.Type.Kind() != reflect.Struct || tagged || ownWay(f.Type) {
				return nil, false
			}
			inner, ok := collect(f.Type, names)
			if !ok {
				return nil, false
			}
			fields = append(fields, field{index: i, inner: inner})
			continue
		}
		if !f.IsExported() {
			continue
		}
		if name == "" {
			name = f.Name
		}
		if names[name] || strings.ContainsFunc(name, unusual) {
			return nil, false
		}
		names[name] = true
		made := field{index: i, name: `"` + name + `":`, plan: planOf(f.Type)}
		for option := range strings.SplitSeq(options, ",") {
			switch option {
			case "":
			case "omitempty":
				made.absent = empty
			case "omitzero":
				if made.absent != nil {
					return nil, false
				}
				if made.absent = zero(f.Type); made.absent == nil {
					return nil, false
				}
			default:
				return nil, false
			}
		}
		fields = append(fields, made)
	}
	return fields, true
}

// unusual are characters that are no part of a plain name.
func unusual(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-' && r != '$'
}

type zeroer interface{ IsZero() bool }

// zero is what omitzero means for a type; nil where its own word on it needs an address or may meet nil.
func zero(t reflect.Type) func(reflect.Value) bool {
	switch {
	case !t.Implements(reflect.TypeFor[zeroer]()):
		if reflect.PointerTo(t).Implements(reflect.TypeFor[zeroer]()) {
			return nil
		}
		return reflect.Value.IsZero
	case t.Kind() == reflect.Pointer, t.Kind() == reflect.Interface:
		return nil
	}
	return func(v reflect.Value) bool { return v.Interface().(zeroer).IsZero() }
}

// empty is what omitempty means.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct, reflect.Complex64, reflect.Complex128, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return false
	}
	return v.IsZero()
}

func structure(fields []field) plan {
	return func(b []byte, v reflect.Value) ([]byte, error) {
		b, err := members(append(b, '{'), v, fields)
		if err != nil {
			return b, err
		}
		if last := len(b) - 1; b[last] == ',' {
			b[last] = '}'
			return b, nil
		}
		return append(b, '}'), nil
	}
}

// members writes each member with a comma behind it.
func members(b []byte, v reflect.Value, fields []field) (_ []byte, err error) {
	for i := range fields {
		f := &fields[i]
		member := v.Field(f.index)
		if f.plan == nil {
			if b, err = members(b, member, f.inner); err != nil {
				return b, err
			}
			continue
		}
		if f.absent != nil && f.absent(member) {
			continue
		}
		if b, err = f.plan(append(b, f.name...), member); err != nil {
			return b, err
		}
		b = append(b, ',')
	}
	return b, nil
}
