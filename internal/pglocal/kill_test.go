package pglocal_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"docket/internal/pglocal"
)

// victim is a process that starts a server, commits, says so and waits to be
// killed.
func victim(dir string) {
	s, err := pglocal.Start(context.Background(), pglocal.Options{Dir: dir})
	if err == nil {
		var conn *pgx.Conn
		if conn, err = pgx.Connect(context.Background(), s.URL()); err == nil {
			_, err = conn.Exec(context.Background(), "CREATE TABLE committed AS SELECT 42 AS v")
		}
	}
	if err != nil {
		fmt.Println("error", err)
		return
	}
	fmt.Println("sockets", s.Sockets())
	select {}
}

func TestKilledDocketLosesNothingAndBlocksNothing(t *testing.T) {
	dir := cluster(t)
	cmd := osexec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "PGLOCAL_TEST_VICTIM="+dir)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	sockets, ok := strings.CutPrefix(strings.TrimSpace(line), "sockets ")
	require.True(t, ok, line)
	require.DirExists(t, sockets)
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())

	s := start(t, pglocal.Options{Dir: dir})
	require.Equal(t, 42, query[int](t, s, "SELECT v FROM committed"))
	require.NoDirExists(t, sockets)

	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, pglocal.Remove(ctx, dir), pglocal.ErrInUse)
	require.NoError(t, s.Close())
	require.NoError(t, pglocal.Remove(t.Context(), dir))
	require.NoDirExists(t, dir)
}

// orphan leaves a server running on the folder that nobody owns.
func orphan(t *testing.T, dir string) (pid int) {
	t.Helper()
	s := start(t, pglocal.Options{Dir: dir})
	exec(t, s, "CREATE TABLE kept ()")
	data := s.Data()
	require.NoError(t, s.Close())
	sockets, err := os.MkdirTemp("/tmp", "docket-pg-")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(sockets)) })

	owner, err := os.Stat(data)
	require.NoError(t, err)
	uid, gid := owner.Sys().(*syscall.Stat_t).Uid, owner.Sys().(*syscall.Stat_t).Gid
	require.NoError(t, os.Chown(sockets, int(uid), int(gid)))
	cmd := osexec.Command("postgres", "-D", data, "-k", sockets, "-c", "listen_addresses=")
	cmd.Dir = "/"
	if bins, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres"); err == nil && len(bins) > 0 {
		cmd.Path, cmd.Err = bins[len(bins)-1], nil
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if os.Geteuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uid, Gid: gid}
	}
	require.NoError(t, cmd.Start())
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			_ = cmd.Process.Kill()
			t.Error("the orphan was not stopped")
		}
	})
	require.Eventually(t, func() bool {
		text, _ := os.ReadFile(filepath.Join(data, "postmaster.pid"))
		return strings.Contains(string(text), "ready")
	}, 30*time.Second, 10*time.Millisecond)
	return cmd.Process.Pid
}

func TestOrphanIsStopped(t *testing.T) {
	dir := cluster(t)
	pid := orphan(t, dir)
	s := start(t, pglocal.Options{Dir: dir})
	require.NotEqual(t, pid, s.PID())
	exec(t, s, "SELECT FROM kept")
}

// A pid file that outlived a reboot may name any process, here ourselves.
func TestReusedProcessNumberIsNotTouched(t *testing.T) {
	dir := cluster(t)
	s := start(t, pglocal.Options{Dir: dir})
	data := s.Data()
	require.NoError(t, s.Close())
	bystander := osexec.Command("sleep", "600")
	owner, err := os.Stat(data)
	require.NoError(t, err)
	if os.Geteuid() == 0 {
		// Of the server's own account: PostgreSQL by itself would refuse to start.
		bystander.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{
			Uid: owner.Sys().(*syscall.Stat_t).Uid, Gid: owner.Sys().(*syscall.Stat_t).Gid,
		}}
	}
	require.NoError(t, bystander.Start())
	defer func() { _ = bystander.Process.Kill(); _ = bystander.Wait() }()
	stale := strconv.Itoa(bystander.Process.Pid) + "\n" + data + "\n0\n5432\n/tmp\n"
	require.NoError(t, os.WriteFile(filepath.Join(data, "postmaster.pid"), []byte(stale), 0o600))

	start(t, pglocal.Options{Dir: dir})
	require.NoError(t, bystander.Process.Signal(syscall.Signal(0)), "the bystander lives")
}
