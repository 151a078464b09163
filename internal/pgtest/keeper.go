package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"docket/internal/pglocal"
)

// keeperVariable turns a test binary into the keeper of the shared server.
const keeperVariable = "DOCKET_PGTEST_KEEPER"

// idle is how long a server waits for further users: `go test ./...` has gaps
// between packages, and starting costs a second or two.
func idle() time.Duration {
	if d, err := time.ParseDuration(os.Getenv(idleVariable)); err == nil {
		return d
	}
	return 10 * time.Second
}

// For this package's own tests, which need a server of their own to see end.
const (
	idleVariable    = "DOCKET_PGTEST_IDLE"
	meetingVariable = "DOCKET_PGTEST_MEETING"
)

// init stands before everything a test binary does, its own flags included.
func init() {
	if os.Getenv(keeperVariable) == "" {
		return
	}
	const startFD, answerFD = 3, 4
	// Not for the server and its children, which would keep both open.
	syscall.CloseOnExec(startFD)
	syscall.CloseOnExec(answerFD)
	start, answer := os.NewFile(startFD, "start"), os.NewFile(answerFD, "answer")
	if err := keep(start, answer); err != nil {
		_, _ = fmt.Fprintln(answer, err) // nobody reads it any more after the answer
		os.Exit(1)
	}
	os.Exit(0)
}

// keep runs a server until nobody has used it for a while.
func keep(start, answer *os.File) error {
	m, err := meetingPlace()
	if err != nil {
		return err
	}
	dir, err := folder()
	if err != nil {
		return err
	}
	defer removeAbandoned(dir)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	server, err := pglocal.Start(ctx, pglocal.Options{
		Dir: dir, Throwaway: true,
		// In memory what the log keeps is taken from the tests.
		Settings: map[string]string{"min_wal_size": "32MB", "max_wal_size": "512MB"},
	})
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	if err := note(m, server.URL()); err != nil {
		return err
	}
	// In this order: whoever gets the start lock next finds the note.
	if err := errors.Join(answer.Close(), start.Close()); err != nil {
		return err
	}
	last, err := unused(m, server.Done())
	if err != nil {
		return err
	}
	// While we hold the users lock nobody can join; those who come now wait
	// until this process has ended and then start anew.
	defer func() { _ = last.Close() }()
	return errors.Join(os.Remove(m.server()), server.Close())
}

// unused returns with the users lock when there has been no user for a while,
// or without one when the server has died.
func unused(m meeting, died <-chan struct{}) (*os.File, error) {
	users, err := os.OpenFile(m.users(), os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	free := make(chan error)
	for {
		go func() { free <- flock(users, syscall.LOCK_EX) }()
		select {
		case err = <-free:
		case <-died:
			return nil, errors.New("the server died")
		}
		if err := errors.Join(err, flock(users, syscall.LOCK_UN)); err != nil {
			return nil, err
		}
		select {
		case <-time.After(idle()):
		case <-died:
			return nil, errors.New("the server died")
		}
		if flock(users, syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			return users, nil
		}
	}
}

// note is replaced as a whole, so that nobody reads half a URL.
func note(m meeting, url string) error {
	draft := m.server() + ".draft"
	if err := os.WriteFile(draft, []byte(url), 0o600); err != nil {
		return err
	}
	return os.Rename(draft, m.server())
}

// folder is where the data goes: memory if there is plenty (containers often
// have 64 MB), else disk. What killed keepers left there goes first.
func folder() (string, error) {
	const plenty = 1 << 30
	base := "/tmp"
	for _, better := range []string{"/dev/shm", "/var/tmp"} {
		var fs syscall.Statfs_t
		if syscall.Statfs(better, &fs) == nil && fs.Bavail*uint64(fs.Bsize) >= plenty {
			base = better
			break
		}
	}
	prefix := fmt.Sprintf("docket-pgtest-data-%d-", os.Geteuid())
	left, err := filepath.Glob(filepath.Join(base, prefix+"*"))
	if err != nil {
		return "", err
	}
	for _, dir := range left {
		removeAbandoned(dir)
	}
	dir, err := os.MkdirTemp(base, prefix)
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o711) // the server's account passes through
}

// removeAbandoned leaves a living server alone, going by its owner's lock.
// Best effort: what stays is tried again next time.
func removeAbandoned(dir string) {
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	_ = pglocal.Remove(ctx, dir)
}
