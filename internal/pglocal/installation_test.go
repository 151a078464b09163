package pglocal_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/internal/pglocal"
)

// installed makes a folder that answers --version like a server's.
func installed(t *testing.T, version string, programs ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range programs {
		script := fmt.Sprintf("#!/bin/sh\necho 'postgres (PostgreSQL) %s'\n", version)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755))
	}
	return dir
}

func TestNewestInstallation(t *testing.T) {
	t.Parallel()
	old := installed(t, "13.4", "postgres", "initdb")
	mid := installed(t, "15.18 (Debian 15.18-0+deb12u1)", "postgres", "initdb")
	dev := installed(t, "19devel", "postgres", "initdb")
	client := installed(t, "20.1", "postgres") // no initdb: not a server
	linked := t.TempDir()
	require.NoError(t, os.Symlink(filepath.Join(mid, "postgres"), filepath.Join(linked, "postgres")))

	for _, c := range []struct {
		name  string
		dirs  []string
		want  int
		dir   string
		error string
	}{
		{"newest of all", []string{old, mid, dev, client}, 0, dev, ""},
		{"a link leads to its folder", []string{linked}, 0, mid, ""},
		{"the cluster's own version, old or not", []string{old, mid, dev}, 13, old, ""},
		{"none at all", []string{"/nonexistent", client}, 0, "", "apt-get install -y postgresql"},
		{"too old for a new cluster", []string{old}, 0, "", "no version 15 or newer"},
		{"not the cluster's version", []string{mid, dev}, 16, "", "apt-get install -y postgresql-16"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir, _, err := pglocal.Newest(c.dirs, c.want)
			if c.error != "" {
				require.ErrorIs(t, err, pglocal.ErrNoServer)
				require.ErrorContains(t, err, c.error)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.dir, dir)
		})
	}
}
