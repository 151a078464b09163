package projections

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"docket/domain"
	"docket/projections/internal/kept"

	"github.com/jackc/pgx/v5"
)

// construction is one model's new build while it is filled from the beginning of the log, out of everybody's sight.
type construction struct {
	runner  *Runner
	told    *telling
	build   build
	sql     statements
	rows    *Rows
	heaps   []*heap        // nil for append-only tables
	loaders []*loader      // nil for the others
	idle    *pgx.Conn      // of a table that is loaded, for the next one; nil: none
	keys    string         // SQL that gives the tables their primary keys
	loaded  []int          // rows of each table, once it is full
	before  map[string]int // rows of tables that were full before a rebuild was cut off
	indexed bool           // so were all, and the rest is made
	log     *kept.Log      // nil: changes are not kept
	place   kept.Place     // how much of it counts
	mark    string         // what a loaded table is marked with, so that it need not be loaded again; empty: nothing
	pos     uint64
}

// construct makes the bare tables of a new build, unless they remain from a rebuild that was cut off, and starts loading
// those that are only added to. Leftovers of other attempts go first; the caller holds the model's rebuild lock.
func (w *work) construct(ctx context.Context, m *Model, had *remains) (_ *construction, err error) {
	r := w.runner
	c := &construction{runner: r, told: w.told, rows: &Rows{}, loaded: make([]int, len(m.Tables))}
	if had != nil && had.version > 0 {
		c.build, c.keys, c.before, c.indexed, c.pos = build{m, had.version}, had.keys, had.loaded, had.indexed, had.pos
		c.sql = statementsOf(c.build)
	} else {
		version, err := r.clear(ctx, m)
		if err != nil {
			return nil, err
		}
		c.build = build{m, version + 1}
		c.sql = statementsOf(c.build)
		if err := c.create(ctx, w.folder); err != nil {
			return nil, err
		}
	}
	defer func() {
		if err != nil {
			c.abandon(err)
		}
	}()
	for i, t := range m.Tables {
		c.heaps, c.loaders = append(c.heaps, nil), append(c.loaders, nil)
		if !t.core().appendOnly {
			c.heaps[i] = newHeap(t.core()).spilling(w.memory, w.disk.Table(w.tables))
			w.tables++
			c.rows.add(t.core(), c.heaps[i])
			continue
		}
		if c.indexed || c.has(i) {
			continue
		}
		if c.loaders[i], err = c.startLoad(ctx, i); err != nil {
			return nil, err
		}
		c.rows.add(t.core(), &stream{table: t.core(), loader: c.loaders[i]})
	}
	return c, nil
}

// clear drops every build of the model but the live one, and tells that one's version, 0 for none.
func (r *Runner) clear(ctx context.Context, m *Model) (live uint64, err error) {
	err = r.pool.QueryRow(ctx, "SELECT coalesce(max(version), 0) FROM projections.live WHERE model = $1", m.Name).Scan(&live)
	if err != nil {
		return 0, fmt.Errorf("rebuild %s: %w", m.Name, err)
	}
	rows, err := r.pool.Query(ctx, `SELECT nspname FROM pg_namespace WHERE nspname ~ ('^' || $1 || '_v[0-9]+$') AND nspname <> $1 || '_v' || $2::text`,
		m.Name, fmt.Sprint(live))
	if err != nil {
		return 0, fmt.Errorf("rebuild %s: %w", m.Name, err)
	}
	schemas, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return 0, fmt.Errorf("rebuild %s: %w", m.Name, err)
	}
	for _, schema := range schemas {
		if _, err := r.pool.Exec(ctx, "DROP SCHEMA IF EXISTS "+quote(schema)+" CASCADE"); err != nil {
			return 0, fmt.Errorf("drop %s: %w", schema, err)
		}
	}
	if _, err := r.pool.Exec(ctx, "DELETE FROM projections.checkpoint WHERE model = $1 AND version <> $2", m.Name, live); err != nil {
		return 0, fmt.Errorf("rebuild %s: %w", m.Name, err)
	}
	return live, nil
}

// create makes the schema and its bare tables. Primary keys are taken away again until the rows are in: keeping an index while
// rows are loaded costs several times as much as making it of all of them.
//
// The schema tells which folder the rebuild keeps its place in, if it does, and the keys, for whoever goes on.
func (c *construction) create(ctx context.Context, folder *kept.Folder) error {
	tables, _ := c.build.model.script()
	if err := c.script(ctx, "CREATE SCHEMA "+c.build.schema(), tables); err != nil {
		return err
	}
	var bare string
	err := c.runner.pool.QueryRow(ctx, `SELECT
		coalesce(string_agg(format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname), E';\n'), ''),
		coalesce(string_agg(format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)), E';\n'), '')
		FROM pg_constraint WHERE contype = 'p' AND connamespace = $1::regnamespace`, c.build.schema()).Scan(&bare, &c.keys)
	if err != nil {
		return fmt.Errorf("keys of %s: %w", c.build.schema(), err)
	}
	if folder != nil {
		bare += ";\nCOMMENT ON SCHEMA " + c.build.schema() + " IS " + literal(folder.Name()+"\n"+c.keys)
	}
	return c.script(ctx, bare)
}

