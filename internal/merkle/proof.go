package merkle

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// proofHeader begins a proof in the form of C2SP tlog-proof.
const proofHeader = "c2sp.org/tlog-proof@v1\n"

// ErrProof: a text is no proof, or proves something else.
var ErrProof = errors.New("not a proof of this")

// Proof tells that a leaf is in a log: its place in the tree, the hashes beside its way to the root, and the signed head.
type Proof struct {
	Index      int64
	Hashes     []tlog.Hash
	Checkpoint []byte
}

// Marshal writes the proof as C2SP tlog-proof does, for a file named *.tlog-proof.
func (p Proof) Marshal() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%sindex %d\n", proofHeader, p.Index)
	for _, h := range p.Hashes {
		fmt.Fprintln(&b, h)
	}
	b.WriteByte('\n')
	b.Write(p.Checkpoint)
	return b.Bytes()
}

// ParseProof reads what [Proof.Marshal] wrote, or another maker of the format.
func ParseProof(text []byte) (Proof, error) {
	body, ok := bytes.CutPrefix(text, []byte(proofHeader))
	way, checkpoint, found := bytes.Cut(body, []byte("\n\n"))
	if !ok || !found {
		return Proof{}, fmt.Errorf("%w: no C2SP tlog-proof", ErrProof)
	}
	lines := strings.Split(string(way), "\n")
	if strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	p := Proof{Checkpoint: checkpoint}
	if len(lines) == 0 {
		return Proof{}, fmt.Errorf("%w: no index", ErrProof)
	}
	index, ok := strings.CutPrefix(lines[0], "index ")
	n, err := strconv.ParseInt(index, 10, 64)
	if !ok || err != nil || n < 0 {
		return Proof{}, fmt.Errorf("%w: index %q", ErrProof, lines[0])
	}
	p.Index = n
	for _, line := range lines[1:] {
		raw, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(raw) != tlog.HashSize {
			return Proof{}, fmt.Errorf("%w: hash %q", ErrProof, line)
		}
		p.Hashes = append(p.Hashes, tlog.Hash(raw))
	}
	return p, nil
}

// Check finds whether a leaf is in the log that a verifier's key signed for, and gives the head.
func (p Proof) Check(leaf []byte, by ...note.Verifier) (Head, error) {
	head, err := Open(p.Checkpoint, by...)
	if err != nil {
		return head, err
	}
	if p.Index >= head.Size {
		return head, fmt.Errorf("%w: leaf %d of %d", ErrProof, p.Index, head.Size)
	}
	if err := tlog.CheckRecord(p.Hashes, head.Size, head.Root, p.Index, tlog.RecordHash(leaf)); err != nil {
		return head, fmt.Errorf("%w: %w", ErrProof, err)
	}
	return head, nil
}
