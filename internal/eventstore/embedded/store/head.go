package store

import (
	"encoding/binary"
	"errors"
	"math"

	"docket/internal/eventstore/embedded/record"

	"github.com/cockroachdb/pebble/v2"
)

// Head is what must be known of a stream to write it or to read it. It is
// immutable: a change makes a new one.
type Head struct {
	Last     int64 // last revision; -1 none, record.TombstoneRevision after a tombstone
	MetaLast int64 // last revision of the metadata stream, -1 none
	Meta     Meta
}

var noHead = &Head{Last: -1, MetaLast: -1}

// softDeleted is the $tb that a soft delete leaves.
const softDeleted = math.MaxInt64

// Tombstoned tells whether the stream is gone for ever.
func (h *Head) Tombstoned() bool { return h.Last == record.TombstoneRevision }

// SoftDeleted tells whether the stream reads as missing until written again.
func (h *Head) SoftDeleted() bool { return h.Meta.TruncateBefore == softDeleted }

// Exists tells whether a read of the stream finds it.
func (h *Head) Exists() bool { return h.Last >= 0 && !h.SoftDeleted() }

func (h *Head) encode() []byte {
	b := binary.AppendVarint(nil, h.Last)
	b = binary.AppendVarint(b, h.MetaLast)
	return append(b, h.Meta.raw...)
}

var errHead = errors.New("corrupt stream head")

func decodeHead(b []byte) (*Head, error) {
	last, n := binary.Varint(b)
	if n <= 0 {
		return nil, errHead
	}
	meta, m := binary.Varint(b[n:])
	if m <= 0 {
		return nil, errHead
	}
	h := &Head{Last: last, MetaLast: meta}
	if raw := b[n+m:]; len(raw) > 0 {
		h.Meta = ParseMeta(append([]byte(nil), raw...))
	}
	return h, nil
}

// Head gives the head of a stream; one that was never written has Last and
// MetaLast -1. A metadata stream is tombstoned with the stream it describes.
func (s *Store) Head(name string) (*Head, error) {
	h, err := s.head(name)
	if err != nil {
		return nil, err
	}
	if of, ok := MetadataOf(name); ok {
		o, err := s.head(of)
		if err != nil {
			return nil, err
		}
		if o.Tombstoned() {
			return &Head{Last: record.TombstoneRevision, MetaLast: -1}, nil
		}
	}
	return h, nil
}

func (s *Store) head(name string) (*Head, error) {
	h, stamp := s.heads.get(name)
	if h != nil {
		return h, nil
	}
	h, err := s.loadHead(name)
	if err != nil {
		return nil, err
	}
	return s.heads.fill(name, h, stamp), nil
}

func (s *Store) loadHead(name string) (*Head, error) {
	v, closer, err := s.db.Get(nameKey(nil, keyHead, name))
	if errors.Is(err, pebble.ErrNotFound) {
		return noHead, nil
	}
	if err != nil {
		return nil, err
	}
	defer closer.Close()
	return decodeHead(v)
}
