package domain

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// decoder reads a value of one type from JSON as this program writes it: no white space, names spelled as declared.
// Whatever looks otherwise it leaves to encoding/json, by telling false; what it reads, it reads as encoding/json does. Finding the
// fields once for each type, and going over the text once, takes a third of the time.
type decoder func(*text, reflect.Value) bool

// text is JSON that is read from left to right.
type text struct {
	b  []byte
	at int
}

// next takes a byte if it comes next.
func (t *text) next(c byte) bool {
	if t.at < len(t.b) && t.b[t.at] == c {
		t.at++
		return true
	}
	return false
}

// decode reads a whole object into a struct.
func (k Kind) decode(part []byte, v reflect.Value) bool {
	t := text{b: part}
	return k.read(&t, v) && t.at == len(part)
}

// string takes a text; escaped ones are unquoted by encoding/json.
func (t *text) string() (raw []byte, ok bool) {
	if !t.next('"') {
		return nil, false
	}
	plain := true
	for i := t.at; i < len(t.b); i++ {
		switch c := t.b[i]; {
		case c == '"':
			raw = t.b[t.at:i]
			t.at = i + 1
			return raw, plain || utf8.Valid(raw)
		case c == '\\':
			return t.escaped(i)
		case c < ' ':
			return nil, false
		case c >= utf8.RuneSelf:
			plain = false
		}
	}
	return nil, false
}

// escaped takes a text whose first escape is known.
func (t *text) escaped(i int) ([]byte, bool) {
	for ; i < len(t.b) && t.b[i] != '"'; i++ {
		if t.b[i] == '\\' {
			i++
		}
	}
	if i >= len(t.b) {
		return nil, false
	}
	var s string
	if json.Unmarshal(t.b[t.at-1:i+1], &s) != nil {
		return nil, false
	}
	t.at = i + 1
	return []byte(s), true
}

// integer takes a number without fraction or exponent that surely fits.
func (t *text) integer() (n int64, ok bool) {
	negative := t.next('-')
	from := t.at
	for t.at < len(t.b) && '0' <= t.b[t.at] && t.b[t.at] <= '9' {
		n = n*10 + int64(t.b[t.at]-'0')
		t.at++
	}
	digits := t.at - from
	if digits == 0 || digits > 18 || digits > 1 && t.b[from] == '0' {
		return 0, false
	}
	if negative {
		n = -n
	}
	return n, true
}

// word takes a literal.
func (t *text) word(w string) bool {
	if len(t.b)-t.at < len(w) || string(t.b[t.at:t.at+len(w)]) != w {
		return false
	}
	t.at += len(w)
	return true
}

// value takes any value, unread.
func (t *text) value() (raw []byte, ok bool) {
	from, depth := t.at, 0
	for t.at < len(t.b) {
		switch t.b[t.at] {
		case '"':
			if _, ok := t.string(); !ok {
				return nil, false
			}
			continue
		case '{', '[':
			depth++
		case '}', ']', ',':
			if depth == 0 {
				return t.b[from:t.at], true
			}
			if t.b[t.at] != ',' {
				depth--
			}
		}
		t.at++
	}
	return nil, false // an object is around it, which has no end
}

// textual is implemented by pointers to codes.
type textual interface{ UnmarshalText(text []byte) error }

// decoderOf is made once for each type; within holds the types it is part of.
func decoderOf(t reflect.Type, within ...reflect.Type) decoder {
	pointer := reflect.PointerTo(t)
	switch {
	case t == reflect.TypeFor[time.Time]():
		return instant
	case slices.Contains(within, t), pointer.Implements(reflect.TypeFor[json.Unmarshaler]()):
		return byJSON
	case pointer.Implements(reflect.TypeFor[textual]()):
		return byText
	}
	within = append(slices.Clip(within), t)
	switch t.Kind() {
	case reflect.String:
		return func(x *text, v reflect.Value) bool {
			raw, ok := x.string()
			if ok {
				v.SetString(string(raw))
			}
			return ok
		}
	case reflect.Bool:
		return func(x *text, v reflect.Value) bool {
			v.SetBool(x.word("true"))
			return v.Bool() || x.word("false")
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(x *text, v reflect.Value) bool {
			n, ok := x.integer()
			if ok = ok && !v.OverflowInt(n); ok {
				v.SetInt(n)
			}
			return ok
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return func(x *text, v reflect.Value) bool {
			if x.next('-') {
				return false
			}
			n, ok := x.integer()
			if ok = ok && !v.OverflowUint(uint64(n)); ok {
				v.SetUint(uint64(n))
			}
			return ok
		}
	case reflect.Pointer:
		return pointed(decoderOf(t.Elem(), within...))
	case reflect.Slice:
		if t.Elem().Kind() != reflect.Uint8 { // which may be base64
			return listed(decoderOf(t.Elem(), within...))
		}
	case reflect.Struct:
		return structured(t, within)
	}
	return byJSON
}

// instant reads a time, in which encoding/json takes no escapes.
func instant(x *text, v reflect.Value) bool {
	from := x.at
	raw, ok := x.string()
	return ok && len(raw)+2 == x.at-from && v.Addr().Interface().(*time.Time).UnmarshalText(raw) == nil
}

// byText reads what has a text form of its own.
func byText(x *text, v reflect.Value) bool {
	raw, ok := x.string()
	return ok && v.Addr().Interface().(textual).UnmarshalText(raw) == nil
}

// byJSON leaves one value to encoding/json.
func byJSON(x *text, v reflect.Value) bool {
	raw, ok := x.value()
	return ok && json.Unmarshal(raw, v.Addr().Interface()) == nil
}

func pointed(element decoder) decoder {
	return func(x *text, v reflect.Value) bool {
		if x.word("null") {
			v.SetZero()
			return true
		}
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		return element(x, v.Elem())
	}
}

func listed(element decoder) decoder {
	return func(x *text, v reflect.Value) bool {
		if x.word("null") {
			v.SetZero()
			return true
		}
		if !v.IsNil() || !x.next('[') { // a list twice would be read over the first
			return false
		}
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		if x.next(']') {
			return true
		}
		for n := 0; ; n++ {
			v.Grow(1)
			v.SetLen(n + 1)
			if !element(x, v.Index(n)) {
				return false
			}
			if !x.next(',') {
				return x.next(']')
			}
		}
	}
}

// structured reads the fields in whatever order, soonest in the one they are declared in.
func structured(t reflect.Type, within []reflect.Type) decoder {
	type member struct {
		name  string
		field int
		read  decoder
	}
	var members []member
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || !f.IsExported() || name == "" || name == "-" || strings.Contains(options, "string") ||
			slices.ContainsFunc(members, func(m member) bool { return m.name == name }) {
			return byJSON
		}
		members = append(members, member{name, i, decoderOf(f.Type, within...)})
	}
	return func(x *text, v reflect.Value) bool {
		if !x.next('{') {
			return false
		}
		if x.next('}') {
			return true
		}
		expected := 0
		for {
			name, ok := x.string()
			if !ok || !x.next(':') {
				return false
			}
			found := -1
			for n := range members {
				if i := (expected + n) % len(members); members[i].name == string(name) {
					found = i
					break
				}
			}
			if found < 0 || !members[found].read(x, v.Field(members[found].field)) {
				return false
			}
			expected = found + 1
			if !x.next(',') {
				return x.next('}')
			}
		}
	}
}
