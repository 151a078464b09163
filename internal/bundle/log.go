package bundle

import (
	_ "embed"
	"fmt"
	"strings"

	"docket/internal/merkle"
)

//go:embed log.sh
var logScript string

// Proven is an event as it is stored, with the proof that it stands in the log.
type Proven struct {
	Event *merkle.Event
	Proof merkle.Proof
}

// Log adds what a stranger needs to check events against the log's signed tree head (mission row X2), in the folder log: the
// stored bytes, the leaves and the proofs, all under one checkpoint; the log's public key; and a script that checks them with
// OpenSSL.
func (b *Writer) Log(key string, events []Proven) error {
	if err := b.Text("log/key", key+"\n"); err != nil {
		return err
	}
	for i, p := range events {
		if i == 0 {
			if err := b.Text("log/checkpoint", string(p.Proof.Checkpoint)); err != nil {
				return err
			}
		}
		name := logFile(p.Event.Revision)
		for _, part := range []struct{ kind, content string }{
			{".data", string(p.Event.Data)}, {".metadata", string(p.Event.Metadata)}, {".leaf", string(p.Event.Leaf(nil))},
			{".tlog-proof", string(p.Proof.Marshal())},
		} {
			if err := b.Text(name+part.kind, part.content); err != nil {
				return err
			}
		}
	}
	return b.Text("log/verify.sh", strings.TrimPrefix(logScript, "\n"))
}

// logFile is the name of an event's files, so that they sort.
func logFile(revision uint64) string { return fmt.Sprintf("log/%06d", revision) }
