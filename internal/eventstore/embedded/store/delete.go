package store

import (
	"context"
	"crypto/rand"
	"math"
	"strconv"

	"docket/internal/eventstore/embedded/record"
)

// NewID makes a random event id.
func NewID() (i record.ID) {
	_, _ = rand.Read(i[:]) // never fails
	i[6], i[8] = i[6]&0x0f|0x40, i[8]&0x3f|0x80
	return i
}

var softDeleteData = []byte(`{"$tb":` + strconv.FormatInt(math.MaxInt64, 10) + `}`)

// Delete makes a stream read as missing until it is written again. It gives the
// position of the metadata event that says so; any other metadata is lost.
func (s *Store) Delete(ctx context.Context, stream string, want Expected) (pos uint64, err error) {
	err = s.remove(ctx, stream, want, func(tx *Tx, h *Head) (err error) {
		if h.Last < 0 && h.MetaLast < 0 {
			return &WrongRevision{stream, want, -1}
		}
		name := MetadataStream(stream)
		m, err := tx.head(name)
		if err != nil {
			return err
		}
		pos, err = tx.write(name, m, tx.s.w.ticks(), []record.Proposed{{
			ID: NewID(), Type: record.TypeMetadata, JSON: true, Data: softDeleteData,
		}})
		return err
	})
	return pos, err
}

// Tombstone removes a stream for ever; it need not exist. It gives the position
// of the tombstone.
func (s *Store) Tombstone(ctx context.Context, stream string, want Expected) (pos uint64, err error) {
	err = s.remove(ctx, stream, want, func(tx *Tx, h *Head) (err error) {
		pos, err = tx.put(stream, record.TombstoneRevision, s.w.ticks(),
			record.Proposed{ID: NewID(), Type: record.TypeDeleted})
		if err != nil {
			return err
		}
		gone := *h
		gone.Last = record.TombstoneRevision
		return tx.setHead(stream, &gone)
	})
	return pos, err
}

func (s *Store) remove(ctx context.Context, stream string, want Expected, write func(*Tx, *Head) error) error {
	if err := CheckName(stream); err != nil {
		return err
	}
	if _, ok := MetadataOf(stream); ok {
		return ErrName
	}
	return s.Update(ctx, func(tx *Tx) error {
		h, err := tx.guarded(stream)
		if err != nil {
			return err
		}
		verdict, _ := Check(h, want, []record.Proposed{{ID: NewID()}}, past{tx, stream})
		switch verdict {
		case Deleted:
			return &StreamDeleted{stream}
		case Wrong, Repeat:
			return &WrongRevision{stream, want, h.Last}
		case Write:
		}
		return write(tx, h)
	})
}

// undeletes names the stream that a write to stream brings back, if any: itself
// or the one it is the metadata of.
func (tx *Tx) undeletes(stream string, h *Head) (string, error) {
	if h.SoftDeleted() {
		return stream, nil
	}
	of, ok := MetadataOf(stream)
	if !ok {
		return "", nil
	}
	o, err := tx.head(of)
	if err != nil || !o.SoftDeleted() {
		return "", err
	}
	return of, nil
}

// undelete lets a stream show only what is written after its soft deletion. A
// real server does this in a second step; here it is in the same commit.
func (tx *Tx) undelete(stream string) error {
	h, err := tx.head(stream)
	if err != nil {
		return err
	}
	first, err := tx.firstOfGroup(stream, h)
	if err != nil {
		return err
	}
	return tx.setMetadata(stream, withTruncateBefore(h.Meta.raw, first))
}

// firstOfGroup is the first revision that was written after the deletion.
func (tx *Tx) firstOfGroup(stream string, h *Head) (int64, error) {
	first := h.Last + 1
	for i := len(tx.staged) - 1; i >= 0; i-- {
		e := tx.staged[i]
		if e.stream != stream || e.revision != first-1 {
			break
		}
		first--
	}
	return first, nil
}

// EnsureMetadata gives a stream metadata if it has none.
func (tx *Tx) EnsureMetadata(stream string, data []byte) error {
	h, err := tx.head(stream)
	if err != nil || (h.MetaLast >= 0 && !h.SoftDeleted()) {
		return err
	}
	if h.SoftDeleted() { // what was deleted stays so
		data = withTruncateBefore(data, h.Last+1)
	}
	return tx.setMetadata(stream, data)
}

// TruncateBefore hides what a stream holds before a revision.
func (tx *Tx) TruncateBefore(stream string, revision int64) error {
	h, err := tx.head(stream)
	if err != nil || h.Tombstoned() || h.Meta.TruncateBefore >= revision {
		return err
	}
	return tx.setMetadata(stream, withTruncateBefore(h.Meta.raw, revision))
}

func (tx *Tx) setMetadata(stream string, data []byte) error {
	name := MetadataStream(stream)
	m, err := tx.head(name)
	if err != nil {
		return err
	}
	_, err = tx.write(name, m, tx.s.w.ticks(), []record.Proposed{{
		ID: NewID(), Type: record.TypeMetadata, JSON: true, Data: data,
	}})
	return err
}
