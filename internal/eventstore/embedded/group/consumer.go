package group

import (
	"context"
	"sync"
	"time"

	"docket/internal/eventstore/embedded/record"
)

// Peer tells who a consumer is, for the group's statistics.
type Peer struct {
	Address, User, Name string
}

// Delivery is an event given to a consumer.
type Delivery struct {
	Event    []byte // stored event, nil behind a dangling link
	Link     []byte // stored link, or nil
	Position uint64
	Retries  int
}

// Consumer is one member of a group, connected. Its owner calls Next in a loop
// and acknowledges from anywhere.
type Consumer struct {
	group *Group
	peer  Peer
	slots int
	ready chan struct{} // something was queued, or the end came
	ended chan struct{}
	once  sync.Once
	why   error

	// Guarded by the group's lock.
	queue    []Delivery
	flights  map[record.ID][]flight
	inFlight int
	rate     rate
}

func (c *Consumer) free() bool { return c.inFlight < c.slots }

// take gives the consumer an event to answer for.
func (c *Consumer) take(m *message, deadline time.Time) {
	if c.flights == nil {
		c.flights = map[record.ID][]flight{}
	}
	c.flights[m.id] = append(c.flights[m.id], flight{m, deadline})
	c.inFlight++
	c.rate.total++
	c.queue = append(c.queue, Delivery{m.event, m.link, m.position, m.retries})
	select {
	case c.ready <- struct{}{}:
	default:
	}
}

// land takes an event back from the consumer; nil if it does not have it.
func (c *Consumer) land(id record.ID) *message {
	flights := c.flights[id]
	if len(flights) == 0 {
		return nil
	}
	m := flights[0].m
	if len(flights) == 1 {
		delete(c.flights, id)
	} else {
		c.flights[id] = flights[1:]
	}
	c.inFlight--
	return m
}

// Next waits for deliveries. It ends with ctx, or with an [*Error] when the
// group is dropped.
func (c *Consumer) Next(ctx context.Context) ([]Delivery, error) {
	for {
		if got := c.group.takeQueue(c); len(got) > 0 {
			return got, nil
		}
		select {
		case <-c.ready:
		case <-c.ended:
			return nil, c.why
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Ack finishes events. Ids the consumer does not have are ignored.
func (c *Consumer) Ack(ids ...record.ID) {
	c.group.change(func(s *state) {
		for _, id := range ids {
			s.ack(c, id)
		}
	})
}

// Nack says that events could not be handled.
func (c *Consumer) Nack(action Action, reason string, ids ...record.ID) {
	c.group.change(func(s *state) {
		for _, id := range ids {
			s.nack(c, id, action, reason)
		}
	})
}

// Close leaves the group; what was not answered for goes to others.
func (c *Consumer) Close() {
	c.group.change(func(s *state) { s.disconnect(c) })
}

func (c *Consumer) end(err error) {
	c.once.Do(func() {
		c.why = err
		close(c.ended)
	})
}

// rate counts items, and how many of them came lately.
type rate struct {
	total, before int64
	since         time.Time
	lately        int64
	perSecond     int32
}

// measure begins a new interval of measurement.
func (r *rate) measure(now time.Time) {
	r.lately = r.total - r.before
	r.before = r.total
	if elapsed := now.Sub(r.since).Seconds(); elapsed > 0 && !r.since.IsZero() {
		r.perSecond = int32(float64(r.lately) / elapsed)
	}
	r.since = now
}
