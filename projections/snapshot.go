package projections

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// snapshot runs a query of a model's live tables in one transaction, of three round trips and those of f: it begins in the
// schema that was live the last time and asks in the same breath which one is.
func (r *Runner) snapshot(ctx context.Context, p *projection, after uint64, f func(context.Context, pgx.Tx, uint64) error) (err error) {
	if h, ok := ctx.Value(holdKey{r}).(*hold); ok {
		return h.read(ctx, p, after, f)
	}
	conn, err := r.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	defer func() {
		if ended := end(ctx, conn, err); err == nil {
			err = ended
		}
	}()
	entered := p.entered.Load()
	begin := &pgx.Batch{}
	begin.Queue("begin isolation level repeatable read read only")
	begin.Queue(whichLive, p.model.Name)
	begin.Queue(enter, build{p.model, entered}.schema())
	results := conn.SendBatch(ctx, begin)
	b, pos, err := p.model.begun(results)
	if err := errors.Join(err, results.Close()); err != nil {
		return err
	}
	if pos < after {
		return ErrBehind
	}
	if b.version != entered {
		if _, err := conn.Exec(ctx, enter, b.schema()); err != nil {
			return fmt.Errorf("enter %s: %w", b.schema(), err)
		}
		p.entered.Store(b.version)
	}
	return f(ctx, reading{conn}, pos)
}

// enter makes a schema the one that unqualified names lie in, and has every statement planned for its own arguments, until the
// transaction ends. A plan for any arguments would know neither how rare a place is nor what the asker reaches.
const enter = "SELECT set_config('search_path', $1, true), set_config('plan_cache_mode', 'force_custom_plan', true)"

// begun reads the answers to what a snapshot begins with.
func (m *Model) begun(results pgx.BatchResults) (build, uint64, error) {
	if _, err := results.Exec(); err != nil {
		return build{}, 0, fmt.Errorf("begin: %w", err)
	}
	b, pos, err := m.live(results.QueryRow())
	switch {
	case errors.Is(err, errNoBuild), errors.Is(err, errSuperseded):
		return b, 0, ErrNotReady.Because(fmt.Sprintf("the read model %s %s", m.Name, err))
	case err != nil:
		return b, 0, err
	}
	return b, pos, nil
}

// end ends the transaction, so that the connection can be used again; one whose query was given up ends with its connection.
func end(ctx context.Context, conn *pgxpool.Conn, failed error) error {
	if conn.Conn().IsClosed() || conn.Conn().PgConn().TxStatus() == 'I' {
		return nil
	}
	if failed == nil {
		_, err := conn.Exec(ctx, "commit")
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_, err := conn.Exec(ctx, "rollback")
	return err
}

// reading is the transaction of a snapshot as its query sees it. It ends by itself, and has none within it.
type reading struct{ conn *pgxpool.Conn }

var errReading = errors.New("projections: a snapshot only reads, and ends by itself")

func (t reading) Begin(context.Context) (pgx.Tx, error) { return nil, errReading }
func (t reading) Commit(context.Context) error          { return errReading }
func (t reading) Rollback(context.Context) error        { return errReading }
func (t reading) LargeObjects() pgx.LargeObjects        { return pgx.LargeObjects{} }
func (t reading) Conn() *pgx.Conn                       { return t.conn.Conn() }

func (t reading) CopyFrom(context.Context, pgx.Identifier, []string, pgx.CopyFromSource) (int64, error) {
	return 0, errReading
}

func (t reading) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	return t.conn.SendBatch(ctx, b)
}

func (t reading) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	return t.conn.Conn().Prepare(ctx, name, sql)
}

func (t reading) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return t.conn.Exec(ctx, sql, args...)
}

func (t reading) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return t.conn.Query(ctx, sql, args...)
}

func (t reading) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return t.conn.QueryRow(ctx, sql, args...)
}
