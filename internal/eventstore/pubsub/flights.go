package pubsub

import (
	"sync"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
)

// flights are the messages that a group's subscription has handed over and whose outcome is open. They outlive the
// connection they came by: when the server sends such a message again, after a reconnection or its own time-out, the one
// in flight answers for both, so that the consumer never holds the same message twice.
type flights struct {
	limit int

	mu      sync.Mutex
	open    map[uuid.UUID]*flight
	settled map[uuid.UUID]struct{} // acknowledged, but the server could not be told
	link    *link                  // the present connection
}

type flight struct {
	event *esdb.ResolvedEvent
	link  *link // the connection by which it came last
}

func newFlights(buffer int) *flights {
	return &flights{limit: 4 * buffer, open: map[uuid.UUID]*flight{}, settled: map[uuid.UUID]struct{}{}}
}

// use makes a connection the present one; nil for none.
func (f *flights) use(l *link) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.link = l
}

// arrive notes an event that came by a connection and tells whether it is to be handed over.
func (f *flights) arrive(e *esdb.ResolvedEvent, l *link) bool {
	id := e.OriginalEvent().EventID
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, done := f.settled[id]; done {
		delete(f.settled, id)
		l.report(e, true)
		return false
	}
	if open, ok := f.open[id]; ok {
		open.event, open.link = e, l
		return false
	}
	f.open[id] = &flight{event: e, link: l}
	return true
}

// land settles an event: the server is told by the connection over which it came last, if that is still the present one.
func (f *flights) land(id uuid.UUID, acked bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	open, ok := f.open[id]
	if !ok {
		return
	}
	delete(f.open, id)
	switch {
	case open.link == f.link && f.link != nil:
		open.link.report(open.event, acked)
	case acked:
		if len(f.settled) >= f.limit {
			clear(f.settled) // the server has given those to others long since
		}
		f.settled[id] = struct{}{}
	}
}

// forget leaves an event to the server, which gives it to another subscriber.
func (f *flights) forget(id uuid.UUID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.open, id)
}
