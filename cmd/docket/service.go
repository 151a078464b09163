package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"docket/commands"
	"docket/commands/processes"
	"docket/internal/accounts"
	"docket/internal/attachment"
	"docket/internal/eventstore"
	"docket/internal/httpapi"
	"docket/internal/merkle/keeper"
	"docket/internal/monthend"
	"docket/internal/telemetry"
	"docket/internal/vault"
	"docket/migrations"
	"docket/projections"
	"docket/projections/alerts"
	"docket/projections/audit"
	closings "docket/projections/closing"
	"docket/projections/directory"
	"docket/projections/flow"
	"docket/projections/handover"
	"docket/projections/kpi"
	quarantined "docket/projections/quarantine"
	"docket/projections/queue"
	"docket/projections/search"
	"docket/projections/ticketpage"
	"docket/readapi"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
)

// models are the read models.
func models() []projections.Model {
	return []projections.Model{
		directory.Model, queue.Model, search.Model, ticketpage.Model, audit.Model, handover.Model, alerts.Model, kpi.Model, flow.Model, closings.Model,
		quarantined.Model,
	}
}

// stores are what the service and its tools work on: the database with the vault in it, the event store, and the runner of
// the read models.
type stores struct {
	log         *slog.Logger
	backends    *backends
	pool        *pgxpool.Pool
	vault       *vault.Vault
	events      *eventstore.Store
	runner      *projections.Runner
	registry    *prometheus.Registry
	remembering atomic.Pointer[commands.Pipeline] // that remembers opened texts; nil until there is one
}

// openStores starts or borrows the backends, migrates the database and opens everything that lies on them.
func openStores(ctx context.Context, s *Settings, log *slog.Logger, borrow bool) (_ *stores, err error) {
	st := &stores{log: log, registry: telemetry.Registry()}
	defer func() {
		if err != nil {
			err = errors.Join(err, st.Close())
		}
	}()
	if st.backends, err = openBackends(ctx, s, log, borrow); err != nil {
		return nil, err
	}
	if err = migrations.Up(ctx, st.backends.Postgres); err != nil {
		return nil, err
	}
	if st.pool, err = openPool(ctx, st.backends.Postgres); err != nil {
		return nil, err
	}
	keys, err := s.vault()
	if err != nil {
		return nil, err
	}
	keys.Logger = log
	keys.Dropped = func() {
		if p := st.remembering.Load(); p != nil {
			p.Forget()
		}
	}
	if st.vault, err = vault.New(ctx, st.pool, keys); err != nil {
		return nil, err
	}
	st.events, err = eventstore.Open(ctx, eventstore.Config{
		URI: st.backends.EventStore, Schemas: commands.Schemas(), Keyring: st.vault, Logger: log,
	})
	if err != nil {
		return nil, err
	}
	st.runner, err = projections.New(projections.Options{
		Pool: st.pool, Source: st.events, Models: models(), Logger: log, Metrics: st.registry, TempDir: s.Data, Anyway: s.RebuildAnyway,
	})
	return st, err
}

// poolSize is the most connections the service takes from Postgres: the read models' runners and their locks, and queries.
const poolSize = 24

func openPool(ctx context.Context, url string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("postgres address: %w", err)
	}
	config.MaxConns = max(config.MaxConns, poolSize)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	return pool, nil
}

// Close ends what was opened, the last first.
func (st *stores) Close() error {
	var errs []error
	if st.events != nil {
		errs = append(errs, st.events.Close())
	}
	if st.pool != nil {
		st.pool.Close()
	}
	if st.backends != nil {
		errs = append(errs, st.backends.Close())
	}
	return errors.Join(errs...)
}

// service is the whole of docket in one process: Start returns when it answers requests, Close when it has stopped.
type service struct {
	Settings Settings
	Listen   string // host:port; port 0 picks a free one
	Log      *slog.Logger

	*stores
	accounts *accounts.Store
	files    *attachment.Store
	pipeline *commands.Pipeline
	denials  *commands.Denials
	book     *keeper.Book
	tree     *keeper.Keeper
	live     *readapi.Live
	server   *http.Server
	url      string
	stop     context.CancelFunc
	running  sync.WaitGroup
	failed   chan error // the first part that ended by itself
}

// URL is the address of the API, for example "http://127.0.0.1:8080".
func (s *service) URL() string { return s.url }

// Failed tells of a part that ended although nobody asked it to.
func (s *service) Failed() <-chan error { return s.failed }

// Start opens the stores, brings the directory up to date and listens.
func (s *service) Start(ctx context.Context) (err error) {
	zone, err := s.Settings.zone()
	if err != nil {
		return err
	}
	if s.stores, err = openStores(ctx, &s.Settings, s.Log, false); err != nil {
		return err
	}
	if err := s.wholeLog(ctx); err != nil {
		return errors.Join(err, s.Close())
	}
	s.failed = make(chan error, 8)
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	s.keep(background, "private PostgreSQL", s.backends.watch)
	s.keep(background, "vault", func(ctx context.Context) error { s.vault.Watch(ctx); return ctx.Err() })
	s.keep(background, "projections", s.runner.Run)
	if err := s.startTree(ctx, background); err != nil {
		return err
	}
	if s.files, err = s.Settings.attachments(ctx, s.stores); err != nil {
		return err
	}
	s.keep(background, "attachments", func(ctx context.Context) error { return s.files.Run(ctx, s.attached) })
	view := directory.NewView()
	s.keep(background, "directory", func(ctx context.Context) error { return view.Run(ctx, s.runner) })
	head, err := s.events.Head(ctx)
	if err != nil {
		return fmt.Errorf("event store: %w", err)
	}
	if err := s.awaitDirectory(ctx, view, head); err != nil {
		return err
	}
	api, handler, err := s.assemble(view, zone)
	if err != nil {
		return err
	}
	if err := s.startProcesses(ctx, background, api, view); err != nil {
		return err
	}
	if err := s.startMail(ctx, background, view); err != nil {
		return err
	}
	return s.listen(ctx, background, handler)
}

