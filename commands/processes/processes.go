// Package processes reacts to what has happened: an event or a due time becomes a command, a notice becomes a delivery to
// the outside, an event that concerns somebody of the house a line in their inbox. Every process has a durable place in the
// log of its own and is never rebuilt; what it does twice after a crash is recognised by its key or message id. It makes no
// decisions (package domain) and no read models (package projections).
package processes

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"docket/commands"
	"docket/domain"
)

// Log is the log of events, followed from a place; *projections.Runner is one. Marked values come masked.
type Log interface {
	Follow(ctx context.Context, after uint64) iter.Seq2[domain.Page, error]
}

// Commands carries commands out; *commands.Pipeline does.
type Commands interface {
	Do(ctx context.Context, e *commands.Entry, r commands.Request) (commands.Answer, error)
}

// Options are what a Runner needs; all but Logger and Clock are required, Processes may be none.
type Options struct {
	Pool      *pgxpool.Pool
	Log       Log
	Commands  Commands
	Processes []Process
	// Expansions give the orders of what is due under a name that is no command's: as many as there are things it concerns by
	// then. The keys of the orders tell them apart.
	Expansions map[string]Expansion
	Clock      func() time.Time // nil: time.Now
	Logger     *slog.Logger     // nil: discard
}

// Process deals with the events of some types, in the order of the log, each at least once.
type Process struct {
	Name  string          // of its place in the log; never reused
	Types map[string]bool // wire names
	// React gives the commands that follow from an event; nil: none. It may look things up, and is asked again after a
	// failure. A command that the rules refuse is over: what it was for no longer holds.
	React func(ctx context.Context, e domain.Envelope) ([]Order, error)
	// Keep writes what has to be kept of a page in the transaction that moves the place; nil: nothing.
	Keep func(ctx context.Context, tx pgx.Tx, events []domain.Envelope) error
}

// Order is a command that follows from an event or a due time.
type Order struct {
	Name    string // of the catalogue
	ID      string // key of the stream
	Key     string // what tells it from the other orders of the same event; the key of the command is made of it
	Payload any    // pointer to the payload
}

// Expansion gives the orders of something that has become due.
type Expansion func(ctx context.Context, payload []byte) ([]Order, error)

// Runner runs the processes and fires what is due, on one instance at a time.
type Runner struct {
	Options
}

// New checks the options.
func New(o Options) (*Runner, error) {
	if o.Pool == nil || o.Log == nil || o.Commands == nil {
		return nil, errors.New("processes: a pool, a log and commands are required")
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	names := map[string]bool{}
	for _, p := range o.Processes {
		if p.Name == "" || len(p.Types) == 0 || names[p.Name] || (p.React == nil && p.Keep == nil) {
			return nil, fmt.Errorf("processes: %q lacks something or is there twice", p.Name)
		}
		names[p.Name] = true
	}
	return &Runner{o}, nil
}

// lock is the advisory lock of the one instance whose processes run.
const lock = 0x646f636b65747072 // "docketpr"

// How often a taken lock is tried, and how long a failed process rests.
const (
	standby   = time.Second
	restFirst = 100 * time.Millisecond
	restLast  = 10 * time.Second
)

// Run runs every process until ctx ends, whenever no other instance does.
func (r *Runner) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := r.lead(ctx); err != nil && ctx.Err() == nil {
			r.Logger.WarnContext(ctx, "processes stopped and begin again", "error", err)
		}
		wait(ctx, standby)
	}
	return ctx.Err()
}

// lead runs the processes while the lock is held; a lost connection ends it.
func (r *Runner) lead(ctx context.Context) error {
	conn, err := r.Pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("processes: %w", err)
	}
	defer conn.Release()
	var held bool
	if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", int64(lock)).Scan(&held); err != nil || !held {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	ps := &places{}
	for _, p := range r.Processes {
		running.Go(func() { r.insist(ctx, p.Name, func(ctx context.Context) error { return r.follow(ctx, p, ps) }) })
	}
	running.Go(func() { r.insist(ctx, "places", func(ctx context.Context) error { return r.storePlaces(ctx, ps) }) })
	running.Go(func() { r.insist(ctx, "timers", r.fire) })
	err = r.hold(ctx, conn.Conn())
	stop()
	running.Wait()
	if conn.Conn().IsClosed() {
		return err
	}
	_, unlocked := conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(lock))
	return errors.Join(err, unlocked)
}

// hold returns when the connection that holds the lock is lost, or ctx ends.
func (r *Runner) hold(ctx context.Context, conn *pgx.Conn) error {
	for wait(ctx, standby) {
		if err := conn.Ping(ctx); err != nil {
			return fmt.Errorf("processes: the lock's connection: %w", err)
		}
	}
	return ctx.Err()
}

// insist runs a part again and again until ctx ends.
func (r *Runner) insist(ctx context.Context, name string, part func(context.Context) error) {
	rest := restFirst
	for ctx.Err() == nil {
		began := r.Clock()
		err := part(ctx)
		if ctx.Err() != nil {
			return
		}
		r.Logger.WarnContext(ctx, "a process failed and is tried again", "process", name, "error", err)
		if r.Clock().Sub(began) > restLast {
			rest = restFirst
		}
		wait(ctx, rest)
		rest = min(2*rest, restLast)
	}
}

// follow deals with the log from the place of the process on.
func (r *Runner) follow(ctx context.Context, p Process, ps *places) error {
	at, err := r.place(ctx, p.Name)
	if err != nil {
		return err
	}
	ctx, at.leave = context.WithCancelCause(ctx)
	defer at.leave(nil)
	ps.set(at)
	for page, err := range r.Log.Follow(ctx, at.stored) {
		if err != nil {
			return err
		}
		var events []domain.Envelope
		for i := range page.Events {
			if e := page.Events[i]; p.Types[e.Type] {
				events = append(events, e)
			}
		}
		if len(events) == 0 {
			at.pass(page.To)
			continue
		}
		if p.React != nil {
			for _, e := range events {
				if err := r.react(ctx, p, e); err != nil {
					return fmt.Errorf("after %s of %s: %w", e.Type, e.Stream, err)
				}
			}
		}
		began := time.Now()
		if err := r.move(ctx, p, at, page.To, events); err != nil {
			return err
		}
		if p.React == nil && len(page.Events) < smallPage {
			wait(ctx, min(restShare*time.Since(began), longest))
		}
	}
	return context.Cause(ctx)
}

// A process that only keeps what it reads lets events gather after a small page, in proportion to what keeping it took, so that
// a busy log does not have it commit every few events. One that reacts does not: others wait for what it does.
const (
	smallPage = 250 // events
	restShare = 20
	longest   = 100 * time.Millisecond
)

// react carries out what follows from one event.
func (r *Runner) react(ctx context.Context, p Process, e domain.Envelope) error {
	orders, err := p.React(ctx, e)
	if err != nil {
		return err
	}
	for _, o := range orders {
		key := "reaction:" + p.Name + ":" + e.ID + ":" + o.Key
		if err := r.carryOut(ctx, o, key, e); err != nil {
			return err
		}
	}
	return nil
}

// wait rests for a while; false when ctx has ended.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
