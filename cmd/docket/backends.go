package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"docket/internal/eventstore/private"
	"docket/internal/pglocal"
)

// backends are the two stores the service stands on: given ones, those of a serving process beside us, or embedded ones
// that end with us. All are reached through the same addresses and the same clients.
type backends struct {
	EventStore string          // esdb://…, with the password where it is our own
	Postgres   string          // postgres://…
	writable   func() error    // tells why our own event store takes no more events; nil where it is not ours
	ended      <-chan struct{} // closed when our own Postgres has ended; nil where it is not ours
	closers    []func() error
}

// openBackends starts what is not configured. With borrow, the parts of a live serving process in the same data folder are
// used instead of starting a second set, which their locks would refuse.
func openBackends(ctx context.Context, s *Settings, log *slog.Logger, borrow bool) (*backends, error) {
	b := &backends{EventStore: s.EventStore, Postgres: s.Postgres}
	if borrow {
		if r, ok := findRunning(s.Data); ok {
			b.EventStore, b.Postgres = orElse(b.EventStore, r.EventStore), orElse(b.Postgres, r.Postgres)
		}
	}
	if b.EventStore == "" || b.Postgres == "" {
		// Passing through is allowed, for the account that Postgres runs as; looking around and reading is not.
		if err := os.MkdirAll(s.Data, 0o711); err != nil {
			return nil, fmt.Errorf("data folder: %w", err)
		}
	}
	if b.Postgres == "" {
		server, err := pglocal.Start(ctx, pglocal.Options{Dir: filepath.Join(s.Data, "postgres"), Logger: log})
		if err != nil {
			return nil, err
		}
		b.Postgres, b.ended, b.closers = server.URL(), server.Done(), append(b.closers, server.Close)
	}
	if b.EventStore == "" {
		engine, err := private.Start(ctx, private.Options{Data: s.Data, Logger: log, FS: s.disk})
		if err != nil {
			return nil, errors.Join(err, b.Close())
		}
		b.EventStore, b.writable, b.closers = engine.URI(), engine.Err, append(b.closers, engine.Close)
	}
	return b, nil
}

// errEnded: nobody starts it again while we live, and half a service is worse than one that is started anew.
var errEnded = errors.New("its server process is gone; start docket again")

// watch returns when our own Postgres has ended although nobody closed it.
func (b *backends) watch(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-b.ended:
		return errEnded
	}
}

// Close stops what was started, the last first.
func (b *backends) Close() error {
	var errs []error
	for i := len(b.closers) - 1; i >= 0; i-- {
		errs = append(errs, b.closers[i]())
	}
	b.closers = nil
	return errors.Join(errs...)
}

func orElse(value, fallback string) string {
	if value != "" {
		return value
	}
	return fallback
}
