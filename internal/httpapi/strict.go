package httpapi

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"docket/domain"
)

// Limits of a JSON document beside its size.
const (
	maxDepth    = 32
	maxFailures = 100
	maxName     = 64        // of a key that is repeated in an answer
	maxInteger  = 1<<53 - 1 // RFC 7493: what every reader holds exactly
)

// parseJSON reads a document as strictly as RFC 7493 (I-JSON) asks and a little more: no invalid UTF-8, no control
// characters but tab and line ends in texts, no unpaired surrogates, no key twice, no number that a reader could not hold.
// Those are failures of single fields, whose values come back empty; what is not JSON at all is an error, answered 400.
func parseJSON(data []byte) (any, []domain.FieldError, error) {
	p := parser{data: data}
	p.blank()
	v := p.value(0)
	p.blank()
	if !p.broken && p.i != len(p.data) {
		p.broken = true
	}
	if p.broken {
		return nil, nil, fail(http.StatusBadRequest, "body.malformed", "the body is not well-formed JSON; it breaks at byte "+strconv.Itoa(p.i))
	}
	return v, p.failures, nil
}

type parser struct {
	data     []byte
	i        int
	broken   bool
	path     []string // of the value being read; an index is "[n]"
	failures []domain.FieldError
}

func (p *parser) fail(code string) {
	if len(p.failures) >= maxFailures {
		return
	}
	p.failures = append(p.failures, domain.FieldError{Field: pathOf(p.path), Code: code, Msg: english(code)})
}

