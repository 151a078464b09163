package attachment

import (
	"bytes"
	"net/http"
	"strings"
	"unicode/utf8"
)

// sniffed is how many bytes decide the type: what the standard looks at.
const sniffed = 512

// taken are the types that are taken, by what is found in the bytes; what the sender calls them does not count.
var taken = map[string]bool{
	"application/pdf": true, "image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true, "text/plain": true,
	officeDocument: true,
}

// officeDocument stands for documents, sheets and slides of Office Open XML, which are told apart only by reading them whole.
const officeDocument = "application/vnd.openxmlformats-officedocument"

// mediaType is the type of a file by its first bytes, and whether it is taken.
func mediaType(head []byte) (string, bool) {
	found, _, _ := strings.Cut(http.DetectContentType(head), ";")
	switch {
	case found == "application/zip" && bytes.Contains(head, []byte("[Content_Types].xml")):
		found = officeDocument
	case found == "text/plain" && !readable(head):
		return "application/octet-stream", false
	}
	return found, taken[found]
}

// readable reports whether a text's beginning is UTF-8; its last character may be cut.
func readable(head []byte) bool {
	for cut := range utf8.UTFMax {
		if cut <= len(head) && utf8.Valid(head[:len(head)-cut]) {
			return true
		}
	}
	return false
}
