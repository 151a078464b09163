package httpapi

import (
	"math"
	"net/http"
	"strconv"
	"strings"

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
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' && c != '$' {
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
