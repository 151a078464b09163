package vault

import (
	"sync"

	"github.com/google/uuid"
)

// entry is one key, unwrapped. A destroyed one is remembered too, without its
// bytes: events of destroyed tickets are read as often as others.
type entry struct {
	id      uuid.UUID
	subject string
	key     [keySize]byte
	gone    bool
}

// cache holds the most recently used keys. The entries lie in one slab and
// are linked by index, which costs a third of the usual list of pointers and
// gives the garbage collector little to walk.
type cache struct {
	limit   int
	dropped func() // called after keys were dropped because they may be gone; nil: nobody

	mu       sync.Mutex
	slots    []slot // slots[0] is the ring's head: next is the newest, prev the oldest
	ids      map[uuid.UUID]int32
	subjects map[string]int32
	forgets  uint64
	ready    []ready // by cipherSlot
}

type slot struct {
	entry
	prev, next int32
}

func newCache(limit int) *cache {
	c := &cache{limit: limit}
	c.reset()
	return c
}

func (c *cache) reset() {
	c.slots = make([]slot, 1, 64)
	c.ids, c.subjects = map[uuid.UUID]int32{}, map[string]int32{}
	c.ready = make([]ready, cipherSlots)
}

func (c *cache) bySubject(subject string) (entry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.use(c.subjects[subject])
}

func (c *cache) byID(id uuid.UUID) (entry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.use(c.ids[id])
}

// use moves a slot to the front; 0, the head, stands for none.
func (c *cache) use(i int32) (entry, bool) {
	if i == 0 {
		return entry{}, false
	}
	c.unlink(i)
	c.pushFront(i)
	return c.slots[i].entry, true
}

// age is to be taken before a key is read from the database and given to put
// with it: a key that may have been destroyed in between is not kept.
func (c *cache) age() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.forgets
}

func (c *cache) put(e entry, age uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if age != c.forgets && !e.gone {
		return
	}
	if i := c.ids[e.id]; i != 0 {
		c.slots[i].entry = e
		c.unready(e.id)
		c.use(i)
		return
	}
	var i int32
	if len(c.slots) <= c.limit {
		i = int32(len(c.slots))
		c.slots = append(c.slots, slot{})
	} else {
		i = c.slots[0].prev
		c.unlink(i)
		c.drop(i)
	}
	c.slots[i].entry = e
	c.ids[e.id], c.subjects[e.subject] = i, i
	c.pushFront(i)
}

// forget drops a subject's key after its destruction. The slot stays in the
// ring, emptied and first to be reused.
func (c *cache) forget(subject string) {
	defer c.tell()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forgets++
	if i := c.subjects[subject]; i != 0 {
		c.unlink(i)
		c.drop(i)
		c.link(c.slots[0].prev, i)
	}
}

// clear drops everything.
func (c *cache) clear() {
	defer c.tell()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forgets++
	c.reset()
}

// tell has others forget what they have opened.
func (c *cache) tell() {
	if c.dropped != nil {
		c.dropped()
	}
}

func (c *cache) drop(i int32) {
	s := &c.slots[i]
	if s.subject != "" {
		c.unready(s.id)
		delete(c.ids, s.id)
		delete(c.subjects, s.subject)
	}
	s.entry = entry{}
}

func (c *cache) pushFront(i int32) { c.link(0, i) }

// link puts slot i behind slot p.
func (c *cache) link(p, i int32) {
	n := c.slots[p].next
	c.slots[i].prev, c.slots[i].next = p, n
	c.slots[p].next, c.slots[n].prev = i, i
}

func (c *cache) unlink(i int32) {
	s := &c.slots[i]
	c.slots[s.prev].next, c.slots[s.next].prev = s.next, s.prev
}
