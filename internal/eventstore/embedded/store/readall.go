package store

import (
	"errors"

	"docket/internal/eventstore/embedded/record"

	"github.com/cockroachdb/pebble/v2"
)

// Page is a run of events in the order asked for.
type Page struct {
	Recs []Rec
	Next uint64 // where the next page begins
	Done bool   // nothing more at the time of reading
}

// Forward reads at most n events that stand at a position or after it.
func (s *Store) Forward(from uint64, n int) (Page, error) {
	end := s.Tail()
	if from >= end {
		return Page{Next: from, Done: true}, nil
	}
	if recs, ok := s.tail.after(from, newPageLimit(n)); ok {
		return forwardPage(recs, from, end)
	}
	it, err := s.db.NewIter(&pebble.IterOptions{
		LowerBound: eventKey(nil, from), UpperBound: eventKey(nil, end),
	})
	if err != nil {
		return Page{}, err
	}
	var recs []Rec
	var a arena
	limit := newPageLimit(n)
	for ok := it.First(); ok; ok = it.Next() {
		v, err := it.ValueAndErr()
		if err != nil {
			return Page{}, errors.Join(err, it.Close())
		}
		if !limit.take(len(v)) {
			break
		}
		recs = append(recs, Rec{eventPosition(it.Key()), a.copy(v)})
	}
	if err := errors.Join(it.Error(), it.Close()); err != nil {
		return Page{}, err
	}
	return forwardPage(recs, from, end)
}

func forwardPage(recs []Rec, from, end uint64) (Page, error) {
	if len(recs) == 0 {
		return Page{Next: max(from, end), Done: true}, nil
	}
	v, err := recs[len(recs)-1].View()
	if err != nil {
		return Page{}, err
	}
	return Page{Recs: recs, Next: v.End(), Done: v.End() >= end}, nil
}

// Backward reads at most n events that end at a position or before it, the
// newest first.
func (s *Store) Backward(before uint64, n int) (Page, error) {
	before = min(before, s.Tail())
	it, err := s.db.NewIter(&pebble.IterOptions{
		LowerBound: []byte{keyEvent}, UpperBound: eventKey(nil, before),
	})
	if err != nil {
		return Page{}, err
	}
	p := Page{Next: before, Done: true}
	var a arena
	limit := newPageLimit(n)
	for ok := it.Last(); ok; ok = it.Prev() {
		v, err := it.ValueAndErr()
		if err != nil {
			return Page{}, errors.Join(err, it.Close())
		}
		if !limit.take(len(v)) {
			p.Done = false
			break
		}
		p.Next = eventPosition(it.Key())
		p.Recs = append(p.Recs, Rec{p.Next, a.copy(v)})
	}
	return p, errors.Join(it.Error(), it.Close())
}

// CheckPosition refuses a position that is inside an event: only positions that
// the store gave out mean anything.
func (s *Store) CheckPosition(pos uint64) error {
	if pos == 0 || pos >= s.Tail() {
		return nil
	}
	p, err := s.Backward(pos, 1)
	if err != nil || len(p.Recs) == 0 {
		return err
	}
	v, err := p.Recs[0].View()
	if err != nil {
		return err
	}
	if v.End() > pos {
		return ErrPosition
	}
	return nil
}

// recover finds the end of the log and what the writer must remember of it.
func (s *Store) recover() error {
	s.w = newWriter()
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: []byte{keyEvent}, UpperBound: []byte{keyEvent + 1}})
	if err != nil {
		return err
	}
	remembered, seen := 0, 0
	for ok := it.Last(); ok && remembered < idsCached && seen < recoverBytes; ok = it.Prev() {
		raw, err := it.ValueAndErr()
		if err != nil {
			return errors.Join(err, it.Close())
		}
		v, err := record.Parse(raw)
		if err != nil {
			return errors.Join(err, it.Close())
		}
		if remembered == 0 {
			s.w.end, s.w.created = v.End(), v.Created
		}
		key := s.w.idKey(string(v.Stream), v.ID)
		if _, newer := s.w.ids.young[key]; !newer {
			s.w.ids.put(key, v.Revision)
		}
		remembered++
		seen += len(raw)
	}
	if err := errors.Join(it.Error(), it.Close()); err != nil {
		return err
	}
	end, err := s.scavengedTail()
	if err != nil {
		return err
	}
	s.w.end = max(s.w.end, end)
	s.durable.Store(s.w.end)
	return nil
}
