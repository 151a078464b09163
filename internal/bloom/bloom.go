// Package bloom tells of most keys that were never added that this is so, from little memory: what need not be looked up on
// disk. It grows with its keys and forgets none.
package bloom

import "hash/maphash"

// Filter is a chain of Bloom filters, 12 bits a key, each for twice as many keys as the one before (Bloom, CACM 13(7), 1970;
// Almeida et al., Information Processing Letters 101(6), 2007). It is for one goroutine at a time.
type Filter struct {
	seed  maphash.Seed
	parts []*part
	first int // keys that the first part takes
}

// New makes a filter whose first part takes so many keys.
func New(first int) *Filter { return &Filter{seed: maphash.MakeSeed(), first: first} }

// Add remembers a key.
func (f *Filter) Add(key string) {
	h := maphash.String(f.seed, key)
	if f.holds(h) {
		return
	}
	last := len(f.parts) - 1
	if last < 0 || f.parts[last].room == 0 {
		last++
		f.parts = append(f.parts, newPart(f.first<<last))
	}
	f.parts[last].add(h)
}

// Has is false only for keys that were never added.
func (f *Filter) Has(key string) bool { return f.holds(maphash.String(f.seed, key)) }

func (f *Filter) holds(h uint64) bool {
	for i := len(f.parts) - 1; i >= 0; i-- {
		if f.parts[i].has(h) {
			return true
		}
	}
	return false
}

const (
	bits   = 12 // a key
	probes = 6
)

// part is a Bloom filter whose bits for one key are all in one line of the processor's cache.
type part struct {
	lines [][8]uint64
	room  int // keys that it still takes
}

func newPart(keys int) *part {
	return &part{lines: make([][8]uint64, keys*bits/512+1), room: keys}
}

// place takes the line from the upper half of a hash, and from the lower one nine bits for the first probe and a distance
// between probes.
func (p *part) place(h uint64) (line *[8]uint64, bit, step uint32) {
	low := uint32(h)
	return &p.lines[(h>>32)*uint64(len(p.lines))>>32], low, low>>9 | 1
}

func (p *part) add(h uint64) {
	line, bit, step := p.place(h)
	for range probes {
		line[bit>>6&7] |= 1 << (bit & 63)
		bit += step
	}
	p.room--
}

func (p *part) has(h uint64) bool {
	line, bit, step := p.place(h)
	for range probes {
		if line[bit>>6&7]&(1<<(bit&63)) == 0 {
			return false
		}
		bit += step
	}
	return true
}
