package projections

import (
	"context"
	"fmt"
	"time"

	"docket/projections/internal/row"

	"github.com/jackc/pgx/v5"
)

// session is one model's hold on the database: a connection of its own that keeps the model's lock, and the place the live
// build has reached. Losing the connection loses the lock, and with it the session.
type session struct {
	build   build
	sql     statements
	records []*row.Record // by table
	recall  *recall
	conn    *pgx.Conn
	pos     uint64

	summed   uint64 // position that the model's sums have reached
	mattered bool   // whether the last page held events that the model folds

	applied, planned int // events so far, and at which number plans are made anew
}

// tuning suits a connection that only looks rows up by key and writes what can be computed again. Plans are
// kept (see replan), and are never scans, however small a table was when they were made. Commits do not wait for the disk: after a crash the
// checkpoint and the rows are equally far back.
const tuning = `SET synchronous_commit = off; SET plan_cache_mode = force_generic_plan; SET jit = off;
	SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off`

// connect opens a connection besides the pool, since it is held for long.
func (r *Runner) connect(ctx context.Context, name string) (*pgx.Conn, error) {
	config := r.pool.Config().ConnConfig.Copy()
	config.RuntimeParams["application_name"] = "docket " + name
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return conn, nil
}

// disconnect closes a connection even when the context has ended.
func disconnect(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = conn.Close(ctx) // the server notices anyway
}

// open takes the model's lock and finds its place. Errors: errNoBuild, errSuperseded, errStandby when the lock is taken.
func (r *Runner) open(ctx context.Context, m *Model) (_ *session, err error) {
	conn, err := r.connect(ctx, "projection "+m.Name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			disconnect(conn)
		}
	}()
	if _, err := conn.Exec(ctx, tuning); err != nil {
		return nil, fmt.Errorf("prepare connection: %w", err)
	}
	if held, err := tryLock(ctx, conn, lockKey("run", m.Name)); err != nil || !held {
		if err == nil {
			err = errStandby
		}
		return nil, err
	}
	b, pos, err := liveBuild(ctx, conn, m)
	if err != nil {
		return nil, err
	}
	forms, err := records(ctx, conn, b)
	if err != nil {
		return nil, err
	}
	summed, err := summedUpTo(ctx, conn, b)
	if err != nil {
		return nil, err
	}
	return &session{
		build: b, sql: statementsOf(b), records: forms, recall: newRecall(len(m.Tables), r.limits.recall), conn: conn, pos: pos, summed: summed,
	}, nil
}

func (s *session) close() { disconnect(s.conn) }

// tryLock takes a lock that lasts as long as the connection.
func tryLock(ctx context.Context, q querier, key int64) (held bool, err error) {
	if err := q.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", key).Scan(&held); err != nil {
		return false, fmt.Errorf("take lock: %w", err)
	}
	return held, nil
}
