package closing

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// monthForm is how a month is written.
const monthForm = "2006-01"

// Bounds are the midnights of a zone between which a month lies, [from, to); false for a text that is no month from 1900 to
// 2999.
func Bounds(month string, zone *time.Location) (from, to time.Time, ok bool) {
	from, err := time.ParseInLocation(monthForm, month, zone)
	if err != nil || from.Format(monthForm) != month || from.Year() < 1900 || from.Year() > 2999 {
		return time.Time{}, time.Time{}, false
	}
	return from.UTC(), from.AddDate(0, 1, 0).UTC(), true
}

// Key is the key of the stream of a unit's month, the organisation's without a unit: the same for everybody, so that no month is
// closed twice. It is a UUID of version 8 (RFC 9562 §5.8): the digest of namespace and name, cut short.
func Key(unit, month string) string {
	namespace := [16]byte{0x5d, 0x0e, 0x2b, 0x3c, 0x61, 0x7a, 0x4e, 0x0b, 0x8f, 0x52, 0x0d, 0x39, 0x6b, 0x1c, 0xa4, 0x77}
	sum := sha256.Sum256(append(namespace[:], (unit + "/" + month)...))
	id := sum[:16]
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80
	h := hex.EncodeToString(id)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
