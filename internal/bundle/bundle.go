// Package bundle writes evidence bundles (證據包): a ZIP archive that explains and checks itself without the service. It is
// given what to put in; it looks nothing up and decides nothing about who may have it.
package bundle

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"
)

// Manifest is the name of the list of digests, in the form that "sha256sum -c" checks.
const Manifest = "MANIFEST.sha256"

// ErrName: a file's name would lead out of the bundle, or is there already.
var ErrName = errors.New("bundle: not a name for a file of the bundle")

// Writer writes a bundle file by file, as a stream: nothing is kept but one line for each file. The same files with the same
// stamp give the same bytes.
type Writer struct {
	zip      *zip.Writer
	folder   string
	stamp    time.Time
	manifest strings.Builder
	names    map[string]bool
	files    []File
}

// File is a file of a bundle as it was written.
type File struct {
	Name   string
	Size   int64
	SHA256 string // hexadecimal
}

// Files are those that have been added so far, in that order.
func (b *Writer) Files() []File { return slices.Clone(b.files) }

// counter counts what is written.
type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// New begins a bundle whose files lie in one folder and all bear one time.
func New(w io.Writer, folder string, stamp time.Time) *Writer {
	return &Writer{zip: zip.NewWriter(w), folder: folder, stamp: stamp.UTC().Truncate(time.Second), names: map[string]bool{}}
}

// Add writes one file; body writes its content.
func (b *Writer) Add(name string, body func(io.Writer) error) error {
	if name == Manifest {
		return fmt.Errorf("%w: %q", ErrName, name)
	}
	sum, size := sha256.New(), counter{}
	err := b.write(name, 0o644, func(w io.Writer) error { return body(io.MultiWriter(w, sum, &size)) })
	if err != nil {
		return err
	}
	b.files = append(b.files, File{name, size.n, hex.EncodeToString(sum.Sum(nil))})
	fmt.Fprintf(&b.manifest, "%s  %s\n", hex.EncodeToString(sum.Sum(nil)), name)
	return nil
}

// Text adds a file that is at hand.
func (b *Writer) Text(name, content string) error {
	return b.Add(name, func(w io.Writer) error {
		_, err := io.WriteString(w, content)
		return err
	})
}

// Close adds how to check the bundle, and the manifest last of all.
func (b *Writer) Close() error {
	script := strings.TrimPrefix(verify, "\n")
	sum := sha256.Sum256([]byte(script))
	err := b.write("verify.sh", 0o755, func(w io.Writer) error {
		_, err := io.WriteString(w, script)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(&b.manifest, "%s  %s\n", hex.EncodeToString(sum[:]), "verify.sh")
	err = b.write(Manifest, 0o644, func(w io.Writer) error {
		_, err := io.WriteString(w, b.manifest.String())
		return err
	})
	if err != nil {
		return err
	}
	if err := b.zip.Close(); err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	return nil
}

func (b *Writer) write(name string, mode uint32, body func(io.Writer) error) error {
	if name == "" || path.IsAbs(name) || path.Clean(name) != name || strings.HasPrefix(name, "..") || strings.ContainsAny(name, "\\\n\r") || b.names[name] {
		return fmt.Errorf("%w: %q", ErrName, name)
	}
	b.names[name] = true
	header := &zip.FileHeader{Name: b.folder + "/" + name, Method: zip.Deflate, Modified: b.stamp}
	header.CreatorVersion = 3 << 8 // made as on Unix, so that the mode counts
	header.ExternalAttrs = (0o100000 | mode) << 16
	w, err := b.zip.CreateHeader(header)
	if err != nil {
		return fmt.Errorf("bundle: %s: %w", name, err)
	}
	if err := body(w); err != nil {
		return fmt.Errorf("bundle: %s: %w", name, err)
	}
	return nil
}

const verify = `
#!/bin/sh
# 逐一核對本證據包中每個檔案的 SHA-256 摘要，並指出清單以外的檔案。
# Checks the SHA-256 of every file of this bundle, and names files that the list does not have.
cd "$(dirname "$0")" || exit 2
sha256sum -c MANIFEST.sha256 || exit 1
extra=$(find . -type f ! -name MANIFEST.sha256 | sed 's|^\./||' | sort | while read -r f; do
	cut -c67- MANIFEST.sha256 | grep -Fxq -- "$f" || echo "$f"
done)
if [ -n "$extra" ]; then
	echo "not in the manifest / 不在清單內: $extra"
	exit 1
fi
echo "all files are as they were written / 全部檔案與寫入時一致"
if [ -f log/verify.sh ]; then
	sh log/verify.sh "$@" || exit 1
fi
`
