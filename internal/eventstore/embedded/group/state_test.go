package group

// The machine is tested from inside: its outside is a network protocol.

import (
	"math/rand/v2"
	"testing"
	"time"

	"docket/internal/eventstore/embedded/record"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func idOf(n uint64) record.ID { return record.IDFromHalves(1, int64(n)) }

func consumer(slots int) *Consumer {
	return &Consumer{slots: slots, ready: make(chan struct{}, 1), ended: make(chan struct{})}
}

// places counts in how many places of the machine each event is.
func places(s *state) map[*message]int {
	at := map[*message]int{}
	for _, m := range s.buffer {
		at[m]++
	}
	for _, m := range s.retry {
		at[m]++
	}
	for _, p := range s.parkings {
		at[p.m]++
	}
	for _, c := range s.consumers {
		for _, flights := range c.flights {
			for _, f := range flights {
				at[f.m]++
			}
		}
	}
	return at
}

// anyFlight picks an event that a consumer has.
func anyFlight(t *rapid.T, s *state) (*Consumer, record.ID, bool) {
	for _, c := range s.consumers {
		for id := range c.flights {
			if rapid.Bool().Draw(t, "this one") {
				return c, id, true
			}
		}
	}
	return nil, record.ID{}, false
}

// TestMachine drives a group with random events, acknowledgements, failures,
// time-outs and consumers that come and go. At any moment every event that is
// not finished must be in exactly one place, and the checkpoint must be before
// the first of them.
func TestMachine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := &state{settings: Settings{
			Strategy:       rapid.SampledFrom([]Strategy{RoundRobin, DispatchToSingle, Pinned}).Draw(t, "strategy"),
			MessageTimeout: time.Second, MaxRetries: rapid.IntRange(0, 3).Draw(t, "retries"), HistoryBuffer: 100,
		}}
		var all []*message
		at, replays := uint64(0), uint64(0)
		now := time.Unix(0, 0)
		act := func(f func()) {
			f()
			s.dispatch(now)
		}
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				at += rapid.Uint64Range(1, 3).Draw(t, "gap")
				m := &message{at: at, id: idOf(at % 7), event: []byte{1}, pin: uint32(at)} // ids repeat
				all = append(all, m)
				act(func() { s.push(m) })
			},
			"pass": func(*rapid.T) {
				at++
				act(func() { s.source.pass(at) })
			},
			"replay": func(*rapid.T) {
				replays++
				m := &message{at: replays, id: idOf(1000 + replays), event: []byte{1}, replayed: true}
				all = append(all, m)
				act(func() { s.pushReplay(m) })
			},
			"connect": func(t *rapid.T) {
				c := consumer(rapid.IntRange(1, 4).Draw(t, "slots"))
				act(func() { s.connect(c) })
			},
			"disconnect": func(t *rapid.T) {
				if len(s.consumers) > 0 {
					c := s.consumers[rapid.IntRange(0, len(s.consumers)-1).Draw(t, "who")]
					act(func() { s.disconnect(c) })
				}
			},
			"ack": func(t *rapid.T) {
				if c, id, ok := anyFlight(t, s); ok {
					act(func() { s.ack(c, id) })
				}
			},
			"nack": func(t *rapid.T) {
				action := rapid.SampledFrom([]Action{Unknown, Park, Retry, Skip, Stop}).Draw(t, "action")
				if c, id, ok := anyFlight(t, s); ok {
					act(func() { s.nack(c, id, action, "why") })
				}
			},
			"parked": func(*rapid.T) {
				if len(s.parkings) > 0 {
					m := s.parkings[0].m
					s.parkings = s.parkings[1:]
					act(func() { s.finish(m) })
				}
			},
			"time": func(t *rapid.T) {
				now = now.Add(time.Duration(rapid.IntRange(0, 1500).Draw(t, "ms")) * time.Millisecond)
				act(func() { s.expire(now) })
			},
			"": func(t *rapid.T) {
				in := places(s)
				for _, m := range all {
					if m.finished {
						require.Zero(t, in[m], "a finished event is still somewhere")
						continue
					}
					require.Equal(t, 1, in[m], "an unfinished event is lost or doubled")
					if m.replayed {
						require.True(t, !s.replay.any || s.replay.done < m.at)
					} else {
						require.True(t, !s.source.any || s.source.done < m.at, "the checkpoint is past an unfinished event")
					}
				}
				for i, m := range s.retry {
					if i > 0 && m.replayed == s.retry[i-1].replayed {
						require.Less(t, s.retry[i-1].at, m.at, "the retry list is out of order")
					}
				}
				for _, c := range s.consumers {
					n := 0
					for _, f := range c.flights {
						n += len(f)
					}
					require.Equal(t, n, c.inFlight)
					require.LessOrEqual(t, n, c.slots)
				}
			},
		})
		finishAll(t, s, at)
	})
}

