package domain

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// Class says how a payload field is kept (struct tag `class:"…"` on every event field).
type Class string

const (
	// Skeleton fields (ids, codes, times, numbers) are stored plain and outlive a destruction.
	Skeleton Class = "skeleton"
	// Content fields (texts, names, notes, reasons) are sealed under the aggregate's key.
	Content Class = "content"
	// Marked fields (ID number, card number, phone) are sealed under the customer's key and shown masked.
	Marked Class = "marked"
)

// Destroyed stands in texts whose key has been destroyed.
const Destroyed = "[destroyed]"

// Box is sealed bytes with the id of the key that opens them. It holds no digest of the plain text.
type Box struct {
	Key    string `json:"k"`
	Cipher []byte `json:"c"`
}

// MarkedUnder is implemented by events whose marked fields are sealed under another subject's key than their own
// stream's, normally a customer's. An empty subject means the stream itself.
type MarkedUnder interface{ MarkedSubject() string }

// Parts is one payload split by class, each part a JSON object; nil when the event has no such field set.
type Parts struct{ Skeleton, Content, Marked []byte }

// field is one top-level payload field and its class.
type field struct {
	index     int
	name      string // JSON name
	class     Class
	omitempty bool
}

// values is what a marked field may be beside a text: the marked values of a form by their keys.
var values = reflect.TypeFor[map[string]string]()

// fieldsOf reads the tags of an event struct; it panics on a struct that breaks the rules, since that is a bug.
func fieldsOf(t reflect.Type) []field {
	if t.Kind() != reflect.Struct {
		panic(fmt.Sprintf("domain: event %s is not a struct", t))
	}
	fields := make([]field, 0, t.NumField())
	for i := range t.NumField() {
		f := t.Field(i)
		class := Class(f.Tag.Get("class"))
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous || !f.IsExported() || name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "":
			panic(fmt.Sprintf("domain: field %s of event %s needs a plain json name", f.Name, t))
		case slices.ContainsFunc(fields, func(other field) bool { return other.name == name }):
			panic(fmt.Sprintf("domain: event %s has two fields named %s", t, name))
		case class != Skeleton && class != Content && class != Marked:
			panic(fmt.Sprintf("domain: field %s of event %s has no class", f.Name, t))
		case class == Marked && f.Type.Kind() != reflect.String && f.Type != values:
			panic(fmt.Sprintf("domain: marked field %s of event %s must be a text or a map of texts", f.Name, t))
		}
		fields = append(fields, field{i, name, class, strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")})
	}
	return fields
}

// split encodes the fields of one event by class.
func split(v reflect.Value, fields []field) (Parts, error) {
	var p Parts
	for _, f := range fields {
		value := v.Field(f.index)
		if f.omitempty && value.IsZero() {
			continue
		}
		encoded, err := json.Marshal(value.Interface())
		if err != nil {
			return Parts{}, fmt.Errorf("encode field %s: %w", f.name, err)
		}
		part := &p.Skeleton
		switch f.class {
		case Content:
			part = &p.Content
		case Marked:
			part = &p.Marked
		case Skeleton:
		}
		if *part == nil {
			*part = append(*part, '{')
		} else {
			*part = append(*part, ',')
		}
		*part = append(append(append(append(*part, '"'), f.name...), '"', ':'), encoded...)
	}
	for _, part := range []*[]byte{&p.Skeleton, &p.Content, &p.Marked} {
		if *part != nil {
			*part = append(*part, '}')
		}
	}
	if p.Skeleton == nil {
		p.Skeleton = []byte("{}")
	}
	return p, nil
}

// mask hides what a marked field holds; the keys of a form's values stay readable.
func mask(value reflect.Value) {
	if value.Kind() == reflect.String {
		value.SetString(Mask(value.String()))
		return
	}
	if value.Len() == 0 {
		return
	}
	hidden := make(map[string]string, value.Len())
	for key, v := range value.Interface().(map[string]string) {
		hidden[key] = Mask(v)
	}
	value.Set(reflect.ValueOf(hidden))
}

// Mask hides all but the last four characters of a marked value, and all of a value of fewer than eight.
func Mask(value string) string {
	n := utf8.RuneCountInString(value)
	if n < 8 {
		return strings.Repeat("*", n)
	}
	runes := []rune(value)
	return strings.Repeat("*", n-4) + string(runes[n-4:])
}