// pathOf writes a path as "a.b[2].c". Keys come from the client, so only short and plain ones are repeated.
func pathOf(segments []string) string {
	var b strings.Builder
	for _, s := range segments {
		if s[0] == '[' {
			b.WriteString(s)
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(s)
	}
	return b.String()
}

// plainKey is the key if it may be repeated in an answer.
func plainKey(key string) string {
	if key == "" || len(key) > maxName {
		return "(unnamed)"
	}
	for i := range len(key) {
		c := key[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return "(unnamed)"
		}
	}
	return key
}

func (p *parser) blank() {
	for p.i < len(p.data) {
		switch p.data[p.i] {
		case ' ', '\t', '\n', '\r':
			p.i++
		default:
			return
		}
	}
}

func (p *parser) value(depth int) any {
	if p.i >= len(p.data) || depth > maxDepth {
		p.broken = true
		return nil
	}
	switch c := p.data[p.i]; {
	case c == '{':
		return p.object(depth)
	case c == '[':
		return p.array(depth)
	case c == '"':
		return p.text()
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	case p.word("true"):
		return true
	case p.word("false"):
		return false
	case p.word("null"):
		return nil
	}
	p.broken = true
	return nil
}

func (p *parser) word(w string) bool {
	if len(p.data)-p.i < len(w) || string(p.data[p.i:p.i+len(w)]) != w {
		return false
	}
	p.i += len(w)
	return true
}

// next consumes c, after blanks.
func (p *parser) next(c byte) bool {
	p.blank()
	if p.i < len(p.data) && p.data[p.i] == c {
		p.i++
		return true
	}
	return false
}

func (p *parser) object(depth int) map[string]any {
	m := make(map[string]any, 8)
	p.i++
	if p.next('}') {
		return m
	}
	for {
		p.blank()
		if p.i >= len(p.data) || p.data[p.i] != '"' {
			p.broken = true
			return m
		}
		p.path = append(p.path, "(key)")
		key := p.text()
		p.path[len(p.path)-1] = plainKey(key)
		if !p.next(':') {
			p.broken = true
			return m
		}
		p.blank()
		v := p.value(depth + 1)
		if _, twice := m[key]; twice {
			p.fail("duplicate_key")
		} else {
			m[key] = v
		}
		p.path = p.path[:len(p.path)-1]
		if p.broken || p.next('}') {
			return m
		}
		if !p.next(',') {
			p.broken = true
			return m
		}
	}
}

func (p *parser) array(depth int) []any {
	a := []any{}
	p.i++
	if p.next(']') {
		return a
	}
	for {
		p.blank()
		p.path = append(p.path, "["+strconv.Itoa(len(a))+"]")
		a = append(a, p.value(depth+1))
		p.path = p.path[:len(p.path)-1]
		if p.broken || p.next(']') {
			return a
		}
		if !p.next(',') {
			p.broken = true
			return a
		}
	}
}

// text reads a string. One that breaks a rule is noted and comes back empty.
func (p *parser) text() string {
	p.i++
	start := p.i
	for p.i < len(p.data) { // most strings need no copying by pieces
		c := p.data[p.i]
		if c == '"' {
			s := string(p.data[start:p.i])
			p.i++
			return s
		}
		if c == '\\' || c < 0x20 || c >= 0x7f {
			break
		}
		p.i++
	}
	b := append(make([]byte, 0, 2*(p.i-start)+32), p.data[start:p.i]...)
	wrong := ""
	for p.i < len(p.data) {
		switch c := p.data[p.i]; {
		case c == '"':
			p.i++
			if wrong != "" {
				p.fail(wrong)
				return ""
			}
			return string(b)
		case c == '\\':
			r, problem := p.escape()
			if p.broken {
				return ""
			}
			if problem != "" {
				wrong = problem
			}
			b = utf8.AppendRune(b, r)
		case c < utf8.RuneSelf:
			if c < 0x20 || c == 0x7f {
				wrong = "control_character"
			}
			b = append(b, c)
			p.i++
		default:
			r, size := utf8.DecodeRune(p.data[p.i:])
			switch {
			case r == utf8.RuneError && size == 1:
				wrong = "invalid_utf8"
			case r <= 0x9f:
				wrong = "control_character"
			}
			b = append(b, p.data[p.i:p.i+size]...)
			p.i += size
		}
	}
	p.broken = true
	return ""
}

// escape reads what follows a backslash.
func (p *parser) escape() (rune, string) {
	p.i++
	if p.i >= len(p.data) {
		p.broken = true
		return 0, ""
	}
	c := p.data[p.i]
	p.i++
	switch c {
	case '"', '\\', '/':
		return rune(c), ""
	case 'n':
		return '\n', ""
	case 't':
		return '\t', ""
	case 'r':
		return '\r', ""
	case 'b', 'f':
		return ' ', "control_character"
	case 'u':
		r := p.hex()
		switch {
		case r >= 0xdc00 && r <= 0xdfff:
			return utf8.RuneError, "unpaired_surrogate"
		case r >= 0xd800 && r <= 0xdbff:
			return p.surrogate(r)
		case r < 0x20 && r != '\n' && r != '\t' && r != '\r', r >= 0x7f && r <= 0x9f:
			return ' ', "control_character"
		}
		return r, ""
	}
	p.broken = true
	return 0, ""
}

// surrogate reads the second half of a pair.
func (p *parser) surrogate(high rune) (rune, string) {
	if p.i+1 < len(p.data) && p.data[p.i] == '\\' && p.data[p.i+1] == 'u' {
		back := p.i
		p.i += 2
		if r := utf16.DecodeRune(high, p.hex()); r != utf8.RuneError {
			return r, ""
		}
		if !p.broken {
			p.i = back
		}
	}
	return utf8.RuneError, "unpaired_surrogate"
}

func (p *parser) hex() rune {
	if p.i+4 > len(p.data) {
		p.broken = true
		return 0
	}
	var r rune
	for _, c := range p.data[p.i : p.i+4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			p.broken = true
			return 0
		}
		r = r<<4 | rune(c)
	}
	p.i += 4
	return r
}

// number reads by the grammar of RFC 8259.
func (p *parser) number() float64 {
	start := p.i
	p.skip('-')
	if !p.skip('0') && !p.digits() {
		p.broken = true
		return 0
	}
	if p.skip('.') && !p.digits() {
		p.broken = true
		return 0
	}
	if p.skip('e') || p.skip('E') {
		if !p.skip('+') {
			p.skip('-')
		}
		if !p.digits() {
			p.broken = true
			return 0
		}
	}
	n, err := strconv.ParseFloat(string(p.data[start:p.i]), 64)
	if err != nil || math.Abs(n) > maxInteger {
		p.fail("out_of_range")
		return 0
	}
	return n
}

func (p *parser) skip(c byte) bool {
	if p.i < len(p.data) && p.data[p.i] == c {
		p.i++
		return true
	}
	return false
}

func (p *parser) digits() bool {
	start := p.i
	for p.i < len(p.data) && p.data[p.i] >= '0' && p.data[p.i] <= '9' {
		p.i++
	}
	return p.i > start
}