// script runs SQL texts of the model in one transaction, with its own schema in sight.
func (c *construction) script(ctx context.Context, texts ...string) error {
	err := pgx.BeginFunc(ctx, c.runner.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('search_path', $1, true)", c.build.schema()); err != nil {
			return err
		}
		_, err := tx.Conn().PgConn().Exec(ctx, strings.Join(texts, ";\n")).ReadAll()
		return err
	})
	if err != nil {
		return fmt.Errorf("tables of %s: %w", c.build.schema(), err)
	}
	return nil
}

// fold applies a page to the rows in memory.
func (c *construction) fold(page domain.Page) (err error) {
	m := c.build.model
	defer func() {
		switch p := recover().(type) {
		case nil:
		case error:
			err = fmt.Errorf("rebuild %s: %w", m.Name, p)
		default:
			err = fmt.Errorf("rebuild %s: the fold panicked: %v\n%s", m.Name, p, debug.Stack())
		}
	}()
	for i := range page.Events {
		if e := &page.Events[i]; m.folds(e.Type) {
			m.Fold(*e, c.rows)
		}
	}
	c.pos = page.To
	return nil
}

// finish loads the rows from memory, makes the indexes and notes how far the build has read.
func (c *construction) finish(ctx context.Context) error {
	if c.indexed {
		return nil
	}
	c.told.phase(ctx, c.build.model.Name, Loading)
	defer func() {
		if c.idle != nil {
			disconnect(c.idle)
			c.idle = nil
		}
	}()
	for i, l := range c.loaders {
		var err error
		switch {
		case l != nil:
			c.loaders[i] = nil
			err = c.finishLoad(i, l)
		case c.has(i):
			c.loaded[i] = c.before[c.build.model.Tables[i].core().name]
		default:
			err = c.load(ctx, i)
		}
		if err != nil {
			return err
		}
	}
	c.told.phase(ctx, c.build.model.Name, Indexing)
	_, indexes := c.build.model.script()
	note := fmt.Sprintf("INSERT INTO projections.checkpoint (model, version, pos) VALUES ('%s', %d, %d)", c.build.model.Name, c.build.version, c.pos)
	sums := ""
	if s := c.build.model.Sums; s != nil && c.pos > 0 {
		sums = s.SQL(0, c.pos)
	}
	return c.script(ctx, c.keys, indexes, c.analyze(), sums, note)
}

// analyze is SQL that gathers what the planner goes by. It looks at 300 rows for each value that it may list; a small table is
// known well enough by fewer values, and need not be read and sorted whole.
func (c *construction) analyze() string {
	const rowsPerValue, fewest, most = 4000, 10, 100 // most is PostgreSQL's own default
	var all strings.Builder
	for i, t := range c.sql.tables {
		_, _ = fmt.Fprintf(&all, "SET LOCAL default_statistics_target = %d;\nANALYZE %s;\n", min(max(c.loaded[i]/rowsPerValue, fewest), most), t.name)
	}
	return all.String()
}

// load copies the rows of one table from memory.
func (c *construction) load(ctx context.Context, i int) error {
	if c.heaps[i].empty() && c.mark == "" {
		return nil // the table is empty, too
	}
	l, err := c.startLoad(ctx, i)
	if err != nil {
		return err
	}
	for tuple, err := range c.heaps[i].tuples(ctx) {
		if err == nil {
			err = l.write(tuple)
		}
		if err != nil {
			l.abort(err)
			return fmt.Errorf("load %s: %w", c.sql.tables[i].name, err)
		}
	}
	if m := c.heaps[i].memory; m != nil {
		m.used.Add(-int64(c.heaps[i].size))
	}
	c.heaps[i] = nil // its memory is wanted
	return c.finishLoad(i, l)
}

// startLoad begins to load a table, on the connection that is left from another where there is one.
func (c *construction) startLoad(ctx context.Context, i int) (*loader, error) {
	conn := c.idle
	c.idle = nil
	if conn == nil {
		var err error
		if conn, err = c.runner.connect(ctx, "rebuild "+c.build.model.Name); err != nil {
			return nil, err
		}
	}
	return startLoad(ctx, conn, &c.sql.tables[i]), nil
}

// finishLoad has a table's rows committed and keeps the connection for the next one.
func (c *construction) finishLoad(i int, l *loader) error {
	c.loaded[i] = l.rows
	l.mark = marked(c.mark, l.rows)
	if err := l.finish(); err != nil {
		return err
	}
	if c.idle != nil {
		disconnect(l.conn)
		return nil
	}
	c.idle = l.conn
	return nil
}

// abandon ends the loading; the tables are dropped by the next attempt, or by remove.
func (c *construction) abandon(cause error) {
	for i, l := range c.loaders {
		if l != nil {
			l.abort(errors.Join(errors.New("rebuild given up"), cause))
			c.loaders[i] = nil
		}
	}
}
