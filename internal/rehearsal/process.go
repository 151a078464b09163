package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// house is one rehearsal under way: a data folder, an address, and the processes that use them.
type house struct {
	options
	journal string
	listen  string // the same address for every start
	url     string
}

// process is one run of docket serve.
type process struct {
	cmd        *exec.Cmd
	ended      chan error
	eventStore string // address of its event store
}

// serve starts the service and returns when it is ready.
func (h *house) serve(ctx context.Context) (*process, error) {
	if h.listen == "" {
		address, err := freeAddress(ctx)
		if err != nil {
			return nil, err
		}
		h.listen, h.url = address, "http://"+address
	}
	p := &process{cmd: exec.Command(h.docket, "serve", "--data", h.data, "--listen", h.listen, "--no-demo", "--log-level", "warn"), ended: make(chan error, 1)}
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	ready := make(chan struct{})
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if strings.HasPrefix(lines.Text(), "docket is ready") {
				close(ready)
			}
		}
		p.ended <- p.cmd.Wait()
	}()
	select {
	case <-ready:
	case err := <-p.ended:
		return nil, fmt.Errorf("docket serve ended before it was ready: %w", err)
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), p.interrupt())
	}
	fmt.Printf("the service is ready after %.1f s\n", time.Since(start).Seconds())
	content, err := os.ReadFile(filepath.Join(h.data, "running.json"))
	if err != nil {
		return nil, errors.Join(err, p.interrupt())
	}
	var running struct {
		EventStore string `json:"eventstore"`
	}
	if err := json.Unmarshal(content, &running); err != nil {
		return nil, errors.Join(err, p.interrupt())
	}
	p.eventStore = running.EventStore
	return p, nil
}

// interrupt asks the service to stop and waits for it.
func (p *process) interrupt() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return <-p.ended
}

// kill ends the service as a power cut would end it.
func (p *process) kill() error {
	if err := p.cmd.Process.Kill(); err != nil {
		return err
	}
	<-p.ended
	return nil
}

// peakMB is the most memory the process had resident, in MB; 0 where the system does not tell.
func (p *process) peakMB() int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kb, _ := strconv.Atoi(fields[0]) // 0 where it is no number
	return kb / 1024
}

// token reads the token of a service account from the data folder.
func (h *house) token(account string) (string, error) {
	content, err := os.ReadFile(filepath.Join(h.data, account+".token"))
	return strings.TrimSpace(string(content)), err
}

// importThroughKills starts the import in a process of its own and ends the service under it, again and again; each time the
// import is ended as well and begun anew.
func (h *house) importThroughKills(ctx context.Context) error {
	random := rand.New(rand.NewPCG(h.seed, 1))
	for i := range h.kills {
		service, err := h.serve(ctx)
		if err != nil {
			return err
		}
		carrying := exec.CommandContext(ctx, h.docket, "import", "--data", h.data, "--map", h.mapping, "--quiet", "--journal", h.journal, h.file)
		if err := carrying.Start(); err != nil {
			return errors.Join(err, service.interrupt())
		}
		pause := 2*time.Second + time.Duration(random.Int64N(int64(8*time.Second)))
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return errors.Join(ctx.Err(), service.interrupt())
		}
		if err := service.kill(); err != nil {
			return err
		}
		if err := carrying.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return err
		}
		_ = carrying.Wait() // it was killed, and says so
		fmt.Printf("kill %d of %d: the service was ended %.1f s into the import (seed %d)\n", i+1, h.kills, pause.Seconds(), h.seed)
	}
	return nil
}

func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
