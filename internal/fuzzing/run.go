package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

type options struct {
	dir      string // of the module; "" is the current one
	patterns []string
	each     time.Duration
	total    time.Duration
	jobs     int
	out      io.Writer
}

// span is how long each of n targets is fuzzed.
func (o options) span(n int) time.Duration {
	if o.total == 0 {
		return o.each
	}
	turns := (n + o.jobs - 1) / o.jobs
	return min(o.each, (o.total / time.Duration(turns)).Truncate(time.Second))
}

// target is one fuzz test.
type target struct {
	tested
	program string
	name    string
}

// run builds all packages, then fuzzes all targets, and fails if any of them failed.
func run(ctx context.Context, o options) (err error) {
	packages, err := find(ctx, o.dir, o.patterns)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "fuzzing-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	cache, err := cacheFolder(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	targets, err := o.build(ctx, packages, scratch)
	if err != nil {
		return err
	}
	if len(targets) == 0 {
		return errNoTargets
	}
	span := o.span(len(targets))
	fmt.Fprintf(o.out, "%d fuzz tests in %d packages, built in %.0f s; %s each, %d at once\n",
		len(targets), len(packages), time.Since(began).Seconds(), span, o.jobs)
	began = time.Now()
	if err := o.fuzzAll(ctx, targets, cache, span); err != nil {
		return err
	}
	fmt.Fprintf(o.out, "%d fuzz tests found nothing in %.0f s\n", len(targets), time.Since(began).Seconds())
	return ctx.Err()
}

// build makes the test programs, as many at once as are fuzzed at once: each is linked on one processor.
func (o options) build(ctx context.Context, packages []tested, folder string) (targets []target, err error) {
	failed := make([]error, len(packages))
	places := make(chan struct{}, o.jobs)
	var running sync.WaitGroup
	for i, p := range packages {
		program := filepath.Join(folder, fmt.Sprintf("%d.test", i))
		for _, name := range p.targets {
			targets = append(targets, target{p, program, name})
		}
		places <- struct{}{}
		running.Go(func() {
			defer func() { <-places }()
			failed[i] = p.build(ctx, program)
		})
	}
	running.Wait()
	return targets, errors.Join(failed...)
}

// fuzzAll shares the targets out among the jobs; a failure stops nobody.
func (o options) fuzzAll(ctx context.Context, targets []target, cache string, span time.Duration) error {
	queue := make(chan target)
	var (
		mu      sync.Mutex
		failed  []error
		running sync.WaitGroup
	)
	for range o.jobs {
		running.Go(func() {
			for t := range queue {
				line, err := t.fuzz(ctx, filepath.Join(cache, filepath.FromSlash(t.ImportPath)), span)
				mu.Lock()
				if fmt.Fprintf(o.out, "%s %s: %s\n", t.ImportPath, t.name, line); err != nil {
					failed = append(failed, err)
				}
				mu.Unlock()
			}
		})
	}
	for _, t := range targets {
		select {
		case queue <- t:
		case <-ctx.Done():
		}
	}
	close(queue)
	running.Wait()
	return errors.Join(failed...)
}

// grace is what a target may take beyond its time: to run its seeds, and to make a finding smaller.
const grace = 2 * time.Minute

// fuzz runs one target and says in a line what came of it.
func (t target) fuzz(ctx context.Context, cache string, span time.Duration) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, span+grace)
	defer cancel()
	findings := filepath.Join(t.Dir, "testdata", "fuzz", t.name)
	before := entries(findings)
	cmd := exec.CommandContext(ctx, t.program, "-test.run=^$", "-test.fuzz=^"+t.name+"$", "-test.fuzztime="+span.String(),
		"-test.fuzzminimizetime=10s", "-test.fuzzcachedir="+cache, "-test.parallel=1")
	cmd.Dir = t.Dir
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	switch {
	case strings.Contains(out.String(), unguided):
		return "FAILED", fmt.Errorf("%s %s: its program is not instrumented", t.ImportPath, t.name)
	case err == nil:
		return lastProgress(out.String()), nil
	case ctx.Err() == nil && onlyTimeIsUp(out.String()) && entries(findings) == before:
		return lastProgress(out.String()) + " (ended by Go's own deadline, nothing found)", nil
	}
	return "FAILED", fmt.Errorf("%s %s: %w\n%s", t.ImportPath, t.name, err, tail(out.String()))
}

// unguided is in what a test program says that can only guess, since it does not see which branches its inputs take.
const unguided = "without coverage guidance"

// entries counts the files of a folder; none if it is not there.
func entries(dir string) int {
	list, err := os.ReadDir(dir)
	if err != nil {
		return 0
	}
	return len(list)
}

// onlyTimeIsUp tells whether the end of the fuzzing time is all that a failed run complains of.
func onlyTimeIsUp(out string) bool {
	complaint := false
	for line := range strings.Lines(out) {
		switch line = strings.TrimSpace(line); {
		case line == "context deadline exceeded":
			complaint = true
		case line == "", line == "FAIL", strings.HasPrefix(line, "fuzz: "), strings.HasPrefix(line, "warning: "),
			strings.HasPrefix(line, "--- FAIL: Fuzz"):
		default:
			return false
		}
	}
	return complaint
}

// lastProgress is the last line in which Go tells how far it is.
func lastProgress(out string) string {
	last := ""
	for line := range strings.Lines(out) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "fuzz: elapsed: ") {
			last = strings.TrimPrefix(line, "fuzz: elapsed: ")
		}
	}
	return last
}

// tail is the end of an output, where the finding is told.
func tail(out string) string {
	const most = 8 << 10
	if len(out) > most {
		out = out[len(out)-most:]
	}
	return out
}
