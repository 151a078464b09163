// Package record is the form in which the engine keeps one event: exactly the
// bytes of the ReadResp message that a reader will be sent, so that serving an
// event costs a copy and not an encoding. It knows the arithmetic of log
// positions and the shapes of the EventStoreDB protocol's event messages; it
// knows nothing of storage, streams' rules or transport.
package record

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
)

// Types of events that the protocol gives a meaning to.
const (
	TypeLink     = "$>"             // data is "revision@stream"
	TypeMetadata = "$metadata"      // data is a stream's metadata as JSON
	TypeDeleted  = "$streamDeleted" // a tombstone
)

// TombstoneRevision is the revision of a tombstone, and of nothing else.
const TombstoneRevision int64 = 1<<63 - 1

// ID is an event's id. It need not be unique.
type ID [16]byte

// Halves gives the id as the protocol's structured form does: two signed
// 64-bit numbers, most significant first.
func (i ID) Halves() (most, least int64) {
	return int64(binary.BigEndian.Uint64(i[:8])), int64(binary.BigEndian.Uint64(i[8:]))
}

// IDFromHalves is the inverse of [ID.Halves].
func IDFromHalves(most, least int64) (i ID) {
	binary.BigEndian.PutUint64(i[:8], uint64(most))
	binary.BigEndian.PutUint64(i[8:], uint64(least))
	return i
}

var errID = errors.New("not a UUID")

// ParseID reads the canonical text form, in either case, with or without hyphens.
func ParseID(s string) (i ID, err error) {
	s = strings.ReplaceAll(s, "-", "")
	if len(s) != 32 {
		return i, errID
	}
	if _, err := hex.Decode(i[:], []byte(s)); err != nil {
		return ID{}, errID
	}
	return i, nil
}

// String is the canonical text form.
func (i ID) String() string {
	var b [36]byte
	hex.Encode(b[:8], i[:4])
	hex.Encode(b[9:13], i[4:6])
	hex.Encode(b[14:18], i[6:8])
	hex.Encode(b[19:23], i[8:10])
	hex.Encode(b[24:], i[10:])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}

// Proposed is an event somebody wants appended.
type Proposed struct {
	ID   ID
	Type string
	JSON bool // content type application/json; otherwise application/octet-stream
	Data []byte
	Meta []byte
}

// Size is what the protocol counts against the limit of one append.
func (p Proposed) Size() int { return len(p.Data) + len(p.Meta) + 2*len(p.Type) }

// overhead is what one event takes in the log besides its own bytes.
const overhead = 90

// LogSize is how far an event moves the log's end on: a fixed part and its
// bytes, where a name's length takes one more byte for every 7 bits.
func LogSize(stream, typ, data, meta int) uint64 {
	return uint64(overhead + stream + typ + data + meta + lengthBytes(stream) + lengthBytes(typ))
}

// lengthBytes counts the bytes of a 7-bit encoded length beyond the first.
func lengthBytes(n int) (more int) {
	for n >= 0x80 {
		n >>= 7
		more++
	}
	return more
}
