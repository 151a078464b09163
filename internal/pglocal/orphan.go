package pglocal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// pidFile is what a postmaster leaves in its data folder while it runs, and
// after it was killed.
const pidFile = "postmaster.pid"

// readPid is the process that the pid file names in its first line, 0 if there
// is no such file or nothing in it.
func readPid(data string) (int, error) {
	text, err := os.ReadFile(filepath.Join(data, pidFile))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	if first = strings.TrimSpace(first); first == "" {
		return 0, nil // killed between creating and writing it
	}
	// A standalone backend writes its pid negated; it ends with its terminal.
	pid, err := strconv.Atoi(first)
	if err != nil {
		return 0, fmt.Errorf("%s in %s: %w", pidFile, data, err)
	}
	return pid, nil
}

// stopOrphan ends a server that a killed docket left on data. We hold the
// folder's lock, so nobody alive is using it. It is stopped rather than
// adopted: what the dead docket had under way (a half rebuild holding locks)
// must not run on beside us. A process that merely got the same number is
// left alone, and the file that names it is removed, since PostgreSQL would
// take it for a running server.
func stopOrphan(ctx context.Context, data string, log *slog.Logger) error {
	pid, err := readPid(data)
	if err != nil || pid <= 0 || !alive(pid) {
		return err
	}
	ours, err := isPostmaster(ctx, pid, data)
	if err != nil {
		return fmt.Errorf("cannot tell whether process %d is a left-over PostgreSQL: %w", pid, err)
	}
	if ours {
		log.Warn("stopping a PostgreSQL server that a killed docket left behind", "pid", pid)
		return endForeign(ctx, pid, data)
	}
	if err := os.Remove(filepath.Join(data, pidFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// endForeign stops a postmaster that is not our child, so its end can only be
// looked for.
func endForeign(ctx context.Context, pid int, data string) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for _, way := range shutdowns {
		if err := syscall.Kill(pid, way.signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stopping the left-over PostgreSQL %d: %w", pid, err)
		}
		for end := time.Now().Add(way.patience); time.Now().Before(end); {
			if same, err := isPostmaster(ctx, pid, data); err != nil || !same {
				return err
			}
			select {
			case <-ctx.Done():
				return fmt.Errorf("stopping the left-over PostgreSQL %d: %w", pid, ctx.Err())
			case <-tick.C:
			}
		}
	}
	return fmt.Errorf("the left-over PostgreSQL %d does not end", pid)
}

// isPostmaster looks at the command line, which in a postmaster names the
// data folder and in its children is overwritten with a title.
func isPostmaster(ctx context.Context, pid int, data string) (bool, error) {
	args, err := commandLine(ctx, pid)
	if err != nil || len(args) == 0 || !strings.HasPrefix(filepath.Base(args[0]), "post") {
		return false, err
	}
	i := slices.Index(args, "-D")
	if i < 0 || i+1 >= len(args) {
		return false, nil
	}
	theirs, err := filepath.EvalSymlinks(args[i+1])
	if err != nil {
		return false, nil //nolint:nilerr // a folder that is gone is not ours
	}
	mine, err := filepath.EvalSymlinks(data)
	return err == nil && theirs == mine, err
}

// commandLine is empty for a process that has ended, a zombie included.
func commandLine(ctx context.Context, pid int) ([]string, error) {
	if _, err := os.Stat("/proc/self/cmdline"); err == nil {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
			return nil, nil
		}
		return strings.FieldsFunc(string(raw), func(r rune) bool { return r == 0 }), err
	}
	out, err := exec.CommandContext(ctx, "ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil, nil
	}
	return strings.Fields(string(out)), err
}
