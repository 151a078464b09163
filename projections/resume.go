package projections

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"docket/projections/internal/kept"
	"docket/projections/internal/spill"

	"github.com/jackc/pgx/v5"
)

// remains is what a rebuild that was cut off after it had read the log left of a model's new build in the database.
type remains struct {
	live    bool           // the build is in place
	version uint64         // of the build; 0: nothing remains
	keys    string         // SQL that gives its tables their primary keys
	loaded  map[string]int // rows of its tables that have them
	indexed bool           // everything is made
	pos     uint64         // that it stands at, then
}

// loadedMark begins what a table is marked with in the transaction that loads it.
func loadedMark(note kept.Note) string {
	return fmt.Sprintf("loaded up to position %d, rows: ", note.To)
}

// marked is the whole of it; empty where nothing is marked.
func marked(mark string, rows int) string {
	if mark == "" {
		return ""
	}
	return mark + strconv.Itoa(rows)
}

// has reports whether a table was loaded before the rebuild was cut off.
func (c *construction) has(table int) bool {
	_, ok := c.before[c.build.model.Tables[table].core().name]
	return ok
}

// remains looks for the build that the rebuild of a folder made. One that was still being folded for is of no use: what was
// copied was never committed.
func (r *Runner) remains(ctx context.Context, m *Model, folder string, note kept.Note) (*remains, error) {
	had := &remains{loaded: map[string]int{}}
	if !note.Whole {
		return had, nil
	}
	var version, pos int64
	err := r.pool.QueryRow(ctx, `
		SELECT substring(n.nspname FROM '[0-9]+$')::bigint AS version, substr(obj_description(n.oid, 'pg_namespace'), length($2) + 2), l.version IS NOT NULL, c.pos IS NOT NULL, coalesce(c.pos, 0)
		FROM pg_namespace n
		LEFT JOIN projections.live l ON l.model = $1 AND n.nspname = l.model || '_v' || l.version
		LEFT JOIN projections.checkpoint c ON c.model = $1 AND n.nspname = c.model || '_v' || c.version
		WHERE n.nspname ~ ('^' || $1 || '_v[0-9]+$') AND starts_with(obj_description(n.oid, 'pg_namespace'), $2 || E'\n')
		ORDER BY version DESC LIMIT 1`, m.Name, folder).Scan(&version, &had.keys, &had.live, &had.indexed, &pos)
	if errors.Is(err, pgx.ErrNoRows) {
		return had, nil
	}
	if err != nil {
		return nil, fmt.Errorf("rebuild %s: %w", m.Name, err)
	}
	had.version, had.pos = uint64(version), max(uint64(pos), note.To)
	rows, err := r.pool.Query(ctx, `SELECT relname::text, substr(obj_description(oid, 'pg_class'), length($2) + 1)::int FROM pg_class
		WHERE relnamespace = to_regnamespace($1) AND relkind = 'r' AND starts_with(obj_description(oid, 'pg_class'), $2)`,
		build{m, had.version}.schema(), loadedMark(note))
	if err != nil {
		return nil, fmt.Errorf("rebuild %s: %w", m.Name, err)
	}
	var name string
	var count int
	if _, err := pgx.ForEachRow(rows, []any{&name, &count}, func() error { had.loaded[name] = count; return nil }); err != nil {
		return nil, fmt.Errorf("rebuild %s: %w", m.Name, err)
	}
	return had, nil
}

// keeping has all changes of rows put into a log from now on; nil ends that.
func (c *construction) keeping(log *kept.Log) {
	c.log = log
	for i, h := range c.heaps {
		if h != nil {
			h.kept, h.number = log, byte(i)
		}
	}
	for i, s := range c.rows.stores {
		if stream, ok := s.(*stream); ok {
			stream.kept, stream.number = log, byte(i)
		}
	}
}

// note puts what has changed into the log, and tells how much of the log counts now.
func (c *construction) note() (kept.Place, error) {
	if c.indexed {
		return c.place, nil
	}
	for _, h := range c.heaps {
		if h == nil {
			continue
		}
		if err := h.note(); err != nil {
			return kept.Place{}, err
		}
	}
	return c.log.Place()
}

// replay takes up the rows of a rebuild that was cut off: those of tables that are only added to go into their COPY again,
// the others on disk, from where they are read back like any that were spilled. Then changes are added to the log.
func (c *construction) replay(log *kept.Log, place kept.Place, pos uint64) error {
	c.place = place
	if c.indexed {
		return nil
	}
	writers := make([]*spill.Writer, len(c.heaps))
	for i, h := range c.heaps {
		if h == nil || c.has(i) {
			continue
		}
		var err error
		if writers[i], err = h.disk.Write(); err != nil {
			return err
		}
		h.onDisk = true
	}
	err := log.Replay(place, func(e kept.Entry) error {
		i := int(e.Table)
		switch {
		case i >= len(c.heaps):
			return fmt.Errorf("there is no table %d", i)
		case c.loaders[i] != nil:
			return c.loaders[i].write(e.Tuple)
		case writers[i] == nil: // loaded
			return nil
		case e.Tuple == nil:
			return writers[i].Delete(e.Key)
		default:
			return writers[i].Set(e.Key, e.Tuple)
		}
	})
	for _, w := range writers {
		if err == nil && w != nil {
			err = w.Commit()
		}
	}
	if err != nil {
		return err
	}
	c.pos = pos
	c.keeping(log)
	return nil
}
