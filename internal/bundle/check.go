package bundle

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"docket/internal/merkle"
)

// ErrBundle: a bundle is not what it says.
var ErrBundle = errors.New("the bundle is not what it says")

// Checked is what a check found in order.
type Checked struct {
	Files    int         // that the manifest lists
	Events   int         // of which the log's place is proven
	Listed   int         // events that the bundle tells of
	Head     merkle.Head // that they stand under; zero where none is proven
	Key      string      // of the log
	OwnKey   bool        // the key was the bundle's own
	Position uint64      // of the last event proven
}

// String tells it to people.
func (c Checked) String() string {
	if c.Events == 0 {
		return fmt.Sprintf("%d files are as they were written; no event is proven to stand in a log", c.Files)
	}
	own := ""
	if c.OwnKey {
		own = "; the key is the bundle's own, compare it with the one you know"
	}
	return fmt.Sprintf("%d files are as they were written; %d of %d events stand in the log that %s signed, under its head over %d events%s",
		c.Files, c.Events, c.Listed, c.Key, c.Head.Size, own)
}

// Check does what a bundle's own scripts do, and holds what the bundle tells of each event against the event that is proven. It
// needs nothing but the archive; key is the log's public key as it is known from elsewhere, or "" for the bundle's own.
func Check(archive *zip.Reader, key string) (Checked, error) {
	c := Checked{Key: key}
	files := map[string]*zip.File{}
	for _, f := range archive.File {
		_, name, _ := strings.Cut(f.Name, "/")
		if files[name] != nil {
			return c, fmt.Errorf("%w: %s is there twice", ErrBundle, name)
		}
		files[name] = f
	}
	if err := c.manifest(files); err != nil {
		return c, err
	}
	if files["log/key"] == nil {
		return c, nil
	}
	return c, c.proofs(files)
}

// manifest compares every file with its digest.
func (c *Checked) manifest(files map[string]*zip.File) error {
	list, err := content(files, Manifest)
	if err != nil {
		return err
	}
	listed := map[string]bool{Manifest: true}
	for line := range strings.Lines(string(list)) {
		want, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		sum := sha256.New()
		if err := each(files, name, func(r io.Reader) error { _, err := io.Copy(sum, r); return err }); err != nil {
			return err
		}
		if hex.EncodeToString(sum.Sum(nil)) != want {
			return fmt.Errorf("%w: %s was changed", ErrBundle, name)
		}
		listed[name] = true
		c.Files++
	}
	for name := range files {
		if !listed[name] {
			return fmt.Errorf("%w: %s is not in the manifest", ErrBundle, name)
		}
	}
	return nil
}

// told is what events.jsonl says of an event that its leaf says, too.
type told struct {
	ID       string `json:"id"`
	Type     string `json:"type"`
	Revision uint64 `json:"revision"`
	Position uint64 `json:"position"`
	Stored   struct {
		Data     string `json:"data_sha256"`
		Metadata string `json:"metadata_sha256"`
	} `json:"stored"`
}

// proofs checks each event that the bundle tells of.
func (c *Checked) proofs(files map[string]*zip.File) error {
	if c.Key == "" {
		key, err := content(files, "log/key")
		if err != nil {
			return err
		}
		c.Key, c.OwnKey = strings.TrimSpace(string(key)), true
	}
	verifier, err := note.NewVerifier(c.Key)
	if err != nil {
		return fmt.Errorf("%w: key: %w", ErrBundle, err)
	}
	checkpoint, err := content(files, "log/checkpoint")
	if err != nil {
		return err
	}
	lines, err := content(files, "events.jsonl")
	if err != nil {
		return err
	}
	for scan := bufio.NewReader(bytes.NewReader(lines)); ; c.Listed++ {
		line, err := scan.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: events.jsonl: %w", ErrBundle, err)
		}
		var t told
		if err := json.Unmarshal(line, &t); err != nil {
			return fmt.Errorf("%w: events.jsonl: %w", ErrBundle, err)
		}
		if err := c.proof(files, verifier, checkpoint, t); err != nil {
			return fmt.Errorf("event %d: %w", t.Revision, err)
		}
	}
}

func (c *Checked) proof(files map[string]*zip.File, verifier note.Verifier, checkpoint []byte, t told) error {
	parts := map[string][]byte{}
	for _, kind := range []string{".leaf", ".data", ".metadata", ".tlog-proof"} {
		part, err := content(files, logFile(t.Revision)+kind)
		if err != nil {
			return err
		}
		parts[kind] = part
	}
	proof, err := merkle.ParseProof(parts[".tlog-proof"])
	if err != nil {
		return err
	}
	if !bytes.Equal(proof.Checkpoint, checkpoint) {
		return fmt.Errorf("%w: its proof is under another checkpoint", ErrBundle)
	}
	if c.Head, err = proof.Check(parts[".leaf"], verifier); err != nil {
		return err
	}
	data, metadata := sum(parts[".data"]), sum(parts[".metadata"])
	leaf := string(parts[".leaf"])
	for _, line := range []string{
		fmt.Sprintf("\nrevision %d\n", t.Revision), fmt.Sprintf("\nid %s\ntype %d %s\n", t.ID, len(t.Type), t.Type),
		fmt.Sprintf("\nposition %d\n", t.Position), fmt.Sprintf("\ndata %s\nmetadata %s\n", data, metadata),
	} {
		if !strings.Contains(leaf, line) {
			return fmt.Errorf("%w: events.jsonl or the stored bytes are not those of the leaf, which lacks %q", ErrBundle, strings.TrimSpace(line))
		}
	}
	if t.Stored.Data != data || t.Stored.Metadata != metadata {
		return fmt.Errorf("%w: events.jsonl has other digests of the stored bytes", ErrBundle)
	}
	c.Events++
	c.Position = t.Position
	return nil
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// contentLimit bounds what is read whole: lists and single events.
const contentLimit = 256 << 20

func content(files map[string]*zip.File, name string) (b []byte, err error) {
	err = each(files, name, func(r io.Reader) error {
		b, err = io.ReadAll(io.LimitReader(r, contentLimit))
		return err
	})
	return b, err
}

func each(files map[string]*zip.File, name string, read func(io.Reader) error) (err error) {
	f := files[name]
	if f == nil || path.Clean(name) != name {
		return fmt.Errorf("%w: %s is missing", ErrBundle, name)
	}
	r, err := f.Open()
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrBundle, name, err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if err := read(r); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrBundle, name, err)
	}
	return nil
}
