package record

import (
	"math/bits"
	"strconv"
)

// Field tags of ReadResp, ReadEvent and RecordedEvent; the two services that
// send events number them alike.
const (
	tagRespEvent   = 0x0a // ReadResp.event
	tagEvent       = 0x0a // ReadEvent.event
	tagLink        = 0x12 // ReadEvent.link
	tagPosition    = 0x18 // ReadEvent.commit_position
	tagRetries     = 0x28 // ReadEvent.retry_count, persistent subscriptions only
	tagID          = 0x0a // RecordedEvent.id
	tagStream      = 0x12 // RecordedEvent.stream_identifier
	tagRevision    = 0x18 // RecordedEvent.stream_revision
	tagPrepare     = 0x20 // RecordedEvent.prepare_position
	tagCommit      = 0x28 // RecordedEvent.commit_position
	tagMetadata    = 0x32 // RecordedEvent.metadata, a map
	tagCustom      = 0x3a // RecordedEvent.custom_metadata
	tagData        = 0x42 // RecordedEvent.data
	tagStructured  = 0x0a // UUID.structured
	tagString      = 0x12 // UUID.string
	tagMost        = 0x08 // UUID.Structured.most_significant_bits
	tagLeast       = 0x10 // UUID.Structured.least_significant_bits
	tagStreamName  = 0x1a // StreamIdentifier.stream_name
	tagMapKey      = 0x0a
	tagMapValue    = 0x12
	keyType        = "type"
	keyContentType = "content-type"
	keyCreated     = "created"

	contentJSON   = "application/json"
	contentBinary = "application/octet-stream"
)

func uvarintLen(v uint64) int { return (bits.Len64(v|1) + 6) / 7 }

func putUvarint(b []byte, v uint64) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

// bytesLen is the size of a length-delimited field with a one-byte tag.
func bytesLen(n int) int { return 1 + uvarintLen(uint64(n)) + n }

func putBytes[T string | []byte](b []byte, tag byte, v T) []byte {
	b = putUvarint(append(b, tag), uint64(len(v)))
	return append(b, v...)
}

func putNumber(b []byte, tag byte, v uint64) []byte { return putUvarint(append(b, tag), v) }

// entryLen and putEntry are for one entry of a map<string, string>.
func entryLen(k, v int) int { return bytesLen(bytesLen(k) + bytesLen(v)) }

func putEntry(b []byte, k, v string) []byte {
	b = putUvarint(append(b, tagMetadata), uint64(bytesLen(len(k))+bytesLen(len(v))))
	b = putBytes(b, tagMapKey, k)
	return putBytes(b, tagMapValue, v)
}

// Append encodes an event at its place in the log and appends it to dst.
// Created is in ticks of 100 ns since 1970.
func Append(dst []byte, stream string, revision int64, position uint64, created int64, p Proposed) []byte {
	var num [20]byte
	stamp := strconv.AppendInt(num[:0], created, 10)
	content := contentBinary
	if p.JSON {
		content = contentJSON
	}
	most, least := p.ID.Halves()
	structured := 2 + uvarintLen(uint64(most)) + uvarintLen(uint64(least))
	body := bytesLen(bytesLen(structured)) + bytesLen(bytesLen(len(stream))) +
		1 + uvarintLen(uint64(revision)) + 2*(1+uvarintLen(position)) +
		entryLen(len(keyType), len(p.Type)) + entryLen(len(keyContentType), len(content)) +
		entryLen(len(keyCreated), len(stamp)) + bytesLen(len(p.Meta)) + bytesLen(len(p.Data))
	event := bytesLen(body) + 1 + uvarintLen(position)

	b := putUvarint(append(dst, tagRespEvent), uint64(event))
	b = putUvarint(append(b, tagEvent), uint64(body))
	b = putUvarint(append(b, tagID), uint64(bytesLen(structured)))
	b = putUvarint(append(b, tagStructured), uint64(structured))
	b = putNumber(b, tagMost, uint64(most))
	b = putNumber(b, tagLeast, uint64(least))
	b = putUvarint(append(b, tagStream), uint64(bytesLen(len(stream))))
	b = putBytes(b, tagStreamName, stream)
	b = putNumber(b, tagRevision, uint64(revision))
	b = putNumber(b, tagPrepare, position)
	b = putNumber(b, tagCommit, position)
	b = putEntry(b, keyType, p.Type)
	b = putEntry(b, keyContentType, content)
	b = putEntry(b, keyCreated, string(stamp))
	b = putBytes(b, tagCustom, p.Meta)
	b = putBytes(b, tagData, p.Data)
	return putNumber(b, tagPosition, position)
}
