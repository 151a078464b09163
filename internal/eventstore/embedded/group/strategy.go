package group

import (
	"encoding/json"
	"hash/fnv"
	"slices"

	"docket/internal/eventstore/embedded/record"
)

// choose gives the consumer that shall get an event now, nil if none can.
func (s *state) choose(m *message) *Consumer {
	switch s.settings.Strategy {
	case Pinned, PinnedByCorrelation:
		if c := s.pins.owner[m.pin%buckets]; c != nil && c.free() {
			return c
		}
	case DispatchToSingle:
		if i := slices.IndexFunc(s.consumers, (*Consumer).free); i >= 0 {
			return s.consumers[i]
		}
	default:
		for range s.consumers {
			s.turn = (s.turn + 1) % len(s.consumers)
			if c := s.consumers[s.turn]; c.free() {
				return c
			}
		}
	}
	return nil
}

const buckets = 1024

// pins gives every bucket of sources to a consumer. When consumers come and go,
// as few buckets as can be change hands.
type pins struct{ owner [buckets]*Consumer }

func (p *pins) spread(consumers []*Consumer) {
	if len(consumers) == 0 {
		p.owner = [buckets]*Consumer{}
		return
	}
	count := make(map[*Consumer]int, len(consumers))
	for _, c := range consumers {
		count[c] = 0
	}
	share := (buckets + len(consumers) - 1) / len(consumers)
	var open []int
	for i, c := range p.owner {
		if n, there := count[c]; !there || n >= share {
			open = append(open, i)
			continue
		}
		count[c]++
	}
	next := 0
	for _, i := range open {
		for count[consumers[next]] >= share {
			next++
		}
		p.owner[i] = consumers[next]
		count[consumers[next]]++
	}
}

// pinOf is the hash by which an event is pinned: of the stream it comes from
// (behind a link, the stream linked to), or of its correlation id.
func pinOf(strategy Strategy, v *record.View) uint32 {
	h := fnv.New32a()
	switch strategy {
	case PinnedByCorrelation:
		var meta struct {
			Correlation string `json:"$correlationId"`
		}
		if json.Unmarshal(v.Meta, &meta) == nil && meta.Correlation != "" {
			_, _ = h.Write([]byte(meta.Correlation)) // a hash never fails
			return h.Sum32()
		}
	case Pinned:
	default:
		return 0
	}
	_, _ = h.Write(v.Stream)
	return h.Sum32()
}
