// Command node checks the embedded engine with a second, independent client:
// the official one for Node.js (@eventstore/db-client), which speaks the same
// protocol with habits of its own: BatchAppend, ids as text, other options,
// other header and deadline styles.
//
//	go run ./internal/eventstore/embedded/conformance/node
//
// It needs node and npm. The client is installed once, as package-lock.json
// says and without running its scripts, into a folder of the user's cache. The
// checks run against a fresh engine, insecure and with TLS. The exit status is 0
// only if every check ran and passed.
package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"docket/internal/eventstore/embedded"
	"docket/internal/eventstore/embedded/conformance/fixture"
)

//go:embed *.mjs package.json package-lock.json
var files embed.FS

const limit = 5 * time.Minute // for one mode

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "conformance/node:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to be undone
	}
}

func run(ctx context.Context) error {
	dir, err := install(ctx)
	if err != nil {
		return err
	}
	var failures []error
	for _, secure := range []bool{false, true} {
		if err := mode(ctx, dir, secure); err != nil {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}

// install puts the checks and the client they use into a folder of the cache,
// whose name tells the state of the lock file.
func install(ctx context.Context) (string, error) {
	lock, err := files.ReadFile("package-lock.json")
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(lock)
	dir := filepath.Join(cache, "docket", "conformance-node-"+hex.EncodeToString(sum[:8]))
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", err
	}
	entries, err := files.ReadDir(".")
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		b, err := files.ReadFile(e.Name())
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(dir, e.Name()), b, 0o600); err != nil {
			return "", err
		}
	}
	done := filepath.Join(dir, "node_modules", ".installed")
	if _, err := os.Stat(done); err == nil {
		return dir, nil
	}
	npm := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
	npm.Dir, npm.Stderr = dir, os.Stderr
	if err := npm.Run(); err != nil {
		return "", fmt.Errorf("npm ci: %w", err)
	}
	return dir, os.WriteFile(done, nil, 0o600)
}

// mode runs the checks against one engine.
func mode(ctx context.Context, dir string, secure bool) (err error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	data, err := os.MkdirTemp("", "conformance-node")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(data) }() // a temporary folder at worst stays
	name, o := "insecure", embedded.Options{Dir: filepath.Join(data, "events"), AdminPassword: "changeit", OpsPassword: "changeit"}
	env := os.Environ()
	if secure {
		name = "secure"
		cert, err := fixture.Certificates(filepath.Join(data, "certs"))
		if err != nil {
			return err
		}
		o.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
		env = append(env, "ENGINE_CA="+filepath.Join(data, "certs", "ca", "ca.crt"))
	}
	engine, err := embedded.Start(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	checks := exec.CommandContext(ctx, "node", "main.mjs")
	checks.Dir, checks.Env, checks.Stderr = dir, append(env, "ENGINE_ADDRESS="+engine.Addr()), os.Stderr
	return outcome(name, checks)
}

// outcome counts what the checks print, a line each after the line "plan N".
func outcome(name string, checks *exec.Cmd) error {
	out, err := checks.StdoutPipe()
	if err != nil {
		return err
	}
	if err := checks.Start(); err != nil {
		return err
	}
	plan, passed, failed := 0, 0, 0
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		verdict, rest, _ := strings.Cut(lines.Text(), " ")
		switch verdict {
		case "plan":
			plan, _ = strconv.Atoi(rest) // 0 fails below
		case "pass":
			passed++
		case "fail":
			failed++
			fmt.Println(name, lines.Text())
		default:
			fmt.Println(name, lines.Text())
		}
	}
	if err := errors.Join(lines.Err(), checks.Wait()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	fmt.Printf("%-9s %d passed, %d failed of %d checks by the Node.js client\n", name, passed, failed, plan)
	if passed == 0 || passed != plan {
		return fmt.Errorf("%s: %d of %d checks did not pass", name, plan-passed, plan)
	}
	return nil
}
