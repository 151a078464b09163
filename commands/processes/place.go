package processes

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"docket/domain"
)

// errOvertaken: another instance has moved the place; it runs the process now.
var errOvertaken = errors.New("another instance has moved the place of this process")

// place is how far a process has read the log, and how far that is stored. Events that are none of its types are not worth a
// commit: what is stored follows soon after, and a crash in between has them read again and passed over again.
type place struct {
	process string

	mu     sync.Mutex
	stored uint64
	read   uint64 // everything up to here is dealt with
	lost   bool   // somebody else has moved what is stored

	leave context.CancelCauseFunc // ends whoever reads the log from here
}

// places are those of the processes that run now.
type places struct {
	mu  sync.Mutex
	all map[string]*place
}

// set replaces the place of a process, which has just been looked up.
func (ps *places) set(p *place) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if ps.all == nil {
		ps.all = map[string]*place{}
	}
	ps.all[p.process] = p
}

// list gives the places.
func (ps *places) list() []*place {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	list := make([]*place, 0, len(ps.all))
	for _, p := range ps.all {
		list = append(list, p)
	}
	return list
}

// place looks up how far a process has read the log; a new process begins at its beginning.
func (r *Runner) place(ctx context.Context, process string) (*place, error) {
	var pos int64
	err := r.Pool.QueryRow(ctx, `WITH new AS (
		INSERT INTO processes.checkpoint (process, pos) VALUES ($1, 0) ON CONFLICT DO NOTHING RETURNING pos)
		SELECT pos FROM new UNION ALL SELECT pos FROM processes.checkpoint WHERE process = $1 LIMIT 1`, process).Scan(&pos)
	if err != nil {
		return nil, fmt.Errorf("place of process %s: %w", process, err)
	}
	return &place{process: process, stored: uint64(pos), read: uint64(pos)}, nil
}

// pass notes that everything up to a position is dealt with and left nothing to keep.
func (p *place) pass(to uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.read = to
}

// move keeps what a page left and moves the place, in one transaction. A place that is not where it was stored is another
// instance's.
func (r *Runner) move(ctx context.Context, p Process, at *place, to uint64, events []domain.Envelope) error {
	at.mu.Lock()
	defer at.mu.Unlock()
	err := pgx.BeginFunc(ctx, r.Pool, func(tx pgx.Tx) error {
		if p.Keep != nil {
			if err := p.Keep(ctx, tx, events); err != nil {
				return err
			}
		}
		moved, err := tx.Exec(ctx, "UPDATE processes.checkpoint SET pos = $3 WHERE process = $1 AND pos = $2", p.Name, int64(at.stored), int64(to))
		switch {
		case err != nil:
			return err
		case moved.RowsAffected() == 0:
			return errOvertaken
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("process %s at %d: %w", p.Name, at.stored, err)
	}
	at.stored, at.read = to, to
	return nil
}

// storeEvery is how long a place that has moved past events of others may stay unstored.
const storeEvery = 250 * time.Millisecond

// storePlaces stores, until ctx ends, the places of processes that had nothing to keep.
func (r *Runner) storePlaces(ctx context.Context, ps *places) error {
	for wait(ctx, storeEvery) {
		if err := r.storeOnce(ctx, ps.list()); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// storeOnce stores in one statement all places that have moved. A process whose place is not where it was stored leaves,
// and looks it up again.
func (r *Runner) storeOnce(ctx context.Context, list []*place) error {
	moved := map[string]*place{}
	defer func() {
		for _, p := range moved {
			p.mu.Unlock()
		}
	}()
	var names []string
	var from, to []int64
	for _, p := range list {
		if !p.mu.TryLock() {
			continue // about to be stored with what it keeps
		}
		if p.lost || p.read == p.stored {
			p.mu.Unlock()
			continue
		}
		moved[p.process] = p
		names, from, to = append(names, p.process), append(from, int64(p.stored)), append(to, int64(p.read))
	}
	if len(moved) == 0 {
		return nil
	}
	rows, err := r.Pool.Query(ctx, `UPDATE processes.checkpoint c SET pos = n.reached
		FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS n (process, stored, reached)
		WHERE c.process = n.process AND c.pos = n.stored RETURNING c.process`, names, from, to)
	if err != nil {
		return fmt.Errorf("places of processes: %w", err)
	}
	stored, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("places of processes: %w", err)
	}
	for _, p := range moved {
		if slices.Contains(stored, p.process) {
			p.stored = p.read
			continue
		}
		p.lost = true
		p.leave(fmt.Errorf("process %s at %d: %w", p.process, p.stored, errOvertaken))
	}
	return nil
}
