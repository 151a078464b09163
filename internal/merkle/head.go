package merkle

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Where tree heads lie in the event store.
const (
	Stream   = "log-heads"
	HeadType = "TreeHeadSigned"
)

// ErrCheckpoint: a text is no checkpoint.
var ErrCheckpoint = errors.New("not a checkpoint")

// Head is what a tree head says: of the log with this origin, the first Size leaves have this root.
type Head struct {
	Origin string
	Size   int64
	Root   tlog.Hash
}

// Signed is a tree head of the log as it stands there.
type Signed struct {
	Size       int64
	Position   uint64 // of the last event covered
	Checkpoint []byte
}

// Sign writes a head as a signed checkpoint. The signature is deterministic, so that the same head is the same bytes.
func (h Head) Sign(by note.Signer) ([]byte, error) {
	signed, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", h.Origin, h.Size, h.Root)}, by)
	if err != nil {
		return nil, fmt.Errorf("sign tree head: %w", err)
	}
	return signed, nil
}

// Open reads a checkpoint that has the signature of one of the verifiers; further signatures, of witnesses, are ignored.
func Open(checkpoint []byte, by ...note.Verifier) (Head, error) {
	n, err := note.Open(checkpoint, note.VerifierList(by...))
	if err != nil {
		return Head{}, fmt.Errorf("checkpoint: %w", err)
	}
	h, err := parse(n.Text)
	if err == nil && h.Origin != n.Sigs[0].Name {
		err = fmt.Errorf("%w: origin %q is signed by %q", ErrCheckpoint, h.Origin, n.Sigs[0].Name)
	}
	return h, err
}

func parse(text string) (Head, error) {
	lines := strings.SplitN(text, "\n", 4) // what follows are extension lines, which mean nothing to us
	if len(lines) < 4 || lines[0] == "" {
		return Head{}, fmt.Errorf("%w: three lines are needed", ErrCheckpoint)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Head{}, fmt.Errorf("%w: size %q", ErrCheckpoint, lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return Head{}, fmt.Errorf("%w: root %q", ErrCheckpoint, lines[2])
	}
	return Head{Origin: lines[0], Size: size, Root: root}, nil
}
