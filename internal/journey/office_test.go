package journey_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/internal/bench/process"
)

// house is one running service with its demo office.
type house struct {
	folder    string // that holds the data folder, and goes away with the run
	data      string
	settings  []string
	running   *process.Process
	passwords map[string]string

	mu        sync.Mutex
	tokens    map[string]string
	position  uint64            // of the newest write, which every later read waits for
	revisions map[string]uint64 // of streams, as last told
}

// office is a house as one test works in it.
type office struct {
	*testing.T
	*house
}

var (
	program = sync.OnceValues(build)
	common  struct {
		once sync.Once
		*house
		err error
	}
)

func TestMain(m *testing.M) {
	code := m.Run()
	if common.house != nil {
		if err := common.close(); err != nil {
			fmt.Fprintln(os.Stderr, "stop the service:", err)
			code = 1
		}
	}
	if binary, err := program(); err == nil {
		_ = os.RemoveAll(filepath.Dir(binary)) // it lies in a temporary folder
	}
	os.Exit(code)
}

// build makes the program, once for a run.
func build() (string, error) {
	folder, err := os.MkdirTemp("", "docket-journey-")
	if err != nil {
		return "", err
	}
	binary := filepath.Join(folder, "docket")
	if out, err := exec.Command("go", "build", "-o", binary, "docket/cmd/docket").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build docket: %w\n%s", err, out)
	}
	return binary, nil
}

// open starts a service in a new folder.
func open(settings ...string) (*house, error) {
	// Not the test's own folder: its name would make the path of the database's socket too long.
	folder, err := os.MkdirTemp("", "docket-office-")
	if err != nil {
		return nil, err
	}
	h := &house{folder: folder, data: filepath.Join(folder, "data"), settings: settings}
	if err := os.Chmod(folder, 0o711); err != nil { //nolint:gosec // the account that Postgres runs as passes through
		return nil, err
	}
	if err := h.start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return h, nil
}

// start runs the program on the house's folder, be it for the first time or again.
func (h *house) start() error {
	binary, err := program()
	if err != nil {
		return err
	}
	h.running, err = process.Serve(context.Background(), process.Options{
		Program: binary, Data: h.data, Demo: true, Stderr: os.Stderr, Settings: h.settings,
	})
	if err != nil {
		return err
	}
	h.tokens, h.revisions = map[string]string{}, map[string]uint64{}
	h.passwords, err = h.running.Passwords()
	return err
}

func (h *house) close() error {
	return errors.Join(h.running.Stop(), os.RemoveAll(h.folder))
}

// Office is the office that all journeys share; the first one starts it.
func Office(t *testing.T) *office {
	t.Helper()
	common.once.Do(func() { common.house, common.err = open() })
	require.NoError(t, common.err)
	return &office{t, common.house}
}

// OwnOffice is an office of the test's own, for what others must not see or for other settings ("DOCKET_ZONE=…").
func OwnOffice(t *testing.T, settings ...string) *office {
	t.Helper()
	h, err := open(settings...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.close()) })
	return &office{t, h}
}

// Restart ends the service, as a power cut would when killed, and starts it again. Only for an office of the test's own.
func (o *office) Restart(kill bool) {
	o.Helper()
	require.NotSame(o, common.house, o.house, "others work here")
	if kill {
		require.NoError(o, o.running.Kill())
	} else {
		require.NoError(o, o.running.Stop())
	}
	require.NoError(o, o.start())
}
