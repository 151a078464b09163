package commands

import (
	"container/list"
	"context"
	"errors"
	"hash/maphash"
	"slices"
	"sync"
	"time"

	"docket/domain"
	"docket/domain/ticket"
)

// memory holds the states of the streams that were appended to last, each as it was after that append. Whether a stream has
// moved on since, only the store knows.
type memory struct {
	limit int
	seed  maphash.Seed

	mu     sync.Mutex
	age    uint64                            // how often everything was forgotten
	states map[domain.StreamID]*list.Element // of *past
	order  list.List                         // the last used first
}

// past is what a command has to know of a stream's events.
type past struct {
	stream   domain.StreamID
	revision domain.Revision
	state    any       // folded and not completed; its owner's alone
	latest   time.Time // effective time
	issued   []uint64  // digests of the commands
}

// remembers are the categories whose streams are worked on in quick succession.
var remembers = map[string]bool{ticket.Decider.Category: true}

const (
	remembered = 2048 // states, at some kilobytes each
	longPast   = 2000 // commands from which a stream is not worth it
)

func newMemory(limit int) *memory {
	return &memory{limit: limit, seed: maphash.MakeSeed(), states: map[domain.StreamID]*list.Element{}}
}

// now is to be taken before what is put was read, and given to put with it: what was read before everything was forgotten is
// not kept.
func (m *memory) now() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.age
}

// take gives a stream's past away; nil when there is none, or somebody else has it.
func (m *memory) take(stream domain.StreamID) *past {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.states[stream]
	if e == nil {
		return nil
	}
	return m.drop(e)
}

// put keeps a stream's past, unless a later one is known.
func (m *memory) put(p *past, age uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if age != m.age || len(p.issued) > longPast {
		return
	}
	if e := m.states[p.stream]; e != nil {
		if e.Value.(*past).revision >= p.revision {
			return
		}
		m.drop(e)
	}
	m.states[p.stream] = m.order.PushFront(p)
	if m.order.Len() > m.limit {
		m.drop(m.order.Back())
	}
}

func (m *memory) drop(e *list.Element) *past {
	p := m.order.Remove(e).(*past)
	delete(m.states, p.stream)
	return p
}

// Forget drops every state from memory. It is to be called whenever a key has been destroyed, since states hold what was sealed
// under it.
func (p *Pipeline) Forget() {
	m := p.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	m.age++
	clear(m.states)
	m.order.Init()
}

// digest stands for a command that was issued; the seed is random, so that nobody can choose two with the same.
func (m *memory) digest(principal, command, key string) uint64 {
	return maphash.Comparable(m.seed, [3]string{principal, command, key})
}

// pastOf is what the events of a stream say.
func (t *try) pastOf(history []domain.Envelope, revision domain.Revision) past {
	p := past{stream: t.stream, revision: revision}
	keeps := remembers[t.e.Category]
	for i := range history {
		m := &history[i].Meta
		if m.Effective.After(p.latest) {
			p.latest = m.Effective
		}
		if keeps && m.Index == 0 {
			p.issued = append(p.issued, t.p.memory.digest(m.Principal, m.Command, m.Key))
		}
	}
	return p
}

// remember keeps the state that the stored events lead to.
func (t *try) remember(events []any, revision uint64) {
	if !remembers[t.e.Category] {
		return
	}
	state, err := t.x.settle(events)
	if err != nil {
		return // then the stream is read
	}
	p := t.past
	p.state, p.revision = state, domain.Revision(revision)
	if t.m.Effective.After(p.latest) {
		p.latest = t.m.Effective
	}
	p.issued = append(p.issued, t.p.memory.digest(t.r.Actor.Principal, t.e.Name, t.key))
	t.p.memory.put(&p, t.age)
}

// errRecalled: what would be done or told rests on a state from memory; the stream has to be read first.
var errRecalled = errors.New("the stream has to be read")

// fromMemory decides the command on the stream's state as this process left it, which saves reading the stream. Of what comes of
// that nothing counts but an append, since that one succeeds only at the very revision that was known: the stream was what it
// was taken for. Everything else – a refusal, a denial and its record, a conflict, a repetition, nothing to do, a claim or a
// number to be taken first – is looked at again on the stream as it is: over is false, and nothing has happened.
func (t *try) fromMemory(ctx context.Context) (a Answer, over bool, err error) {
	if !remembers[t.e.Category] || t.fresh || t.e.Creates || t.e.Reveals {
		return Answer{}, false, nil
	}
	t.age = t.p.memory.now()
	known := t.p.memory.take(t.stream)
	if known == nil || slices.Contains(known.issued, t.p.memory.digest(t.r.Actor.Principal, t.e.Name, t.key)) {
		return Answer{}, false, nil
	}
	failures := slices.Clone(t.r.Failures)
	t.recalled, t.history, t.revision, t.past = true, nil, known.revision, *known
	t.x = t.e.begin(t.r.Command)
	if err = t.x.resume(t.stream, known.state, t.p.Library); err == nil {
		t.begin()
		a, err = t.carryOut(ctx)
	}
	t.recalled, t.r.Failures = false, failures
	e, refused := refusal(err)
	unreachable := refused && e.Code == domain.Unavailable && !errors.Is(err, domain.ErrAmbiguous)
	return a, err == nil || t.stored || unreachable, err // asking once more would only wait once more
}
