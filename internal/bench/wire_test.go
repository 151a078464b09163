package bench_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/internal/bench"
)

// told is what a service of these tests saw of a request.
type told struct{ method, path, header, host, body string }

// served is a service of Go's own that answers as its path says, and counts the connections that are made to it.
func served(t *testing.T) (w *bench.Wire, requests func() []told, connections func() int) {
	t.Helper()
	var mu sync.Mutex
	var seen []told
	made := 0
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		mu.Lock()
		seen = append(seen, told{r.Method, r.URL.String(), r.Header.Get("Authorization"), r.Host, string(body)})
		mu.Unlock()
		switch r.URL.Path {
		case "/chunked":
			for i := range 50 {
				_, _ = fmt.Fprintf(w, "part %d;", i)
				_ = http.NewResponseController(w).Flush()
			}
		case "/large":
			_, _ = w.Write(large)
		case "/echo":
			_, _ = w.Write(body)
		case "/nothing":
			w.WriteHeader(http.StatusNoContent)
		case "/unchanged":
			w.WriteHeader(http.StatusNotModified)
		case "/last":
			w.Header().Set("Connection", "close")
			_, _ = io.WriteString(w, "the last")
		case "/refused":
			w.WriteHeader(http.StatusConflict)
			_, _ = io.WriteString(w, `{"code":"no"}`)
		case "/broken":
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
				_ = conn.Close()
			}
		case "/noise":
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, "no HTTP at all\r\n\r\n")
				_ = conn.Close()
			}
		}
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		mu.Lock()
		defer mu.Unlock()
		if state == http.StateNew {
			made++
		}
	}
	s.Start()
	wire := bench.NewWire(s.URL)
	t.Cleanup(func() { wire.Close(); s.Close() })
	return wire, func() []told {
			mu.Lock()
			defer mu.Unlock()
			return seen
		}, func() int {
			mu.Lock()
			defer mu.Unlock()
			return made
		}
}

var large = bytes.Repeat([]byte("0123456789abcdef"), 1<<18) // 4 MiB

// TestWireReadsWhateverAServiceAnswers: answers of every form are read to their end, so that the next one begins at its beginning; and
// all come over one connection.
func TestWireReadsWhateverAServiceAnswers(t *testing.T) {
	t.Parallel()
	w, requests, connections := served(t)
	var parts strings.Builder
	for i := range 50 {
		fmt.Fprintf(&parts, "part %d;", i)
	}
	for _, c := range []struct {
		method, path string
		body         []byte
		status       int
		want         string
	}{
		{"GET", "/chunked", nil, http.StatusOK, parts.String()},
		{"GET", "/nothing", nil, http.StatusNoContent, ""},
		{"GET", "/large", nil, http.StatusOK, string(large)},
		{"GET", "/refused?after=1&limit=2", nil, http.StatusConflict, `{"code":"no"}`},
		{"GET", "/unchanged", nil, http.StatusNotModified, ""},
		{"POST", "/echo", []byte("sent"), http.StatusOK, "sent"},
		{"POST", "/echo", large, http.StatusOK, string(large)},
		{"POST", "/echo", []byte{}, http.StatusOK, ""},
		{"GET", "/chunked", nil, http.StatusOK, parts.String()},
	} {
		status, answer, err := w.Ask(t.Context(), c.method, c.path, c.body)
		require.NoError(t, err, c.path)
		require.Equal(t, c.status, status, c.path)
		if c.want != answer { // some are too large to be shown
			require.Failf(t, "another answer", "%s: %d bytes of %d", c.path, len(answer), len(c.want))
		}
		last := requests()[len(requests())-1]
		require.Equal(t, []any{c.method, c.path, "Bearer token", string(c.body) == last.body, w.Host()}, []any{last.method, last.path, last.header, true, last.host})
	}
	require.Equal(t, 1, connections())
}

// TestWireMakesConnectionsAnew: a connection that the service closes, breaks or talks nonsense on is not used again, and its request is
// a failure, not an answer.
func TestWireMakesConnectionsAnew(t *testing.T) {
	t.Parallel()
	w, _, connections := served(t)
	_, answer, err := w.Ask(t.Context(), "GET", "/last", nil)
	require.NoError(t, err)
	require.Equal(t, "the last", answer)
	for i, path := range []string{"/broken", "/noise"} {
		_, _, err = w.Ask(t.Context(), "GET", path, nil)
		require.Error(t, err, path)
		require.Equal(t, i+2, connections())
	}
	_, answer, err = w.Ask(t.Context(), "POST", "/echo", []byte("again"))
	require.NoError(t, err)
	require.Equal(t, "again", answer)
	require.Equal(t, 4, connections())

	failed := errors.New("of the reader")
	require.ErrorIs(t, w.Failing(t.Context(), "/refused", failed), failed)
	_, _, err = w.Ask(t.Context(), "GET", "/nothing", nil)
	require.NoError(t, err)
	require.Equal(t, 4, connections(), "whoever does not like an answer has read it nevertheless")

	ended, end := context.WithCancel(t.Context())
	end()
	_, _, err = w.Ask(ended, "GET", "/nothing", nil)
	require.ErrorIs(t, err, context.Canceled)
	closed := httptest.NewServer(nil)
	closed.Close()
	_, _, err = bench.NewWire(closed.URL).Ask(t.Context(), "GET", "/", nil)
	require.Error(t, err)
}

// TestWireIsForMany: askers at one moment have a connection each, and none gets another's answer.
func TestWireIsForMany(t *testing.T) {
	t.Parallel()
	w, _, connections := served(t)
	const askers = 8
	failures := make([]error, askers)
	var asking sync.WaitGroup
	for n := range askers {
		asking.Go(func() {
			for i := range 30 {
				want := strings.Repeat(fmt.Sprintf("%d of %d,", i, n), 1+i*100)
				if _, answer, err := w.Ask(t.Context(), "POST", "/echo", []byte(want)); err != nil || answer != want {
					failures[n] = errors.Join(failures[n], err, fmt.Errorf("asker %d got %.30q", n, answer))
				}
			}
		})
	}
	asking.Wait()
	require.NoError(t, errors.Join(failures...))
	require.LessOrEqual(t, connections(), askers)
}
