package group

import "docket/internal/eventstore/embedded/record"

// message is an event on its way through a group.
type message struct {
	at       uint64    // its place in the source: revision, or position in the whole log
	id       record.ID // by which it is acknowledged: the link's, where links are resolved
	event    []byte    // stored event, nil behind a dangling link
	link     []byte    // stored link, or nil
	position uint64
	retries  int
	replayed bool // from the parked stream; at is its revision there
	pin      uint32
	finished bool
}

// progress knows how far a source has been dealt with without a gap: the place
// before which no event is unfinished, whatever order they finished in. It is
// what a checkpoint may say.
type progress struct {
	pending []*message // in the order of the source
	done    uint64
	any     bool // done means something
}

// begin takes up an event that was read.
func (p *progress) begin(m *message) { p.pending = append(p.pending, m) }

// pass takes note of an event that was read and is not for this group.
func (p *progress) pass(at uint64) {
	if n := len(p.pending); n == 0 {
		p.done, p.any = at, true
	} else if last := p.pending[n-1]; last.finished && last.event == nil && last.link == nil {
		last.at = at
	} else {
		p.pending = append(p.pending, &message{at: at, finished: true})
	}
}

// finish marks an event as dealt with.
func (p *progress) finish(m *message) {
	m.finished = true
	n := 0
	for n < len(p.pending) && p.pending[n].finished {
		p.done, p.any = p.pending[n].at, true
		p.pending[n] = nil
		n++
	}
	p.pending = p.pending[n:]
}
