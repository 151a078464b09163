package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"docket/internal/bench/process"
	"docket/internal/pgtest"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// TestARebuildThatIsKilledIsSeenAndGoneOnWith: docket rebuild beside a serving process, killed with SIGKILL while it makes
// indexes. The service tells how far it is and that it stopped; the next one goes on, and all read models are right.
func TestARebuildThatIsKilledIsSeenAndGoneOnWith(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	program, err := builtProgram()
	require.NoError(t, err)
	store, err := process.ServeEventStore(t.Context(), process.Options{Program: program, Data: filepath.Join(dir, "store"), Stderr: t.Output()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Stop()) })
	url := pgtest.URL(t)
	settings := []string{
		"DOCKET_EVENTSTORE=" + store.EventStore, "DOCKET_POSTGRES=" + url, "DOCKET_MASTER_KEY=" + filepath.Join(dir, "master.key"),
		"DOCKET_ATTACHMENTS=" + filepath.Join(dir, "files"),
	}
	serving := filepath.Join(dir, "serving")
	running, err := process.Serve(t.Context(), process.Options{Program: program, Data: serving, Demo: true, Settings: settings, Stderr: t.Output()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, running.Stop()) })
	command := func(data string, arguments ...string) *exec.Cmd {
		c := exec.CommandContext(t.Context(), program, append(arguments, "--data", filepath.Join(dir, data), "--log-level", "error")...)
		c.Env = append(os.Environ(), settings...)
		c.Stderr = t.Output()
		return c
	}
	said := func(data string, arguments ...string) string {
		out, err := command(data, arguments...).Output()
		require.NoError(t, err, string(out))
		return string(out)
	}

	gate, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	_, err = gate.Exec(t.Context(), `SELECT pg_advisory_lock(73);
		CREATE FUNCTION gate() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(73); END $$;
		CREATE EVENT TRIGGER gate ON ddl_command_start WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION gate()`)
	require.NoError(t, err)
	rebuild := command("tool", "rebuild", "--all", "--keep", "1ns", "--keep-from", "1")
	lines, err := rebuild.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, rebuild.Start())
	text := bufio.NewScanner(lines)
	for text.Scan() && !strings.Contains(text.Text(), "indexes: queue") && text.Text() != "indexes" {
		t.Log(text.Text())
	}
	require.Contains(t, text.Text(), "indexes")
	o := &office{T: t, service: &service{url: running.URL}}
	phases := func() string {
		return said("serving", "status")
	}
	require.Contains(t, phases(), "rebuild: indexes")
	require.Regexp(t, `docket_projection_rebuild_phase\{model="queue",phase="indexes"\} 1`, string((&desk{office: o}).get("/metrics").body))
	require.NoError(t, rebuild.Process.Kill())
	require.Error(t, rebuild.Wait())
	require.NoError(t, gate.Close(context.Background()))
	require.Eventually(t, func() bool { return strings.Contains(phases(), "rebuild: stopped") }, 10*time.Second, 50*time.Millisecond)

	require.Contains(t, said("tool", "rebuild", "--all"), "goes on from position")
	require.NotContains(t, phases(), "rebuild")
	equal := said("tool", "verify", "--projections")
	require.Equal(t, len(models()), strings.Count(equal, " equal at position "), equal)
}
