package keeper

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"docket/domain"
	"docket/internal/merkle"
)

// Log is the event store; *eventstore.Store is one.
type Log interface {
	Recorded(ctx context.Context, after uint64) iter.Seq2[merkle.Page, error]
	RecordedAt(ctx context.Context, position uint64) (*merkle.Event, error)
	LastHead(ctx context.Context) (*merkle.Event, error)
	AppendHead(ctx context.Context, expected domain.Revision, checkpoint []byte) error
}

// Options are what a Keeper needs; all but Every, Interval and Logger are required.
type Options struct {
	Book   *Book
	Log    Log
	Signer *Signer
	// A head is signed after so many events, or so long after the first of them; 0: not for that reason. Without any there are
	// heads only when somebody asks for one.
	Every    int64
	Interval time.Duration
	Logger   *slog.Logger // nil: discard
}

// Keeper hashes the log and signs its tree heads, on one instance at a time.
type Keeper struct {
	Options
	failed atomic.Pointer[error]
}

// ErrContradicted: the log is not the one that was hashed. No head is signed over such a log.
var ErrContradicted = errors.New("the log is not the one that was hashed; see docket verify --log")

// New makes a keeper.
func New(o Options) *Keeper {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Keeper{Options: o}
}

// Err tells why this instance signs no heads; nil when it does, or when another one keeps the tree.
func (k *Keeper) Err() error {
	if err := k.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// lock is the advisory lock of the one instance that keeps the tree.
const lock = 0x646f636b65746d6b // "docketmk"

// gathering is how long hashes wait to be noted together, so that a busy log does not cost a transaction for every few events. A head
// does not wait for it.
const gathering = 250 * time.Millisecond

// How often a taken lock is tried, and how long a failed keeper rests.
const (
	standby   = time.Second
	restFirst = 100 * time.Millisecond
	restLast  = 30 * time.Second
)

// Run keeps the tree until ctx ends, whenever no other instance does. A log that contradicts what was hashed is told and tried
// again, since it may be restored; the service goes on without new heads.
func (k *Keeper) Run(ctx context.Context) error {
	rest := restFirst
	for ctx.Err() == nil {
		err := k.lead(ctx)
		if ctx.Err() != nil {
			break
		}
		switch {
		case err == nil:
			k.failed.Store(nil)
			rest = restFirst
			wait(ctx, standby)
			continue
		case errors.Is(err, ErrContradicted):
			rest = restLast
			k.Logger.ErrorContext(ctx, "no tree heads are signed", "error", err)
		default:
			k.Logger.WarnContext(ctx, "the log's tree is not kept and tried again", "error", err)
		}
		k.failed.Store(&err)
		wait(ctx, rest)
		rest = min(2*rest, restLast)
	}
	return ctx.Err()
}

// lead keeps the tree while the lock is held; nil when another instance has it.
func (k *Keeper) lead(ctx context.Context) error {
	conn, err := k.Book.Pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("tree: %w", err)
	}
	defer conn.Release()
	var held bool
	if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", int64(lock)).Scan(&held); err != nil || !held {
		return err
	}
	defer func() { // a connection that is lost has lost the lock, too
		_, _ = conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(lock))
		_, _ = conn.Exec(context.WithoutCancel(ctx), "UNLISTEN *")
	}()
	if _, err := conn.Exec(ctx, "LISTEN "+wanted); err != nil {
		return fmt.Errorf("tree: %w", err)
	}
	inner, stop := context.WithCancelCause(ctx)
	asked := make(chan struct{}, 1)
	var running sync.WaitGroup
	running.Go(func() { stop(k.hold(inner, conn.Conn(), asked)) })
	err = k.keep(inner, asked)
	if inner.Err() != nil && ctx.Err() == nil {
		err = context.Cause(inner)
	}
	stop(err)
	running.Wait()
	return err
}

// hold passes on who asks for a head, and returns when the connection that holds the lock is lost.
func (k *Keeper) hold(ctx context.Context, conn *pgx.Conn, asked chan<- struct{}) error {
	for ctx.Err() == nil {
		limited, cancel := context.WithTimeout(ctx, standby)
		_, err := conn.WaitForNotification(limited)
		quiet := limited.Err() != nil
		cancel()
		switch {
		case err == nil:
			select {
			case asked <- struct{}{}:
			default:
			}
		case !quiet:
			return fmt.Errorf("tree: the lock's connection: %w", err)
		case ctx.Err() == nil:
			if err := conn.Ping(ctx); err != nil {
				return fmt.Errorf("tree: the lock's connection: %w", err)
			}
		}
	}
	return ctx.Err()
}

// keep follows the log from where it was hashed to.
func (k *Keeper) keep(ctx context.Context, asked <-chan struct{}) error {
	p, err := k.resume(ctx)
	if err != nil {
		return err
	}
	k.failed.Store(nil)
	ctx, stop := context.WithCancel(ctx)
	pages, ended := make(chan merkle.Page), make(chan error, 1)
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	running.Go(func() { ended <- k.follow(ctx, p.position, pages) })
	due, note := time.NewTimer(time.Hour), time.NewTimer(time.Hour)
	defer due.Stop()
	defer note.Stop()
	due.Stop()
	note.Stop()
	set, noting, live := false, false, false
	for {
		sign := false
		select {
		case page := <-pages:
			live = page.Live
			if err := k.take(ctx, p, page); err != nil {
				return err
			}
			sign = k.Every > 0 && p.unsigned >= k.Every
			if p.unnoted() > 0 && !noting {
				note.Reset(gathering)
				noting = true
			}
		case <-note.C:
			noting = false
			if p.unnoted() > 0 {
				if err := k.Book.save(ctx, p); err != nil {
					return err
				}
			}
		case <-asked:
			sign = true
		case <-due.C:
			sign, set = true, false
		case err := <-ended:
			return err
		}
		if sign && live && p.unsigned > 0 {
			if err := k.sign(ctx, p); err != nil {
				return err
			}
		}
		if p.unsigned > 0 && !set && k.Interval > 0 {
			due.Reset(k.Interval)
			set = true
		}
	}
}

// follow passes pages on until ctx ends or the log cannot be followed.
func (k *Keeper) follow(ctx context.Context, after uint64, pages chan<- merkle.Page) error {
	for page, err := range k.Log.Recorded(ctx, after) {
		if err != nil {
			return fmt.Errorf("tree: after %d: %w", after, err)
		}
		select {
		case pages <- page:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}

// wait rests for a while, or until ctx ends.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
