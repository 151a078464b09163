package keeper_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"docket/domain"
	"docket/domain/series"
	"docket/internal/eventstore"
	"docket/internal/eventstore/embedded"
	"docket/internal/eventstore/rawlog"
	"docket/internal/merkle"
	"docket/internal/merkle/keeper"
	"docket/internal/pgtest"
	"docket/internal/vault"
)

// house is an engine on disk, a database and the keeper of the tree between them.
type house struct {
	testing.TB
	dir    string
	engine *embedded.Server
	store  *eventstore.Store
	pool   *pgxpool.Pool
	keys   *vault.Vault
	book   *keeper.Book
	signer *keeper.Signer
	next   map[string]domain.Revision
}

func open(t testing.TB) *house {
	t.Helper()
	h := &house{TB: t, dir: filepath.Join(t.TempDir(), "events"), pool: pgtest.Migrated(t), next: map[string]domain.Revision{}}
	var err error
	h.keys, err = vault.New(t.Context(), h.pool, vault.Options{MasterKeyFile: filepath.Join(t.TempDir(), "master.key")})
	require.NoError(t, err)
	h.signer, err = keeper.OpenSigner(t.Context(), h.pool, h.keys)
	require.NoError(t, err)
	h.book = &keeper.Book{Pool: h.pool, Key: h.signer.Key, Verifier: h.signer.Verifier}
	h.start()
	t.Cleanup(h.stop)
	return h
}

func (h *house) start() {
	h.Helper()
	var err error
	h.engine, err = embedded.Start(context.Background(), embedded.Options{Dir: h.dir})
	require.NoError(h, err)
	h.store, err = eventstore.Open(h.Context(), eventstore.Config{
		URI: h.engine.ConnectionString(), Keyring: h.keys, Schemas: []domain.Schema{series.Decider.Schema()},
	})
	require.NoError(h, err)
}

func (h *house) stop() {
	if h.engine != nil {
		require.NoError(h, errors.Join(h.store.Close(), h.engine.Close()))
		h.engine = nil
	}
}

// keep runs a keeper; the returned function stops it and waits.
func (h *house) keep(o keeper.Options) (stop func()) {
	h.Helper()
	if o.Book == nil {
		o.Book = h.book
	}
	if o.Log == nil {
		o.Log = h.store
	}
	o.Signer = h.signer
	o.Logger = slog.New(slog.NewTextHandler(h.Output(), nil))
	ctx, cancel := context.WithCancel(h.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = keeper.New(o).Run(ctx) }()
	var stopped bool
	stop = func() {
		if !stopped {
			stopped = true
			cancel()
			<-done
		}
	}
	h.Cleanup(stop)
	return stop
}

// record appends events to a stream, in commits of at most 500, and gives the position of the last.
func (h *house) record(stream string, n int) uint64 {
	h.Helper()
	id := domain.Stream("series", stream)
	expected, ok := h.next[stream]
	if !ok {
		expected = domain.NoStream
	}
	var last uint64
	for n > 0 {
		some := make([]domain.Pending, min(n, 500))
		now := time.Unix(1_760_000_000, 0)
		for i := range some {
			some[i] = domain.Pending{Event: series.Taken{Ticket: fmt.Sprintf("%s-%05d", stream, int(expected)+1+i)}, Meta: domain.Metadata{Effective: now, Decided: now}}
		}
		done, err := h.store.Append(h.Context(), id, expected, fmt.Sprint(stream, expected), some)
		require.NoError(h, err)
		expected, last = domain.Revision(done.Revision), done.Position
		n -= len(some)
	}
	h.next[stream] = expected
	return last
}

// verify does what a stranger does: it reads the log with another client and checks it.
func (h *house) verify(stored bool, outside map[string][]byte) merkle.Report {
	h.Helper()
	c := merkle.Check{Verifiers: []note.Verifier{h.signer.Verifier}, Outside: outside}
	if stored {
		c.Stored = h.book.Kept(h.Context())
	}
	uri := h.engine.ConnectionString()
	convert := func(e rawlog.Event) *merkle.Event {
		return &merkle.Event{Stream: e.Stream, Revision: e.Revision, ID: e.ID, Type: e.Type, Content: e.Content, Position: e.Position,
			Created: e.Created, Data: e.Data, Metadata: e.Metadata}
	}
	require.NoError(h, rawlog.EachOf(h.Context(), uri, merkle.Stream, func(e rawlog.Event) error {
		c.Heads = append(c.Heads, convert(e))
		return nil
	}))
	report, err := c.Run(func(yield func(*merkle.Event, error) bool) {
		stopped := errors.New("stopped")
		err := rawlog.Each(h.Context(), uri, func(e rawlog.Event) error {
			if !yield(convert(e), nil) {
				return stopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, stopped) {
			yield(nil, err)
		}
	})
	require.NoError(h, err)
	return report
}

// copied keeps a copy of the engine's files while it is stopped.
func (h *house) copied() string {
	h.Helper()
	to := filepath.Join(h.TempDir(), "copy")
	require.NoError(h, os.CopyFS(to, os.DirFS(h.dir)))
	return to
}

// restore puts a copy in the place of the engine's files.
func (h *house) restore(from string) {
	h.Helper()
	require.NoError(h, os.RemoveAll(h.dir))
	require.NoError(h, os.CopyFS(h.dir, os.DirFS(from)))
}
