package bench

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// What one synced commit writes, and how far ahead space is taken for those to come.
const (
	commitBytes = 1024
	ahead       = 4 << 20
)

// syncedFile makes a file in the folder that is measured. It is written and synced with the calls of the engine's own log.
func syncedFile(dir, name string) (vfs.File, error) {
	f, err := vfs.Default.Create(filepath.Join(dir, name), vfs.WriteCategoryUnspecified)
	if err != nil {
		return nil, fmt.Errorf("measure the disk: %w", err)
	}
	return vfs.NewSyncingFile(f, vfs.SyncingFileOptions{PreallocateSize: ahead}), nil
}

// groupLog is the least that durable commits cost: a file, one goroutine that writes what all writers handed in since the
// last sync, and one sync for all of them.
type groupLog struct {
	file  vfs.File
	queue chan commit
	ended chan struct{}
}

type commit struct {
	data []byte
	done chan error
}

func openGroupLog(dir string) (*groupLog, error) {
	file, err := syncedFile(dir, "group.log")
	if err != nil {
		return nil, err
	}
	l := &groupLog{file: file, queue: make(chan commit, 1024), ended: make(chan struct{})}
	go l.run()
	return l, nil
}

func (l *groupLog) run() {
	defer close(l.ended)
	var block []byte
	var waiting []commit
	for first := range l.queue {
		block, waiting = append(block[:0], first.data...), append(waiting[:0], first)
		for more := true; more && len(waiting) < cap(l.queue); {
			select {
			case c, open := <-l.queue:
				if more = open; open {
					block, waiting = append(block, c.data...), append(waiting, c)
				}
			default:
				more = false
			}
		}
		_, err := l.file.Write(block)
		if err == nil {
			err = l.file.Sync()
		}
		for _, c := range waiting {
			c.done <- err
		}
	}
}

// commit returns when the data is on the disk.
func (l *groupLog) commit(ctx context.Context, data []byte) error {
	c := commit{data, make(chan error, 1)}
	select {
	case l.queue <- c:
	case <-ctx.Done():
		return ctx.Err()
	}
	return <-c.done
}

func (l *groupLog) close() error {
	close(l.queue)
	<-l.ended
	return l.file.Close()
}
