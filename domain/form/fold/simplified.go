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

// unified holds the simplified forms of the block in which nearly all characters lie, by their place in it: texts are folded
// whole for searches, and an index is found sooner than a key.
const firstUnified, lastUnified = 0x4e00, 0x9fff

var unified = func() (table [lastUnified - firstUnified + 1]rune) {
	for i := range table {
		table[i] = firstUnified + rune(i)
	}
	for from, to := range simplified {
		if from >= firstUnified && from <= lastUnified {
			table[from-firstUnified] = to
		}
	}
	return table
}()

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