// errLogLost: going on would give numbers again that tickets have already, and the read models would never see it.
var errLogLost = errors.New("the event store has lost events that the read models have seen, or is another one; " +
	"restore it, or accept the loss with: docket rebuild --all")

// wholeLog makes sure that the log still reaches what has been read of it.
func (st *stores) wholeLog(ctx context.Context) error {
	seen, err := st.runner.Seen(ctx)
	if err != nil {
		return err
	}
	if seen == 0 {
		return nil
	}
	switch err := st.events.Reaches(ctx, seen); {
	case errors.Is(err, eventstore.ErrBeyondEnd):
		return fmt.Errorf("%w (%w)", errLogLost, err)
	case err != nil:
		return fmt.Errorf("event store: %w", err)
	}
	return nil
}

// assemble puts commands, queries and accounts on one API.
func (s *service) assemble(view *directory.View, zone *time.Location) (*httpapi.API, http.Handler, error) {
	s.accounts = accounts.Open(s.pool, time.Now)
	s.denials = commands.NewDenials(s.events, time.Now, s.Log)
	config := commands.Config{
		Journal: s.events, Keys: s.vault.Provide, Lookups: view, Library: view, Calendars: view, Denials: s.denials, Index: s.vault, Uploads: uploads{s.files},
		Holdings: &processes.Releases{Pool: s.pool}, Measures: &monthend.Book{Reader: s.runner, Calendars: view, Zone: zone}, Logger: s.Log, Metrics: commands.NewMetrics(s.registry), Zone: zone,
	}
	config.DigestWith(s.vault)
	var err error
	if s.pipeline, err = commands.NewPipeline(config); err != nil {
		return nil, nil, err
	}
	s.remembering.Store(s.pipeline)
	api := httpapi.New(httpapi.Options{
		Auth: s.accounts, Lookups: view, Denials: s.denials, Reads: s.denials.Reads(), Logger: s.Log, Version: telemetry.Version(),
		Public: []string{accounts.LoginPath, readapi.CheckpointPath, readapi.LogKeyPath},
	})
	accounts.Mount(api, s.accounts)
	commands.Mount(api, s.pipeline)
	attachment.Mount(api, attachment.Deps{Store: s.files, History: s.events, People: view})
	s.live = readapi.NewLive(s.runner)
	mountQueries(api, s.stores, view, s.pipeline, s.files, s.live, s.book, zone)
	mountHealth(api, s.stores, s.tree)
	requests, err := telemetry.NewRequests(s.registry, s.Log, routePattern)
	if err != nil {
		return nil, nil, fmt.Errorf("metrics: %w", err)
	}
	return api, withRoute(requests.Observe(api.Handler())), nil
}

// listen serves and announces where.
func (s *service) listen(ctx, background context.Context, handler http.Handler) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	s.url = "http://" + listener.Addr().String()
	s.server = &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute,
		IdleTimeout: 2 * time.Minute,
		BaseContext: func(net.Listener) context.Context { return background },
	}
	s.server.RegisterOnShutdown(s.live.Close)
	s.keep(background, "http", func(context.Context) error {
		if err := s.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return context.Canceled
	})
	return running{
		PID: os.Getpid(), URL: s.url, EventStore: s.backends.EventStore, Postgres: s.backends.Postgres,
	}.announce(s.Settings.Data)
}

// keep runs a part until it is stopped; ending by itself is a failure of the service.
func (s *service) keep(ctx context.Context, name string, part func(context.Context) error) {
	s.running.Go(func() {
		if err := part(ctx); ctx.Err() == nil && !errors.Is(err, context.Canceled) {
			s.failed <- fmt.Errorf("%s ended: %w", name, err)
		}
	})
}

// shutdownGrace is how long requests under way may take when the service is asked to stop.
const shutdownGrace = 10 * time.Second

// Close lets requests under way finish, stops every part and closes the stores.
func (s *service) Close() error {
	var errs []error
	if s.server != nil {
		ctx, cancel := context.WithTimeout(context.Background(), shutdownGrace)
		defer cancel()
		errs = append(errs, s.server.Shutdown(ctx))
		withdraw(s.Settings.Data)
	}
	if s.denials != nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		s.denials.Close(ctx)
	}
	if s.stop != nil {
		s.stop()
	}
	s.running.Wait()
	if s.files != nil {
		errs = append(errs, s.files.Bucket.Close())
	}
	if s.stores != nil {
		errs = append(errs, s.stores.Close())
	}
	return errors.Join(errs...)
}

// tokenFile is where the token of a service account lies, for tools beside the service.
func tokenFile(data, login string) string { return filepath.Join(data, login+".token") }
