package store

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

// Kinds of keys, by first byte.
const (
	keyAdmin  = 'a' // facts about the store itself
	keyEvent  = 'e' // position -> stored event
	keyHead   = 'h' // stream -> Head
	keyMark   = 'm' // name -> what a background task noted with its last write
	keyStream = 's' // stream, revision -> position
)

// maxName limits names, in bytes. Keys have room for twice that, because names
// are made from names: that of a metadata stream, for one.
const maxName = 1 << 15

var (
	keyFormat = []byte{keyAdmin, 'f'}
	keyTail   = []byte{keyAdmin, 't'} // end of the log, where its last events were scavenged
)

// format is the version of this layout.
const format = 1

func eventKey(b []byte, pos uint64) []byte {
	return binary.BigEndian.AppendUint64(append(b, keyEvent), pos)
}

func eventPosition(key []byte) uint64 { return binary.BigEndian.Uint64(key[1:]) }

func nameKey(b []byte, kind byte, name string) []byte {
	b = binary.BigEndian.AppendUint16(append(b, kind), uint16(len(name)))
	return append(b, name...)
}

func revisionKey(b []byte, name string, revision int64) []byte {
	return binary.BigEndian.AppendUint64(nameKey(b, keyStream, name), uint64(revision))
}

func keyRevision(key []byte) int64 { return int64(binary.BigEndian.Uint64(key[len(key)-8:])) }

// metaPrefix begins the name of the stream that holds another's metadata.
const metaPrefix = "$$"

// MetadataStream names the stream that holds a stream's metadata.
func MetadataStream(name string) string { return metaPrefix + name }

// MetadataOf gives the stream whose metadata this one holds.
func MetadataOf(name string) (string, bool) { return strings.CutPrefix(name, metaPrefix) }

// CheckName refuses names that no stream can have: the empty one, the metadata
// stream of the empty one, what is not UTF-8, and what is too long for a key.
func CheckName(name string) error {
	if name == "" || name == metaPrefix || len(name) > maxName || !utf8.ValidString(name) {
		return ErrName
	}
	return nil
}
