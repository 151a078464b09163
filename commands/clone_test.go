package commands_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain/ticket"
)

// TestKeptStatesCanBeCopied: no part of a ticket's state is of a kind that a copy would share.
func TestKeptStatesCanBeCopied(t *testing.T) {
	t.Parallel()
	seen := map[reflect.Type]bool{}
	var walk func(at string, v reflect.Type)
	walk = func(at string, v reflect.Type) {
		if seen[v] || v == reflect.TypeFor[time.Time]() {
			return
		}
		seen[v] = true
		switch v.Kind() {
		case reflect.Func, reflect.Chan, reflect.UnsafePointer:
			t.Errorf("%s is a %s", at, v.Kind())
		case reflect.Struct:
			for i := range v.NumField() {
				f := v.Field(i)
				if kind := f.Type.Kind(); !f.IsExported() && (kind == reflect.Slice || kind == reflect.Map || kind == reflect.Pointer || kind == reflect.Struct || kind == reflect.Interface) {
					t.Errorf("%s.%s is not exported", at, f.Name)
				}
				walk(at+"."+f.Name, f.Type)
			}
		case reflect.Slice, reflect.Map, reflect.Pointer, reflect.Array:
			walk(at, v.Elem())
		}
	}
	walk("State", reflect.TypeFor[ticket.State]())
}

// TestACopyIsEqualAndItsOwn: whatever is done to a copy in place leaves the state as it was.
func TestACopyIsEqualAndItsOwn(t *testing.T) {
	t.Parallel()
	var state, same ticket.State
	fill(reflect.ValueOf(&state).Elem(), 4)
	fill(reflect.ValueOf(&same).Elem(), 4)
	own := commands.ClonedTicket(state)
	require.Equal(t, state, own)
	require.NotZero(t, scramble(reflect.ValueOf(&own).Elem(), false))
	require.NotEqual(t, state, own)
	require.Equal(t, same, state)
	require.Equal(t, ticket.State{}, commands.ClonedTicket(ticket.State{}))
}

// fill gives every part of a value something to hold, references down to a depth.
func fill(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(1_700_000_000, 0).UTC()))
			return
		}
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i), depth)
			}
		}
	case reflect.Slice:
		if depth > 0 {
			v.Set(reflect.MakeSlice(v.Type(), 2, 5))
			fill(v.Index(0), depth-1)
			fill(v.Index(1), depth-1)
		}
	case reflect.Map:
		if depth > 0 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(key, depth-1)
			fill(value, depth-1)
			v.Set(reflect.MakeMap(v.Type()))
			v.SetMapIndex(key, value)
		}
	case reflect.Pointer:
		if depth > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), depth-1)
		}
	case reflect.String:
		v.SetString("something")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(7)
	case reflect.Bool:
		v.SetBool(true)
	}
}

// scramble changes everything that lies behind a reference, and tells how many places that were.
func scramble(v reflect.Value, behind bool) (changed int) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				changed += scramble(v.Field(i), behind)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			changed += scramble(v.Index(i), true)
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			value := reflect.New(v.Type().Elem()).Elem()
			value.Set(entries.Value())
			changed += scramble(value, true)
			v.SetMapIndex(entries.Key(), reflect.Value{})
		}
	case reflect.Pointer:
		if !v.IsNil() {
			changed += scramble(v.Elem(), true)
		}
	case reflect.String:
		if behind {
			v.SetString("else")
			changed++
		}
	}
	return changed
}
