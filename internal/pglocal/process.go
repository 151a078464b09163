package pglocal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// How long each kind of shutdown may take before the next harder one. The
// first writes a checkpoint, which on a slow disk takes its time.
const (
	gentle = 60 * time.Second
	harsh  = 10 * time.Second
)

// process is a postmaster that is our child.
type process struct {
	pid  int
	done chan struct{}
	err  error // how it ended; read after done
	log  *serverLog
}

func launch(bin installation, h *home, settings map[string]string, log *slog.Logger) (*process, error) {
	args := []string{"-D", h.data}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		args = append(args, "-c", name+"="+settings[name])
	}
	p := &process{done: make(chan struct{}), log: &serverLog{to: log}}
	// Its life is ours, not that of the call that started it.
	cmd := h.account.command(context.Background(), bin.command("postgres"), args...)
	cmd.Stdout, cmd.Stderr = p.log, p.log
	cmd.WaitDelay = harsh
	stopWithUs(cmd.SysProcAttr)
	started := make(chan error)
	go func() {
		// The kernel ties "our death" to the thread that started the child, so
		// that thread must wait for it to the end.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		if err == nil {
			p.pid = cmd.Process.Pid
		}
		started <- err
		if err != nil {
			return
		}
		p.err = cmd.Wait()
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting postgres as %s: %w", h.account.name, err)
	}
	return p, nil
}

// stop asks in PostgreSQL's three ways, each harder than the last.
func (p *process) stop() error {
	for _, way := range shutdowns {
		if err := syscall.Kill(p.pid, way.signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stopping PostgreSQL: %w", err)
		}
		select {
		case <-p.done:
			return nil
		case <-time.After(way.patience):
		}
	}
	return fmt.Errorf("PostgreSQL process %d does not end", p.pid)
}

// shutdowns: "fast" ends sessions and writes a checkpoint, "immediate" leaves
// recovery to the next start, and the last is for a process that hears nothing.
var shutdowns = []struct {
	signal   syscall.Signal
	patience time.Duration
}{
	{syscall.SIGINT, gentle},
	{syscall.SIGQUIT, harsh},
	{syscall.SIGKILL, harsh},
}

// said is the end of the server's log, for error messages.
func (p *process) said() string { return p.log.tail() }

// serverLog turns the server's standard error into log records and remembers
// the last lines.
type serverLog struct {
	to *slog.Logger

	mu      sync.Mutex
	partial []byte
	last    []string
}

const remembered = 12

func (l *serverLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.partial = append(l.partial, b...)
	for {
		line, rest, found := bytes.Cut(l.partial, []byte("\n"))
		if !found {
			return len(b), nil
		}
		l.line(string(line))
		l.partial = rest
	}
}

func (l *serverLog) line(text string) {
	l.last = append(l.last, text)
	if len(l.last) > remembered {
		l.last = l.last[1:]
	}
	severity, message, _ := strings.Cut(text, ":  ")
	switch severity {
	case "PANIC":
		l.to.Error("postgres", "severity", severity, "message", message)
	case "WARNING", "ERROR":
		l.to.Warn("postgres", "severity", severity, "message", message)
	default: // LOG, DETAIL, HINT, and FATAL, which only ends one session
		l.to.Debug("postgres", "severity", severity, "message", message)
	}
}

func (l *serverLog) tail() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.last) == 0 {
		return "(nothing)"
	}
	return strings.Join(l.last, "\n")
}

// alive also counts a process we may not signal.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, syscall.EPERM)
}
