package telemetry_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/internal/telemetry"
)

// observed is a served handler with everything it tells.
func observed(t *testing.T, h http.HandlerFunc) (url string, log *bytes.Buffer) {
	t.Helper()
	log = &bytes.Buffer{}
	logger, err := telemetry.Logger(log, slog.LevelDebug, "json")
	require.NoError(t, err)
	r := telemetry.Registry()
	q, err := telemetry.NewRequests(r, logger, func(r *http.Request) string { return r.Pattern })
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.Handle("/tickets/{id}", h)
	mux.Handle("/metrics", telemetry.Metrics(r))
	s := httptest.NewServer(q.Observe(mux))
	t.Cleanup(s.Close)
	return s.URL, log
}

func do(t *testing.T, method, url string, header http.Header) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	require.NoError(t, err)
	req.Header = header
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { require.NoError(t, resp.Body.Close()) }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp, string(body)
}

func TestRequestIsCountedByRouteAndNotByPath(t *testing.T) {
	t.Parallel()
	url, log := observed(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusTeapot) })
	do(t, "GET", url+"/tickets/1?name=Chen", nil)
	do(t, "BREW", url+"/tickets/2", nil)
	_, page := do(t, "GET", url+"/metrics", nil)
	require.Contains(t, page, `docket_http_requests_total{method="GET",route="/tickets/{id}",status="418"} 1`)
	require.Contains(t, page, `docket_http_requests_total{method="other",route="/tickets/{id}",status="418"} 1`)
	require.Contains(t, page, `docket_http_request_seconds_count{route="/tickets/{id}"} 2`)
	require.Contains(t, page, "docket_http_requests_running 1", "the page itself")
	require.Contains(t, page, "docket_build_info")
	require.Contains(t, page, "go_goroutines")
	require.NotContains(t, page+log.String(), "Chen")
}

func TestRequestIDIsKeptOrMadeAndLogged(t *testing.T) {
	t.Parallel()
	var seen string
	url, log := observed(t, func(_ http.ResponseWriter, r *http.Request) { seen = telemetry.RequestID(r.Context()) })
	resp, _ := do(t, "GET", url+"/tickets/1", http.Header{"X-Request-Id": {"mine-7"}, "Traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}})
	require.Equal(t, "mine-7", seen)
	require.Equal(t, "mine-7", resp.Header.Get("X-Request-Id"))
	require.Contains(t, log.String(), `"request":"mine-7"`)
	require.Contains(t, log.String(), `"trace":"0af7651916cd43dd8448eb211c80319c"`)

	resp, _ = do(t, "GET", url+"/tickets/1", http.Header{"X-Request-Id": {`"; drop`}})
	require.Len(t, resp.Header.Get("X-Request-Id"), 36)
	require.Equal(t, resp.Header.Get("X-Request-Id"), seen)
	require.NotContains(t, log.String(), "drop")
}

// Server-sent events need it.
func TestObservedAnswersCanBeFlushed(t *testing.T) {
	t.Parallel()
	url, _ := observed(t, func(w http.ResponseWriter, _ *http.Request) {
		if err := http.NewResponseController(w).Flush(); err != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	resp, _ := do(t, "GET", url+"/tickets/1", nil)
	require.Equal(t, http.StatusOK, resp.StatusCode)
}

func TestServerErrorsAreWarnings(t *testing.T) {
	t.Parallel()
	url, log := observed(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	do(t, "GET", url+"/tickets/1", nil)
	require.Contains(t, log.String(), `"level":"WARN"`)
}

func TestLoggerFormats(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log, err := telemetry.Logger(&out, slog.LevelInfo, "text")
	require.NoError(t, err)
	log.DebugContext(context.Background(), "unheard")
	log.With("a", 1).WithGroup("g").InfoContext(telemetry.WithRequestID(context.Background(), "r1"), "heard", "b", 2)
	require.NotContains(t, out.String(), "unheard")
	require.Contains(t, out.String(), "a=1")
	require.Contains(t, out.String(), "request=r1")
	_, err = telemetry.Logger(&out, slog.LevelInfo, "xml")
	require.Error(t, err)
}
