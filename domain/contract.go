package domain

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Contract maps each stable wire name of an aggregate's events to its Go type and the upcasts from older versions.
// Names are never reused and hold no version.
type Contract[E any] map[string]Kind

// Upcast turns a payload of one version, as a plain JSON object of all classes, into the next version.
type Upcast func(map[string]any) map[string]any

// Kind is one event type: its fields by class and how older versions are brought up to date.
type Kind struct {
	Type    reflect.Type
	Upcasts []Upcast // Upcasts[i] brings version i+1 to i+2
	fields  []field
}

// Of declares an event type. The current version is one more than the number of upcasts.
func Of[T any](upcasts ...Upcast) Kind {
	t := reflect.TypeFor[T]()
	return Kind{Type: t, Upcasts: upcasts, fields: fieldsOf(t)}
}

// Version is the version that new events are written in, from 1.
func (k Kind) Version() int { return len(k.Upcasts) + 1 }

// Classes lists the JSON names of the fields of each class, in order of declaration.
func (k Kind) Classes() map[Class][]string {
	m := map[Class][]string{}
	for _, f := range k.fields {
		m[f.class] = append(m[f.class], f.name)
	}
	return m
}

// Union is one contract of several; it panics on a wire name that is in two of them, since that is a bug.
func Union[E any](contracts ...Contract[E]) Contract[E] {
	all := Contract[E]{}
	for _, c := range contracts {
		for name, k := range c {
			if _, twice := all[name]; twice {
				panic("domain: two contracts have an event named " + name)
			}
			all[name] = k
		}
	}
	return all
}

// Name is the wire name of an event; it panics on a type that the contract lacks, which the contract tests exclude.
func (c Contract[E]) Name(e E) string {
	name, _, ok := c.find(e)
	if !ok {
		panic(fmt.Sprintf("domain: %T is not in its contract", e))
	}
	return name
}

func (c Contract[E]) find(e E) (string, Kind, bool) {
	t := reflect.TypeOf(e)
	for name, k := range c {
		if k.Type == t {
			return name, k, true
		}
	}
	return "", Kind{}, false
}

// Split encodes an event by class. A type that the contract lacks is an error, and so is a pointer to an event.
func (c Contract[E]) Split(e E) (name string, version int, p Parts, err error) {
	name, _, _ = c.find(e)
	return c.splitAs(name, e)
}

// splitAs is Split for an event whose wire name has been looked up; it is empty for a type that the contract lacks.
func (c Contract[E]) splitAs(name string, e E) (string, int, Parts, error) {
	k, ok := c[name]
	if !ok {
		return "", 0, Parts{}, fmt.Errorf("%w: %T is not in the contract", ErrUnknownEvent, e)
	}
	p, err := split(reflect.ValueOf(e), k.fields)
	return name, k.Version(), p, err
}

// names is the contract the other way round.
func (c Contract[E]) names() map[reflect.Type]string {
	names := make(map[reflect.Type]string, len(c))
	for name, k := range c {
		names[k.Type] = name
	}
	return names
}

// Join decodes an event of any version from its parts; a part that is nil leaves its fields zero.
func (c Contract[E]) Join(name string, version int, p Parts) (E, error) {
	e, err := c.join(name, version, p)
	if err != nil {
		var none E
		return none, fmt.Errorf("event %s version %d: %w", name, version, err)
	}
	return e.Elem().Interface().(E), nil
}

// JoinFor decodes like Join for a reader that may not see marked values: they come masked. Texts and lists of texts of
// a class whose part is lost read [Destroyed].
func (c Contract[E]) JoinFor(name string, version int, p Parts, lost ...Class) (E, error) {
	e, err := c.join(name, version, p)
	if err != nil {
		var none E
		return none, fmt.Errorf("event %s version %d: %w", name, version, err)
	}
	for _, f := range c[name].fields {
		value := e.Elem().Field(f.index)
		switch {
		case slices.Contains(lost, f.class):
			destroy(value)
		case f.class == Marked:
			mask(value)
		}
	}
	return e.Elem().Interface().(E), nil
}

// destroy tells in a text, or in a list of texts, that what stood there cannot be read any more. Of a form's values even
// the keys are gone.
func destroy(value reflect.Value) {
	switch {
	case value.Kind() == reflect.String:
		value.SetString(Destroyed)
	case value.Type() == reflect.TypeFor[[]string]():
		value.Set(reflect.ValueOf([]string{Destroyed}))
	}
}

// join gives a pointer to the decoded event.
func (c Contract[E]) join(name string, version int, p Parts) (reflect.Value, error) {
	k, ok := c[name]
	switch {
	case !ok:
		return reflect.Value{}, fmt.Errorf("%w", ErrUnknownEvent)
	case version < 1 || version > k.Version():
		return reflect.Value{}, fmt.Errorf("%w: this program knows versions 1 to %d", ErrUnknownEvent, k.Version())
	}
	e := reflect.New(k.Type)
	if version < k.Version() {
		upcast, err := k.upcast(version, p)
		if err != nil {
			return reflect.Value{}, err
		}
		p = Parts{Skeleton: upcast}
	}
	for _, part := range [][]byte{p.Skeleton, p.Content, p.Marked} {
		if part == nil {
			continue
		}
		if err := json.Unmarshal(part, e.Interface()); err != nil {
			return reflect.Value{}, fmt.Errorf("decode: %w", err)
		}
	}
	return e, nil
}

// upcast merges the parts and runs the steps from the given version to the current one.
func (k Kind) upcast(version int, p Parts) ([]byte, error) {
	merged := map[string]any{}
	for _, part := range [][]byte{p.Skeleton, p.Content, p.Marked} {
		if part == nil {
			continue
		}
		if !json.Valid(part) { // a decoder by itself would leave unread what follows the object
			return nil, errors.New("decode for upcast: no JSON value")
		}
		d := json.NewDecoder(bytes.NewReader(part))
		d.UseNumber() // int64 identifiers and milliseconds must not pass through float64
		var fields map[string]any
		if err := d.Decode(&fields); err != nil {
			return nil, fmt.Errorf("decode for upcast: %w", err)
		}
		maps.Copy(merged, fields)
	}
	for _, step := range k.Upcasts[version-1:] {
		merged = step(merged)
	}
	return json.Marshal(merged)
}
