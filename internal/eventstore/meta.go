package eventstore

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"docket/domain"
)

// metadata decodes an event's metadata. Ours is one flat object of plain strings and whole numbers, which is read here in
// a single pass; whatever looks otherwise goes to encoding/json, which also has the last word on what is malformed.
func (d *decoder) metadata(b []byte) (domain.Metadata, error) {
	if m, ok := d.flatMetadata(b); ok {
		return m, nil
	}
	var m domain.Metadata
	err := json.Unmarshal(b, &m)
	return m, err
}

func (d *decoder) flatMetadata(b []byte) (m domain.Metadata, ok bool) {
	if bytes.IndexByte(b, '\\') >= 0 || !utf8.Valid(b) {
		return m, false
	}
	last, err := members(b, func(key []byte, _, value, end int) error {
		if !d.set(&m, key, b[value:end]) {
			return errJSON
		}
		return nil
	})
	return m, err == nil && len(b) > 0 && blank(b, blank(b, last)+1) == len(b)
}

// set stores one member; false means that it is not plain.
func (d *decoder) set(m *domain.Metadata, key, value []byte) bool {
	if len(value) == 0 {
		return false
	}
	if value[0] != '"' {
		return setNumber(m, key, value)
	}
	value = value[1 : len(value)-1]
	for _, c := range value {
		if c < ' ' {
			return false
		}
	}
	switch string(key) {
	case "principal":
		m.Principal = d.strings.bytes(value)
	case "actor":
		m.Actor = d.strings.bytes(value)
	case "on_behalf_of":
		m.OnBehalfOf = d.strings.bytes(value)
	case "role":
		m.Role = d.strings.bytes(value)
	case "unit":
		m.Unit = d.strings.bytes(value)
	case "channel":
		m.Channel = d.strings.bytes(value)
	case "source":
		m.Source = d.strings.bytes(value)
	case "effective_at":
		return m.Effective.UnmarshalText(value) == nil
	case "decided_at":
		return m.Decided.UnmarshalText(value) == nil
	case "command":
		m.Command = d.strings.bytes(value)
	case "key":
		m.Key = string(value)
	case "digest":
		m.Digest = string(value)
	case "rule":
		m.Rule = d.strings.bytes(value)
	case "$correlationId":
		m.Correlation = string(value)
	case "$causationId":
		m.Causation = string(value)
	case "traceparent":
		m.Trace = string(value)
	default:
		return false
	}
	return true
}

func setNumber(m *domain.Metadata, key, value []byte) bool {
	n, err := strconv.ParseUint(string(value), 10, 63)
	if err != nil || len(value) > 1 && value[0] == '0' {
		return false
	}
	switch string(key) {
	case "directory":
		m.Directory = n
	case "schema_version":
		m.Version = int(n)
	case "index":
		m.Index = int(n)
	default:
		return false
	}
	return true
}
