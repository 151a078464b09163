package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Keyset is the key service of a single machine: a tink keyset in a JSON file of mode 0600. Its master keys are named
// "file:" and the key's id in hexadecimal. Several processes may share the file: it is read again when it has changed.
type Keyset struct {
	path string

	mu     sync.Mutex
	seen   fs.FileInfo // of the file that was read
	handle *keyset.Handle
	aead   tink.AEAD
}

const fileScheme = "file:"

// OpenKeyset reads the file; the error is fs.ErrNotExist when there is none.
func OpenKeyset(path string) (*Keyset, error) {
	k := &Keyset{path: path}
	if err := k.read(); err != nil {
		return nil, err
	}
	return k, nil
}

// MakeKeyset makes the file with a first master key, unless it is there already, and reads it.
func MakeKeyset(path string) (*Keyset, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, err
	}
	err = writeKeyset(path, handle, func(draft string) error {
		if err := os.Link(draft, path); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("making the master key %s: %w", path, err)
	}
	return OpenKeyset(path)
}

// Wrap encrypts under the keyset's primary key.
func (k *Keyset) Wrap(_ context.Context, keys, bound [][]byte) ([][]byte, string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.refresh(); err != nil {
		return nil, "", err
	}
	wrapped := make([][]byte, len(keys))
	for i := range keys {
		w, err := k.aead.Encrypt(keys[i], bound[i])
		if err != nil {
			return nil, "", err
		}
		wrapped[i] = w
	}
	return wrapped, nameOf(k.handle.KeysetInfo().GetPrimaryKeyId()), nil
}

// Unwrap decrypts under any key of the set, reading the file again should it lack the one named.
func (k *Keyset) Unwrap(_ context.Context, master string, wrapped, bound [][]byte) ([][]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !slices.Contains(k.names(), master) {
		if err := k.refresh(); err != nil {
			return nil, err
		}
		if !slices.Contains(k.names(), master) {
			return nil, fmt.Errorf("%s does not hold it: %w", k.path, ErrMasterWrong)
		}
	}
	keys := make([][]byte, len(wrapped))
	for i := range wrapped {
		plain, err := k.aead.Decrypt(wrapped[i], bound[i])
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errDamaged, err)
		}
		keys[i] = plain
	}
	return keys, nil
}

// Owns tells by the name.
func (k *Keyset) Owns(master string) bool { return strings.HasPrefix(master, fileScheme) }

// Renew adds a key, makes it the primary, and replaces the file at one stroke.
func (k *Keyset) Renew(context.Context) error {
	return k.change(func(m *keyset.Manager) error {
		id, err := m.Add(aead.AES256GCMKeyTemplate())
		if err != nil {
			return err
		}
		return m.SetPrimary(id)
	})
}

// Retire deletes the keys that are neither the primary nor named.
func (k *Keyset) Retire(_ context.Context, keep []string) error {
	return k.change(func(m *keyset.Manager) error {
		info := k.handle.KeysetInfo()
		for _, key := range info.GetKeyInfo() {
			id := key.GetKeyId()
			if id == info.GetPrimaryKeyId() || slices.Contains(keep, nameOf(id)) {
				continue
			}
			if err := m.Delete(id); err != nil {
				return err
			}
		}
		return nil
	})
}

func (k *Keyset) change(edit func(*keyset.Manager) error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.refresh(); err != nil {
		return err
	}
	manager := keyset.NewManagerFromHandle(k.handle)
	if err := edit(manager); err != nil {
		return fmt.Errorf("master key %s: %w", k.path, err)
	}
	handle, err := manager.Handle()
	if err != nil {
		return fmt.Errorf("master key %s: %w", k.path, err)
	}
	if err := writeKeyset(k.path, handle, func(draft string) error { return os.Rename(draft, k.path) }); err != nil {
		return fmt.Errorf("writing the master key %s: %w", k.path, err)
	}
	return k.read()
}

// refresh reads the file again when it is another than the one that was read.
func (k *Keyset) refresh() error {
	info, err := os.Stat(k.path)
	if err != nil {
		return fmt.Errorf("master key: %w", err)
	}
	if os.SameFile(info, k.seen) && info.ModTime().Equal(k.seen.ModTime()) && info.Size() == k.seen.Size() {
		return nil
	}
	return k.read()
}

func (k *Keyset) read() error {
	info, err := os.Stat(k.path)
	if err != nil {
		return fmt.Errorf("master key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("master key %s is open to others (mode %v); run: chmod 600 %s", k.path, info.Mode().Perm(), k.path)
	}
	text, err := os.ReadFile(k.path)
	if err != nil {
		return fmt.Errorf("master key: %w", err)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
	if err != nil {
		return fmt.Errorf("master key %s is not a tink keyset: %w", k.path, err)
	}
	a, err := aead.New(handle)
	if err != nil {
		return fmt.Errorf("master key %s: %w", k.path, err)
	}
	k.seen, k.handle, k.aead = info, handle, a
	return nil
}

func (k *Keyset) names() []string {
	var names []string
	for _, key := range k.handle.KeysetInfo().GetKeyInfo() {
		names = append(names, nameOf(key.GetKeyId()))
	}
	return names
}

// nameOf matches what the migration takes out of the prefix of tink's ciphertexts: four bytes, big-endian.
func nameOf(id uint32) string {
	const digits = 8
	text := strconv.FormatUint(uint64(id), 16)
	return fileScheme + strings.Repeat("0", digits-len(text)) + text
}

// writeKeyset writes a draft beside the file, makes it durable, and has it put in place, so that the file is whole or
// not there.
func writeKeyset(path string, handle *keyset.Handle, place func(draft string) error) error {
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	draft, err := os.CreateTemp(dir, ".master-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(draft.Name()) }()
	_, err = draft.Write(text.Bytes())
	if err := errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return err
	}
	if err := place(draft.Name()); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
