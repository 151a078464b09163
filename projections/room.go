package projections

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/cockroachdb/pebble/v2/vfs"

	"docket/projections/internal/kept"
)

// What a rebuild makes for each byte of the log: the tables of all models, and for each byte of these what it puts into files, rows
// that it has no memory for and those kept in case it is cut off (docs/adr/0032-killed-rebuilds-are-gone-on-with.md).
const (
	tablesOfLog = 1.7
	keptOfTable = 0.5
)

// ErrNoRoom: the disk has less room than a rebuild is going to need.
var ErrNoRoom = errors.New("the disk has too little room")

// Room is about how much disk a rebuild of a long log is going to need, and how much there is.
type Room struct {
	Tables, Kept uint64 // bytes, of the new tables and of what is kept in case the rebuild is cut off
	Database     *Disk  // that holds the tables; nil: on another machine, or not to be told
	Folder       *Disk  // that holds what is kept
}

// Disk is a file system.
type Disk struct {
	Path   string
	Device uint64 // tells it from others
	Free   uint64 // bytes
}

// Short tells what is missing; nothing is when it is empty.
func (r Room) Short() string {
	var short []string
	lacks := func(d *Disk, need uint64, what string) {
		if d != nil && need > d.Free {
			short = append(short, fmt.Sprintf("about %s for %s, and %s are free on the disk of %s", gigabytes(need), what, gigabytes(d.Free), d.Path))
		}
	}
	const tables, rows = "new tables", "what is kept of them in case it is cut off"
	if r.Database != nil && r.Folder != nil && r.Database.Device == r.Folder.Device {
		lacks(r.Database, r.Tables+r.Kept, tables+" and "+rows)
	} else {
		lacks(r.Database, r.Tables, tables)
		lacks(r.Folder, r.Kept, rows)
	}
	return strings.Join(short, "; ")
}

func gigabytes(n uint64) string { return fmt.Sprintf("%.1f GB", float64(n)/1e9) }

// roomFor looks whether there is room for a rebuild of some models, and says so where that is not little. Errors: [ErrNoRoom].
func (r *Runner) roomFor(ctx context.Context, models []*Model, keep bool) error {
	head, err := r.source.Head(ctx)
	if err != nil {
		return fmt.Errorf("room for a rebuild: %w", err)
	}
	if head < r.limits.longLog {
		return nil
	}
	room, err := r.room(ctx, models, head, keep && r.limits.keepEvery > 0)
	if err != nil {
		return fmt.Errorf("room for a rebuild: %w", err)
	}
	short := room.Short()
	switch told := []any{"models", names(models), "tables", gigabytes(room.Tables), "kept", gigabytes(room.Kept)}; {
	case short == "":
		r.log.Info("a long rebuild needs disk", told...)
		return nil
	case r.anyway:
		r.log.Warn("a rebuild begins without enough disk", append(told, "short", short)...)
		return nil
	}
	return fmt.Errorf("rebuild %s: %w: %s (--rebuild-anyway goes on regardless)", names(models), ErrNoRoom, short)
}

// room estimates what a rebuild needs: as much as its models' tables take now, or where they are far behind the log, as tables of
// such a log do. What is left of rebuilds
// that were cut off is taken up by this one, or removed.
func (r *Runner) room(ctx context.Context, models []*Model, head uint64, keep bool) (room Room, err error) {
	var tables, left uint64
	for _, m := range models {
		var now, before, pos uint64
		err = r.pool.QueryRow(ctx, `SELECT coalesce(sum(size) FILTER (WHERE live), 0)::bigint, coalesce(sum(size) FILTER (WHERE NOT live), 0)::bigint,
				coalesce((SELECT pos FROM projections.live JOIN projections.checkpoint USING (model, version) WHERE model = $2), 0)
			FROM (SELECT pg_total_relation_size(c.oid) AS size, EXISTS (SELECT FROM projections.live l WHERE l.model || '_v' || l.version = nspname) AS live
				FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r' AND nspname ~ $1) AS tables`,
			"^"+m.Name+"_v[0-9]+$", m.Name).Scan(&now, &before, &pos)
		if err != nil {
			return room, err
		}
		if now == 0 || pos < head/2 {
			now = uint64(tablesOfLog * float64(head) / float64(len(r.models)))
		}
		tables, left = tables+now, left+before
	}
	room.Tables = tables - min(left, tables)
	if keep {
		room.Kept = uint64(keptOfTable * float64(tables))
		room.Kept -= min(heldBelow(r.temp), room.Kept)
	}
	room.Database, room.Folder = r.diskOfDatabase(ctx), r.disk(r.temp)
	return room, nil
}

// diskOfDatabase is where Postgres keeps its files, if that is on this machine.
func (r *Runner) diskOfDatabase(ctx context.Context) *Disk {
	var folder string
	if !filepath.IsAbs(r.pool.Config().ConnConfig.Host) { // a socket's folder
		return nil
	}
	if err := r.pool.QueryRow(ctx, "SHOW data_directory").Scan(&folder); err != nil {
		return nil // only some accounts may see it
	}
	return r.disk(folder)
}

// disk looks at the file system of a folder, or of the one in which it is going to be made.
func (r *Runner) disk(folder string) *Disk {
	if folder == "" {
		folder = os.TempDir()
	}
	for at := filepath.Clean(folder); ; at = filepath.Dir(at) {
		d, err := r.limits.disk(at)
		if err == nil {
			d.Path = folder
			return d
		}
		if !errors.Is(err, fs.ErrNotExist) || at == filepath.Dir(at) {
			return nil
		}
	}
}

// diskOf is the file system of a folder.
func diskOf(folder string) (*Disk, error) {
	info, err := os.Stat(folder)
	if err != nil {
		return nil, err
	}
	usage, err := vfs.Default.GetDiskUsage(folder)
	if err != nil {
		return nil, err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	return &Disk{Device: uint64(st.Dev), Free: usage.AvailBytes}, nil //nolint:unconvert // of another type elsewhere
}

// heldBelow is how much rebuilds that were cut off hold below a folder.
func heldBelow(parent string) (bytes uint64) {
	dirs, err := kept.Folders(parent)
	if err != nil {
		return 0
	}
	for _, dir := range dirs {
		_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
			if err != nil {
				return nil //nolint:nilerr // it is gone meanwhile
			}
			if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
				bytes += uint64(info.Size()) //nolint:gosec // never negative
			}
			return nil
		})
	}
	return bytes
}
