package record

import (
	"errors"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
)

// ErrCorrupt tells that stored bytes are not an event.
var ErrCorrupt = errors.New("record: corrupt event")

// View is a stored event taken apart. Its slices alias the stored bytes.
type View struct {
	ID       ID
	Stream   []byte
	Revision int64
	Position uint64
	Type     []byte
	JSON     bool
	Created  int64 // 100 ns ticks since 1970
	Data     []byte
	Meta     []byte
}

// LogSize is the size of the event in the log; see [LogSize].
func (v *View) LogSize() uint64 {
	return LogSize(len(v.Stream), len(v.Type), len(v.Data), len(v.Meta))
}

// End is the position at which the event ends.
func (v *View) End() uint64 { return v.Position + v.LogSize() }

// Body gives the RecordedEvent message inside a stored event.
func Body(raw []byte) ([]byte, error) {
	event, err := field(raw, tagRespEvent)
	if err != nil {
		return nil, err
	}
	return field(event, tagEvent)
}

// field reads a length-delimited field that must come first.
func field(b []byte, tag byte) ([]byte, error) {
	if len(b) == 0 || b[0] != tag {
		return nil, ErrCorrupt
	}
	v, n := protowire.ConsumeBytes(b[1:])
	if n < 0 {
		return nil, ErrCorrupt
	}
	return v, nil
}

// Parse takes a stored event apart. It accepts only what [Append] writes, in
// whatever order, and reports anything else as [ErrCorrupt].
func Parse(raw []byte) (v View, err error) {
	body, err := Body(raw)
	if err != nil {
		return v, err
	}
	for len(body) > 0 {
		tag := body[0]
		if tag&7 == byte(protowire.VarintType) {
			n, size := protowire.ConsumeVarint(body[1:])
			if size < 0 {
				return v, ErrCorrupt
			}
			switch tag {
			case tagRevision:
				v.Revision = int64(n)
			case tagCommit:
				v.Position = n
			case tagPrepare:
			default:
				return v, ErrCorrupt
			}
			body = body[1+size:]
			continue
		}
		b, size := protowire.ConsumeBytes(body[1:])
		if size < 0 {
			return v, ErrCorrupt
		}
		body = body[1+size:]
		if err := v.set(tag, b); err != nil {
			return v, err
		}
	}
	return v, nil
}

func (v *View) set(tag byte, b []byte) (err error) {
	switch tag {
	case tagID:
		v.ID, err = parseStructured(b)
	case tagStream:
		v.Stream, err = field(b, tagStreamName)
	case tagMetadata:
		err = v.entry(b)
	case tagCustom:
		v.Meta = b
	case tagData:
		v.Data = b
	default:
		err = ErrCorrupt
	}
	return err
}

func parseStructured(b []byte) (ID, error) {
	s, err := field(b, tagStructured)
	if err != nil || len(s) == 0 || s[0] != tagMost {
		return ID{}, ErrCorrupt
	}
	most, n := protowire.ConsumeVarint(s[1:])
	if n < 0 || len(s) < n+2 || s[n+1] != tagLeast {
		return ID{}, ErrCorrupt
	}
	least, m := protowire.ConsumeVarint(s[n+2:])
	if m < 0 {
		return ID{}, ErrCorrupt
	}
	return IDFromHalves(int64(most), int64(least)), nil
}

func (v *View) entry(b []byte) error {
	key, err := field(b, tagMapKey)
	if err != nil {
		return err
	}
	value, err := field(b[bytesLen(len(key)):], tagMapValue)
	if err != nil {
		return err
	}
	switch string(key) {
	case keyType:
		v.Type = value
	case keyContentType:
		v.JSON = string(value) == contentJSON
	case keyCreated:
		v.Created, err = strconv.ParseInt(string(value), 10, 64)
		if err != nil {
			return ErrCorrupt
		}
	default:
		return ErrCorrupt
	}
	return nil
}
