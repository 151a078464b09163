package eventstore

import "hash/maphash"

// interner gives equal strings the same memory, as far as its fixed table reaches: a newer string drives an older one out
// of its slot. Stream names, event types, staff keys and command names repeat endlessly; held apart in every event they
// would be most of a page.
type interner struct {
	table []string
}

const internSlots = 1 << 12

// seed is shared by all tables so that a stream's hash may be reused.
var seed = maphash.MakeSeed()

func (n *interner) slot(hash uint64) *string {
	if n.table == nil {
		n.table = make([]string, internSlots)
	}
	return &n.table[hash%internSlots]
}

// text gives the table's copy of s.
func (n *interner) text(s string) string {
	slot := n.slot(maphash.String(seed, s))
	if *slot != s {
		*slot = s
	}
	return *slot
}

// bytes gives the table's copy of b as a string.
func (n *interner) bytes(b []byte) string {
	slot := n.slot(maphash.Bytes(seed, b))
	if *slot != string(b) {
		*slot = string(b)
	}
	return *slot
}
