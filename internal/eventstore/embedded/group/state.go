package group

import (
	"slices"
	"time"

	"docket/internal/eventstore/embedded/record"
)

// Action is what a consumer wants done with an event it could not handle.
type Action int

// Actions of the protocol.
const (
	Unknown Action = iota
	Park
	Retry
	Skip
	Stop
)

// flight is an event that a consumer has and has not answered for.
type flight struct {
	m        *message
	deadline time.Time
}

// parking is an event on its way to the parked stream.
type parking struct {
	m      *message
	reason string
}

// state is a group's machine. Every event it is given is, until finished, in
// exactly one of: buffer, retry, a consumer's flights, parkings.
type state struct {
	settings  Settings
	source    progress // events of the source
	replay    progress // events replayed from the parked stream
	buffer    []*message
	retry     []*message // by place in the source, replayed ones after them
	parkings  []parking
	consumers []*Consumer
	turn      int // of round robin
	pins      pins

	finished  int // since the last checkpoint
	delivered int64
}

// push takes up an event from the source.
func (s *state) push(m *message) {
	s.source.begin(m)
	s.buffer = append(s.buffer, m)
}

// pushReplay takes up an event from the parked stream.
func (s *state) pushReplay(m *message) {
	s.replay.begin(m)
	s.retry = append(s.retry, m)
}

// room is how many events more may be read.
func (s *state) room() int { return s.settings.HistoryBuffer - len(s.buffer) }

func (s *state) connect(c *Consumer) {
	s.consumers = append(s.consumers, c)
	s.pins.spread(s.consumers)
}

// disconnect takes back what a consumer did not answer for. That counts as a
// retry, but never parks by itself.
func (s *state) disconnect(c *Consumer) {
	i := slices.Index(s.consumers, c)
	if i < 0 {
		return
	}
	s.consumers = slices.Delete(s.consumers, i, i+1)
	s.pins.spread(s.consumers)
	for _, flights := range c.flights {
		for _, f := range flights {
			f.m.retries++
			s.again(f.m)
		}
	}
	c.flights, c.inFlight = nil, 0
}

// again puts an event into the retry list, at its place in the source.
func (s *state) again(m *message) {
	i, _ := slices.BinarySearchFunc(s.retry, m, func(a, b *message) int {
		switch {
		case a.replayed != b.replayed && b.replayed:
			return -1
		case a.replayed != b.replayed:
			return 1
		case a.at < b.at:
			return -1
		case a.at > b.at:
			return 1
		}
		return 0
	})
	s.retry = slices.Insert(s.retry, i, m)
}

func (s *state) finish(m *message) {
	if m.replayed {
		s.replay.finish(m)
		return
	}
	s.source.finish(m)
	s.finished++
}

// ack finishes an event that this consumer has; other ids are ignored.
func (s *state) ack(c *Consumer, id record.ID) {
	if m := c.land(id); m != nil {
		s.finish(m)
	}
}

func (s *state) nack(c *Consumer, id record.ID, action Action, reason string) {
	m := c.land(id)
	if m == nil {
		return
	}
	switch action {
	case Park:
		s.park(m, reason)
	case Skip, Stop:
		s.finish(m)
	default:
		s.failed(m, "Client explicitly NAK'ed message.\n"+reason)
	}
}

// failed tries an event again, or parks it if it was tried often enough.
func (s *state) failed(m *message, why string) {
	if m.retries >= s.settings.MaxRetries {
		s.park(m, why)
		return
	}
	m.retries++
	s.again(m)
}

func (s *state) park(m *message, reason string) {
	s.parkings = append(s.parkings, parking{m, reason})
}

// expire takes back events whose consumers took too long.
func (s *state) expire(now time.Time) {
	for _, c := range s.consumers {
		for id, flights := range c.flights {
			for _, f := range slices.Clone(flights) {
				if !f.deadline.After(now) {
					c.land(id)
					s.failed(f.m, "The maximum number of retries was reached after timeouts.")
				}
			}
		}
	}
}

// dispatch hands out what consumers have room for: first what is to be retried.
func (s *state) dispatch(now time.Time) {
	s.retry = s.handOut(s.retry, now)
	if s.free() {
		s.buffer = s.handOut(s.buffer, now)
	}
}

func (s *state) free() bool {
	return slices.ContainsFunc(s.consumers, (*Consumer).free)
}

// handOut gives away as much of a list as it can, in its order, and returns the
// rest. An event whose consumer is full is passed over only where events are
// pinned to consumers; otherwise nobody else has room either.
func (s *state) handOut(list []*message, now time.Time) []*message {
	rest := list[:0]
	for i, m := range list {
		c := s.choose(m)
		if c == nil {
			rest = append(rest, m)
			if !s.free() {
				rest = append(rest, list[i+1:]...)
				break
			}
			continue
		}
		c.take(m, now.Add(s.settings.MessageTimeout))
		s.delivered++
	}
	clear(list[len(rest):])
	return rest
}

// checkpointDue tells whether to write a checkpoint. After is the time since the
// last one; tick is false where only the upper bound counts.
func (s *state) checkpointDue(after time.Duration, tick bool) bool {
	if s.finished == 0 || !s.source.any {
		return false
	}
	if s.finished >= max(s.settings.MaxCheckpoint, 1) {
		return true
	}
	return tick && s.settings.CheckpointAfter > 0 && after >= s.settings.CheckpointAfter &&
		s.finished >= s.settings.MinCheckpoint
}
