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

// gram is a character and its neighbour, or 0 for the character alone, as a number: what an index compares quickest. Characters beyond
// the first 65,536 share numbers with others of them, those of surrogates, which are no characters: such a gram may be another.
func gram(first, second rune) int32 { return int32(uint32(code(first))<<16 | uint32(code(second))) }

func code(r rune) uint16 {
	if shared(r) {
		const surrogates, of = 0xd800, 0x800
		return uint16(surrogates + r%of)
	}
	return uint16(r)
}

func shared(r rune) bool { return r > 0xffff }

// grams are the single characters and the pairs of neighbours of folded lines, each once, in the order of their numbers. Blanks part
// neighbours.
func grams(lines string) []int32 {
	all := make([]int32, 0, len(lines))
	previous := rune(0)
	for _, r := range lines {
		if space(r) || r == utf8.RuneError {
			previous = 0
			continue
		}
		all = append(all, gram(r, 0))
		if previous > 0 {
			all = append(all, gram(previous, r))
		}
		previous = r
	}
	slices.Sort(all)
	return slices.Clip(slices.Compact(all))
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
// longer ones, and those with a gram that may be another, are looked at again.
func needed(words []string) (all []int32, again []string) {
	for _, word := range words {
		runes := []rune(word)
		if len(runes) == 1 {
			all = append(all, gram(runes[0], 0))
		}
		for i := range len(runes) - 1 {
			all = append(all, gram(runes[i], runes[i+1]))
		}
		if len(runes) > 2 || slices.ContainsFunc(runes, shared) {
			again = append(again, word)
		}
	}
	slices.Sort(all)
	return slices.Compact(all), again
}
