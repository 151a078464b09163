package importer

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"sync"
)

// ledger writes down what became of every row, as JSON lines. A nil ledger keeps nothing.
type ledger struct {
	mu      sync.Mutex
	file    *os.File
	buffer  *bufio.Writer
	encoder *json.Encoder
}

func openLedger(path string) (*ledger, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	buffer := bufio.NewWriter(file)
	return &ledger{file: file, buffer: buffer, encoder: json.NewEncoder(buffer)}, nil
}

func (l *ledger) write(rows outcomes) error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, o := range rows {
		if err := l.encoder.Encode(o); err != nil {
			return err
		}
	}
	return nil
}

func (l *ledger) close() error {
	if l == nil {
		return nil
	}
	return errors.Join(l.buffer.Flush(), l.file.Close())
}
