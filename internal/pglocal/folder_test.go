package pglocal_test

import (
	"context"
	"os"
	osexec "os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/internal/pglocal"
)

// folder is a place for a server that its account can enter; in memory where
// there is plenty, since what is killed here are processes, not machines.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := reachable()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	return filepath.Join(dir, "postgres")
}

// cluster is a folder with a cluster already in it: copying one takes a tenth
// of the time of making one.
func cluster(t *testing.T) string {
	t.Helper()
	from, err := sample()
	require.NoError(t, err)
	dir := folder(t)
	out, err := osexec.CommandContext(t.Context(), "cp", "-a", from, dir).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return dir
}

var sampleRoot string

var sample = sync.OnceValues(func() (string, error) {
	root, err := reachable()
	if err != nil {
		return "", err
	}
	sampleRoot = root
	dir := filepath.Join(root, "postgres")
	s, err := pglocal.Start(context.Background(), pglocal.Options{Dir: dir})
	if err != nil {
		return "", err
	}
	return dir, s.Close()
})

func removeSample() {
	if sampleRoot != "" {
		_ = os.RemoveAll(sampleRoot)
	}
}

func reachable() (string, error) {
	const plenty = 1 << 30
	base := os.TempDir()
	var fs syscall.Statfs_t
	if syscall.Statfs("/dev/shm", &fs) == nil && fs.Bavail*uint64(fs.Bsize) >= plenty {
		base = "/dev/shm"
	}
	dir, err := os.MkdirTemp(base, "docket-pglocal-")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o711)
}
