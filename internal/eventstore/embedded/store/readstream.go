package store

import (
	"encoding/binary"
	"errors"
	"math"
	"sort"
	"time"

	"github.com/cockroachdb/pebble/v2"
)

// StreamPage is a run of a stream's visible events in the order asked for.
type StreamPage struct {
	Recs []Rec
	Head *Head
	Low  int64 // first revision that can be seen
	Next int64 // revision with which the next page begins
	Done bool  // nothing more at the time of reading
}

// LastRevision asks a backward read to begin at the end.
const LastRevision int64 = math.MaxInt64

// StreamForward reads at most n visible events from a revision on. A stream
// that is missing, soft-deleted or tombstoned gives no events: see the head.
func (s *Store) StreamForward(stream string, from int64, n int) (StreamPage, error) {
	p, end, err := s.stream(stream)
	if err != nil || !p.Head.Exists() || p.Head.Tombstoned() {
		return p, err
	}
	p.Next = max(from, p.Low)
	if p.Next > p.Head.Last {
		return p, nil
	}
	p.Done = false
	it, err := s.db.NewIter(&pebble.IterOptions{
		LowerBound: revisionKey(nil, stream, p.Next), UpperBound: revisionKey(nil, stream, p.Head.Last+1),
	})
	if err != nil {
		return p, err
	}
	err = s.collect(it, &p, end, n, it.First, it.Next, 1)
	if len(p.Recs) == 0 || p.Next > p.Head.Last {
		p.Done = true
	}
	return p, err
}

// StreamBackward reads at most n visible events from a revision, or from the
// last one, towards the first.
func (s *Store) StreamBackward(stream string, from int64, n int) (StreamPage, error) {
	p, end, err := s.stream(stream)
	if err != nil || !p.Head.Exists() || p.Head.Tombstoned() {
		return p, err
	}
	p.Next = min(from, p.Head.Last)
	if p.Next < p.Low {
		return p, nil
	}
	p.Done = false
	it, err := s.db.NewIter(&pebble.IterOptions{
		LowerBound: revisionKey(nil, stream, p.Low), UpperBound: revisionKey(nil, stream, p.Next+1),
	})
	if err != nil {
		return p, err
	}
	err = s.collect(it, &p, end, n, it.Last, it.Prev, -1)
	if len(p.Recs) == 0 || p.Next < p.Low {
		p.Done = true
	}
	return p, err
}

// stream looks up what every read of a stream begins with.
func (s *Store) stream(stream string) (p StreamPage, end uint64, err error) {
	end = s.Tail()
	p = StreamPage{Done: true}
	if p.Head, err = s.Head(stream); err != nil || !p.Head.Exists() || p.Head.Tombstoned() {
		return p, end, err
	}
	p.Low, err = s.low(stream, p.Head)
	return p, end, err
}

// low is the first revision that metadata lets be seen.
func (s *Store) low(stream string, h *Head) (int64, error) {
	count := h.Meta.MaxCount
	if _, ok := MetadataOf(stream); ok {
		count = 1 // of metadata only the newest is shown
	}
	low := h.Meta.TruncateBefore
	if count > 0 {
		low = max(low, h.Last-count+1)
	}
	if h.Meta.MaxAge == 0 {
		return low, nil
	}
	const ticks = int64(time.Second / 100)
	oldest := time.Now().UnixNano()/100 - min(h.Meta.MaxAge, math.MaxInt64/ticks)*ticks
	var failed error
	n := sort.Search(int(h.Last-low+1), func(i int) bool {
		r, ok, err := s.recordAt(stream, low+int64(i))
		if err != nil {
			failed = err
		}
		if err != nil || !ok {
			return false // a scavenged event was too old
		}
		v, err := r.View()
		if err != nil {
			failed = err
		}
		return v.Created >= oldest
	})
	return low + int64(n), failed
}

// collect follows the stream's index and fetches the events.
func (s *Store) collect(index *pebble.Iterator, p *StreamPage, end uint64, n int, start, step func() bool, by int64) error {
	defer index.Close()
	events, err := s.db.NewIter(&pebble.IterOptions{LowerBound: []byte{keyEvent}, UpperBound: eventKey(nil, end)})
	if err != nil {
		return err
	}
	var a arena
	limit := newPageLimit(n)
	var key [9]byte
	for ok := start(); ok; ok = step() {
		at, size := binary.Uvarint(index.Value())
		if size <= 0 {
			return errors.Join(errHead, events.Close())
		}
		revision := keyRevision(index.Key())
		if at >= end { // committed, but not yet synced when this read began
			if by > 0 {
				break
			}
			p.Next = revision + by
			continue
		}
		if !events.SeekGE(eventKey(key[:0], at)) || eventPosition(events.Key()) != at {
			if err := events.Error(); err != nil {
				return errors.Join(err, events.Close())
			}
			p.Next = revision + by // scavenged in the meantime
			continue
		}
		v, err := events.ValueAndErr()
		if err != nil {
			return errors.Join(err, events.Close())
		}
		if !limit.take(len(v)) {
			break
		}
		p.Next = revision + by
		p.Recs = append(p.Recs, Rec{at, a.copy(v)})
	}
	return errors.Join(index.Error(), events.Error(), events.Close())
}

// Visible fetches one event of a stream, for a link that points at it. It
// reports false if there is none or metadata hides it.
func (s *Store) Visible(stream string, revision int64) (Rec, bool, error) {
	p, end, err := s.stream(stream)
	if err != nil || !p.Head.Exists() || p.Head.Tombstoned() || revision < p.Low || revision > p.Head.Last {
		return Rec{}, false, err
	}
	r, ok, err := s.recordAt(stream, revision)
	return r, ok && r.Position < end, err
}

func (s *Store) position(stream string, revision int64) (uint64, bool, error) {
	v, closer, err := s.db.Get(revisionKey(nil, stream, revision))
	if errors.Is(err, pebble.ErrNotFound) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	defer closer.Close()
	at, n := binary.Uvarint(v)
	if n <= 0 {
		return 0, false, errHead
	}
	return at, true, nil
}

func (s *Store) recordAt(stream string, revision int64) (Rec, bool, error) {
	at, ok, err := s.position(stream, revision)
	if err != nil || !ok {
		return Rec{}, false, err
	}
	v, closer, err := s.db.Get(eventKey(nil, at))
	if errors.Is(err, pebble.ErrNotFound) {
		return Rec{}, false, nil
	}
	if err != nil {
		return Rec{}, false, err
	}
	defer closer.Close()
	return Rec{at, append([]byte(nil), v...)}, true, nil
}

// Remains reads a page of what a tombstoned stream still holds from a revision
// on, whatever its metadata said; the tombstone comes last.
func (s *Store) Remains(stream string, from int64) ([]Rec, error) {
	end := s.Tail()
	upper := nameKey(nil, keyStream, stream)
	upper = binary.BigEndian.AppendUint64(upper, math.MaxUint64)
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: revisionKey(nil, stream, from), UpperBound: upper})
	if err != nil {
		return nil, err
	}
	p := StreamPage{}
	err = s.collect(it, &p, end, pageEvents, it.First, it.Next, 1)
	return p.Recs, err
}
