package casetype

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Digest is the SHA-256 of the definition's canonical JSON, in hexadecimal: object keys sorted, no blanks, nothing escaped
// that need not be. What is signed is signed by it (mission row T2); a field that later programs add and that a definition
// leaves out does not change it.
func (d Definition) Digest() string {
	encoded, err := json.Marshal(d)
	if err != nil {
		panic(fmt.Sprintf("casetype: a definition cannot be written as JSON: %v", err)) // it holds plain data alone
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
