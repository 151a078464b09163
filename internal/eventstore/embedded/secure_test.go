package embedded_test

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"docket/internal/eventstore/embedded"
	"docket/internal/eventstore/embedded/conformance/fixture"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"
)

func tlsConfig(t *testing.T) *tls.Config {
	t.Helper()
	cert, err := fixture.Certificates(t.TempDir())
	require.NoError(t, err)
	return &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
}

// as connects with an account; an empty login sends no credentials.
func as(t *testing.T, s *embedded.Server, login, password string) *esdb.Client {
	t.Helper()
	conf, err := esdb.ParseConnectionString(s.ConnectionString() + "&tlsVerifyCert=false")
	require.NoError(t, err)
	conf.Username, conf.Password = login, password
	conf.Logger = esdb.NoopLogging()
	c, err := esdb.NewClient(conf)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestAccess(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	s := start(t, embedded.Options{TLS: tlsConfig(t), OpsPassword: "operator"})
	passwords := s.FirstPasswords()
	require.Len(t, passwords, 1, "only the password nobody chose is told")
	admin, ops := as(t, s, "admin", passwords["admin"]), as(t, s, "ops", "operator")
	_, err := admin.AppendToStream(ctx, "open", esdb.AppendToStreamOptions{}, event("A"))
	require.NoError(t, err)

	// Credentials.
	for range 20 { // whatever the timing, the reason arrives
		_, err = as(t, s, "admin", "wrong").AppendToStream(ctx, "open", esdb.AppendToStreamOptions{}, event("A"))
		require.Equal(t, esdb.ErrorCodeUnauthenticated, code(t, err))
	}
	_, err = as(t, s, "", "").AppendToStream(ctx, "open", esdb.AppendToStreamOptions{}, event("A"))
	require.Equal(t, esdb.ErrorCodeAccessDenied, code(t, err))

	// Defaults: users' streams for all, the system's for administrators.
	_, err = drain(ops.ReadStream(ctx, "open", esdb.ReadStreamOptions{}, 1))
	require.NoError(t, err)
	_, err = drain(ops.ReadStream(ctx, "$users", esdb.ReadStreamOptions{}, 1))
	require.Equal(t, esdb.ErrorCodeAccessDenied, code(t, err))
	_, err = drain(ops.ReadAll(ctx, esdb.ReadAllOptions{}, 1))
	require.Equal(t, esdb.ErrorCodeAccessDenied, code(t, err))

	// A list of its own, and a live subscription that loses access by it.
	sub, err := ops.SubscribeToStream(ctx, "open", esdb.SubscribeToStreamOptions{From: esdb.Start{}})
	require.NoError(t, err)
	require.NotNil(t, sub.Recv().EventAppeared)
	require.NotNil(t, sub.Recv().CaughtUp)
	acl := esdb.Acl{}
	acl.AddReadRoles("$admins")
	meta := esdb.StreamMetadata{}
	meta.SetAcl(acl)
	_, err = admin.SetStreamMetadata(ctx, "open", esdb.AppendToStreamOptions{}, meta)
	require.NoError(t, err)
	require.ErrorContains(t, sub.Recv().SubscriptionDropped.Error, "Access Denied")
	_, err = drain(ops.ReadStream(ctx, "open", esdb.ReadStreamOptions{}, 1))
	require.Equal(t, esdb.ErrorCodeAccessDenied, code(t, err))
	_, err = ops.AppendToStream(ctx, "open", esdb.AppendToStreamOptions{}, event("A"))
	require.NoError(t, err, "the list says nothing about writing")

	// Groups are run by operators and administrators.
	require.NoError(t, ops.CreatePersistentSubscription(ctx, "s", "g", esdb.PersistentStreamSubscriptionOptions{}))
}

func TestPasswordIsKept(t *testing.T) {
	t.Parallel()
	ctx, dir, conf := bounded(t), filepath.Join(t.TempDir(), "events"), tlsConfig(t)
	s, err := embedded.Start(ctx, embedded.Options{Dir: dir, TLS: conf})
	require.NoError(t, err)
	first := s.FirstPasswords()
	require.NotEqual(t, "changeit", first["admin"])
	require.NoError(t, s.Close())
	s, err = embedded.Start(ctx, embedded.Options{Dir: dir, TLS: conf})
	require.NoError(t, err)
	require.Nil(t, s.FirstPasswords())
	_, err = as(t, s, "admin", first["admin"]).AppendToStream(ctx, "$x", esdb.AppendToStreamOptions{}, event("A"))
	require.NoError(t, err)
	require.NoError(t, s.Close())
	s = start(t, embedded.Options{Dir: dir, TLS: conf, AdminPassword: "chosen"})
	_, err = as(t, s, "admin", first["admin"]).AppendToStream(ctx, "$x", esdb.AppendToStreamOptions{}, event("A"))
	require.Error(t, err)
	_, err = as(t, s, "admin", "chosen").AppendToStream(ctx, "$x", esdb.AppendToStreamOptions{}, event("A"))
	require.NoError(t, err)
}

func TestHTTP(t *testing.T) {
	t.Parallel()
	s := start(t, embedded.Options{})
	c := client(t, s)
	_, err := c.AppendToStream(bounded(t), "s", esdb.AppendToStreamOptions{}, event("A"))
	require.NoError(t, err)
	web := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for path, want := range map[string]struct {
		status int
		body   string
	}{
		"/health/live":              {204, ""},
		"/health/live?liveCode=200": {200, ""},
		"/ping":                     {200, "Ping"},
		"/info":                     {200, "docket embedded event store"},
		"/gossip":                   {200, `"state":"Leader"`},
		"/metrics":                  {200, "eventstore_events_appended_total"},
		"/streams/s":                {404, ""},
	} {
		status, body := get(t, web, "http://"+s.Addr()+path, "")
		require.Equal(t, want.status, status, path)
		require.Contains(t, body, want.body, path)
	}

	secure := start(t, embedded.Options{TLS: tlsConfig(t), AdminPassword: "pw"})
	web = &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // a test's own certificate
	}}
	status, _ := get(t, web, "https://"+secure.Addr()+"/metrics", "")
	require.Equal(t, 401, status)
	status, _ = get(t, web, "https://"+secure.Addr()+"/metrics", "pw")
	require.Equal(t, 200, status)
	status, _ = get(t, web, "https://"+secure.Addr()+"/info", "")
	require.Equal(t, 200, status)
}

func get(t *testing.T, web *http.Client, url, password string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	require.NoError(t, err)
	if password != "" {
		req.SetBasicAuth("admin", password)
	}
	resp, err := web.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	var b strings.Builder
	_, err = io.Copy(&b, resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, b.String()
}
