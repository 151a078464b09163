package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// tested is a package with fuzz tests.
type tested struct {
	Dir, ImportPath           string
	Module                    struct{ Path string }
	TestGoFiles, XTestGoFiles []string

	targets []string
}

var fuzzFunc = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(\w+ \*testing\.F\)`)

// find lists the packages that have fuzz tests, with the tests' names.
func find(ctx context.Context, dir string, patterns []string) ([]tested, error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"list", "-json=Dir,ImportPath,Module,TestGoFiles,XTestGoFiles"}, patterns...)...)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var found []tested
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p tested
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return found, nil
		case err != nil:
			return nil, fmt.Errorf("go list: %w", err)
		}
		for _, name := range slices.Concat(p.TestGoFiles, p.XTestGoFiles) {
			source, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err != nil {
				return nil, err
			}
			for _, m := range fuzzFunc.FindAllSubmatch(source, -1) {
				p.targets = append(p.targets, string(m[1]))
			}
		}
		if len(p.targets) > 0 {
			found = append(found, p)
		}
	}
}

// guiding are the packages besides the module's own whose branches are worth finding: what is fuzzed passes through them first.
var guiding = []string{"encoding/json", "net/mail", "github.com/emersion/go-message/...", "golang.org/x/net/html/..."}

// build makes the test program of a package. Like go test -fuzz it is instrumented, so that new inputs are told from old ones by the
// branches that they take, but not all of it: compiled that way, every package of Go and of others takes minutes, and runs slower.
func (p tested) build(ctx context.Context, program string) error {
	arguments := []string{"test", "-c", "-ldflags=-s -w", "-o", program}
	for _, pattern := range append([]string{p.Module.Path + "/..."}, guiding...) {
		arguments = append(arguments, "-gcflags="+pattern+"=-d=libfuzzer")
	}
	cmd := exec.CommandContext(ctx, "go", append(arguments, p.ImportPath)...)
	cmd.Dir = p.Dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", p.ImportPath, err, out)
	}
	return nil
}

// cacheFolder is where the go command keeps what fuzzing has found worth trying again.
func cacheFolder(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOCACHE").Output()
	if err != nil {
		return "", fmt.Errorf("go env: %w", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "fuzz"), nil
}
