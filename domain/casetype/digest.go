package casetype

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Digest is the [DigestOf] the definition. What is signed is signed by it (mission row T2).
func (d Definition) Digest() string { return DigestOf(d) }

// DigestOf is the SHA-256 of the canonical JSON of plain data, in hexadecimal: object keys sorted, no blanks, nothing escaped
// that need not be. A field that later programs add and that a value leaves out does not change it.
func DigestOf(data any) string {
	encoded, err := json.Marshal(data)
	if err != nil {
		panic(fmt.Sprintf("casetype: what is digested cannot be written as JSON: %v", err)) // it is plain data alone
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var plain any
	if err := decoder.Decode(&plain); err != nil {
		panic(fmt.Sprintf("casetype: what was written is no JSON: %v", err))
	}
	var canonical bytes.Buffer
	encoder := json.NewEncoder(&canonical)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(plain); err != nil {
		panic(fmt.Sprintf("casetype: what was read cannot be written: %v", err))
	}
	sum := sha256.Sum256(bytes.TrimSuffix(canonical.Bytes(), []byte("\n")))
	return hex.EncodeToString(sum[:])
}
