// Package fold makes texts comparable that people write in different ways: full-width and half-width characters, traditional
// and simplified Chinese, capital and small letters, runs of blanks. What comes out is for comparing and finding, never for
// showing or storing in place of what was typed (mission row T4).
package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Width turns full-width forms of ASCII (U+FF01 to U+FF5E) and the ideographic space into half-width ones, as NFKC does.
func Width(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return half(r) != r }) {
		return s
	}
	return strings.Map(half, s)
}

func half(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r == '\u3000' || r == '\u00a0':
		return ' '
	}
	return r
}

// Simplified is the simplified form of a traditional character, and any other character itself. Characters are folded one by
// one, without a look at words, so that what is folded keeps its length.
func Simplified(r rune) rune {
	if r < utf8.RuneSelf {
		return r
	}
	if r >= firstUnified && r <= lastUnified {
		return unified[r-firstUnified]
	}
	if s, ok := simplified[r]; ok {
		return s
	}
	return r
}

// Text folds width, script and case, trims, and makes one blank of several.
func Text(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for _, r := range s {
		r = half(r)
		if unicode.IsSpace(r) {
			blank = b.Len() > 0
			continue
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		b.WriteRune(unicode.ToLower(Simplified(r)))
	}
	return b.String()
}
