package caselog

import (
	"bufio"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// distribute writes every row to the temporary file of its chunk, so that each chunk can be loaded on its own.
func (l *Log) distribute() error {
	folder, err := os.MkdirTemp("", "docket-import-")
	if err != nil {
		return err
	}
	l.folder = folder
	files := make([]*spill, len(l.chunks))
	for i := range l.chunks {
		l.chunks[i].file = filepath.Join(folder, fmt.Sprintf("%06d", i))
		if files[i], err = newSpill(l.chunks[i].file); err != nil {
			return errors.Join(err, closeAll(files[:i]))
		}
	}
	_, err = l.each(func(r Row) error {
		if r.Case == "" {
			return nil
		}
		place := l.places[r.Case]
		i, _ := slices.BinarySearchFunc(l.chunks, place, func(c chunk, place int) int {
			switch {
			case c.to <= place:
				return -1
			case c.from > place:
				return 1
			}
			return 0
		})
		return files[i].encoder.Encode(r)
	})
	return errors.Join(err, closeAll(files))
}

// eachOf reads a temporary file back.
func (l *Log) eachOf(path string, f func(Row) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	decoder := gob.NewDecoder(bufio.NewReaderSize(file, 1<<16))
	for {
		var r Row
		if err := decoder.Decode(&r); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := f(r); err != nil {
			return err
		}
	}
}

// Close removes the temporary files.
func (l *Log) Close() error {
	if l.folder == "" {
		return nil
	}
	return os.RemoveAll(l.folder)
}

// spill is one temporary file being written.
type spill struct {
	file    *os.File
	buffer  *bufio.Writer
	encoder *gob.Encoder
}

func newSpill(path string) (*spill, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	buffer := bufio.NewWriter(file)
	return &spill{file, buffer, gob.NewEncoder(buffer)}, nil
}

func closeAll(files []*spill) error {
	var faults []error
	for _, f := range files {
		faults = append(faults, f.buffer.Flush(), f.file.Close())
	}
	return errors.Join(faults...)
}
