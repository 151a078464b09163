package projections

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime/debug"

	"docket/projections/internal/row"
	"docket/projections/internal/window"

	"github.com/jackc/pgx/v5"
)

// apply folds a batch into the tables and moves the checkpoint, all in one transaction: of two round trips, or of one where
// all rows that are looked at are recalled. On an error nothing has happened, or (a lost connection) the checkpoint tells. Errors: errFenced when the checkpoint is not where
// this session left it.
func (s *session) apply(ctx context.Context, b window.Batch) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = s.fail(ctx, fmt.Errorf("the fold of %s panicked: %v\n%s", s.build.model.Name, p, debug.Stack()))
		}
	}()
	if b.From != s.pos {
		return fmt.Errorf("batch begins after %d, tables are at %d: %w", b.From, s.pos, errFenced)
	}
	m := s.build.model
	need, matters := newNeed(m), false
	for e := range b.All() {
		if !m.folds(e.Type) {
			continue
		}
		matters = true
		if m.Need != nil {
			m.Need(e, need)
		}
	}
	s.mattered = matters
	if matters {
		err = s.transact(ctx, b, need)
	} else {
		_, err = s.conn.Exec(ctx, s.sql.checkpoint, int64(b.To), int64(b.From))
	}
	if err != nil {
		return s.fail(ctx, err)
	}
	s.pos = b.To
	return s.replan(ctx, b.Count)
}

// replan has plans made anew each time the tables may have grown a few times over. A plan made for an empty table takes any
// index for as good as another, and would keep to it.
func (s *session) replan(ctx context.Context, events int) error {
	if s.applied += events; s.applied < s.planned {
		return nil
	}
	s.planned = 4 * s.applied
	if _, err := s.conn.Exec(ctx, "DISCARD PLANS"); err != nil {
		return s.fail(ctx, fmt.Errorf("replan: %w", err))
	}
	return nil
}

// fail leaves no transaction open and names the error that a moved checkpoint makes.
func (s *session) fail(ctx context.Context, err error) error {
	s.recall.forget()
	if !s.conn.IsClosed() && s.conn.PgConn().TxStatus() != 'I' {
		if _, back := s.conn.Exec(ctx, "rollback"); back != nil {
			err = errors.Join(err, back)
		}
	}
	if sqlState(err) == "22012" { // division by zero: no checkpoint was there to move
		return errFenced
	}
	return err
}

func (s *session) transact(ctx context.Context, b window.Batch, need *Need) error {
	m := s.build.model
	begin := &pgx.Batch{}
	begin.Queue("begin")
	begin.Queue(s.sql.checkpoint, int64(b.To), int64(b.From))
	rows := &Rows{}
	pages := make([]*page, len(m.Tables))
	reads := false
	for i, t := range m.Tables {
		var missing [][]any
		pages[i], missing = newPage(t.core(), &need.keys[i], func(key string) (reflect.Value, bool) { return s.recall.get(i, key) })
		rows.add(t.core(), pages[i])
		if len(missing) > 0 {
			reads = true
			begin.Queue(s.sql.tables[i].read, t.core().plan.KeyArrays(missing)...).Query(pages[i].read)
		}
	}
	write := begin
	if reads {
		if err := s.conn.SendBatch(ctx, begin).Close(); err != nil {
			return fmt.Errorf("read rows of %s: %w", m.Name, err)
		}
		write = &pgx.Batch{}
	}
	for e := range b.All() {
		if m.folds(e.Type) {
			m.Fold(e, rows)
		}
	}
	for i, p := range pages {
		if err := p.queue(write, &s.sql.tables[i], s.records[i]); err != nil {
			return fmt.Errorf("write rows of %s: %w", m.Name, err)
		}
	}
	due := s.due(b)
	if !due {
		write.Queue("commit")
	}
	if err := s.conn.SendBatch(ctx, write).Close(); err != nil {
		return fmt.Errorf("write rows of %s: %w", m.Name, err)
	}
	if due {
		if err := s.sum(ctx, b.To); err != nil {
			return err
		}
		if _, err := s.conn.Exec(ctx, "commit"); err != nil {
			return fmt.Errorf("write rows of %s: %w", m.Name, err)
		}
	}
	for i, p := range pages {
		s.recall.keep(i, p)
	}
	return nil
}

// read takes over the rows of a result.
func (p *page) read(rows pgx.Rows) error {
	defer rows.Close()
	if err := p.table.readable(rows); err != nil {
		return err
	}
	for rows.Next() {
		v := reflect.New(p.table.plan.Type).Elem()
		if err := p.table.plan.Decode(rows.RawValues(), v); err != nil {
			return fmt.Errorf("table %s: %w", p.table.name, err)
		}
		p.load(v)
	}
	return rows.Err()
}

// queue adds the statements that write what the fold changed.
func (p *page) queue(b *pgx.Batch, sql *tableStatements, record *row.Record) error {
	put, gone := p.changes()
	if len(put) > 0 {
		rows, err := record.Array(len(put), func(i int) reflect.Value { return put[i] })
		if err != nil {
			return fmt.Errorf("table %s: %w", p.table.name, err)
		}
		b.Queue(sql.write, rows)
	}
	if len(gone) > 0 {
		b.Queue(sql.remove, p.table.plan.KeyArrays(gone)...)
	}
	return nil
}
