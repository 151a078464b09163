package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"log/slog"
	"strings"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// recoverBytes bounds what is read on start to remember recent event ids.
const recoverBytes = 64 << 20

func newWriter() writer {
	return writer{end: FirstPosition, ids: newGenerations[idKey, int64](idsCached), seed: maphash.MakeSeed()}
}

func openPebble(o Options, fail func(error)) (*pebble.DB, error) {
	dir := o.Dir
	fs := o.FS
	switch {
	case fs == nil && dir == "":
		fs, dir = vfs.NewMem(), "events"
	case fs == nil:
		fs = filledLogs{vfs.Default}
	}
	if o.Cache == 0 {
		o.Cache = 32 << 20
	}
	opts := &pebble.Options{
		FS:                          fs,
		CacheSize:                   o.Cache,
		FormatMajorVersion:          pebble.FormatValueSeparation,
		MemTableSize:                16 << 20,
		MemTableStopWritesThreshold: 3,
		L0CompactionThreshold:       4,
		L0StopWritesThreshold:       24,
		LBaseMaxBytes:               64 << 20,
		FlushSplitBytes:             4 << 20,
		MaxOpenFiles:                512,
		Logger:                      pebbleLog{o.Logger, fail},
	}
	for i := range opts.Levels {
		opts.Levels[i].FilterPolicy = bloom.FilterPolicy(10)
		opts.Levels[i].BlockSize = 16 << 10
	}
	db, err := pebble.Open(dir, opts)
	if err != nil {
		return nil, openError(o.Dir, err)
	}
	if err := checkFormat(db); err != nil {
		return nil, errors.Join(openError(o.Dir, err), db.Close())
	}
	return db, nil
}

// openError says in the user's terms why a folder cannot be opened.
func openError(dir string, err error) error {
	if s := err.Error(); strings.Contains(s, "lock held by current process") ||
		strings.Contains(s, "resource temporarily unavailable") {
		return fmt.Errorf("data folder %q is in use by another engine: %w", dir, err)
	}
	return fmt.Errorf("open data folder %q: %w", dir, err)
}

func checkFormat(db *pebble.DB) error {
	v, closer, err := db.Get(keyFormat)
	if errors.Is(err, pebble.ErrNotFound) {
		if err := db.Set(keyFormat, []byte{format}, pebble.Sync); err != nil {
			return err
		}
		// Pebble begins the write-ahead log of a new database in its oldest
		// form, in which damage looks like an end. A flush begins another.
		return db.Flush()
	}
	if err != nil {
		return err
	}
	defer closer.Close()
	if len(v) != 1 || v[0] != format {
		return fmt.Errorf("the data has format %d, this program reads format %d", v, format)
	}
	return nil
}

// scavengedTail reads where the log ended when its last events were removed.
func (s *Store) scavengedTail() (uint64, error) {
	v, closer, err := s.db.Get(keyTail)
	if errors.Is(err, pebble.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer closer.Close()
	end, n := binary.Uvarint(v)
	if n <= 0 {
		return 0, errHead
	}
	return end, nil
}

// pebbleLog passes Pebble's messages on. What Pebble calls fatal (a failed
// commit or manifest write) stops all writing instead of ending the process.
type pebbleLog struct {
	log  *slog.Logger
	fail func(error)
}

func (l pebbleLog) Infof(format string, args ...any) {
	l.log.Debug("pebble: " + fmt.Sprintf(format, args...))
}

func (l pebbleLog) Errorf(format string, args ...any) {
	l.log.Warn("pebble: " + fmt.Sprintf(format, args...))
}

func (l pebbleLog) Fatalf(format string, args ...any) {
	l.fail(fmt.Errorf(format, args...))
}
