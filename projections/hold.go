package projections

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// hold is one snapshot for many reads, taken by the first of them.
type hold struct {
	pool *pgxpool.Pool

	mu   sync.Mutex
	conn *pgxpool.Conn // nil: none is taken yet
	used bool          // a read has seen it
}

type holdKey struct{ runner *Runner }

// Hold gives a context under which every [Runner.Read] sees the same snapshot of all read models, that of the first read, until
// release is called: many pages of a list are as one. The snapshot takes a connection, keeps dead rows from being removed and the
// tables of a rebuild from being dropped; it is for work that ends. Reads under it take turns.
func (r *Runner) Hold(ctx context.Context) (held context.Context, release func()) {
	h := &hold{pool: r.pool}
	return context.WithValue(ctx, holdKey{r}, h), func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.drop(ctx)
	}
}

func (h *hold) drop(ctx context.Context) {
	if h.conn == nil {
		return
	}
	_ = end(ctx, h.conn, context.Canceled) // it has only read; a connection that cannot roll back is not used again
	h.conn.Release()
	h.conn = nil
}

func (h *hold) read(ctx context.Context, p *projection, after uint64, f func(context.Context, pgx.Tx, uint64) error) (err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.conn == nil {
		if h.used {
			return fmt.Errorf("read %s: %w", p.model.Name, errReleased)
		}
		if h.conn, err = h.pool.Acquire(ctx); err != nil {
			h.conn = nil
			return err
		}
		if _, err := h.conn.Exec(ctx, "begin isolation level repeatable read read only"); err != nil {
			h.drop(ctx)
			return fmt.Errorf("begin: %w", err)
		}
	}
	defer func() {
		if !h.used { // the next try takes a newer one
			h.drop(ctx)
		}
	}()
	b, pos, err := p.model.live(h.conn.QueryRow(ctx, whichLive, p.model.Name))
	switch {
	case errors.Is(err, errNoBuild), errors.Is(err, errSuperseded):
		return ErrNotReady.Because(fmt.Sprintf("the read model %s %s", p.model.Name, err))
	case err != nil:
		return err
	case pos < after:
		return ErrBehind
	}
	if _, err := h.conn.Exec(ctx, enter, b.schema()); err != nil {
		return fmt.Errorf("enter %s: %w", b.schema(), err)
	}
	if err := f(ctx, reading{h.conn}, pos); err != nil {
		return err
	}
	h.used = true
	return nil
}

// errReleased: a read came after its snapshot had been given back.
var errReleased = errors.New("projections: the snapshot was released")
