package commands

import (
	"reflect"
	"sync"
	"time"
)

// cloned is a copy of a value that shares no memory with it which either could change. The type may hold no unexported
// references, functions or channels; a test sees to that for every state that is kept.
func cloned[T any](v T) T {
	deepen(reflect.ValueOf(&v).Elem())
	return v
}

// deepen replaces the references in a value by references to copies.
func deepen(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for _, i := range referring(v.Type()) {
			deepen(v.Field(i))
		}
	case reflect.Slice:
		if v.IsNil() {
			return
		}
		own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(own, v)
		if refers(v.Type().Elem()) {
			for i := range own.Len() {
				deepen(own.Index(i))
			}
		}
		v.Set(own)
	case reflect.Map:
		if !v.IsNil() {
			v.Set(clonedMap(v))
		}
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return
		}
		own := reflect.New(v.Elem().Type())
		own.Elem().Set(v.Elem())
		deepen(own.Elem())
		if v.Kind() == reflect.Interface {
			own = own.Elem()
		}
		v.Set(own)
	case reflect.Array:
		if refers(v.Type().Elem()) {
			for i := range v.Len() {
				deepen(v.Index(i))
			}
		}
	default: // nothing that could be changed through it
	}
}

func clonedMap(v reflect.Value) reflect.Value {
	own := reflect.MakeMapWithSize(v.Type(), v.Len())
	deep := refers(v.Type().Elem())
	for entries := v.MapRange(); entries.Next(); {
		value := entries.Value()
		if deep {
			copied := reflect.New(v.Type().Elem()).Elem()
			copied.Set(value)
			deepen(copied)
			value = copied
		}
		own.SetMapIndex(entries.Key(), value)
	}
	return own
}

var instant = reflect.TypeFor[time.Time]()

// refers reports whether values of a type hold references through which they could be changed.
func refers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice, reflect.Map, reflect.Pointer, reflect.Interface:
		return true
	case reflect.Array:
		return refers(t.Elem())
	case reflect.Struct:
		return len(referring(t)) > 0
	default:
		return false
	}
}

var referringFields sync.Map // reflect.Type -> []int

// referring are the fields of a struct that hold references.
func referring(t reflect.Type) []int {
	if known, ok := referringFields.Load(t); ok {
		return known.([]int)
	}
	var fields []int
	if t != instant { // its time zone never changes
		for i := range t.NumField() {
			if refers(t.Field(i).Type) {
				fields = append(fields, i)
			}
		}
	}
	referringFields.Store(t, fields)
	return fields
}
