package fold

import (
	_ "embed"
	"strings"
	"unicode/utf8"
)

// pairs holds traditional characters, each followed by its simplified form.
//
//go:embed simplified.txt
var pairs string

var simplified = parse(pairs)

func parse(text string) map[rune]rune {
	folded := make(map[rune]rune, 4_200)
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for pair := range strings.FieldsSeq(line) {
			from, size := utf8.DecodeRuneInString(pair)
			to, _ := utf8.DecodeRuneInString(pair[size:])
			folded[from] = to
		}
	}
	return folded
}
