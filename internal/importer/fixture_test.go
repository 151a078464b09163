package importer_test

import (
	"context"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/calendar"
	"docket/domain/security"
	"docket/domain/series"
	"docket/domain/staff"
	"docket/domain/ticket"
	"docket/domain/unit"
	"docket/internal/accounts"
	"docket/internal/eventstore"
	"docket/internal/eventstore/embedded"
	"docket/internal/httpapi"
	"docket/internal/pgtest"
	"docket/internal/vault"
	"docket/projections"
	"docket/projections/directory"
	"docket/projections/flow"
	"docket/projections/kpi"
	"docket/readapi"
)

const cut = "testdata/servicenow-cut.csv.gz"

// service is docket's commands and figures on real parts: the embedded engine in memory, Postgres, accounts, vault.
type service struct {
	url      string
	importer string // token
	analyst  string // token
	events   *eventstore.Store
	handler  http.Handler

	mu      sync.Mutex
	trouble func(http.ResponseWriter, *http.Request) bool // true: it has answered in the service's place
}

// serve starts a service for one test.
func serve(t *testing.T) *service {
	t.Helper()
	ctx := t.Context()
	engine, err := embedded.Start(ctx, embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, engine.Close()) })
	pool := pgtest.Migrated(t)
	keys, err := vault.New(ctx, pool, vault.Options{MasterKeyFile: filepath.Join(t.TempDir(), "master.key")})
	require.NoError(t, err)
	store, err := eventstore.Open(ctx, eventstore.Config{
		URI: engine.ConnectionString(), Keyring: keys,
		Schemas: []domain.Schema{
			ticket.Decider.Schema(), unit.Decider.Schema(), staff.Decider.Schema(), calendar.Decider.Schema(), series.Decider.Schema(), security.Decider.Schema(),
		},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	runner, err := projections.New(projections.Options{
		Pool: pool, Source: store, Models: []projections.Model{directory.Model, kpi.Model, flow.Model}, TempDir: t.TempDir(),
	})
	require.NoError(t, err)
	view := directory.NewView()
	background, stop := context.WithCancel(context.Background())
	var parts sync.WaitGroup
	t.Cleanup(func() { stop(); parts.Wait() })
	parts.Go(func() { _ = runner.Run(background) })
	parts.Go(func() { _ = view.Run(background, runner) })

	logins := accounts.Open(pool, time.Now)
	token := func(login, role string) string {
		_, err := logins.Create(ctx, accounts.New{Login: login, Roles: []string{role}})
		require.NoError(t, err)
		token, err := logins.IssueFor(ctx, login)
		require.NoError(t, err)
		return token
	}
	pipeline, err := commands.NewPipeline(commands.Config{
		Journal: store, Lookups: view,
		Digest: func(ctx context.Context, request []byte) (string, error) {
			sum, err := keys.Digest(ctx, "command", request)
			return hex.EncodeToString(sum), err
		},
	})
	require.NoError(t, err)
	api := httpapi.New(httpapi.Options{Auth: logins, Lookups: view})
	commands.Mount(api, pipeline)
	readapi.MountKPIs(api, readapi.KPIDeps{Reader: runner, Lookups: view, Zone: time.UTC})
	readapi.MountFlow(api, readapi.FlowDeps{Reader: runner, Lookups: view, Zone: time.UTC})

	s := &service{events: store, handler: api.Handler(), importer: token("import", authz.Importer), analyst: token("report", authz.Analyst)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		trouble := s.trouble
		s.mu.Unlock()
		if trouble == nil || !trouble(w, r) {
			s.handler.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// causing makes requests end in trouble where f says so by returning true.
func (s *service) causing(f func(http.ResponseWriter, *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trouble = f
}

// stored reads every event of the log's tickets, units and people.
func (s *service) stored(t *testing.T) (all []domain.Envelope) {
	t.Helper()
	head, err := s.events.Head(t.Context())
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	for page, err := range s.events.Subscribe(ctx, 0) {
		require.NoError(t, err)
		all = append(all, page.Events...)
		if page.To >= head {
			break
		}
	}
	return all
}
