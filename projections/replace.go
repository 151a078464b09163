package projections

import (
	"context"
	"errors"
	"fmt"

	"docket/domain"
	"docket/projections/internal/window"

	"github.com/jackc/pgx/v5"
)

// attend opens a session on a build that is not live yet.
func (r *Runner) attend(ctx context.Context, c *construction) (*session, error) {
	conn, err := r.connect(ctx, "rebuild "+c.build.model.Name)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, tuning); err != nil {
		disconnect(conn)
		return nil, fmt.Errorf("prepare connection: %w", err)
	}
	forms, err := records(ctx, conn, c.build)
	if err != nil {
		disconnect(conn)
		return nil, err
	}
	return &session{build: c.build, sql: c.sql, records: forms, recall: newRecall(len(forms), r.limits.recall), conn: conn, pos: c.pos}, nil
}

// replace brings a new build up to where the live one is, while holding the live one there, makes it the live one and drops
// the other. control holds the model's rebuild lock.
func (r *Runner) replace(ctx context.Context, control *pgx.Conn, c *construction) error {
	m := c.build.model
	c.told.phase(ctx, m.Name, CatchingUp)
	s, err := r.attend(ctx, c)
	if err != nil {
		return err
	}
	defer s.close()
	head, err := r.source.Head(ctx)
	if err == nil {
		err = s.catchUp(ctx, r.source, head)
	}
	if err != nil {
		return fmt.Errorf("rebuild %s: %w", m.Name, err)
	}
	err = pgx.BeginFunc(ctx, control, func(tx pgx.Tx) error {
		// The runner of the live tables now waits for us, and then finds its checkpoint gone.
		var live uint64
		err := tx.QueryRow(ctx, `SELECT pos FROM projections.checkpoint c JOIN projections.live USING (model, version)
			WHERE model = $1 FOR UPDATE OF c`, m.Name).Scan(&live)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if err := s.catchUp(ctx, r.source, live); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO projections.live (model, version, definition, digest) VALUES ($1, $2, $3, $4)
			ON CONFLICT (model) DO UPDATE SET version = excluded.version, definition = excluded.definition, digest = excluded.digest`,
			m.Name, c.build.version, m.Version, m.digest()); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "DELETE FROM projections.checkpoint WHERE model = $1 AND version <> $2", m.Name, c.build.version)
		return err
	})
	if err != nil {
		return fmt.Errorf("put the new tables of %s in place: %w", m.Name, err)
	}
	if _, err = r.clear(ctx, m); err == nil {
		c.told.phase(ctx, m.Name, InPlace)
	}
	return err
}

// batchOf is what of a page lies after a position, up to another.
func batchOf(after uint64, page domain.Page, to uint64) window.Batch {
	page.From = after
	if page.To > to {
		page.To = to
		for n, e := range page.Events {
			if e.Position > to {
				page.Events = page.Events[:n]
				break
			}
		}
	}
	return window.BatchOf(page)
}
