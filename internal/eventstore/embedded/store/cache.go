package store

import (
	"sort"
	"sync"

	"docket/internal/bloom"
	"docket/internal/eventstore/embedded/record"
)

const (
	headsCached = 32 << 10 // streams per generation
	namesKnown  = 64 << 10 // streams that the first filter of names takes
	idsCached   = 64 << 10 // event ids per generation
	tailBytes   = 8 << 20  // newest events kept in memory
)

// generations is a bounded map that forgets what was not used for a while: when
// the young half is full, the old half is dropped and the young one ages.
type generations[K comparable, V any] struct {
	young, old map[K]V
	size       int
	rotations  uint64 // what was put is found until there have been two more
}

func newGenerations[K comparable, V any](size int) generations[K, V] {
	return generations[K, V]{young: map[K]V{}, size: size}
}

func (g *generations[K, V]) put(k K, v V) {
	if len(g.young) >= g.size {
		g.old, g.young = g.young, make(map[K]V, g.size/4)
		g.rotations++
	}
	g.young[k] = v
}

func (g *generations[K, V]) get(k K) (v V, ok bool) {
	if v, ok = g.young[k]; ok {
		return v, true
	}
	if v, ok = g.old[k]; ok {
		g.put(k, v)
	}
	return v, ok
}

// headCache holds heads of streams. Readers fill it from disk, the writer
// replaces what it changed.
type headCache struct {
	mu      sync.Mutex
	heads   generations[string, *Head]
	names   *bloom.Filter // an append that begins a stream would else search every level of the index in vain
	learned bool          // names has all streams
}

func newHeadCache(size, names int) *headCache {
	return &headCache{heads: newGenerations[string, *Head](size), names: bloom.New(names)}
}

// get gives a head, nil if it has to be looked up and may be filled in with the
// stamp.
func (c *headCache) get(name string) (h *Head, stamp uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	h, ok := c.heads.get(name)
	if !ok && c.learned && !c.names.Has(name) {
		h = noHead
	}
	return h, c.heads.rotations
}

// fill stores what was found on disk and gives the head to go by. That is the
// one already here, if any: what is on disk may be a commit that has not been
// synced, or one before a commit that was published meanwhile and has not been
// forgotten yet.
func (c *headCache) fill(name string, h *Head, stamp uint64) *Head {
	c.mu.Lock()
	defer c.mu.Unlock()
	if here, ok := c.heads.get(name); ok {
		return here
	}
	if c.heads.rotations-stamp < 2 {
		c.heads.put(name, h)
	}
	return h
}

func (c *headCache) publish(heads map[string]*Head) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for name, h := range heads {
		c.heads.put(name, h)
		c.names.Add(name)
	}
}

// learn adds names of streams that were there from the beginning; the last call
// says that there are no more.
func (c *headCache) learn(names []string, all bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, name := range names {
		c.names.Add(name)
	}
	c.learned = c.learned || all
}

// Rec is a stored event where it stands in the log.
type Rec struct {
	Position uint64
	Raw      []byte // see package record; not to be changed
}

// View takes the event apart.
func (r Rec) View() (record.View, error) { return record.Parse(r.Raw) }

// tailCache keeps the newest events, so that whoever follows the log live is
// served without touching the disk's index.
type tailCache struct {
	mu    sync.RWMutex
	recs  []Rec
	bytes int
	limit int
}

func newTailCache(limit int) *tailCache { return &tailCache{limit: limit} }

func (c *tailCache) add(recs []Rec) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range recs {
		c.bytes += len(r.Raw)
	}
	c.recs = append(c.recs, recs...)
	drop := 0
	for c.bytes > c.limit && drop < len(c.recs) {
		c.bytes -= len(c.recs[drop].Raw)
		c.recs[drop] = Rec{}
		drop++
	}
	c.recs = c.recs[drop:]
}

// after copies events from a position on, if the cache reaches back that far.
func (c *tailCache) after(from uint64, limit pageLimit) ([]Rec, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if len(c.recs) == 0 || c.recs[0].Position > from {
		return nil, false
	}
	i := sort.Search(len(c.recs), func(i int) bool { return c.recs[i].Position >= from })
	var out []Rec
	for ; i < len(c.recs) && limit.take(len(c.recs[i].Raw)); i++ {
		out = append(out, c.recs[i])
	}
	return out, true
}

// forget drops everything, where the log's past has been changed.
func (c *tailCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.recs, c.bytes = nil, 0
}
