package store

import (
	"sort"
	"sync"

	"docket/internal/eventstore/embedded/record"
)

const (
	headsCached = 32 << 10 // streams per generation
	idsCached   = 64 << 10 // event ids per generation
	tailBytes   = 8 << 20  // newest events kept in memory
)

// generations is a bounded map that forgets what was not used for a while: when
// the young half is full, the old half is dropped and the young one ages.
type generations[K comparable, V any] struct {
	young, old map[K]V
	size       int
}

func newGenerations[K comparable, V any](size int) generations[K, V] {
	return generations[K, V]{young: map[K]V{}, size: size}
}

func (g *generations[K, V]) put(k K, v V) {
	if len(g.young) >= g.size {
		g.old, g.young = g.young, make(map[K]V, g.size/4)
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
	version uint64 // commits published
}

func newHeadCache(size int) *headCache {
	return &headCache{heads: newGenerations[string, *Head](size)}
}

func (c *headCache) get(name string) (*Head, uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	h, _ := c.heads.get(name)
	return h, c.version
}

// fill stores what a reader found on disk, unless a commit was published since
// it began to look: its head could be the one before.
func (c *headCache) fill(name string, h *Head, version uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.version == version {
		c.heads.put(name, h)
	}
}

func (c *headCache) publish(heads map[string]*Head) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.version++
	for name, h := range heads {
		c.heads.put(name, h)
	}
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
