package readapi_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"docket/commands"
	"docket/domain"
	"docket/internal/eventstore"
	"docket/internal/eventstore/embedded"
	"docket/internal/pgtest"
	"docket/internal/vault"
	"docket/projections"
	"docket/projections/audit"
	"docket/projections/handover"
	"docket/projections/queue"
	"docket/projections/search"
	"docket/projections/ticketpage"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2.runClock")) // ends by itself
}

// patience bounds every wait of a test.
const patience = 20 * time.Second

var models = []projections.Model{queue.Model, search.Model, ticketpage.Model, audit.Model, handover.Model}

// world is the real parts below the API: the engine in memory, the vault and the read models on a private Postgres.
type world struct {
	t     testing.TB
	pool  *pgxpool.Pool
	store *eventstore.Store
	heads map[domain.StreamID]domain.Revision
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, pool: pgtest.Migrated(t), heads: map[domain.StreamID]domain.Revision{}}
	keys, err := vault.New(t.Context(), w.pool, vault.Options{MasterKeyFile: filepath.Join(t.TempDir(), "master.json")})
	require.NoError(t, err)
	server, err := embedded.Start(context.Background(), embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	w.store, err = eventstore.Open(t.Context(), eventstore.Config{
		URI: server.ConnectionString(), Keyring: keys,
		Schemas: commands.Schemas(),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.store.Close()) })
	return w
}

// append stores the events of one command and gives the position of the last.
func (w *world) append(s step) uint64 {
	w.t.Helper()
	revision, ok := w.heads[s.stream]
	if !ok {
		revision = domain.NoStream
	}
	pending := make([]domain.Pending, len(s.events))
	for i, e := range s.events {
		pending[i] = domain.Pending{Event: e, Meta: s.meta}
	}
	a, err := w.store.Append(w.t.Context(), s.stream, revision, fmt.Sprint(s.stream, revision), pending)
	require.NoError(w.t, err)
	w.heads[s.stream] = domain.Revision(a.Revision) //nolint:gosec // small
	return a.Position
}

// run keeps the models current until stop or the end of the test.
func (w *world) run(ms ...projections.Model) (r *projections.Runner, stop func()) {
	w.t.Helper()
	if len(ms) == 0 {
		ms = models
	}
	r, err := projections.New(projections.Options{Pool: w.pool, Source: w.store, Models: ms})
	require.NoError(w.t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			cancel()
			require.NoError(w.t, <-done)
		}
	}
	w.t.Cleanup(stop)
	return r, stop
}

// settle waits until every model has passed a position.
func (w *world) settle(r *projections.Runner, position uint64, ms ...projections.Model) {
	w.t.Helper()
	if len(ms) == 0 {
		ms = models
	}
	for _, m := range ms {
		require.Eventually(w.t, func() bool { // building takes longer than a query waits
			return r.Read(w.t.Context(), m.Name, position, nothing) == nil
		}, patience, time.Millisecond, m.Name)
	}
}
