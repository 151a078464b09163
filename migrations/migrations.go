// Package migrations holds the SQL that makes docket's tables.
//
// The numbered files are goose's: schemas that must last (vault, auth) and the
// little that says which read model is where. They run in order, once, and are
// never edited after a release. Read models themselves are not migrated but
// rebuilt; their SQL is in package readmodels.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"

	_ "github.com/jackc/pgx/v5/stdlib" // database/sql driver "pgx", which goose needs
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Lasting is the goose files, named by their version.
//
//go:embed *.sql
var Lasting embed.FS

// Up brings the schemas of the database at url to the newest version.
// Several processes may call it at once: one migrates and the others wait.
func Up(ctx context.Context, url string) error {
	return with(ctx, url, func(p *goose.Provider) error {
		_, err := p.Up(ctx)
		return err
	})
}

// Down takes the schemas back to a version, 0 being none. It deletes
// data, keys included, and exists for tests and for undoing a release.
func Down(ctx context.Context, url string, version int64) error {
	return with(ctx, url, func(p *goose.Provider) error {
		_, err := p.DownTo(ctx, version)
		return err
	})
}

// Version is the newest applied version, and the newest this program knows.
// A database ahead of the program was migrated by a later release.
func Version(ctx context.Context, url string) (applied, known int64, err error) {
	err = with(ctx, url, func(p *goose.Provider) error {
		applied, known, err = p.GetVersions(ctx)
		return err
	})
	return applied, known, err
}

func with(ctx context.Context, url string, do func(*goose.Provider) error) (err error) {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	// An advisory lock of the database, tried every second for a minute.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectPostgres, db, Lasting, goose.WithSessionLocker(locker),
		goose.WithAllowOutofOrder(true)) // a lower number may come with a later change
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	if err := do(p); err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	return nil
}
