// Package process runs the program as its users do, as a process of its own, and looks at it from outside: when it is ready,
// where its parts are, how much memory it holds. Measurements, rehearsals and journeys stand on it.
package process

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// Options say what is started. Program and Data are required.
type Options struct {
	Program string // path of docket
	Data    string // its data folder
	Demo    bool   // with the demo office
	Stderr  io.Writer

	Profile string // file that gets a CPU profile of the service; empty: none

	Settings []string // further settings, as "DOCKET_ZONE=Asia/Taipei"
}

// Process is one run of docket serve, or of its event store alone.
type Process struct {
	cmd     *exec.Cmd
	data    string
	address string        // that it said it is ready at
	ended   chan struct{} // closed when the process has ended
	err     error         // of its end

	URL        string        // of the API; empty for an event store alone
	EventStore string        // esdb://…
	ReadyAfter time.Duration // from the start of the process until it said so
}

// Serve starts the service on a free port and returns when it is ready. Settings that stand in the environment are not passed
// on: what is measured is the program with its embedded parts.
func Serve(ctx context.Context, o Options) (*Process, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	arguments := []string{"serve", "--data", o.Data, "--listen", address, "--log-level", "error"}
	if !o.Demo {
		arguments = append(arguments, "--no-demo")
	}
	if o.Profile != "" {
		arguments = append(arguments, "--profile", o.Profile)
	}
	p, err := start(ctx, o, arguments)
	if err != nil {
		return nil, err
	}
	if err := p.locate(); err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	return p, nil
}

// ServeEventStore starts the embedded event store alone on a free port and returns when it is ready.
func ServeEventStore(ctx context.Context, o Options) (*Process, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	arguments := []string{"eventstore", "serve", "--data", o.Data, "--listen", address, "--log-level", "error"}
	p, err := start(ctx, o, arguments)
	if err != nil {
		return nil, err
	}
	p.EventStore = p.address
	return p, nil
}

// patience is how long a start may take: on a busy machine the first one makes a database cluster.
const patience = 2 * time.Minute

// readyAt is how the program says where it is ready.
var readyAt = regexp.MustCompile(`is ready at (\S+)`)

// start runs the program until it says that it is ready.
func start(ctx context.Context, o Options, arguments []string) (*Process, error) {
	p := &Process{cmd: exec.Command(o.Program, arguments...), data: o.Data, ended: make(chan struct{})}
	p.cmd.Stderr = o.Stderr
	p.cmd.Env = append(ownEnvironment(), o.Settings...)
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	ready := make(chan string, 1)
	go func() {
		said := false
		for lines := bufio.NewScanner(out); lines.Scan(); { // also what comes later, or the process would wait for us
			if words := readyAt.FindStringSubmatch(lines.Text()); words != nil && !said {
				said = true
				ready <- words[1]
			}
		}
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	select {
	case p.address = <-ready:
		p.ReadyAfter = time.Since(began)
		return p, nil
	case <-p.ended:
		return nil, fmt.Errorf("%s ended before it was ready: %w", p.cmd, errors.Join(p.err, ctx.Err()))
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), p.Stop())
	case <-limit.C:
		return nil, errors.Join(fmt.Errorf("%s was not ready within %s", p.cmd, patience), p.Stop())
	}
}

// locate reads where the service said its parts are.
func (p *Process) locate() error {
	content, err := os.ReadFile(filepath.Join(p.data, "running.json"))
	if err != nil {
		return err
	}
	var running struct{ URL, EventStore string }
	if err := json.Unmarshal(content, &running); err != nil {
		return fmt.Errorf("running.json: %w", err)
	}
	p.URL, p.EventStore = running.URL, running.EventStore
	return nil
}

// Token reads the token of a service account from the data folder.
func (p *Process) Token(account string) (string, error) {
	content, err := os.ReadFile(filepath.Join(p.data, account+".token"))
	return strings.TrimSpace(string(content)), err
}

// Passwords reads the demo's logins from the data folder.
func (p *Process) Passwords() (map[string]string, error) {
	content, err := os.ReadFile(filepath.Join(p.data, "demo-logins.json"))
	if err != nil {
		return nil, err
	}
	var passwords map[string]string
	return passwords, json.Unmarshal(content, &passwords)
}

// Stop asks the process to end and waits until it has. One that has ended already says how.
func (p *Process) Stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-p.ended
	return p.err
}

// Kill ends the process as a power cut would.
func (p *Process) Kill() error {
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-p.ended // its error says that it was killed
	return nil
}

// ownEnvironment is the environment without the program's settings.
func ownEnvironment() []string {
	var kept []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "DOCKET_") {
			kept = append(kept, v)
		}
	}
	return kept
}

func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
