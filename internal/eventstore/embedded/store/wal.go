package store

import (
	"path/filepath"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// logAhead is how far ahead of its end a new write-ahead log is filled.
const logAhead = 256 << 10

var nothing [logAhead]byte

// filledLogs is a file system on which a new write-ahead log is filled with
// zeros ahead of what is written to it. To sync what overwrites blocks of a file
// costs the disk about two thirds of what it takes to sync what makes the file
// longer, since the file system has nothing to note besides. Pebble reuses old
// logs for the same reason, but has none until two have been filled. What
// follows the last record is no news to Pebble either: in a reused log that is
// an old one's records, and in this it is zeros, which end a log.
type filledLogs struct{ vfs.FS }

// Create implements vfs.FS.
func (fs filledLogs) Create(name string, category vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := fs.FS.Create(name, category)
	if err != nil || filepath.Ext(name) != ".log" {
		return f, err
	}
	return &filledLog{File: f}, nil
}

// filledLog is one such file, which is only ever appended to.
type filledLog struct {
	vfs.File
	at, filled int64
}

// Write implements vfs.File.
func (f *filledLog) Write(p []byte) (n int, err error) {
	for f.filled < f.at+int64(len(p)) {
		if _, err := f.WriteAt(nothing[:], f.filled); err != nil {
			break // whether there is room is for the write to say
		}
		f.filled += logAhead
	}
	n, err = f.File.Write(p)
	f.at += int64(n)
	return n, err
}
