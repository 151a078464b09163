package record

import (
	"bytes"
	"strconv"
)

// ParseLink reads a link's data, "revision@stream". It reports false for
// anything else: such an event is shown as it is.
func ParseLink(data []byte) (stream string, revision int64, ok bool) {
	n, name, found := bytes.Cut(data, []byte{'@'})
	if !found || len(name) == 0 {
		return "", 0, false
	}
	revision, err := strconv.ParseInt(string(n), 10, 64)
	if err != nil || revision < 0 {
		return "", 0, false
	}
	return string(name), revision, true
}

// LinkData is the data of a link to an event.
func LinkData(stream string, revision int64) []byte {
	b := strconv.AppendInt(nil, revision, 10)
	return append(append(b, '@'), stream...)
}
