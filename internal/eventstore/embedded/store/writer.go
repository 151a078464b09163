package store

import (
	"encoding/binary"
	"errors"
	"hash/maphash"
	"time"

	"docket/internal/eventstore/embedded/record"

	"github.com/cockroachdb/pebble/v2"
)

const (
	groupOps   = 1024    // appends committed together at most
	groupBytes = 8 << 20 // and bytes, before no more are taken
)

// op is an operation for the writer. It runs in the goroutine that writes and
// must stage nothing if it fails.
type op interface {
	run(*Tx) error
	outcome() chan error
}

// writer is the state that only who writes touches.
type writer struct {
	end     uint64 // where the next event will stand
	created int64  // newest stamp given
	ids     generations[idKey, int64]
	seed    maphash.Seed
	pending []op
	errs    []error
}

type idKey struct {
	stream uint64
	id     record.ID
}

func (w *writer) idKey(stream string, id record.ID) idKey {
	return idKey{maphash.String(w.seed, stream), id}
}

// Tx is one group of writes that becomes durable as a whole.
type Tx struct {
	s      *Store
	batch  *pebble.Batch
	heads  map[string]*Head
	recs   []Rec
	staged []stagedEvent
	arena  []byte
	bytes  int
}

type stagedEvent struct {
	stream   string
	revision int64
	id       record.ID
}

// group runs one operation and all that wait behind it, and commits once.
func (s *Store) group(first op) {
	tx := &Tx{s: s, batch: s.db.NewBatch(), heads: map[string]*Head{}}
	defer tx.batch.Close()
	pending, errs := s.w.pending[:0], s.w.errs[:0]
	end, created := s.w.end, s.w.created
	for o := first; ; {
		pending, errs = append(pending, o), append(errs, s.attempt(o, tx))
		if len(pending) >= groupOps || tx.bytes >= groupBytes {
			break
		}
		select {
		case o = <-s.ops:
			continue
		default:
		}
		break
	}
	if err := tx.commit(); err != nil {
		s.w.end, s.w.created = end, created
		for i := range errs {
			errs[i] = err
		}
	}
	for i, o := range pending {
		o.outcome() <- errs[i]
	}
	clear(pending)
	s.w.pending, s.w.errs = pending, errs
}

func (s *Store) attempt(o op, tx *Tx) error {
	if err := s.Err(); err != nil {
		return err
	}
	return o.run(tx)
}

func (tx *Tx) commit() error {
	s := tx.s
	if tx.batch.Empty() {
		return nil
	}
	if err := tx.batch.Commit(pebble.Sync); err != nil {
		s.fail(err)
	}
	if err := s.Err(); err != nil { // Pebble reports a failed commit to its logger
		return err
	}
	s.commits.Add(1)
	s.events.Add(int64(len(tx.recs)))
	s.heads.publish(tx.heads)
	s.tail.add(tx.recs)
	s.durable.Store(s.w.end)
	s.wake()
	return nil
}

func (tx *Tx) head(name string) (*Head, error) {
	if h := tx.heads[name]; h != nil {
		return h, nil
	}
	return tx.s.head(name)
}

// SetMark stores a value under a name, for a task that must know on restart how
// far its writes went. It is as durable as the events of the same group.
func (tx *Tx) SetMark(name string, value []byte) error {
	return tx.batch.Set(append([]byte{keyMark}, name...), value, nil)
}

// Mark reads what [Tx.SetMark] stored; nil if nothing was.
func (s *Store) Mark(name string) ([]byte, error) {
	v, closer, err := s.db.Get(append([]byte{keyMark}, name...))
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer closer.Close()
	return append([]byte(nil), v...), nil
}

// ticks gives the stamp for an event: the wall clock, never going back.
func (w *writer) ticks() int64 {
	if now := time.Now().UnixNano() / 100; now > w.created {
		w.created = now
	}
	return w.created
}

// put stages one event at the end of the log.
func (tx *Tx) put(stream string, revision int64, created int64, p record.Proposed) (uint64, error) {
	w := &tx.s.w
	pos := w.end
	if need := 256 + len(stream) + len(p.Type) + len(p.Data) + len(p.Meta); cap(tx.arena)-len(tx.arena) < need {
		// Small: what stays in the tail cache keeps its whole arena alive.
		tx.arena = make([]byte, 0, max(need, min(64<<10, max(1<<10, 2*cap(tx.arena)))))
	}
	from := len(tx.arena)
	tx.arena = record.Append(tx.arena, stream, revision, pos, created, p)
	raw := tx.arena[from:len(tx.arena):len(tx.arena)]
	var key [9]byte
	if err := tx.batch.Set(eventKey(key[:0], pos), raw, nil); err != nil {
		return 0, err
	}
	var at [binary.MaxVarintLen64]byte
	var index [128]byte
	if err := tx.batch.Set(revisionKey(index[:0], stream, revision), binary.AppendUvarint(at[:0], pos), nil); err != nil {
		return 0, err
	}
	w.end += record.LogSize(len(stream), len(p.Type), len(p.Data), len(p.Meta))
	w.ids.put(w.idKey(stream, p.ID), revision)
	tx.recs = append(tx.recs, Rec{pos, raw})
	tx.staged = append(tx.staged, stagedEvent{stream, revision, p.ID})
	tx.bytes += len(raw)
	return pos, nil
}

func (tx *Tx) setHead(name string, h *Head) error {
	tx.heads[name] = h
	var key [128]byte
	return tx.batch.Set(nameKey(key[:0], keyHead, name), h.encode(), nil)
}
