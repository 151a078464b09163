package eventstore

import (
	"container/list"
	"slices"
	"sync"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// recent remembers, as they are stored (sealed parts sealed), the streams that were loaded or appended to last, up to so many
// bytes. Events never change, so that what is remembered of a stream is a beginning of it that was once the whole; whether it
// still is, only the store knows.
type recent struct {
	limit int

	mu      sync.Mutex
	bytes   int
	streams map[string]*list.Element // of *remembered
	order   list.List                // the last used first
}

// remembered is one stream. Its events are not changed any more, only added to.
type remembered struct {
	stream string
	events []*esdb.RecordedEvent
	bytes  int
}

const (
	recentBytes  = 16 << 20
	longStream   = 256 << 10 // bytes from which a stream is not worth remembering
	eventsOwnUse = 400       // bytes of an event beside its data
)

func newRecent(limit int) *recent { return &recent{limit: limit, streams: map[string]*list.Element{}} }

// get gives the events of a stream, not to be changed; nil when it is not remembered.
func (r *recent) get(stream string) []*esdb.RecordedEvent {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.streams[stream]
	if e == nil {
		return nil
	}
	r.order.MoveToFront(e)
	return e.Value.(*remembered).events
}

// loaded remembers a whole stream as it was read, unless more of it is known. It keeps copies of what decoding consumes.
func (r *recent) loaded(stream string, events []*esdb.RecordedEvent) {
	size := 0
	for _, e := range events {
		size += cost(e)
	}
	if size > longStream || len(events) == 0 {
		return
	}
	kept := make([]*esdb.RecordedEvent, len(events))
	for i, e := range events {
		c := *e
		c.Data = slices.Clone(e.Data)
		kept[i] = &c
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.streams[stream]; e != nil {
		if len(e.Value.(*remembered).events) >= len(kept) {
			return
		}
		r.drop(e)
	}
	r.put(&remembered{stream: stream, events: kept, bytes: size})
}

// appended adds what has been stored at a revision; a stream of which that revision is not the last one known is forgotten.
func (r *recent) appended(stream string, expected int64, position uint64, events []esdb.EventData) {
	size := 0
	added := make([]*esdb.RecordedEvent, len(events))
	for i, e := range events {
		added[i] = &esdb.RecordedEvent{
			EventID: e.EventID, EventType: e.EventType, StreamID: stream, EventNumber: uint64(expected + 1 + int64(i)),
			Position: esdb.Position{Commit: position, Prepare: position}, Data: e.Data, UserMetadata: e.Metadata,
		}
		size += cost(added[i])
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	k := &remembered{stream: stream}
	e := r.streams[stream]
	if e != nil {
		k = e.Value.(*remembered)
	}
	if int64(len(k.events))-1 != expected || k.bytes+size > longStream {
		if e != nil {
			r.drop(e)
		}
		return
	}
	if e == nil {
		k.events, k.bytes = added, size
		r.put(k)
		return
	}
	k.events = append(k.events[:len(k.events):len(k.events)], added...) // readers hold what was there
	k.bytes += size
	r.bytes += size
	r.order.MoveToFront(e)
	r.shrink()
}

// forget drops a stream.
func (r *recent) forget(stream string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.streams[stream]; e != nil {
		r.drop(e)
	}
}

func (r *recent) put(k *remembered) {
	r.streams[k.stream] = r.order.PushFront(k)
	r.bytes += k.bytes
	r.shrink()
}

func (r *recent) shrink() {
	for r.bytes > r.limit {
		r.drop(r.order.Back())
	}
}

func (r *recent) drop(e *list.Element) {
	k := r.order.Remove(e).(*remembered)
	delete(r.streams, k.stream)
	r.bytes -= k.bytes
}

func cost(e *esdb.RecordedEvent) int { return len(e.Data) + len(e.UserMetadata) + eventsOwnUse }
