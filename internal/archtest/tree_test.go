package archtest_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "docket"

// pkg is a package as `go list` tells it, without its tests.
type pkg struct {
	ImportPath string
	Dir        string
	Standard   bool
	GoFiles    []string
	Imports    []string // what its files import
	Deps       []string // those and all they lead to
}

// path is the import path inside the module, "" for the root.
func (p pkg) path() string { return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/") }

var load = sync.OnceValues(func() (map[string]pkg, error) {
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("go", "list", "-e", "-deps", "-json=ImportPath,Dir,Standard,GoFiles,Imports,Deps", "./...")
	cmd.Dir = strings.TrimSpace(string(root))
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	all := map[string]pkg{}
	for d := json.NewDecoder(out); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		all[p.ImportPath] = p
	}
	return all, cmd.Wait()
})

// tree is every package the module's programs are made of.
func tree(t *testing.T) map[string]pkg {
	t.Helper()
	all, err := load()
	require.NoError(t, err)
	return all
}

// own is the module's packages.
func own(t *testing.T) []pkg {
	t.Helper()
	var ps []pkg
	for _, p := range tree(t) {
		if p.ImportPath == module || strings.HasPrefix(p.ImportPath, module+"/") {
			ps = append(ps, p)
		}
	}
	require.NotEmpty(t, ps)
	return ps
}

// under tells whether path is folder or below it.
func under(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

func underAny(path string, folders []string) bool {
	for _, f := range folders {
		if under(path, f) {
			return true
		}
	}
	return false
}
