// Command conformance runs the test-suite of the official client
// (EventStore-Client-Go, from the module cache) against the embedded engine, in
// insecure and in secure mode, with a fresh engine for every database.
//
//	go run ./internal/eventstore/embedded/conformance
//
// The suite's files are not copied: a build overlay maps them into the package
// suite, next to our own replacement for the file that starts containers. The
// results are compared with the pinned list expected.txt, line by line; -write
// rewrites it. The exit status is 0 only if nothing failed and nothing differs.
//
// Of the suite's 87 tests that need a server, 74 are claimed. Not run are those
// of JavaScript projections (8), of a commercial plugin for client certificates
// (4) and of a cluster (1).
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const (
	module     = "github.com/EventStore/EventStore-Client-Go/v4"
	suite      = "docket/internal/eventstore/embedded/conformance/suite"
	notClaimed = "TestProjections|TestPlugins"
	withServer = 87 // leaf tests of the suite that need a server
	noServer   = 27 // top-level tests that need none
	replaced   = "containers_test.go"
)

// serverTests are the top-level tests that need a server.
var serverTests = []string{"TestStreams", "TestPersistentSubscriptions", "TestExpectations"}

func main() {
	write := flag.Bool("write", false, "rewrite the pinned list")
	verbose := flag.Bool("v", false, "show the suite's output")
	flag.Parse()
	if err := run(*write, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

// place is a package or module as the go command reports it.
type place struct{ Dir string }

func list(args ...string) (p place, err error) {
	out, err := exec.Command("go", append([]string{"list", "-json=Dir"}, args...)...).Output()
	if err != nil {
		return p, fmt.Errorf("go list %s: %w", strings.Join(args, " "), err)
	}
	return p, json.Unmarshal(out, &p)
}

func run(write, verbose bool) error {
	ours, err := list(suite)
	if err != nil {
		return err
	}
	theirs, err := list(module + "/esdb")
	if err != nil {
		return err
	}
	overlay, err := overlayFile(ours.Dir, theirs.Dir)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(overlay) }() // a temporary file at worst stays
	results := map[string]string{}
	for _, mode := range []string{"insecure", "secure"} {
		got, err := runSuite(overlay, filepath.Join(filepath.Dir(theirs.Dir), "resources"), mode, verbose)
		if err != nil {
			return err
		}
		for name, outcome := range got {
			results[mode+" "+name] = outcome
		}
	}
	report(results)
	return compare(results, filepath.Join(ours.Dir, "..", "expected.txt"), write)
}

// overlayFile maps the client's test files into our package.
func overlayFile(ours, theirs string) (string, error) {
	files, err := filepath.Glob(filepath.Join(theirs, "*_test.go"))
	if err != nil || len(files) == 0 {
		return "", errors.Join(errors.New("no test files in the client's module"), err)
	}
	replace := map[string]string{}
	for _, f := range files {
		if base := filepath.Base(f); base != replaced {
			replace[filepath.Join(ours, base)] = f
		}
	}
	f, err := os.CreateTemp("", "overlay*.json")
	if err != nil {
		return "", err
	}
	err = json.NewEncoder(f).Encode(map[string]any{"Replace": replace})
	return f.Name(), errors.Join(err, f.Close())
}

// runSuite runs one mode and gives the outcome of every leaf test.
func runSuite(overlay, resources, mode string, verbose bool) (map[string]string, error) {
	cmd := exec.Command("go", "test", "-count=1", "-json", "-timeout=10m", "-vet=off",
		"-overlay", overlay, "-skip", notClaimed, suite)
	cmd.Env = append(os.Environ(), "CONFORMANCE_RESOURCES="+resources, "CLUSTER=false",
		fmt.Sprintf("EVENTSTORE_INSECURE=%t", mode == "insecure"))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	outcomes, err := collect(out, verbose)
	if err != nil {
		return nil, errors.Join(err, cmd.Wait())
	}
	var failed *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &failed) {
		return nil, err
	}
	if len(outcomes) == 0 {
		return nil, fmt.Errorf("no test ran in %s mode", mode)
	}
	return outcomes, nil
}

func collect(out io.Reader, verbose bool) (map[string]string, error) {
	outcomes := map[string]string{}
	output := map[string]*strings.Builder{}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e struct{ Action, Test, Output string }
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(os.Stderr, lines.Text()) // not of the test, of the go command
			continue
		}
		switch e.Action {
		case "output", "build-output":
			if verbose {
				fmt.Print(e.Output)
			}
			if output[e.Test] == nil {
				output[e.Test] = &strings.Builder{}
			}
			output[e.Test].WriteString(e.Output)
		case "pass", "fail", "skip":
			if e.Test != "" {
				outcomes[e.Test] = e.Action
			}
			if e.Action == "fail" && !verbose && output[e.Test] != nil {
				fmt.Print(output[e.Test])
			}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	for name := range outcomes { // what has subtests is no leaf
		for parent := name; strings.Contains(parent, "/"); {
			parent = parent[:strings.LastIndex(parent, "/")]
			delete(outcomes, parent)
		}
	}
	mergeMisc(outcomes)
	return outcomes, nil
}

// mergeMisc counts a top-level test without a server as one, whatever it is
// made of: it fails or is skipped if one of its parts is.
func mergeMisc(outcomes map[string]string) {
	for name, outcome := range outcomes {
		top, _, nested := strings.Cut(name, "/")
		if !nested || slices.Contains(serverTests, top) {
			continue
		}
		delete(outcomes, name)
		if was := outcomes[top]; was == "" || was == "pass" {
			outcomes[top] = outcome
		}
	}
}

func report(results map[string]string) {
	passed := map[string]bool{}
	for _, mode := range []string{"insecure", "secure"} {
		count := map[string]int{}
		without := 0
		for key, outcome := range results {
			m, name, _ := strings.Cut(key, " ")
			top, _, _ := strings.Cut(name, "/")
			switch {
			case m != mode:
			case !slices.Contains(serverTests, top):
				if outcome == "pass" {
					without++
				}
			default:
				count[outcome]++
				if outcome == "pass" {
					passed[name] = true
				}
			}
		}
		fmt.Printf("%-9s %d passed, %d skipped, %d failed; without a server %d of %d\n",
			mode, count["pass"], count["skip"], count["fail"], without, noServer)
	}
	fmt.Printf("both      %d of %d distinct tests against a server\n", len(passed), withServer)
}

func compare(results map[string]string, file string, write bool) error {
	lines := make([]string, 0, len(results))
	failed := 0
	for key, outcome := range results {
		lines = append(lines, outcome+" "+key)
		if outcome == "fail" {
			failed++
		}
	}
	slices.Sort(lines)
	got := strings.Join(lines, "\n") + "\n"
	if write {
		return os.WriteFile(file, []byte(got), 0o644) //nolint:gosec // a source file
	}
	want, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return err
	}
	pinned := strings.Split(strings.TrimSuffix(string(want), "\n"), "\n")
	differs := 0
	for _, l := range pinned {
		if !slices.Contains(lines, l) {
			fmt.Println("pinned, but not so:", l)
			differs++
		}
	}
	for _, l := range lines {
		if !slices.Contains(pinned, l) {
			fmt.Println("not pinned:", l)
			differs++
		}
	}
	if failed > 0 || differs > 0 {
		return fmt.Errorf("%d tests failed, %d outcomes differ from the pinned list", failed, differs)
	}
	return nil
}
