package pgtest_test

import (
	"bufio"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/internal/pgtest"
)

// TestUser is not a test but another test binary's use of the server: it
// takes a database, tells where, and lives until told otherwise.
func TestUser(t *testing.T) {
	if os.Getenv("PGTEST_TEST_USER") == "" {
		t.Skip("runs only as another test's child")
	}
	fmt.Println("database", pgtest.MigratedURL(t))
	_, _ = io.ReadAll(os.Stdin)
}

type user struct {
	cmd   *exec.Cmd
	stdin io.Closer
	line  chan string
}

func join(t *testing.T, meeting string) *user {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestUser$")
	cmd.Env = append(os.Environ(), "PGTEST_TEST_USER=1", "DOCKET_PGTEST_MEETING="+meeting, "DOCKET_PGTEST_IDLE=50ms", pgtest.ServerVariable+"=")
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	u := &user{cmd: cmd, stdin: stdin, line: make(chan string, 1)}
	go func() {
		line, _ := bufio.NewReader(stdout).ReadString('\n')
		u.line <- line
	}()
	return u
}

func (u *user) database(t *testing.T) *url.URL {
	t.Helper()
	select {
	case line := <-u.line:
		address, ok := strings.CutPrefix(strings.TrimSpace(line), "database ")
		require.True(t, ok, line)
		at, err := url.Parse(address)
		require.NoError(t, err)
		return at
	case <-time.After(time.Minute):
		t.Fatal("no database")
		return nil
	}
}

// Many test binaries begin at once, share one server, and end in different
// ways; the server is gone after the last and comes back for the next.
func TestServerIsSharedAndEndsAfterItsLastUser(t *testing.T) {
	t.Parallel()
	meeting := filepath.Join(t.TempDir(), "meeting")
	noted := filepath.Join(meeting, "server")
	for range 2 {
		var users []*user
		for range 4 {
			users = append(users, join(t, meeting))
		}
		sockets, names := map[string]bool{}, map[string]bool{}
		for _, u := range users {
			at := u.database(t)
			sockets[at.Query().Get("host")], names[at.Path] = true, true
		}
		require.Len(t, sockets, 1, "one server for all")
		require.Len(t, names, 4, "a database for each")
		require.FileExists(t, noted)

		for i, u := range users {
			if i%2 == 0 {
				require.NoError(t, u.cmd.Process.Kill())
				require.Error(t, u.cmd.Wait())
			} else {
				require.NoError(t, u.stdin.Close())
				require.NoError(t, u.cmd.Wait())
			}
		}
		for folder := range sockets {
			require.Eventually(t, func() bool {
				_, noNote := os.Stat(noted)
				_, noSocket := os.Stat(folder)
				return os.IsNotExist(noNote) && os.IsNotExist(noSocket)
			}, 30*time.Second, 10*time.Millisecond, "the server outlived its users")
		}
	}
}
