package importer

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"sync"

	"docket/internal/sender"
)

// Event is one event that a command made, as acknowledged.
type Event = sender.Event

// Entry is one acknowledged command in a journal. Whoever doubts the service holds the journal against its event store:
// every event in it must be there exactly once.
type Entry struct {
	Stream   string  `json:"stream"`
	Key      string  `json:"key"`
	Position uint64  `json:"position"`
	Events   []Event `json:"events"`
}

// journal appends entries to a file and syncs it in batches: whatever has come while the last batch was synced makes the
// next one. A nil journal keeps nothing.
type journal struct {
	file    *os.File
	entries chan []byte
	done    chan struct{}

	mu  sync.Mutex
	err error
}

func openJournal(path string) (*journal, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	j := &journal{file: file, entries: make(chan []byte, 1024), done: make(chan struct{})}
	go j.keep()
	return j, nil
}

// write adds an accepted command. It fails once an earlier entry could not be kept.
func (j *journal) write(r sender.Command, a sender.Answer) error {
	if j == nil {
		return nil
	}
	line, err := json.Marshal(Entry{Stream: stream(r.Path, a.ID), Key: r.Key, Position: a.Position, Events: a.Events})
	if err != nil {
		return err
	}
	j.entries <- append(line, '\n')
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.err
}

// stream names the stream that a command of this path writes to.
func stream(path, id string) string {
	category, _, _ := strings.Cut(strings.TrimPrefix(path, "/v1/"), "/")
	return strings.TrimSuffix(category, "s") + "-" + id
}

func (j *journal) keep() {
	defer close(j.done)
	out := bufio.NewWriterSize(j.file, 1<<16)
	for line := range j.entries {
		_, err := out.Write(line)
		for more := len(j.entries); more > 0 && err == nil; more-- {
			_, err = out.Write(<-j.entries)
		}
		if err = errors.Join(err, out.Flush(), j.file.Sync()); err != nil {
			j.mu.Lock()
			j.err = errors.Join(j.err, err)
			j.mu.Unlock()
			out.Reset(j.file)
		}
	}
}

func (j *journal) close() error {
	if j == nil {
		return nil
	}
	close(j.entries)
	<-j.done
	return errors.Join(j.err, j.file.Close())
}
