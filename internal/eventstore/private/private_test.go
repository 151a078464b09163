package private_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"docket/internal/eventstore/embedded"
	"docket/internal/eventstore/private"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// The client's state machine never ends when it could not connect.
		goleak.IgnoreAnyFunction("github.com/EventStore/EventStore-Client-Go/v4/esdb.connectionStateMachine"),
		goleak.IgnoreAnyFunction("google.golang.org/grpc/internal/grpcsync.(*CallbackSerializer).run"),
		goleak.IgnoreAnyFunction("github.com/dlclark/regexp2.runClock"))
}

func start(t *testing.T, data string) *private.Engine {
	t.Helper()
	e, err := private.Start(t.Context(), private.Options{Data: data})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e
}

func connect(t *testing.T, uri string) *esdb.Client {
	t.Helper()
	conf, err := esdb.ParseConnectionString(uri)
	require.NoError(t, err)
	conf.Logger = esdb.NoopLogging()
	conf.MaxDiscoverAttempts = 1
	c, err := esdb.NewClient(conf)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func appendTo(ctx context.Context, c *esdb.Client, stream string) error {
	_, err := c.AppendToStream(ctx, stream, esdb.AppendToStreamOptions{}, esdb.EventData{
		EventID: uuid.New(), EventType: "Happened", ContentType: esdb.ContentTypeJson, Data: []byte(`{}`),
	})
	return err
}

// drain counts the events of a read.
func drain(r *esdb.ReadStream, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	defer r.Close()
	for n := 0; ; n++ {
		if _, err := r.Recv(); errors.Is(err, io.EOF) {
			return n, nil
		} else if err != nil {
			return n, err
		}
	}
}

// attempts is everything that a stranger could try: each has to be refused.
func attempts(c *esdb.Client) map[string]func(context.Context) error {
	group := esdb.PersistentStreamSubscriptionOptions{}
	return map[string]func(context.Context) error{
		"append":             func(ctx context.Context) error { return appendTo(ctx, c, "ticket-1") },
		"append to a system": func(ctx context.Context) error { return appendTo(ctx, c, "$settings") },
		"new stream":         func(ctx context.Context) error { return appendTo(ctx, c, "ticket-2") },
		"metadata": func(ctx context.Context) error {
			m := esdb.StreamMetadata{}
			m.SetMaxCount(1)
			_, err := c.SetStreamMetadata(ctx, "ticket-1", esdb.AppendToStreamOptions{}, m)
			return err
		},
		"delete": func(ctx context.Context) error {
			_, err := c.DeleteStream(ctx, "ticket-1", esdb.DeleteStreamOptions{})
			return err
		},
		"tombstone": func(ctx context.Context) error {
			_, err := c.TombstoneStream(ctx, "ticket-1", esdb.TombstoneStreamOptions{})
			return err
		},
		"read": func(ctx context.Context) error {
			_, err := drain(c.ReadStream(ctx, "ticket-1", esdb.ReadStreamOptions{}, math.MaxUint64))
			return err
		},
		"read of an account": func(ctx context.Context) error {
			_, err := drain(c.ReadStream(ctx, "$user-admin", esdb.ReadStreamOptions{}, math.MaxUint64))
			return err
		},
		"read of all": func(ctx context.Context) error {
			_, err := drain(c.ReadAll(ctx, esdb.ReadAllOptions{}, math.MaxUint64))
			return err
		},
		"subscription": func(ctx context.Context) error {
			s, err := c.SubscribeToStream(ctx, "ticket-1", esdb.SubscribeToStreamOptions{})
			return dropped(s, err)
		},
		"subscription to all": func(ctx context.Context) error {
			s, err := c.SubscribeToAll(ctx, esdb.SubscribeToAllOptions{})
			return dropped(s, err)
		},
		"group": func(ctx context.Context) error { return c.CreatePersistentSubscription(ctx, "ticket-1", "g", group) },
	}
}

// dropped gives the reason for which a subscription ended at once.
func dropped(s *esdb.Subscription, err error) error {
	if err != nil {
		return err
	}
	defer s.Close()
	if d := s.Recv().SubscriptionDropped; d != nil {
		return d.Error
	}
	return nil
}

func code(err error) esdb.ErrorCode {
	var e *esdb.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return -1
}

// TestStrangersAreRefused: whoever is on the machine may find the port, and gets nothing from it without the password.
func TestStrangersAreRefused(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	data := t.TempDir()
	e := start(t, data)
	require.NoError(t, appendTo(ctx, connect(t, e.URI()), "ticket-1"))
	end := "@" + e.Addr()
	_, after, found := strings.Cut(e.URI(), end)
	require.True(t, found)
	for name, test := range map[string]struct {
		uri  string
		code esdb.ErrorCode
	}{
		"nobody":             {"esdb://" + e.Addr() + after, esdb.ErrorCodeAccessDenied},
		"a wrong password":   {"esdb://admin:changeit" + end + after, esdb.ErrorCodeUnauthenticated},
		"the other account":  {"esdb://ops:changeit" + end + after, esdb.ErrorCodeUnauthenticated},
		"an unknown account": {"esdb://someone:changeit" + end + after, esdb.ErrorCodeUnauthenticated},
	} {
		for what, try := range attempts(connect(t, test.uri)) {
			err := try(ctx)
			require.Error(t, err, "%s: %s", name, what)
			require.Equal(t, test.code, code(err), "%s: %s: %v", name, what, err)
		}
	}
	require.Error(t, appendTo(ctx, connect(t, "esdb://"+e.Addr()+"?tls=false"), "ticket-1"), "there is no way round TLS")
	require.ErrorContains(t, appendTo(ctx, connect(t, "esdb://admin:x"+end+"?tls=true"), "ticket-1"), "certificate",
		"a client without the file does not talk to who may sit on the port")
	n, err := drain(connect(t, e.URI()).ReadStream(ctx, "ticket-1", esdb.ReadStreamOptions{}, math.MaxUint64))
	require.NoError(t, err)
	require.Equal(t, 1, n)
}

// TestSecretsAreTheOwners: what opens the log can be read by nobody else, and stays what it is.
func TestSecretsAreTheOwners(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	first, err := private.Start(t.Context(), private.Options{Data: data})
	require.NoError(t, err)
	require.NoError(t, appendTo(t.Context(), connect(t, first.URI()), "ticket-1"))
	require.NoError(t, first.Close())
	for name, mode := range map[string]fs.FileMode{"eventstore.password": 0o600, "eventstore.pem": 0o600, "events": 0o700} {
		info, err := os.Stat(filepath.Join(data, name))
		require.NoError(t, err)
		require.Equal(t, mode, info.Mode().Perm(), name)
	}
	password, err := os.ReadFile(filepath.Join(data, "eventstore.password"))
	require.NoError(t, err)
	require.Len(t, strings.TrimSpace(string(password)), 26, "130 bits")

	// A second engine in the same folder is refused, and takes nothing from the first.
	second := start(t, data)
	require.Contains(t, second.URI(), strings.TrimSpace(string(password)))
	_, err = private.Start(t.Context(), private.Options{Data: data})
	require.ErrorContains(t, err, "in use")
	n, err := drain(connect(t, second.URI()).ReadStream(t.Context(), "ticket-1", esdb.ReadStreamOptions{}, math.MaxUint64))
	require.NoError(t, err)
	require.Equal(t, 1, n)
}

// TestOldLogsGetAPassword: a log that was written without accounts being asked for, or whose password is lost, opens for who
// has the folder.
func TestOldLogsGetAPassword(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	old, err := embedded.Start(t.Context(), embedded.Options{Dir: filepath.Join(data, "events")})
	require.NoError(t, err)
	require.NoError(t, appendTo(t.Context(), connect(t, old.ConnectionString()), "ticket-1"))
	require.NoError(t, old.Close())
	e := start(t, data)
	n, err := drain(connect(t, e.URI()).ReadStream(t.Context(), "ticket-1", esdb.ReadStreamOptions{}, math.MaxUint64))
	require.NoError(t, err)
	require.Equal(t, 1, n)
}
