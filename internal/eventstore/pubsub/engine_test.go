package pubsub_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"docket/internal/eventstore/embedded"

	"github.com/stretchr/testify/require"
)

// The test binary plays three parts: the tests, an event store in a process of its own that can be killed, and the command
// by which Watermill's suite has it restarted.
func TestMain(m *testing.M) {
	switch {
	case len(os.Args) == 4 && os.Args[1] == "engine":
		os.Exit(runEngine(os.Args[2], os.Args[3]))
	case len(os.Args) == 3 && os.Args[1] == "restart-engine":
		os.Exit(askRestart(os.Args[2]))
	}
	os.Exit(m.Run())
}

func runEngine(dir, listen string) int {
	server, err := embedded.Start(context.Background(), embedded.Options{Dir: dir, Listen: listen})
	if err != nil {
		fmt.Fprintln(os.Stderr, "engine:", err)
		return 1
	}
	fmt.Println(server.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin) // ends with the tests, however these end
	_ = server.Close()
	return 0
}

func askRestart(socket string) int {
	c, err := net.Dial("unix", socket)
	if err != nil {
		fmt.Fprintln(os.Stderr, "restart:", err)
		return 1
	}
	defer c.Close()
	answer, _ := io.ReadAll(c)
	if string(answer) != "done" {
		fmt.Fprintln(os.Stderr, "restart:", string(answer))
		return 1
	}
	return 0
}

// process is an event store as a process.
type process struct {
	t      testing.TB
	dir    string
	addr   string
	socket string

	mu    sync.Mutex
	cmd   *exec.Cmd
	stdin io.Closer
}

func startProcess(t testing.TB) *process {
	short, err := os.MkdirTemp("", "pubsub") // a socket's path must be short
	require.NoError(t, err)
	p := &process{t: t, dir: filepath.Join(short, "data"), addr: "127.0.0.1:0", socket: filepath.Join(short, "s")}
	require.NoError(t, p.start())
	l, err := net.Listen("unix", p.socket)
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			answer := "done"
			if err := p.restart(); err != nil {
				answer = err.Error()
			}
			_, _ = c.Write([]byte(answer))
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
		p.kill()
		_ = os.RemoveAll(short)
	})
	return p
}

func (p *process) uri() string { return "esdb://" + p.addr + "?tls=false" }

func (p *process) restartCommand() []string { return []string{os.Args[0], "restart-engine", p.socket} }

// restart kills the process without warning and starts it at the same address over the same data.
func (p *process) restart() error {
	p.kill()
	return p.start()
}

func (p *process) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	_ = p.stdin.Close()
	p.cmd = nil
}

func (p *process) start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	cmd := exec.Command(os.Args[0], "engine", p.dir, p.addr)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		_ = cmd.Process.Kill()
		return fmt.Errorf("engine did not start: %w", err)
	}
	p.addr, p.cmd, p.stdin = strings.TrimSpace(line), cmd, stdin
	return nil
}
