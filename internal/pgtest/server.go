package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// ServerVariable names the environment variable with the URL of a server to
// use instead of a private one.
const ServerVariable = "DOCKET_TEST_POSTGRES"

// The processes of one user meet in one folder:
//
//	users   locked shared by every test binary for as long as it lives, and
//	        exclusively by the keeper once it may stop the server
//	start   locked by whoever is starting a keeper, until that one answers
//	server  the URL of the running server
//
// The kernel frees the locks of the dead, so no count can go wrong.
type meeting string

func (m meeting) users() string  { return filepath.Join(string(m), "users") }
func (m meeting) start() string  { return filepath.Join(string(m), "start") }
func (m meeting) server() string { return filepath.Join(string(m), "server") }

// meetingPlace is fixed, unlike TMPDIR, and refused if somebody else made it.
func meetingPlace() (meeting, error) {
	dir := "/tmp/docket-pgtest-" + strconv.Itoa(os.Geteuid())
	if own := os.Getenv(meetingVariable); own != "" {
		dir = own
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || int(st.Uid) != os.Geteuid() {
		return "", fmt.Errorf("%s is not a folder of ours", dir)
	}
	return meeting(dir), nil
}

// server is the URL of the running server, started if need be; once per
// process, which holds its share of the users lock from then on.
func server(ctx context.Context) (string, error) {
	once.Lock()
	defer once.Unlock()
	if known == "" {
		url, err := join(ctx)
		if err != nil {
			return "", err
		}
		known = url
	}
	return known, nil
}

var (
	once  sync.Mutex
	known string
	share *os.File // keeps the lock; never closed, the kernel does
)

func join(ctx context.Context) (string, error) {
	if url := os.Getenv(ServerVariable); url != "" {
		return url, nil
	}
	m, err := meetingPlace()
	if err != nil {
		return "", err
	}
	if share == nil {
		if share, err = locked(ctx, m.users(), syscall.LOCK_SH); err != nil {
			return "", err
		}
	}
	start, err := locked(ctx, m.start(), syscall.LOCK_EX)
	if err != nil {
		return "", err
	}
	defer func() { _ = start.Close() }()
	if url, ok := running(ctx, m); ok {
		return url, nil
	}
	if err := startKeeper(ctx, start); err != nil {
		return "", err
	}
	url, ok := running(ctx, m)
	if !ok {
		return "", errors.New("the server did not stay up")
	}
	return url, nil
}

// running tries the noted server. Since we hold a share of the users lock, one
// that answers now will not be stopped under us.
func running(ctx context.Context, m meeting) (string, bool) {
	url, err := os.ReadFile(m.server())
	if err != nil {
		return "", false
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, string(url))
	if err != nil {
		return "", false
	}
	return string(url), conn.Close(ctx) == nil
}

// startKeeper runs this very test binary again as the keeper of a server. It
// inherits the start lock and lets go of it by answering; anything in the
// answer is an error.
func startKeeper(ctx context.Context, start *os.File) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	answer, theirs, err := os.Pipe()
	if err != nil {
		return err
	}
	defer func() { _ = answer.Close() }()
	// It outlives us.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), self)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), keeperVariable+"=1")
	cmd.ExtraFiles = []*os.File{start, theirs}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	err = errors.Join(cmd.Start(), theirs.Close())
	if err != nil {
		return err
	}
	if err := cmd.Process.Release(); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = answer.SetReadDeadline(time.Now()) })
	defer stop()
	said, err := io.ReadAll(answer)
	if err != nil {
		return fmt.Errorf("waiting for the server: %w", err)
	}
	if len(said) > 0 {
		return errors.New(strings.TrimSpace(string(said)))
	}
	return nil
}

// locked opens a file and waits for a lock on it.
func locked(ctx context.Context, path string, kind int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		err := flock(f, kind|syscall.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("lock %s: %w", path, ctx.Err()), f.Close())
		case <-tick.C:
		}
	}
}

func flock(f *os.File, kind int) error {
	for {
		err := syscall.Flock(int(f.Fd()), kind)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
