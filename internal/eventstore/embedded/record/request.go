package record

import (
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// Field numbers of AppendReq and of what it holds.
const (
	fieldProposed     = 2 // AppendReq.proposed_message
	fieldProposedID   = 1 // ProposedMessage.id
	fieldProposedMeta = 2 // ProposedMessage.metadata, a map
	fieldCustom       = 3 // ProposedMessage.custom_metadata
	fieldData         = 4 // ProposedMessage.data
	fieldStructured   = 1 // UUID.structured
	fieldString       = 2 // UUID.string
	fieldMost         = 1 // UUID.Structured.most_significant_bits
	fieldLeast        = 2 // UUID.Structured.least_significant_bits
	fieldMapKey       = 1
	fieldMapValue     = 2
)

// ParseProposed reads an AppendReq that proposes an event, as clients write it:
// each field at most once, no unknown ones, everything there that must be. It
// reports false for anything else, which is for the protobuf library to judge.
// The event's data and metadata alias b. It is there because the library takes
// several times as long for the one message that every append has.
func ParseProposed(b []byte) (p Proposed, ok bool) {
	field, typ, n := protowire.ConsumeTag(b)
	if n < 0 || field != fieldProposed || typ != protowire.BytesType {
		return p, false
	}
	body, m := protowire.ConsumeBytes(b[n:])
	if m < 0 || n+m != len(b) {
		return p, false
	}
	var content []byte
	var seen [5]bool
	ok = eachBytes(body, func(field protowire.Number, v []byte) bool {
		switch field {
		case fieldProposedMeta:
			return p.entry(v, &content)
		case fieldProposedID, fieldCustom, fieldData:
		default:
			return false
		}
		if seen[field] {
			return false
		}
		seen[field] = true
		switch field {
		case fieldCustom:
			p.Meta = v
		case fieldData:
			p.Data = v
		default:
			return p.identify(v)
		}
		return true
	})
	p.JSON = string(content) == contentJSON
	return p, ok && p.ID != ID{} && p.Type != "" && content != nil
}

// eachBytes visits the fields of a message whose fields are all length-delimited.
func eachBytes(b []byte, visit func(protowire.Number, []byte) bool) bool {
	for len(b) > 0 {
		field, typ, n := protowire.ConsumeTag(b)
		if n < 0 || typ != protowire.BytesType {
			return false
		}
		v, m := protowire.ConsumeBytes(b[n:])
		if m < 0 || !visit(field, v) {
			return false
		}
		b = b[n+m:]
	}
	return true
}

// entry takes one entry of the metadata map.
func (p *Proposed) entry(b []byte, content *[]byte) bool {
	var key, value []byte
	ok := eachBytes(b, func(field protowire.Number, v []byte) bool {
		switch {
		case field == fieldMapKey && key == nil:
			key = v
		case field == fieldMapValue && value == nil:
			value = v
		default:
			return false
		}
		return utf8.Valid(v)
	})
	switch {
	case !ok || value == nil:
		return false
	case string(key) == keyType && p.Type == "":
		p.Type = string(value)
		return true
	case string(key) == keyContentType && *content == nil:
		*content = value
		return true
	}
	return false
}

// identify takes an id of either form.
func (p *Proposed) identify(b []byte) bool {
	return eachBytes(b, func(field protowire.Number, v []byte) (ok bool) {
		if p.ID != (ID{}) {
			return false
		}
		switch field {
		case fieldString:
			id, err := ParseID(string(v))
			p.ID = id
			return err == nil
		case fieldStructured:
			p.ID, ok = parseHalves(v)
		default:
		}
		return ok
	})
}

func parseHalves(b []byte) (ID, bool) {
	var halves [3]uint64
	for len(b) > 0 {
		field, typ, n := protowire.ConsumeTag(b)
		if n < 0 || typ != protowire.VarintType || field > fieldLeast {
			return ID{}, false
		}
		v, m := protowire.ConsumeVarint(b[n:])
		if m < 0 {
			return ID{}, false
		}
		halves[field] = v
		b = b[n+m:]
	}
	return IDFromHalves(int64(halves[fieldMost]), int64(halves[fieldLeast])), true
}
