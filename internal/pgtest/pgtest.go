// Package pgtest gives tests real PostgreSQL databases: each test its own,
// made in about ten milliseconds and dropped at its end.
//
// All test binaries of a user share one private server that holds nothing
// durable (no fsync, in memory where the machine allows). The first that needs
// it starts it; it ends by itself some seconds after the last one has gone,
// however that one went. Set DOCKET_TEST_POSTGRES to the URL of a role that
// may create databases to use that server instead.
//
// It is for tests only: nothing here outlives a run.
package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// patience bounds every step that waits for the server.
const patience = 30 * time.Second

// Pool gives a new empty database, dropped when the test and its subtests
// have ended. Close nothing: the pool is closed first, and a connection still
// held then fails the test.
func Pool(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return pool(t, URL(t))
}

// Migrated is Pool with the lasting schemas (package migrations) in place.
func Migrated(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return pool(t, MigratedURL(t))
}

// URL gives the address of a new empty database, for tests of programs that
// open their own connections; what still holds one at the end is cut off.
func URL(t testing.TB) string {
	t.Helper()
	return database(t, func(context.Context, *pgx.Conn, string) (string, error) { return "template0", nil })
}

// MigratedURL is URL with the lasting schemas in place.
func MigratedURL(t testing.TB) string {
	t.Helper()
	return database(t, migratedTemplate)
}

// template names the database to copy, making it if need be.
type template func(ctx context.Context, admin *pgx.Conn, server string) (string, error)

var made atomic.Int64

func database(t testing.TB, from template) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	server, err := server(ctx)
	if err != nil {
		t.Fatalf("no PostgreSQL for tests: %v", err)
	}
	// The process id alone could repeat among containers that share a server.
	name := fmt.Sprintf("t_%d_%x_%d", os.Getpid(), time.Now().UnixNano(), made.Add(1))
	err = asAdmin(ctx, server, func(admin *pgx.Conn) error {
		source, err := from(ctx, admin, server)
		if err != nil {
			return err
		}
		return create(ctx, admin, name, source)
	})
	if err != nil {
		t.Fatalf("creating a test database: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		err := asAdmin(ctx, server, func(admin *pgx.Conn) error {
			_, err := admin.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
			return err
		})
		if err != nil {
			t.Errorf("dropping test database %s: %v", name, err)
		}
	})
	return at(server, name)
}

func pool(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	p, err := pgxpool.New(context.Background(), url)
	if err != nil {
		t.Fatalf("opening a test database: %v", err)
	}
	t.Cleanup(func() {
		closed := make(chan struct{})
		go func() { p.Close(); close(closed) }()
		select {
		case <-closed:
		case <-time.After(5 * time.Second):
			t.Errorf("%d connections of the test's pool were never released", p.Stat().AcquiredConns())
		}
	})
	return p
}

func asAdmin(ctx context.Context, server string, do func(*pgx.Conn) error) error {
	admin, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer func() { _ = admin.Close(ctx) }()
	return do(admin)
}

// create copies files rather than pages through the log: with the data in
// memory that is fifteen times faster.
func create(ctx context.Context, admin *pgx.Conn, name, source string) error {
	_, err := admin.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+source+" STRATEGY file_copy")
	return err
}

// at is the same server's URL for another database.
func at(server, database string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server // it was good enough to connect with
	}
	u.Path = "/" + database
	return u.String()
}
