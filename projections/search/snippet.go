package search

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Piece is a part of a text that is shown; Hit marks what was searched for.
type Piece struct {
	Text string
	Hit  bool
}

// around is how many characters are shown before the first hit, and longest in all.
const (
	around  = 20
	longest = 80
)

// mark cuts out of a text the part around its first hit and marks every hit in it. It gives nothing when no word is in it.
func mark(original string, words []string) []Piece {
	shown := []rune(norm.NFC.String(original))
	// What each shown character is compared as, and where that comes from.
	var text []rune
	var from []int
	for i, r := range shown {
		if unicode.IsSpace(r) {
			text, from = append(text, ' '), append(from, i)
			continue
		}
		compared(r, func(c rune) { text, from = append(text, c), append(from, i) })
	}
	hits := make([]bool, len(shown))
	first := -1
	for _, word := range words {
		for _, at := range finds(text, []rune(word)) {
			begin, end := from[at], from[at+len([]rune(word))-1]
			for i := begin; i <= end; i++ {
				hits[i] = true
			}
			if first < 0 || begin < first {
				first = begin
			}
		}
	}
	if first < 0 {
		return nil
	}
	begin := max(0, first-around)
	end := min(len(shown), begin+longest)
	return cut(shown, hits, begin, end)
}

// finds are where a word begins.
func finds(in, word []rune) []int {
	var all []int
	for i := 0; i+len(word) <= len(in); i++ {
		same := true
		for j := range word {
			if in[i+j] != word[j] {
				same = false
				break
			}
		}
		if same {
			all = append(all, i)
		}
	}
	return all
}

// cut gives the characters from begin to end in pieces of hits and others; an ellipsis stands for what is left out.
func cut(shown []rune, hits []bool, begin, end int) []Piece {
	var pieces []Piece
	add := func(text string, hit bool) {
		if n := len(pieces); n > 0 && pieces[n-1].Hit == hit {
			pieces[n-1].Text += text
			return
		}
		pieces = append(pieces, Piece{text, hit})
	}
	if begin > 0 {
		add("…", false)
	}
	for i := begin; i < end; i++ {
		add(strings.ReplaceAll(string(shown[i]), "\n", " "), hits[i])
	}
	if end < len(shown) {
		add("…", false)
	}
	return pieces
}
