// Package font holds the font that papers are printed in: Chinese in both scripts and Latin. It is data with the list of what
// the data holds, and lays nothing out. README.md tells where the font comes from and how it was made.
package font

import (
	_ "embed" // the font is part of the program
	"encoding/binary"
	"sync"
)

// TrueType is the font file, with glyf outlines.
//
//go:embed receipt.ttf
var TrueType []byte

// Missing stands where the font lacks a character (豆腐).
const Missing = '□'

// Has reports whether the font draws a character.
func Has(r rune) bool { return r >= 0 && r < 1<<16 && covered()[r] }

// covered reads once what the font's character map (cmap format 4: the basic plane) leads to a glyph. It panics on a file
// that is no such font, which a test of this package would have found.
var covered = sync.OnceValue(func() *[1 << 16]bool {
	table := characterMap(TrueType)
	word := func(at int) int { return int(binary.BigEndian.Uint16(table[at:])) }
	segments := word(6) / 2
	ends := 14
	starts := ends + 2*segments + 2
	deltas := starts + 2*segments
	offsets := deltas + 2*segments
	var has [1 << 16]bool
	for i := range segments {
		start, end, delta, offset := word(starts+2*i), word(ends+2*i), word(deltas+2*i), word(offsets+2*i)
		for c := start; c <= end && c < 0xffff; c++ {
			glyph := c
			if offset != 0 {
				if glyph = word(offsets + 2*i + offset + 2*(c-start)); glyph == 0 {
					continue
				}
			}
			has[c] = (glyph+delta)&0xffff != 0
		}
	}
	return &has
})

// characterMap is the font's table of format 4.
func characterMap(file []byte) []byte {
	tables := int(binary.BigEndian.Uint16(file[4:]))
	for i := range tables {
		entry := file[12+16*i:]
		if string(entry[:4]) != "cmap" {
			continue
		}
		cmap := file[binary.BigEndian.Uint32(entry[8:]):]
		for j := range int(binary.BigEndian.Uint16(cmap[2:])) {
			table := cmap[binary.BigEndian.Uint32(cmap[4+8*j+4:]):]
			if binary.BigEndian.Uint16(table) == 4 {
				return table
			}
		}
	}
	panic("font: no character map of format 4")
}
