package httpapi

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"docket/domain"
)

type insideKey struct{}

// Reply is the service's answer to a question it asked itself.
type Reply struct {
	Status   int
	Position uint64 // that the answer stands at
	Body     []byte
}

// Ask puts a GET to the API itself as an actor who needs no token, because somebody has made sure of them already: exports ask a
// list's own question page by page, so that rights, masks and refusals are the list's own.
func (a *API) Ask(ctx context.Context, actor domain.Actor, path, query string, after uint64) (Reply, error) {
	ctx = context.WithValue(context.WithValue(ctx, insideKey{}, actor), chi.RouteCtxKey, chi.NewRouteContext())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, (&url.URL{Path: path, RawQuery: query}).String(), nil)
	if err != nil {
		return Reply{}, err
	}
	r.RequestURI = r.URL.RequestURI()
	r.Header.Set("Accept-Language", "en")
	if after > 0 {
		r.Header.Set(HeaderAfter, strconv.FormatUint(after, 10))
	}
	w := &kept{header: http.Header{}, status: http.StatusOK}
	a.Router.ServeHTTP(w, r)
	position, _ := strconv.ParseUint(w.header.Get(HeaderPosition), 10, 64) // an answer may stand at none
	return Reply{w.status, position, w.body.Bytes()}, nil
}

// kept is an answer in memory.
type kept struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (k *kept) Header() http.Header         { return k.header }
func (k *kept) WriteHeader(status int)      { k.status = status }
func (k *kept) Write(b []byte) (int, error) { return k.body.Write(b) }
