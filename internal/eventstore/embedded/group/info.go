package group

import (
	"math"
	"slices"
	"strings"
	"time"
)

// Info is what can be told of a group.
type Info struct {
	Key            Key
	Settings       Settings
	Status         string // "NotReady", "Behind" or "Live"
	StartFrom      string
	LastCheckpoint string // "" for none
	LastKnown      string // "" for none
	Total          int64
	Lately         int64
	PerSecond      int32
	Buffered       int
	Retrying       int
	Outstanding    int
	Parked         int64
	Consumers      []ConsumerInfo
}

// ConsumerInfo is what can be told of one consumer.
type ConsumerInfo struct {
	Peer      Peer
	Total     int64
	Lately    int64
	PerSecond int32
	Free      int
	InFlight  int
}

// Info tells of one group.
func (m *Manager) Info(k Key) (Info, error) {
	g, err := m.group(k)
	if err != nil {
		return Info{}, err
	}
	return g.info()
}

// List tells of all groups, or of those of one stream, in order of their names.
func (m *Manager) List(stream string) ([]Info, error) {
	m.mu.Lock()
	var found []*Group
	for k, g := range m.groups {
		if stream == "" || k.Stream == stream {
			found = append(found, g)
		}
	}
	m.mu.Unlock()
	if stream != "" && len(found) == 0 {
		return nil, &Error{Kind: NotFound, Key: Key{Stream: stream}}
	}
	slices.SortFunc(found, func(a, b *Group) int { return strings.Compare(a.key.String(), b.key.String()) })
	out := make([]Info, 0, len(found))
	for _, g := range found {
		i, err := g.info()
		if err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	return out, nil
}

func (g *Group) info() (Info, error) {
	g.mu.Lock()
	i := Info{
		Key: g.key, Settings: g.s.settings, Status: "NotReady", StartFrom: g.startFrom(),
		Total: g.s.delivered, Lately: g.rate.lately, PerSecond: g.rate.perSecond,
		Buffered: len(g.s.buffer), Retrying: len(g.s.retry),
	}
	switch {
	case g.ready && g.live:
		i.Status = "Live"
	case g.ready:
		i.Status = "Behind"
	}
	if g.written.any {
		i.LastCheckpoint = g.key.text(g.written.at)
	}
	if g.hasKnown {
		i.LastKnown = g.key.text(g.known)
	}
	for _, c := range g.s.consumers {
		i.Outstanding += c.inFlight
		i.Consumers = append(i.Consumers, ConsumerInfo{
			c.peer, c.rate.total, c.rate.lately, c.rate.perSecond, c.slots - c.inFlight, c.inFlight,
		})
	}
	replayed := g.replayed
	g.mu.Unlock()
	var err error
	i.Parked, err = g.parkedCount(replayed)
	return i, err
}

func (g *Group) startFrom() string {
	start := g.s.settings.Start
	switch {
	case !start.End:
		return g.key.text(start.At)
	case g.key.Stream == All:
		return "C:-1/P:-1"
	}
	return "-1"
}

// Milliseconds is how the protocol counts durations. What it cannot count is the
// greatest number it can.
func Milliseconds(d time.Duration) int32 { return int32(min(d/time.Millisecond, math.MaxInt32)) }
