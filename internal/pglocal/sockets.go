package pglocal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// socketPrefix marks the folders that are ours to remove.
const socketPrefix = "docket-pg-"

// socketFolder makes the only door to the server: a folder that nobody but
// the account and root can enter. A unix socket's whole path must stay under
// 104 bytes, and root's TMPDIR may be closed to the account. The folder is
// noted in the home, so that a start after a kill removes the old one.
func (h *home) socketFolder() (string, error) {
	if err := removeNoted(h.note()); err != nil {
		return "", fmt.Errorf("socket folder of a former server: %w", err)
	}
	base := os.TempDir()
	if len(base) > 60 || h.account.cred != nil {
		base = "/tmp"
	}
	dir, err := os.MkdirTemp(base, socketPrefix)
	if err != nil {
		return "", fmt.Errorf("socket folder: %w", err)
	}
	if err := errors.Join(h.account.own(dir), os.WriteFile(h.note(), []byte(dir), 0o600)); err != nil {
		return "", errors.Join(fmt.Errorf("socket folder: %w", err), os.Remove(dir))
	}
	return dir, nil
}

func (h *home) note() string { return filepath.Join(h.dir, "sockets") }

func removeNoted(note string) error {
	old, err := os.ReadFile(note)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil || !strings.HasPrefix(filepath.Base(string(old)), socketPrefix) {
		return err
	}
	return os.RemoveAll(string(old))
}
