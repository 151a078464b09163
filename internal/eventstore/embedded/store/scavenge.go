package store

import (
	"context"
	"encoding/binary"
	"errors"

	"docket/internal/eventstore/embedded/record"

	"github.com/cockroachdb/pebble/v2"
)

// scavengeStep is how many events are removed in one commit, between appends.
const scavengeStep = 1000

// Scavenged tells what a scavenge removed.
type Scavenged struct {
	Streams int `json:"streams"` // that lost events
	Events  int `json:"events"`
}

// Scavenge removes for good the events that deletion and metadata hide, and
// gives their space back. Positions and revisions of the others stay. Of a
// tombstoned stream only the tombstone is kept; links to removed events dangle.
func (s *Store) Scavenge(ctx context.Context) (done Scavenged, err error) {
	it, err := s.db.NewIterWithContext(ctx, &pebble.IterOptions{LowerBound: []byte{keyHead}, UpperBound: []byte{keyHead + 1}})
	if err != nil {
		return done, err
	}
	for ok := it.First(); ok; ok = it.Next() {
		n, err := s.scavengeStream(ctx, string(it.Key()[3:]))
		if err != nil {
			return done, errors.Join(err, it.Close())
		}
		if done.Events += n; n > 0 {
			done.Streams++
		}
	}
	if err := errors.Join(it.Error(), it.Close()); err != nil || done.Events == 0 {
		return done, err
	}
	s.tail.forget()
	if err := s.db.Flush(); err != nil {
		return done, err
	}
	for _, kind := range []byte{keyEvent, keyStream} {
		if err := s.db.Compact(ctx, []byte{kind}, []byte{kind + 1}, false); err != nil {
			return done, err
		}
	}
	return done, nil
}

func (s *Store) scavengeStream(ctx context.Context, name string) (total int, err error) {
	for {
		n := 0
		err := s.Update(ctx, func(tx *Tx) (err error) {
			n, err = tx.scavenge(name)
			return err
		})
		if total += n; err != nil || n < scavengeStep {
			return total, err
		}
	}
}

// scavenge removes the oldest hidden events of a stream. It runs in the writer,
// so that what is hidden cannot change meanwhile; events of this very group are
// not in the index yet and stay.
func (tx *Tx) scavenge(name string) (n int, err error) {
	s := tx.s
	h, err := tx.guarded(name)
	if err != nil {
		return 0, err
	}
	var low int64
	switch {
	case h.Tombstoned():
		low = record.TombstoneRevision
	case h.SoftDeleted():
		low = h.Last + 1
	default:
		if low, err = s.low(name, h); err != nil || low <= 0 {
			return 0, err
		}
	}
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: revisionKey(nil, name, 0), UpperBound: revisionKey(nil, name, low)})
	if err != nil {
		return 0, err
	}
	for ok := it.First(); ok && n < scavengeStep; ok = it.Next() {
		at, size := binary.Uvarint(it.Value())
		if size <= 0 {
			return 0, errors.Join(errHead, it.Close())
		}
		if err := tx.batch.Delete(it.Key(), nil); err != nil {
			return 0, errors.Join(err, it.Close())
		}
		if err := tx.batch.Delete(eventKey(nil, at), nil); err != nil {
			return 0, errors.Join(err, it.Close())
		}
		n++
	}
	if err := errors.Join(it.Error(), it.Close()); err != nil || n == 0 {
		return 0, err
	}
	return n, tx.batch.Set(keyTail, binary.AppendUvarint(nil, s.w.end), nil)
}
