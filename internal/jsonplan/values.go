package jsonplan

import (
	"reflect"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

func appendBool(b []byte, v reflect.Value) ([]byte, error) {
	return strconv.AppendBool(b, v.Bool()), nil
}
func appendInt(b []byte, v reflect.Value) ([]byte, error) {
	return strconv.AppendInt(b, v.Int(), 10), nil
}
func appendUint(b []byte, v reflect.Value) ([]byte, error) {
	return strconv.AppendUint(b, v.Uint(), 10), nil
}

// appendInstant writes a time in place; one that RFC 3339 cannot tell is left to encoding/json, for its error.
func appendInstant(b []byte, v reflect.Value) ([]byte, error) {
	var t *time.Time
	if v.CanAddr() {
		t = v.Addr().Interface().(*time.Time)
	} else {
		t = new(v.Interface().(time.Time))
	}
	written, err := t.AppendText(append(b, '"'))
	if err != nil {
		return standard(b, v)
	}
	return append(written, '"'), nil
}

func pointer(elem plan) plan {
	return func(b []byte, v reflect.Value) ([]byte, error) {
		if v.IsNil() {
			return append(b, "null"...), nil
		}
		return elem(b, v.Elem())
	}
}

func appendAny(b []byte, v reflect.Value) ([]byte, error) {
	if v.IsNil() {
		return append(b, "null"...), nil
	}
	v = v.Elem()
	return planOf(v.Type())(b, v)
}

func slice(elem plan) plan {
	list := array(elem)
	return func(b []byte, v reflect.Value) ([]byte, error) {
		if v.IsNil() {
			return append(b, "null"...), nil
		}
		return list(b, v)
	}
}

func array(elem plan) plan {
	return func(b []byte, v reflect.Value) (_ []byte, err error) {
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = elem(b, v.Index(i)); err != nil {
				return b, err
			}
		}
		return append(b, ']'), nil
	}
}

// mapping writes the members sorted by key.
func mapping(elem plan) plan {
	return func(b []byte, v reflect.Value) (_ []byte, err error) {
		if v.IsNil() {
			return append(b, "null"...), nil
		}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(x, y reflect.Value) int {
			switch x, y := x.String(), y.String(); {
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return 0
		})
		b = append(b, '{')
		for i, key := range keys {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendText(b, key.String()), ':')
			if b, err = elem(b, v.MapIndex(key)); err != nil {
				return b, err
			}
		}
		return append(b, '}'), nil
	}
}

const hexadecimal = "0123456789abcdef"

// appendText quotes a text. Invalid UTF-8 becomes U+FFFD; U+2028 and U+2029, which end lines in scripts, are escaped.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' {
				i++
				continue
			}
			b = append(b, s[from:i]...)
			b = appendEscaped(b, c)
			i++
			from = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b = append(append(b, s[from:i]...), `\ufffd`...)
		case r == '\u2028' || r == '\u2029':
			b = append(append(b, s[from:i]...), `\u202`...)
			b = append(b, hexadecimal[r&0xf])
		default:
			i += size
			continue
		}
		i += size
		from = i
	}
	return append(append(b, s[from:]...), '"')
}

func appendEscaped(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\b':
		return append(b, '\\', 'b')
	case '\f':
		return append(b, '\\', 'f')
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', '0', '0', hexadecimal[c>>4], hexadecimal[c&0xf])
}
