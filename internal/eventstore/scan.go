package eventstore

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"

	"docket/domain"
)

// errJSON: not the JSON object that an event's data must be.
var errJSON = errors.New("not a JSON object")

// boxes are the sealed parts of one event; nil where there is none.
type boxes struct{ content, marked *domain.Box }

// cutSealed takes the boxes out of a stored event and leaves the skeleton. It looks at each byte once and parses only
// what it takes; the skeleton is parsed later, straight into the event. It overwrites data.
func cutSealed(data []byte) (skeleton []byte, b boxes, err error) {
	var from, to int
	last, err := members(data, func(key []byte, start, value, end int) error {
		if string(key) != sealedMember {
			return nil
		}
		from, to = start, end
		return b.parse(data[value:end])
	})
	switch {
	case err != nil:
		return nil, boxes{}, err
	case to == 0:
		return data, b, nil
	case to == last: // as we write it: nothing but the closing brace follows
		skeleton = data[:from+1]
		if data[from] == '{' {
			skeleton = append(skeleton, '}')
		} else {
			skeleton[from] = '}' // over the comma
		}
		return skeleton, b, nil
	case data[from] == '{': // first of several: its trailing comma goes
		to += bytes.IndexByte(data[to:], ',') + 1
		return append(data[:1], data[to:]...), b, nil
	default:
		return append(data[:from], data[to:]...), b, nil
	}
}

func (b *boxes) parse(object []byte) error {
	_, err := members(object, func(key []byte, _, value, end int) (err error) {
		switch string(key) {
		case string(domain.Content):
			b.content, err = parseBox(object[value:end])
		case string(domain.Marked):
			b.marked, err = parseBox(object[value:end])
		}
		return err
	})
	return err
}

// parseBox reads {"k":…,"c":…}. Base64 and key ids need no escapes; a box that has some takes the long way.
func parseBox(object []byte) (*domain.Box, error) {
	box := &domain.Box{}
	if bytes.IndexByte(object, '\\') >= 0 {
		return box, json.Unmarshal(object, box)
	}
	_, err := members(object, func(key []byte, _, value, end int) error {
		v := object[value:end]
		if len(v) < 2 || v[0] != '"' {
			return errJSON
		}
		v = v[1 : len(v)-1]
		switch string(key) {
		case "k":
			box.Key = string(v)
		case "c":
			box.Cipher = make([]byte, base64.StdEncoding.DecodedLen(len(v)))
			n, err := base64.StdEncoding.Decode(box.Cipher, v)
			box.Cipher = box.Cipher[:n]
			return err
		}
		return nil
	})
	return box, err
}

// members calls f for each member of a JSON object: its key without quotes, the place of the brace or comma before it, and
// where its value starts and ends. last is the end of the last value. Values are only skipped over, not validated; whoever
// parses them does that.
func members(object []byte, f func(key []byte, start, value, end int) error) (last int, err error) {
	i := blank(object, 0)
	if i >= len(object) || object[i] != '{' {
		return 0, errJSON
	}
	if j := blank(object, i+1); j < len(object) && object[j] == '}' {
		return j, nil
	}
	for {
		start := i // brace or comma
		i = blank(object, i+1)
		keyEnd := skip(object, i)
		if keyEnd < 0 || object[i] != '"' {
			return 0, errJSON
		}
		key := object[i+1 : keyEnd-1]
		i = blank(object, keyEnd)
		if i >= len(object) || object[i] != ':' {
			return 0, errJSON
		}
		value := blank(object, i+1)
		end := skip(object, value)
		if end < 0 {
			return 0, errJSON
		}
		if err := f(key, start, value, end); err != nil {
			return 0, err
		}
		i = blank(object, end)
		switch {
		case i >= len(object):
			return 0, errJSON
		case object[i] == '}':
			return end, nil
		case object[i] != ',':
			return 0, errJSON
		}
	}
}

// blank is the first place from i on that holds no white space.
func blank(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// skip is the place after the value that starts at i; -1 when it does not end.
func skip(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			i++
			for {
				n := bytes.IndexByte(b[i:], '"')
				if n < 0 {
					return -1
				}
				i += n + 1
				escapes := 0
				for j := i - 2; j >= 0 && b[j] == '\\'; j-- {
					escapes++
				}
				if escapes%2 == 0 {
					break
				}
			}
			if depth == 0 {
				return i
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i // the end of a bare literal
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ' ', '\n', '\t', '\r':
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return -1
}
