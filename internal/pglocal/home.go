package pglocal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// ErrInUse means that another live process has a server on the same folder.
var ErrInUse = errors.New("another docket is using this folder")

// fallback is where clusters go that root's chosen account could not reach.
// A variable for tests alone.
var fallback = "/var/lib/docket"

// home is the folder a server belongs to, held against other processes.
type home struct {
	dir     string   // as asked for; holds the lock
	data    string   // the cluster
	account account  // whom the server runs as
	lock    *os.File // flock: the kernel frees it whatever happens to us
}

// openHome decides where the cluster lies and takes the folder's lock, for
// which it waits a little: a docket that is just stopping needs a moment.
func openHome(ctx context.Context, dir string) (*home, error) {
	if dir == "" {
		return nil, errors.New("no data folder given")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	// Others may pass through, not look around: the cluster inside is 0700.
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	h := &home{dir: dir}
	if h.lock, err = lockFile(ctx, filepath.Join(dir, "docket.lock")); err != nil {
		return nil, err
	}
	if err := h.place(ctx); err != nil {
		return nil, errors.Join(err, h.release())
	}
	return h, nil
}

// place finds the existing cluster, near or away, or chooses where a new one
// goes. What is away is found by the note in the folder alone and not by the
// folder's name: a folder that was deleted and made again starts anew.
func (h *home) place(ctx context.Context) error {
	away, err := h.away()
	if err != nil {
		return err
	}
	for _, dir := range []string{h.dir, away} {
		data := pgdata(dir)
		if _, err := os.Stat(filepath.Join(data, "PG_VERSION")); err == nil && dir != "" {
			h.data = data
			h.account, err = ownerOf(data)
			return err
		}
	}
	if h.account, err = ownAccount(); err != nil {
		return err
	}
	near, err := h.account.reaches(ctx, h.dir)
	if err != nil {
		return err
	}
	if near {
		h.data = pgdata(h.dir)
		return nil
	}
	if away == "" {
		if away, err = h.moveAway(); err != nil {
			return fmt.Errorf("account %s cannot enter %s, nor is there another place: %w", h.account.name, h.dir, err)
		}
	}
	h.data = pgdata(away)
	return nil
}

// where is the note that leads to a cluster that lies elsewhere.
func (h *home) where() string { return filepath.Join(h.dir, "WHERE") }

// away is the place the note names in its first line, "" without a note.
func (h *home) away() (string, error) {
	note, err := os.ReadFile(h.where())
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	dir, _, _ := strings.Cut(string(note), "\n")
	if err == nil && filepath.Dir(dir) != fallback {
		err = fmt.Errorf("%s names no folder in %s; it should say where this folder's PostgreSQL data lie", h.where(), fallback)
	}
	return dir, err
}

// moveAway makes a place and notes it before anything lies there.
func (h *home) moveAway() (string, error) {
	if err := os.MkdirAll(fallback, 0o711); err != nil {
		return "", err
	}
	away, err := os.MkdirTemp(fallback, "postgres-")
	if err != nil {
		return "", err
	}
	note := fmt.Sprintf("%s\nholds the PostgreSQL data of this folder, because the account %s, which runs the server,\ncannot enter here. Without this note they would not be found again.\n", away, h.account.name)
	return away, errors.Join(os.Chmod(away, 0o711), os.WriteFile(h.where(), []byte(note), 0o644), syncFolder(h.dir))
}

// release gives the folder back. The lock file stays: removing it would let
// two processes hold locks on two files of one name.
func (h *home) release() error { return h.lock.Close() }

func lockFile(ctx context.Context, path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("%w: %s is locked", ErrInUse, path), f.Close())
		case <-tick.C:
		}
	}
}