// finishAll lets one patient consumer acknowledge everything: then the
// checkpoint must be the end of what was read.
func finishAll(t *rapid.T, s *state, at uint64) {
	for len(s.consumers) > 0 {
		s.disconnect(s.consumers[0])
	}
	for _, p := range s.parkings {
		s.finish(p.m)
	}
	s.parkings = nil
	c := consumer(1000)
	s.connect(c)
	s.dispatch(time.Unix(1<<40, 0))
	require.Empty(t, s.buffer)
	require.Empty(t, s.retry)
	for len(c.flights) > 0 {
		for id := range c.flights {
			s.ack(c, id)
		}
	}
	require.True(t, at == 0 || s.source.done == at, "all is done up to %d, the checkpoint is %d", at, s.source.done)
	require.Empty(t, s.source.pending)
}

func TestStrategies(t *testing.T) {
	t.Parallel()
	give := func(strategy Strategy, n int, slots ...int) []int {
		s := &state{settings: Settings{Strategy: strategy, HistoryBuffer: 1000}}
		for _, n := range slots {
			s.connect(consumer(n))
		}
		for i := range n {
			s.push(&message{at: uint64(i), id: idOf(uint64(i)), event: []byte{1}, pin: uint32(i) * 37})
		}
		s.dispatch(time.Now())
		var got []int
		for _, c := range s.consumers {
			got = append(got, c.inFlight)
		}
		return append(got, len(s.buffer))
	}
	require.Equal(t, []int{2, 2, 2, 0}, give(RoundRobin, 6, 5, 5, 5))
	require.Equal(t, []int{1, 4, 0}, give(RoundRobin, 5, 1, 10), "who is full is passed over")
	require.Equal(t, []int{5, 1, 0, 0}, give(DispatchToSingle, 6, 5, 5, 5))
	require.Equal(t, []int{5, 5, 90}, give(Pinned, 100, 5, 5), "what is pinned to a full consumer waits")
}

// TestPins looks that every consumer has its share of sources, and that few
// sources change hands when one comes or goes.
func TestPins(t *testing.T) {
	t.Parallel()
	var p pins
	rng := rand.New(rand.NewPCG(1, 2))
	var consumers []*Consumer
	for range 200 {
		before := p.owner
		if len(consumers) > 0 && rng.IntN(2) == 0 {
			i := rng.IntN(len(consumers))
			consumers = append(consumers[:i:i], consumers[i+1:]...)
		} else {
			consumers = append(consumers, consumer(1))
		}
		p.spread(consumers)
		if len(consumers) == 0 {
			require.Equal(t, [buckets]*Consumer{}, p.owner)
			continue
		}
		share, moved := map[*Consumer]int{}, 0
		for i, c := range p.owner {
			require.NotNil(t, c)
			share[c]++
			if before[i] != nil && before[i] != c {
				moved++
			}
		}
		limit := (buckets + len(consumers) - 1) / len(consumers)
		for _, n := range share {
			require.LessOrEqual(t, n, limit)
		}
		require.LessOrEqual(t, moved, 2*buckets/len(consumers)+len(consumers))
	}
}

func TestCheckpointDue(t *testing.T) {
	t.Parallel()
	s := &state{settings: Settings{MinCheckpoint: 2, MaxCheckpoint: 5, CheckpointAfter: time.Second}}
	due := func(finished int, after time.Duration, tick bool) bool {
		s.finished, s.source.any = finished, true
		return s.checkpointDue(after, tick)
	}
	require.False(t, due(0, time.Hour, true))
	require.False(t, due(1, time.Hour, true), "too few")
	require.True(t, due(2, time.Second, true))
	require.False(t, due(2, time.Second, false), "not on a tick")
	require.False(t, due(2, time.Millisecond, true), "too soon")
	require.True(t, due(5, 0, false), "the upper bound does not wait")
	s.settings.CheckpointAfter = 0
	require.False(t, due(4, time.Hour, true), "never for reasons of time")
}
