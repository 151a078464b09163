package store

import (
	"encoding/json"
	"strconv"

	"docket/internal/eventstore/embedded/record"
)

// Meta is the part of a stream's metadata that the engine acts on.
type Meta struct {
	TruncateBefore int64 // $tb, first revision to show; 0 none
	MaxCount       int64 // $maxCount, events to show; 0 all
	MaxAge         int64 // $maxAge in seconds; 0 for ever
	ACL            *ACL  // $acl; nil if not set

	raw []byte
}

// ACL is who may do what with a stream; nil leaves it to the default.
type ACL struct {
	Read      []string
	Write     []string
	Delete    []string
	MetaRead  []string
	MetaWrite []string
	Preset    string // $userStreamAcl or $systemStreamAcl where one was named instead
}

// ParseMeta reads the JSON of a metadata event. Malformed JSON is empty
// metadata, and a value out of its range counts as not given.
func ParseMeta(b []byte) Meta {
	var fields map[string]json.RawMessage
	if json.Unmarshal(b, &fields) != nil {
		return Meta{}
	}
	return Meta{
		TruncateBefore: number(fields["$tb"], 0),
		MaxCount:       number(fields["$maxCount"], 1),
		MaxAge:         number(fields["$maxAge"], 1),
		ACL:            ParseACL(fields["$acl"]),
		raw:            b,
	}
}

func number(b json.RawMessage, least int64) int64 {
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil || n < least {
		return 0
	}
	return n
}

// ParseACL reads the value of $acl: an object of roles, each a string or an
// array, or the name of a default. Anything else is nil.
func ParseACL(b []byte) *ACL {
	if len(b) == 0 || string(b) == "null" {
		return nil
	}
	var preset string
	if json.Unmarshal(b, &preset) == nil {
		return &ACL{Preset: preset}
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(b, &fields) != nil {
		return nil
	}
	return &ACL{
		Read: roles(fields["$r"]), Write: roles(fields["$w"]), Delete: roles(fields["$d"]),
		MetaRead: roles(fields["$mr"]), MetaWrite: roles(fields["$mw"]),
	}
}

func roles(b json.RawMessage) []string {
	if len(b) == 0 {
		return nil
	}
	var one string
	if json.Unmarshal(b, &one) == nil {
		return []string{one}
	}
	var many []string
	if json.Unmarshal(b, &many) != nil || many == nil {
		return nil
	}
	return many
}

// metaFrom is the metadata that an event in a metadata stream sets.
func metaFrom(p record.Proposed) Meta {
	if p.Type != record.TypeMetadata || !p.JSON {
		return Meta{}
	}
	return ParseMeta(append([]byte(nil), p.Data...))
}

// withTruncateBefore gives metadata JSON with another $tb.
func withTruncateBefore(raw []byte, tb int64) []byte {
	fields := map[string]json.RawMessage{}
	if json.Unmarshal(raw, &fields) != nil || fields == nil {
		fields = map[string]json.RawMessage{}
	}
	fields["$tb"] = json.RawMessage(strconv.FormatInt(tb, 10))
	b, err := json.Marshal(fields)
	if err != nil { // values came out of a decoder
		return []byte(`{"$tb":` + strconv.FormatInt(tb, 10) + `}`)
	}
	return b
}
