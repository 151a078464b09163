package httpapi

import (
	"unicode/utf16"
	"unicode/utf8"
)

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
