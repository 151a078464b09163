package scorecard

import (
	"crypto/sha256"
	"encoding/hex"
)

// Key is the key of the stream of a unit's card, the organisation's without a unit: the same for everybody, so that there is one. It
// is a UUID of version 8 (RFC 9562 §5.8): the digest of namespace and name, cut short.
func Key(unit string) string {
	namespace := [16]byte{0x2f, 0x7d, 0x10, 0x94, 0xc3, 0x5e, 0x4b, 0x6a, 0x9d, 0x08, 0x71, 0xe2, 0x3b, 0x5c, 0xaf, 0x46}
	sum := sha256.Sum256(append(namespace[:], unit...))
	id := sum[:16]
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80
	h := hex.EncodeToString(id)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
