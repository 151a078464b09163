package projections

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"time"

	"docket/domain"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Refusals of [Runner.Read].
var (
	// ErrBehind: the read model did not reach the asked position in time.
	ErrBehind = domain.Refusal(domain.Unavailable, "projection.behind", "the read model has not reached that position yet")
	// ErrNotReady: the read model is being built, or kept by a later version of the program.
	ErrNotReady = domain.Refusal(domain.Unavailable, "projection.not_ready", "the read model is not ready")
	// ErrDatabase: the database cannot be reached.
	ErrDatabase = domain.Refusal(domain.Unavailable, "database.unavailable", "the database cannot be reached; try again")
	// ErrBeyond: the asked position was never given out by this store.
	ErrBeyond = domain.Refusal(domain.Invalid, "position.beyond_end", "no event has that position yet")
)

// Read runs a query of a model: f sees its live tables (unqualified names) and the position they stand at in one
// read-only REPEATABLE READ snapshot. With after > 0 the snapshot holds everything up to that position; if need be that
// is waited for, at most 2 s. f may be called again when the tables are replaced meanwhile.
//
// Errors: [ErrBehind], [ErrNotReady], [ErrBeyond], [ErrDatabase], and whatever f returns.
func (r *Runner) Read(ctx context.Context, model string, after uint64, f func(ctx context.Context, tx pgx.Tx, position uint64) error) error {
	p, ok := r.byName[model]
	if !ok {
		return fmt.Errorf("read: no model is named %q", model)
	}
	deadline := time.Now().Add(r.limits.patience)
	pause := 2 * time.Millisecond
	known := after <= p.place() || after <= r.window.Head()
	for tries := 0; ; {
		err := r.snapshot(ctx, p, after, f)
		switch {
		case lostTables(err) && tries < 3:
			tries++
		case errors.Is(err, ErrNotReady) && p.preparing() && time.Now().Before(deadline):
		case unreachable(err):
			return fmt.Errorf("read %s: %w: %w", model, ErrDatabase, err)
		case !errors.Is(err, ErrBehind):
			return err
		case !known:
			head, err := r.source.Head(ctx)
			switch {
			case err != nil:
				return fmt.Errorf("read %s: %w", model, err)
			case after > head:
				return ErrBeyond
			}
			known = true
		case !time.Now().Before(deadline):
			return err
		}
		if p.await(ctx, after, deadline) {
			continue
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("read %s: %w", model, ctx.Err())
		case <-time.After(pause):
			pause = min(2*pause, 50*time.Millisecond)
		}
	}
}

// await waits for a position that this process is about to reach, and hastens it. False when another process keeps the
// model, so that it has to be polled, or when time is up.
func (p *projection) await(ctx context.Context, after uint64, deadline time.Time) bool {
	timer := time.NewTimer(time.Until(deadline))
	defer timer.Stop()
	for {
		p.mu.Lock()
		state, position, moved := p.state, p.position, p.moved
		p.mu.Unlock()
		switch {
		case state != Live:
			return false
		case position >= after:
			return true
		}
		select {
		case p.hurry <- struct{}{}:
		default:
		}
		select {
		case <-moved:
		case <-timer.C:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// unreachable reports whether an error is about the connection to the database and not about a statement.
func unreachable(err error) bool {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return true
	}
	switch state := sqlState(err); {
	case strings.HasPrefix(state, "08"), strings.HasPrefix(state, "57P"): // connection exception; shut down or starting
		return true
	case state != "":
		return false
	}
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
