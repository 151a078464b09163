package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"docket/internal/demo"
)

// samples is the folder of what several tests begin with and none changes.
var samples string

func TestMain(m *testing.M) { os.Exit(withSamples(m)) }

func withSamples(m *testing.M) (code int) {
	var err error
	if samples, err = os.MkdirTemp("", "docket-samples-"); err == nil {
		err = os.Chmod(samples, 0o755) //nolint:gosec // the database server's account has to reach its cluster
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		if err := os.RemoveAll(samples); err != nil && code == 0 {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}()
	return m.Run()
}

// builtProgram is docket, built once for all tests that run it as a process.
var builtProgram = sync.OnceValues(func() (string, error) {
	file := filepath.Join(samples, "docket")
	if out, err := exec.Command("go", "build", "-o", file, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return file, nil
})

// sampleOffice is the data folder of a demo office whose service has ended. A test that begins with a copy spares the making
// of a database cluster, its tables and the office's people. One that could not be made is tried again by the next test.
func sampleOffice(ctx context.Context) (data string, err error) {
	making.Lock()
	defer making.Unlock()
	data = filepath.Join(samples, "office")
	if made {
		return data, nil
	}
	s := &service{
		Settings: Settings{Data: data, Zone: "Asia/Shanghai", LogLevel: "warn"}, Listen: "127.0.0.1:0",
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	if err := s.Start(ctx); err != nil {
		return "", err
	}
	_, err = demo.Seed(ctx, s.pipeline, s.accounts, samplePasswords())
	err = errors.Join(err, s.Close())
	made = err == nil
	return data, err
}

var (
	making sync.Mutex
	made   bool // under making
)

func samplePasswords() map[string]string {
	passwords := map[string]string{}
	for _, login := range demo.Logins() {
		passwords[login] = "password of " + login
	}
	return passwords
}

// beginWithSample puts a copy of the sample office into a test's temporary folder if there is no data yet.
func beginWithSample(t *testing.T, data string) error {
	if _, err := os.Stat(filepath.Join(data, "postgres")); err == nil {
		return nil
	}
	office, err := sampleOffice(t.Context())
	if err != nil {
		return err
	}
	if err := os.Chmod(filepath.Dir(data), 0o711); err != nil { //nolint:gosec // testing keeps it from the database server's account
		return err
	}
	// With owners and modes: the database server asks for its own.
	if out, err := exec.CommandContext(t.Context(), "cp", "-a", office+"/.", data).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}
