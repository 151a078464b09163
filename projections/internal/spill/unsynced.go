package spill

import "github.com/cockroachdb/pebble/v2/vfs"

// unsynced writes without waiting for the disk: what lies here need not outlive the rebuild.
var unsynced vfs.FS = unsyncedFS{vfs.Default}

type unsyncedFS struct{ vfs.FS }

func (f unsyncedFS) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return withoutSync(f.FS.Create(name, c))
}

func (f unsyncedFS) ReuseForWrite(from, to string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return withoutSync(f.FS.ReuseForWrite(from, to, c))
}

func (f unsyncedFS) OpenReadWrite(name string, c vfs.DiskWriteCategory, o ...vfs.OpenOption) (vfs.File, error) {
	return withoutSync(f.FS.OpenReadWrite(name, c, o...))
}

func (f unsyncedFS) OpenDir(name string) (vfs.File, error) { return withoutSync(f.FS.OpenDir(name)) }

func withoutSync(f vfs.File, err error) (vfs.File, error) {
	if err != nil {
		return nil, err
	}
	return unsyncedFile{f}, nil
}

type unsyncedFile struct{ vfs.File }

func (unsyncedFile) Sync() error                  { return nil }
func (unsyncedFile) SyncData() error              { return nil }
func (unsyncedFile) SyncTo(int64) (bool, error)   { return false, nil }
func (unsyncedFile) Preallocate(_, _ int64) error { return nil }
