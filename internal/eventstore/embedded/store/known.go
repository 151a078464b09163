package store

import (
	"errors"
	"hash/maphash"

	"github.com/cockroachdb/pebble/v2"
)

// known tells of most streams that were never written that this is so, without
// a look into the index: an append that begins a stream would else search every
// level of it in vain. It is a chain of Bloom filters in memory, 12 bits a
// stream, each for twice as many as the one before. What it does not rule out
// has to be looked up.
type known struct {
	seed    maphash.Seed
	filters []*nameFilter
	first   int // names that the first filter takes
}

func newKnown(first int) known { return known{seed: maphash.MakeSeed(), first: first} }

// add remembers a name.
func (k *known) add(name string) {
	h := maphash.String(k.seed, name)
	if k.holds(h) {
		return
	}
	last := len(k.filters) - 1
	if last < 0 || k.filters[last].room == 0 {
		last++
		k.filters = append(k.filters, newNameFilter(k.first<<last))
	}
	k.filters[last].add(h)
}

// has is false only for names that were never added.
func (k *known) has(name string) bool { return k.holds(maphash.String(k.seed, name)) }

func (k *known) holds(h uint64) bool {
	for i := len(k.filters) - 1; i >= 0; i-- {
		if k.filters[i].has(h) {
			return true
		}
	}
	return false
}

const (
	filterBits   = 12 // a name
	filterProbes = 6
)

// nameFilter is a Bloom filter whose bits for one name are all in one line of the
// processor's cache.
type nameFilter struct {
	lines [][8]uint64
	room  int // names that it still takes
}

func newNameFilter(names int) *nameFilter {
	return &nameFilter{lines: make([][8]uint64, names*filterBits/512+1), room: names}
}

// place takes the line from the upper half of a hash, and from the lower one
// nine bits for the first probe and a distance between probes.
func (b *nameFilter) place(h uint64) (line *[8]uint64, bit, step uint32) {
	low := uint32(h)
	return &b.lines[(h>>32)*uint64(len(b.lines))>>32], low, low>>9 | 1
}

func (b *nameFilter) add(h uint64) {
	line, bit, step := b.place(h)
	for range filterProbes {
		line[bit>>6&7] |= 1 << (bit & 63)
		bit += step
	}
	b.room--
}

func (b *nameFilter) has(h uint64) bool {
	line, bit, step := b.place(h)
	for range filterProbes {
		if line[bit>>6&7]&(1<<(bit&63)) == 0 {
			return false
		}
		bit += step
	}
	return true
}

// learnStreams begins to make the names of all streams known. Until that is
// done, the index is asked.
func (s *Store) learnStreams() error {
	heads, err := s.db.NewIter(&pebble.IterOptions{LowerBound: []byte{keyHead}, UpperBound: []byte{keyHead + 1}})
	if err != nil {
		return err
	}
	s.running.Go(func() {
		if err := s.learn(heads); err != nil {
			s.log.Warn("appends to new streams are slow, as the names of the streams cannot be read", "error", err)
		}
	})
	return nil
}

func (s *Store) learn(heads *pebble.Iterator) error {
	names := make([]string, 0, 1024)
	for ok := heads.First(); ok; ok = heads.Next() {
		if names = append(names, string(heads.Key()[3:])); len(names) == cap(names) {
			s.heads.learn(names, false)
			names = names[:0]
			select {
			case <-s.closing:
				return heads.Close()
			default:
			}
		}
	}
	if err := errors.Join(heads.Error(), heads.Close()); err != nil {
		return err
	}
	s.heads.learn(names, true)
	return nil
}
