package httpapi

import (
	_ "embed"
	"net/http"
)

// docs is a page that shows the OpenAPI document. It asks nobody but the service for anything, so that it works in an
// office without the internet.
//
//go:embed docs.html
var docs []byte

func serveDocs(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'")
	_, _ = w.Write(docs) // a client that has gone away needs no answer
}
