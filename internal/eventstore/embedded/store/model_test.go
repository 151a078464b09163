package store_test

import (
	"math"

	"docket/internal/eventstore/embedded/record"
	"docket/internal/eventstore/embedded/store"
)

// model is the protocol's rules written down a second time, naively: a list of
// everything that was ever written, searched from end to end.
type model struct {
	log    []written
	recent map[string]map[record.ID]int64 // what a retry by id alone is recognised by
	meta   map[string]rules
}

type written struct {
	stream   string
	revision int64
	id       record.ID
	present  bool // not scavenged
}

type rules struct{ tb, maxCount int64 }

func newModel() *model {
	return &model{recent: map[string]map[record.ID]int64{}, meta: map[string]rules{}}
}

func (m *model) last(stream string) int64 {
	last := int64(-1)
	for _, w := range m.log {
		if w.stream == stream {
			last = w.revision
		}
	}
	return last
}

func (m *model) idAt(stream string, revision int64) (id record.ID, ok bool) {
	for _, w := range m.log {
		if w.present && w.stream == stream && w.revision == revision {
			return w.id, true
		}
	}
	return id, false
}

func (m *model) gone(stream string) bool        { return m.last(stream) == math.MaxInt64 }
func (m *model) softDeleted(stream string) bool { return m.meta[stream].tb == math.MaxInt64 }

func (m *model) put(stream string, revision int64, id record.ID) {
	m.log = append(m.log, written{stream, revision, id, true})
	if m.recent[stream] == nil {
		m.recent[stream] = map[record.ID]int64{}
	}
	m.recent[stream][id] = revision
}

// setMeta writes a metadata event; its id is of no interest.
func (m *model) setMeta(stream string, r rules) {
	m.put("$$"+stream, m.last("$$"+stream)+1, store.NewID())
	m.meta[stream] = r
}

// verdict goes through the table of the commit check.
func (m *model) verdict(stream string, want store.Expected, ids []record.ID) (store.Verdict, int64) {
	last := m.last(stream)
	if m.gone(stream) {
		return store.Deleted, 0
	}
	exists := last >= 0 || m.last("$$"+stream) >= 0
	switch {
	case want == store.StreamExists && m.softDeleted(stream):
		return store.Deleted, 0
	case want == store.StreamExists && !exists:
		return store.Wrong, 0
	}
	if want == store.Any || want == store.StreamExists {
		known := 0
		for known < len(ids) {
			if _, ok := m.recent[stream][ids[known]]; !ok {
				break
			}
			known++
		}
		switch {
		case known == 0:
			return store.Write, 0
		case known < len(ids):
			return store.Wrong, 0
		}
		return store.Repeat, m.recent[stream][ids[known-1]]
	}
	if int64(want) == last {
		return store.Write, 0
	}
	if int64(want) > last || len(ids) == 0 {
		return store.Wrong, 0
	}
	for i, id := range ids {
		at := int64(want) + 1 + int64(i)
		there, ok := m.idAt(stream, at)
		recent, cached := m.recent[stream][id]
		if (ok && there == id) || (cached && recent == at) {
			continue
		}
		if i == 0 && want == store.NoStream && m.softDeleted(stream) {
			return store.Write, 0
		}
		return store.Wrong, 0
	}
	return store.Repeat, int64(want) + int64(len(ids))
}

// append applies an append and gives its outcome.
func (m *model) append(stream string, want store.Expected, ids []record.ID) (store.Verdict, int64) {
	v, last := m.verdict(stream, want, ids)
	if v != store.Write {
		return v, last
	}
	first := m.last(stream) + 1
	for i, id := range ids {
		m.put(stream, first+int64(i), id)
	}
	if len(ids) > 0 && m.softDeleted(stream) {
		m.setMeta(stream, rules{tb: first})
	}
	return v, m.last(stream)
}

func (m *model) delete(stream string, want store.Expected) store.Verdict {
	v, _ := m.verdict(stream, want, []record.ID{store.NewID()})
	if v == store.Write && m.last(stream) < 0 && m.last("$$"+stream) < 0 {
		v = store.Wrong
	}
	if v == store.Write {
		m.setMeta(stream, rules{tb: math.MaxInt64})
	}
	return v
}

func (m *model) tombstone(stream string, want store.Expected) store.Verdict {
	v, _ := m.verdict(stream, want, []record.ID{store.NewID()})
	if v == store.Write {
		m.put(stream, math.MaxInt64, store.NewID())
	}
	return v
}

// hidden tells whether metadata hides an event of a stream that can be read.
func (m *model) hidden(w written) bool {
	r := m.meta[w.stream]
	return w.revision < r.tb || (r.maxCount > 0 && w.revision <= m.last(w.stream)-r.maxCount)
}

// visible gives the revisions a read of the whole stream shows.
func (m *model) visible(stream string) []int64 {
	out := []int64{}
	for _, w := range m.log {
		if w.stream == stream && w.present && !m.hidden(w) {
			out = append(out, w.revision)
		}
	}
	return out
}

// scavenge takes away what cannot be seen any more.
func (m *model) scavenge() {
	for i, w := range m.log {
		stream := w.stream
		of, isMeta := store.MetadataOf(stream)
		switch {
		case m.gone(stream) || (isMeta && m.gone(of)):
			m.log[i].present = w.revision == math.MaxInt64
		case m.softDeleted(stream):
			m.log[i].present = false
		case isMeta:
			m.log[i].present = w.revision == m.last(stream)
		case m.hidden(w):
			m.log[i].present = false
		}
	}
}

// restart forgets what only memory knew.
func (m *model) restart() {
	m.recent = map[string]map[record.ID]int64{}
	for _, w := range m.log {
		if !w.present {
			continue
		}
		if m.recent[w.stream] == nil {
			m.recent[w.stream] = map[record.ID]int64{}
		}
		m.recent[w.stream][w.id] = w.revision
	}
}
