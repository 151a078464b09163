package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"docket/domain/form/fold"

	"golang.org/x/text/unicode/norm"
)

// folded is a text as it is compared, on one line: compatibility forms composed (NFKC), simplified, in small letters, one blank for
// several. Punctuation and signs stay as they are, so that a search with brackets finds the very brackets.
func folded(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	blank := false
	for _, r := range norm.NFC.String(text) {
		if space(r) {
			blank = b.Len() > 0
			continue
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		if unified(r) {
			b.WriteRune(fold.Simplified(r))
			continue
		}
		compared(r, func(c rune) { b.WriteRune(c) })
	}
	return b.String()
}

// unified tells the characters of the block in which nearly all Chinese ones lie. They are as they are in every composition, and
// have no case.
func unified(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }

// space is unicode.IsSpace, quick for what lies beyond the last one.
func space(r rune) bool { return r <= '\u3000' && unicode.IsSpace(r) }

// compared gives the characters that one is compared as: mostly one.
func compared(r rune, give func(rune)) {
	switch {
	case r < utf8.RuneSelf:
		give(unicode.ToLower(r))
	case unified(r):
		give(fold.Simplified(r))
	case unicode.IsPunct(r), unicode.IsSymbol(r):
		give(r)
	default:
		for _, c := range norm.NFKC.String(string(r)) {
			if !unicode.IsSpace(c) {
				give(unicode.ToLower(fold.Simplified(c)))
			}
		}
	}
}

// grams are the single characters and the pairs of neighbours of folded lines, each once, sorted, parted by blanks. Blanks part
// neighbours.
func grams(lines string) string {
	// A gram is a number: its first character, and the second one more than it is, or 0. Numbers sort as the texts do.
	all := make([]uint64, 0, len(lines))
	previous := rune(-1)
	for _, r := range lines {
		if space(r) || r == utf8.RuneError {
			previous = -1
			continue
		}
		all = append(all, uint64(r)<<32)
		if previous >= 0 {
			all = append(all, uint64(previous)<<32|uint64(r+1))
		}
		previous = r
	}
	slices.Sort(all)
	all = slices.Compact(all)
	var b strings.Builder
	b.Grow(6 * len(all))
	for i, gram := range all {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(rune(gram >> 32))
		if second := rune(gram & 0xffffffff); second > 0 {
			b.WriteRune(second - 1)
		}
	}
	return b.String()
}

// Limits of what is searched for.
const (
	mostWords  = 8
	longestFor = 100 // characters
)

// Words are the words of a search, folded, each once; all of them have to be found. More than eight, or a text of more than a
// hundred characters, are cut.
func Words(q string) []string {
	if utf8.RuneCountInString(q) > longestFor {
		q = string([]rune(q)[:longestFor])
	}
	var words []string
	for word := range strings.FieldsSeq(folded(q)) {
		if !slices.Contains(words, word) && len(words) < mostWords {
			words = append(words, word)
		}
	}
	return words
}

// needed are the grams that every text with these words has. A word of one or two characters is one gram, which decides by itself;
// longer ones are looked at again.
func needed(words []string) (all, again []string) {
	for _, word := range words {
		if utf8.RuneCountInString(word) == 1 {
			all = append(all, word)
			continue
		}
		runes := []rune(word)
		for i := range len(runes) - 1 {
			all = append(all, string(runes[i:i+2]))
		}
		if len(runes) > 2 {
			again = append(again, word)
		}
	}
	slices.Sort(all)
	return slices.Compact(all), again
}
