package store

import (
	"context"

	"docket/internal/eventstore/embedded/record"
)

// Written tells where an append ended up.
type Written struct {
	Last     int64  // revision of its last event; of the stream if it had none, -1 if it has none
	Position uint64 // of its last event
	Located  bool   // Position is known; not so for a repeated append whose events were scavenged
	Repeated bool   // nothing was written: it was there already
}

type appendOp struct {
	stream string
	want   Expected
	events []record.Proposed
	got    Written
	done   chan error
}

func (o *appendOp) outcome() chan error { return o.done }

func (o *appendOp) run(tx *Tx) (err error) {
	o.got, err = tx.Append(o.stream, o.want, o.events)
	return err
}

// Append writes events to the end of a stream if it is as expected, all or none
// of them, next to each other in the log. It returns once they are synced.
// Refusals are [*WrongRevision] and [*StreamDeleted]. An error of ctx means that
// the append was not begun.
func (s *Store) Append(ctx context.Context, stream string, want Expected, events []record.Proposed) (Written, error) {
	if err := CheckName(stream); err != nil {
		return Written{}, err
	}
	o := &appendOp{stream: stream, want: want, events: events, done: make(chan error, 1)}
	err := s.submit(ctx, o)
	return o.got, err
}

// Begin is [Store.Append] in two steps: it returns when the append has its place
// in the order of appends, and wait tells what became of it. Ctx bounds both,
// but once begun the append may succeed all the same.
func (s *Store) Begin(ctx context.Context, stream string, want Expected, events []record.Proposed) (wait func() (Written, error), err error) {
	if err := CheckName(stream); err != nil {
		return nil, err
	}
	o := &appendOp{stream: stream, want: want, events: events, done: make(chan error, 1)}
	if err := s.begin(ctx, o); err != nil {
		return nil, err
	}
	return func() (Written, error) {
		select {
		case err := <-o.done:
			return o.got, err
		case <-ctx.Done():
			return Written{}, ctx.Err()
		case <-s.stopped:
			err := s.lastWord(o)
			return o.got, err
		}
	}, nil
}

type updateOp struct {
	f    func(*Tx) error
	done chan error
}

func (o *updateOp) outcome() chan error { return o.done }
func (o *updateOp) run(tx *Tx) error    { return o.f(tx) }

// Update runs f as the writer, with several appends and marks that become
// durable together. It must not block, and must not fail after its first write.
func (s *Store) Update(ctx context.Context, f func(*Tx) error) error {
	return s.submit(ctx, &updateOp{f, make(chan error, 1)})
}

// Append is [Store.Append] as part of a group.
func (tx *Tx) Append(stream string, want Expected, events []record.Proposed) (Written, error) {
	if err := CheckName(stream); err != nil {
		return Written{}, err
	}
	h, err := tx.guarded(stream)
	if err != nil {
		return Written{}, err
	}
	verdict, last := Check(h, want, events, past{tx, stream})
	switch verdict {
	case Deleted:
		return Written{}, &StreamDeleted{stream}
	case Wrong:
		return Written{}, &WrongRevision{stream, want, h.Last}
	case Repeat:
		pos, ok, err := tx.locate(stream, last)
		return Written{Last: last, Position: pos, Located: ok, Repeated: true}, err
	case Write:
	}
	if len(events) == 0 {
		return Written{Last: h.Last, Position: tx.s.w.end, Located: true}, nil
	}
	undelete, err := tx.undeletes(stream, h)
	if err != nil {
		return Written{}, err
	}
	pos, err := tx.write(stream, h, tx.s.w.ticks(), events)
	if err != nil {
		return Written{}, err
	}
	if undelete != "" {
		if err := tx.undelete(undelete); err != nil {
			return Written{}, err
		}
	}
	return Written{Last: h.Last + int64(len(events)), Position: pos, Located: true}, nil
}

// guarded is the head the commit check has to look at: a metadata stream is
// gone when the stream it describes is.
func (tx *Tx) guarded(stream string) (*Head, error) {
	h, err := tx.head(stream)
	if err != nil {
		return nil, err
	}
	if of, ok := MetadataOf(stream); ok {
		o, err := tx.head(of)
		if err != nil {
			return nil, err
		}
		if o.Tombstoned() {
			return o, nil
		}
	}
	return h, nil
}

// write stages events and the heads that follow from them.
func (tx *Tx) write(stream string, h *Head, created int64, events []record.Proposed) (pos uint64, err error) {
	next := *h
	for _, e := range events {
		next.Last++
		if pos, err = tx.put(stream, next.Last, created, e); err != nil {
			return 0, err
		}
	}
	if err := tx.setHead(stream, &next); err != nil {
		return 0, err
	}
	of, ok := MetadataOf(stream)
	if !ok {
		return pos, nil
	}
	o, err := tx.head(of)
	if err != nil {
		return 0, err
	}
	described := *o
	described.MetaLast, described.Meta = next.Last, metaFrom(events[len(events)-1])
	return pos, tx.setHead(of, &described)
}

// past lets the commit check see this group's own writes too.
type past struct {
	tx     *Tx
	stream string
}

func (p past) Recent(id record.ID) (int64, bool) {
	w := &p.tx.s.w
	return w.ids.get(w.idKey(p.stream, id))
}

func (p past) At(revision int64) (record.ID, bool) {
	for _, e := range p.tx.staged {
		if e.revision == revision && e.stream == p.stream {
			return e.id, true
		}
	}
	r, ok, err := p.tx.s.recordAt(p.stream, revision)
	if err != nil || !ok {
		return record.ID{}, false
	}
	v, err := r.View()
	return v.ID, err == nil
}

// locate finds the position of an event that this group or the log holds.
func (tx *Tx) locate(stream string, revision int64) (uint64, bool, error) {
	for i, e := range tx.staged {
		if e.revision == revision && e.stream == stream {
			return tx.recs[i].Position, true, nil
		}
	}
	return tx.s.position(stream, revision)
}
