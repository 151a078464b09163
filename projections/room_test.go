package projections_test

import (
	"io/fs"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/internal/pgtest"
	"docket/projections"
)

func TestRoomTellsWhatIsMissing(t *testing.T) {
	t.Parallel()
	disk := func(path string, device, free uint64) *projections.Disk {
		return &projections.Disk{Path: path, Device: device, Free: free}
	}
	for name, c := range map[string]struct {
		room projections.Room
		want string
	}{
		"enough, on one disk": {projections.Room{Tables: 5e9, Kept: 6e9, Database: disk("/pg", 1, 11e9), Folder: disk("/data", 1, 11e9)}, ""},
		"too little on one disk": {
			projections.Room{Tables: 5e9, Kept: 6e9, Database: disk("/pg", 1, 10e9), Folder: disk("/data", 1, 10e9)},
			"about 11.0 GB for new tables and what is kept of them in case it is cut off, and 10.0 GB are free on the disk of /pg",
		},
		"too little on both": {
			projections.Room{Tables: 5e9, Kept: 6e9, Database: disk("/pg", 1, 4e9), Folder: disk("/data", 2, 3e9)},
			"about 5.0 GB for new tables, and 4.0 GB are free on the disk of /pg; " +
				"about 6.0 GB for what is kept of them in case it is cut off, and 3.0 GB are free on the disk of /data",
		},
		"a database elsewhere": {projections.Room{Tables: 5e9, Kept: 6e9, Folder: disk("/data", 2, 7e9)}, ""},
		"nothing kept":         {projections.Room{Tables: 5e9, Database: disk("/pg", 1, 6e9), Folder: disk("/data", 2, 0)}, ""},
	} {
		require.Equal(t, c.want, c.room.Short(), name)
	}
	here, err := projections.DiskOf(t.TempDir())
	require.NoError(t, err)
	require.NotZero(t, here.Free)
	_, err = projections.DiskOf(filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// TestRebuildsWantRoom: a rebuild of a long log is refused before it makes anything where the disk is too small for it, of a short log
// never; a service says why it has no read models, and makes them once there is room.
func TestRebuildsWantRoom(t *testing.T) {
	t.Parallel()
	pool, j := pgtest.Migrated(t), newJournal()
	head := j.append(some(3000)...)
	free := new(atomic.Uint64)
	disk := func(string) (*projections.Disk, error) { return &projections.Disk{Device: 1, Free: free.Load()}, nil }
	small := newRunner(t, pool, j, model("tally", 1)).Disks(head, disk)
	require.ErrorIs(t, small.Rebuild(t.Context()), projections.ErrNoRoom)
	require.Empty(t, schemas(t, pool))
	_, err := small.Verify(t.Context())
	require.ErrorIs(t, err, projections.ErrNoRoom)

	stop := run(t, small)
	eventually(t, func() bool { return status(t, small, "tally").State == projections.Failing }, func() string { return "it never said so" })
	require.ErrorIs(t, status(t, small, "tally").Err, projections.ErrNoRoom)
	require.ErrorContains(t, status(t, small, "tally").Err, "0.0 GB are free on the disk of ")
	free.Store(1 << 40)
	reached(t, small, "tally", head)
	stop()

	free.Store(0)
	require.ErrorIs(t, small.Rebuild(t.Context()), projections.ErrNoRoom, "as large as the tables are now")
	require.NoError(t, newRunner(t, pool, j, model("tally", 1)).Disks(head+1, disk).Rebuild(t.Context()), "a short log")
	anyway, err := projections.New(projections.Options{
		Pool: pool, Source: j, Models: []projections.Model{model("tally", 1)}, TempDir: t.TempDir(), Anyway: true,
	})
	require.NoError(t, err)
	require.NoError(t, anyway.Disks(head, disk).Rebuild(t.Context()))
	require.Equal(t, expected(t, j), dumpOf(t, anyway, "tally"))
}
