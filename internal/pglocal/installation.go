package pglocal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// MinVersion is the oldest PostgreSQL major version a new cluster is made
// with; docket's SQL assumes nothing newer.
const MinVersion = 15

// ErrNoServer means that no server binaries fit. The error's text carries the
// command that installs them on Debian.
var ErrNoServer = errors.New("no fitting PostgreSQL server is installed")

// installation is a folder that holds both postgres and initdb.
type installation struct {
	dir   string
	major int
}

func (i installation) command(name string) string { return filepath.Join(i.dir, name) }

// folders are where distributions put server binaries, besides PATH, which
// Debian keeps them out of.
var folders = []string{
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/opt/homebrew/opt/postgresql@*/bin",
	"/usr/local/opt/postgresql@*/bin",
}

// findInstallation picks the newest server, or the one of exactly the wanted
// major version, since a cluster opens only with the version that made it.
func findInstallation(want int) (installation, error) {
	var dirs []string
	dirs = append(dirs, filepath.SplitList(os.Getenv("PATH"))...)
	for _, pattern := range folders {
		found, err := filepath.Glob(pattern)
		if err != nil {
			return installation{}, err
		}
		dirs = append(dirs, found...)
	}
	return newest(dirs, want)
}

func newest(dirs []string, want int) (installation, error) {
	var fit []installation
	seen := map[string]bool{}
	for _, dir := range dirs {
		i, ok := inspect(dir)
		if !ok || seen[i.dir] {
			continue
		}
		seen[i.dir] = true
		if want == i.major || want == 0 && i.major >= MinVersion {
			fit = append(fit, i)
		}
	}
	if len(fit) > 0 {
		return slices.MaxFunc(fit, func(a, b installation) int { return cmp.Compare(a.major, b.major) }), nil
	}
	if want != 0 {
		return installation{}, fmt.Errorf("%w: the cluster was made by version %d and opens only with it; on Debian run: apt-get install -y postgresql-%d",
			ErrNoServer, want, want)
	}
	return installation{}, fmt.Errorf("%w: found no version %d or newer in PATH or %s; on Debian run: apt-get install -y postgresql",
		ErrNoServer, MinVersion, folders[0])
}

// versionLine is what `postgres --version` prints, e.g.
// "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)" or "… 19devel".
var versionLine = regexp.MustCompile(`^postgres \(PostgreSQL\) (\d+)`)

func inspect(dir string) (installation, bool) {
	// A link in PATH often names postgres alone; its real folder has the rest.
	server, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
	if err != nil {
		return installation{}, false
	}
	i := installation{dir: filepath.Dir(server)}
	if _, err := os.Stat(i.command("initdb")); err != nil {
		return installation{}, false
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, server, "--version").Output()
	if err != nil {
		return installation{}, false
	}
	m := versionLine.FindSubmatch(out)
	if m == nil {
		return installation{}, false
	}
	i.major, err = strconv.Atoi(string(m[1]))
	return i, err == nil
}
