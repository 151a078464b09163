package pglocal_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"docket/internal/pglocal"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv("PGLOCAL_TEST_VICTIM"); dir != "" {
		victim(dir)
		return
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		removeSample()
		os.Exit(code)
	}))
}

func start(t *testing.T, o pglocal.Options) *pglocal.Server {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	s, err := pglocal.Start(ctx, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func exec(t *testing.T, s *pglocal.Server, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL())
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(t.Context())) }()
	_, err = conn.Exec(t.Context(), sql)
	require.NoError(t, err)
}

func query[T any](t *testing.T, s *pglocal.Server, sql string) T {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL())
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(t.Context())) }()
	var v T
	require.NoError(t, conn.QueryRow(t.Context(), sql).Scan(&v))
	return v
}

func TestDataOutlivesTheServerAndItsSettingsKeepCommits(t *testing.T) {
	dir := folder(t)
	s := start(t, pglocal.Options{Dir: dir, Settings: map[string]string{"work_mem": "24MB"}})
	exec(t, s, "CREATE TABLE kept AS SELECT 'früh 工單'::text AS v")
	sockets := s.Sockets()
	for setting, want := range map[string]string{
		"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "server_encoding": "UTF8",
		"lc_collate": "C.UTF-8", "listen_addresses": "", "TimeZone": "UTC", "work_mem": "24MB",
	} {
		require.Equal(t, want, query[string](t, s, "SELECT current_setting('"+setting+"')"), setting)
	}
	require.NoError(t, s.Close())
	require.NoError(t, s.Close(), "closing twice is allowed")
	require.NoFileExists(t, filepath.Join(s.Data(), "postmaster.pid"))
	require.NoDirExists(t, sockets)

	began := time.Now()
	s = start(t, pglocal.Options{Dir: dir})
	t.Logf("second start: %v", time.Since(began))
	require.Equal(t, "früh 工單", query[string](t, s, "SELECT v FROM kept"))
}

func TestOneFolderHasOneServerBehindAClosedDoor(t *testing.T) {
	dir := cluster(t)
	s := start(t, pglocal.Options{Dir: dir})
	info, err := os.Stat(s.Sockets())
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o700), info.Mode().Perm())

	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err = pglocal.Start(ctx, pglocal.Options{Dir: dir})
	require.ErrorIs(t, err, pglocal.ErrInUse)
}

func TestDurabilityIsNotOpenToChange(t *testing.T) {
	for _, name := range []string{"fsync", "FSYNC", "full_page_writes", "listen_addresses"} {
		_, err := pglocal.Start(t.Context(), pglocal.Options{Dir: t.TempDir(), Settings: map[string]string{name: "off"}})
		require.ErrorContains(t, err, "not open to change", name)
	}
}

func TestBadSettingSaysWhatTheServerSaid(t *testing.T) {
	_, err := pglocal.Start(t.Context(), pglocal.Options{Dir: cluster(t), Settings: map[string]string{"work_mem": "much"}})
	require.ErrorContains(t, err, `invalid value for parameter "work_mem"`)
}

func TestDoneTellsOfADeadServer(t *testing.T) {
	s := start(t, pglocal.Options{Dir: cluster(t)})
	select {
	case <-s.Done():
		t.Fatal("done while running")
	default:
	}
	require.NoError(t, syscall.Kill(s.PID(), syscall.SIGQUIT))
	select {
	case <-s.Done():
	case <-time.After(30 * time.Second):
		t.Fatal("not told")
	}
}

func TestForeignFilesAreLeftAlone(t *testing.T) {
	dir := folder(t)
	precious := filepath.Join(dir, "pgdata", "precious")
	require.NoError(t, os.MkdirAll(filepath.Dir(precious), 0o755))
	require.NoError(t, os.WriteFile(precious, []byte("x"), 0o600))
	_, err := pglocal.Start(t.Context(), pglocal.Options{Dir: dir})
	require.ErrorContains(t, err, "no PostgreSQL cluster")
	require.FileExists(t, precious)
}

func TestUnfinishedClusterIsStartedOver(t *testing.T) {
	dir := folder(t)
	half := filepath.Join(dir, "initdb-123")
	require.NoError(t, os.MkdirAll(filepath.Join(half, "base"), 0o755))
	start(t, pglocal.Options{Dir: dir, Throwaway: true})
	require.NoDirExists(t, half)
}

// Root's temporary folders are closed to other accounts, as /root is.
func TestUnreachableFolderMovesTheClusterAside(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root hands the server to another account")
	}
	away := folder(t)
	pglocal.SetFallback(t, away)
	dir := filepath.Join(t.TempDir(), "data")
	require.NoError(t, os.Mkdir(dir, 0o700))
	s := start(t, pglocal.Options{Dir: dir, Throwaway: true})
	require.Contains(t, s.Data(), away)
	note, err := os.ReadFile(filepath.Join(dir, "WHERE"))
	require.NoError(t, err)
	require.Contains(t, s.Data(), strings.SplitN(string(note), "\n", 2)[0])
	exec(t, s, "CREATE TABLE kept ()")
	require.NoError(t, s.Close())

	// Opened up later, it still finds what it had.
	require.NoError(t, os.Chmod(dir, 0o711))
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o711))
	require.NoError(t, os.Chmod(filepath.Dir(filepath.Dir(dir)), 0o711))
	s = start(t, pglocal.Options{Dir: dir, Throwaway: true})
	exec(t, s, "SELECT FROM kept")
	require.NoError(t, s.Close())

	require.NoError(t, pglocal.Remove(t.Context(), dir))
	left, err := os.ReadDir(away)
	require.NoError(t, err)
	require.Empty(t, left, "what lay away is removed too")
}

// Whoever deletes a data folder wants to start anew, wherever parts of it lay.
func TestRemadeFolderDoesNotFindTheOldCluster(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root hands the server to another account")
	}
	away := folder(t)
	pglocal.SetFallback(t, away)
	dir := filepath.Join(t.TempDir(), "data")
	s := start(t, pglocal.Options{Dir: dir, Throwaway: true})
	old := s.Data()
	require.NoError(t, s.Close())
	require.NoError(t, os.RemoveAll(dir))
	s = start(t, pglocal.Options{Dir: dir, Throwaway: true})
	require.NotEqual(t, old, s.Data())
	require.DirExists(t, old, "nothing is deleted unasked")
}
