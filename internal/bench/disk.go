package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// commitBytes is what one synced commit writes.
const commitBytes = 1024

// syncedFile is a file in the folder that is measured.
func syncedFile(dir, name string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("measure the disk: %w", err)
	}
	return f, nil
}

// groupLog is the least that durable commits cost: a file, one goroutine that writes what all writers handed in since the
// last sync, and one sync for all of them.
type groupLog struct {
	file  *os.File
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
