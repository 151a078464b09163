// Package pglocal runs a private PostgreSQL server for docket: the server
// binaries the machine already has, a data folder of our own, a unix socket
// nobody else can reach, and a life that ends with ours. It exists so that
// `docket serve` works on a fresh machine with nothing configured.
//
// It does not download or bundle PostgreSQL, opens no TCP port, upgrades no
// cluster to another major version, and is never used when DOCKET_POSTGRES
// names a server somebody else runs. It needs a Unix; on Linux the server is
// also told to stop when docket is killed without a chance to say goodbye.
package pglocal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Database is the database every private server holds; Role is the superuser
// that owns it. The role has no password: the socket folder is the lock.
const (
	Database = "docket"
	Role     = "docket"
)

// Options describe one private server. Only Dir is required.
type Options struct {
	// Dir belongs to this server alone. The cluster lies in Dir/pgdata, or
	// under /var/lib/docket when we are root and the account the server runs
	// as cannot enter Dir (a note in Dir then says where).
	Dir string
	// Logger receives the server's own log, most of it at debug level. Nil
	// discards it.
	Logger *slog.Logger
	// Settings are server parameters laid over the defaults. Those that decide
	// whether a commit survives a crash are refused.
	Settings map[string]string
	// Throwaway gives up every promise about crashes for speed. Only tests may
	// want that; see internal/pgtest.
	Throwaway bool
}

// Server is a running private PostgreSQL.
type Server struct {
	home    *home
	proc    *process
	sockets string
	log     *slog.Logger

	closing sync.Once
	err     error
}

// Start returns once the server accepts connections and the database exists.
// A cluster is made on first use; a server left over from a killed docket is
// stopped first; recovery after a crash is waited for until ctx ends, which
// bounds only the start and not the life of the server.
//
// Errors: ErrNoServer when no usable binaries are installed, ErrInUse when
// another live process holds Dir. Both say what to do.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	settings, err := o.settings()
	if err != nil {
		return nil, err
	}
	h, err := openHome(ctx, o.Dir)
	if err != nil {
		return nil, fmt.Errorf("private PostgreSQL: %w", err)
	}
	s := &Server{home: h, log: o.Logger}
	if err := s.start(ctx, settings, o.Throwaway); err != nil {
		return nil, errors.Join(fmt.Errorf("private PostgreSQL in %s: %w", h.data, err), s.Close())
	}
	return s, nil
}

func (s *Server) start(ctx context.Context, settings map[string]string, throwaway bool) error {
	want, err := clusterVersion(s.home.data)
	if err != nil {
		return err
	}
	bin, err := findInstallation(want)
	if err != nil {
		return err
	}
	if err := stopOrphan(ctx, s.home.data, s.log); err != nil {
		return err
	}
	if want == 0 {
		s.log.Info("creating a private PostgreSQL cluster", "folder", s.home.data, "version", bin.major)
		if err := createCluster(ctx, bin, s.home, throwaway); err != nil {
			return err
		}
	}
	if s.sockets, err = s.home.socketFolder(); err != nil {
		return err
	}
	settings["unix_socket_directories"] = s.sockets
	if s.proc, err = launch(bin, s.home, settings, s.log); err != nil {
		return err
	}
	return s.awaitReady(ctx)
}

// awaitReady polls with real connections, because a server in recovery has a
// process and a socket long before it can answer.
func (s *Server) awaitReady(ctx context.Context) error {
	began, reported := time.Now(), false
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		err := s.ensureDatabase(ctx)
		if err == nil {
			return nil
		}
		if !reported && time.Since(began) > 3*time.Second {
			s.log.Info("waiting for PostgreSQL to recover", "reason", err)
			reported = true
		}
		select {
		case <-s.proc.done:
			return fmt.Errorf("the server ended while starting (%w); it said:\n%s", s.proc.err, s.proc.said())
		case <-ctx.Done():
			return fmt.Errorf("not ready: %w; last error: %w; it said:\n%s", ctx.Err(), err, s.proc.said())
		case <-tick.C:
		}
	}
}

func (s *Server) ensureDatabase(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.URL())
	if err == nil {
		return conn.Close(ctx)
	}
	var refused *pgconn.PgError
	const noSuchDatabase = "3D000"
	if !errors.As(err, &refused) || refused.Code != noSuchDatabase {
		return err
	}
	if conn, err = pgx.Connect(ctx, s.url("postgres")); err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err = conn.Exec(ctx, "CREATE DATABASE "+Database+" OWNER "+Role); err != nil {
		return fmt.Errorf("creating database %s: %w", Database, err)
	}
	return nil
}

// URL names the docket database on this server for pgx and database/sql. It
// is good until Close and differs from start to start.
func (s *Server) URL() string { return s.url(Database) }

func (s *Server) url(database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(Role), Path: "/" + database}
	u.RawQuery = url.Values{"host": {s.sockets}, "sslmode": {"disable"}}.Encode()
	return u.String()
}

// Data is the folder the cluster lies in (PGDATA).
func (s *Server) Data() string { return s.home.data }

// Done is closed when the server process has ended, wanted or not. Somebody
// who serves requests from it should watch.
func (s *Server) Done() <-chan struct{} { return s.proc.done }

// Close stops the server with a final checkpoint, ends open sessions, and
// frees the folder for the next. It is safe to call more than once.
func (s *Server) Close() error {
	s.closing.Do(func() {
		if s.proc != nil {
			s.err = s.proc.stop()
		}
		if s.sockets != "" {
			s.err = errors.Join(s.err, os.RemoveAll(s.sockets))
		}
		s.err = errors.Join(s.err, s.home.release())
	})
	return s.err
}

// pgdata is where the cluster lies inside a home.
func pgdata(dir string) string { return filepath.Join(dir, "pgdata") }
