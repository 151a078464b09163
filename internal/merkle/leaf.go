package merkle

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Event is a recorded event as the store holds it, undecoded.
type Event struct {
	Stream   string
	Revision uint64 // in its stream
	ID       string // UUID
	Type     string
	Content  string // media type that the store keeps
	Position uint64 // commit position in $all
	Created  time.Time
	Data     []byte
	Metadata []byte
}

// Page is a run of the log: its leaves, how far it goes even where none of them lies, and whether the reader has caught up.
type Page struct {
	Events []*Event
	To     uint64 // commit position
	Live   bool
}

// Counts reports whether an event is a leaf: the store's own are not.
func Counts(stream, eventType string) bool {
	return !strings.HasPrefix(stream, "$") && !strings.HasPrefix(eventType, "$")
}

// Leaf appends the event's leaf to b; the package comment has its form.
func (e *Event) Leaf(b []byte) []byte {
	b = append(b, "docket event v1\n"...)
	b = name(b, "stream ", e.Stream)
	b = number(b, "revision ", e.Revision)
	b = append(append(append(b, "id "...), e.ID...), '\n')
	b = name(b, "type ", e.Type)
	b = number(b, "position ", e.Position)
	b = append(e.Created.UTC().AppendFormat(append(b, "created "...), "2006-01-02T15:04:05.0000000Z"), '\n')
	b = name(b, "content ", e.Content)
	b = digest(b, "data ", e.Data)
	return digest(b, "metadata ", e.Metadata)
}

// Hash is the hash of the event's leaf.
func (e *Event) Hash() tlog.Hash {
	var room [1024]byte
	return tlog.RecordHash(e.Leaf(room[:0]))
}

// name writes a text that may hold anything, a line break too, so that it can be read in one way only.
func name(b []byte, key, text string) []byte {
	b = strconv.AppendInt(append(b, key...), int64(len(text)), 10)
	return append(append(append(b, ' '), text...), '\n')
}

func number(b []byte, key string, n uint64) []byte {
	return append(strconv.AppendUint(append(b, key...), n, 10), '\n')
}

func digest(b []byte, key string, content []byte) []byte {
	sum := sha256.Sum256(content)
	return append(hex.AppendEncode(append(b, key...), sum[:]), '\n')
}
