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
		if unicode.IsSpace(r) {
			blank = b.Len() > 0
			continue
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		compared(r, func(c rune) { b.WriteRune(c) })
	}
	return b.String()
}

// compared gives the characters that one is compared as: mostly one.
func compared(r rune, give func(rune)) {
	switch {
	case r < 0x80, r >= 0x4e00 && r <= 0x9fff: // as it is in every composition
		give(unicode.ToLower(fold.Simplified(r)))
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

// grams are the single characters and the pairs of neighbours of folded lines, each once, sorted. Blanks part neighbours.
func grams(lines string) []string {
	seen := map[string]struct{}{}
	previous := -1 // where the character before begins
	for at, r := range lines {
		if unicode.IsSpace(r) || r == utf8.RuneError {
			previous = -1
			continue
		}
		end := at + utf8.RuneLen(r)
		seen[lines[at:end]] = struct{}{}
		if previous >= 0 {
			seen[lines[previous:end]] = struct{}{}
		}
		previous = at
	}
	list := make([]string, 0, len(seen))
	for gram := range seen {
		list = append(list, gram)
	}
	slices.Sort(list)
	return list
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
