package vault_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"docket/domain"
	"docket/internal/vault"
)

// What a child process is told: TestMain runs rotateAndStop in it instead of tests.
const (
	childDatabase = "VAULT_TEST_DATABASE"
	childMaster   = "VAULT_TEST_MASTER"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(childDatabase); url != "" {
		rotateAndStop(url, os.Getenv(childMaster))
	}
	goleak.VerifyTestMain(m)
}

// rotateAndStop changes the master key and, when the first batch is stored, says so and waits to be killed.
func rotateAndStop(url, master string) {
	db, err := pgxpool.New(context.Background(), url)
	if err != nil {
		panic(err)
	}
	v, err := vault.New(context.Background(), db, vault.Options{MasterKeyFile: master})
	if err != nil {
		panic(err)
	}
	_, err = v.Rotate(context.Background(), func(n int) {
		fmt.Println("rewrapped", n)
		_, _ = io.Copy(io.Discard, os.Stdin) // for ever: the parent kills
	})
	panic(fmt.Sprint("went on: ", err))
}

func masters(t *testing.T, db *pgxpool.Pool) map[string]int {
	t.Helper()
	rows, err := db.Query(t.Context(), `SELECT master, count(*) FROM
		(SELECT master FROM vault.keys WHERE wrapped IS NOT NULL UNION ALL SELECT master FROM vault.service_keys) AS used GROUP BY master`)
	require.NoError(t, err)
	defer rows.Close()
	used := map[string]int{}
	for rows.Next() {
		var name string
		var n int
		require.NoError(t, rows.Scan(&name, &n))
		used[name] = n
	}
	require.NoError(t, rows.Err())
	return used
}

// A process is killed in the midst of changing the master key: everything still opens, for old and new processes; the
// old master key is needed until the change has been gone on with to its end.
func TestMasterKeyChangeSurvivesAKill(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	v := open(t, db, o)
	const subjects = 1200
	boxes := make([]domain.Box, subjects)
	var g errgroup.Group
	g.SetLimit(64)
	for s := range subjects {
		g.Go(func() (err error) {
			boxes[s], err = v.Seal(t.Context(), fmt.Sprintf("ticket-%d", s), []byte("text"), nil)
			return err
		})
	}
	require.NoError(t, g.Wait())
	asked, err := v.Digest(t.Context(), "request", []byte("x"))
	require.NoError(t, err)
	require.NoError(t, v.Destroy(t.Context(), "ticket-7"))
	before, err := os.ReadFile(o.MasterKeyFile)
	require.NoError(t, err)

	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childDatabase+"="+db.Config().ConnString(), childMaster+"="+o.MasterKeyFile)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	in, err := child.StdinPipe()
	require.NoError(t, err)
	defer func() { _ = in.Close() }()
	require.NoError(t, child.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "rewrapped 500\n", line)
	_, err = v.Rotate(t.Context(), nil)
	require.ErrorIs(t, err, vault.ErrRotating)
	require.NoError(t, child.Process.Kill())
	require.Error(t, child.Wait())

	used := masters(t, db)
	require.Len(t, used, 2, "half under the old key, half under the new: %v", used)
	everythingOpens := func(v *vault.Vault) {
		t.Helper()
		for s, box := range boxes {
			plain, err := v.Open(t.Context(), box, nil)
			if s == 7 {
				require.ErrorIs(t, err, domain.ErrDestroyed)
				continue
			}
			require.NoError(t, err)
			require.Equal(t, "text", string(plain))
		}
		same, err := v.SameDigest(t.Context(), "request", []byte("x"), asked)
		require.NoError(t, err)
		require.True(t, same)
	}
	everythingOpens(open(t, db, o))

	old := vault.Options{MasterKeyFile: filepath.Join(t.TempDir(), "old.json")}
	require.NoError(t, os.WriteFile(old.MasterKeyFile, before, 0o600))
	_, err = vault.New(t.Context(), db, old)
	require.ErrorIs(t, err, vault.ErrMasterWrong, "the copy without the new key is of no use any more")

	retired, err := v.Retire(t.Context())
	require.NoError(t, err)
	require.Empty(t, retired, "the old key is still needed")
	r := gonOnWith(t, db, v)
	require.True(t, r.Resumed)
	require.Equal(t, subjects-1-500+1, r.Rewrapped, "the rest, less the destroyed one, and the digest key")
	require.Equal(t, map[string]int{r.Master: subjects - 1 + 1}, masters(t, db))
	everythingOpens(open(t, db, o))

	retired, err = v.Retire(t.Context())
	require.NoError(t, err)
	require.Len(t, retired, 1)
	everythingOpens(open(t, db, o))
	text, err := os.ReadFile(o.MasterKeyFile)
	require.NoError(t, err)
	require.Less(t, len(text), 2*len(before)-100, "the old key is out of the file")
	_, err = db.Exec(t.Context(), "INSERT INTO vault.keys (id, subject, wrapped, master) VALUES (gen_random_uuid(), 'ticket-late', 'x', $1)", retired[0])
	require.ErrorContains(t, err, "foreign key", "nothing can be wrapped under it any more")
}

func gonOnWith(t *testing.T, db *pgxpool.Pool, v *vault.Vault) vault.Rotation {
	t.Helper()
	require.Eventually(t, func() bool { // until the database has noticed the child's death
		var held bool
		err := db.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory'
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`).Scan(&held)
		return err == nil && !held
	}, waitLimit, waitStep)
	r, err := v.Rotate(t.Context(), nil)
	require.NoError(t, err)
	return r
}

// A process that runs on through a change wraps under the new key from the next key on, and reads what others wrapped.
func TestRunningProcessesFollowTheMasterKey(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	running, tool := open(t, db, o), open(t, db, o)
	first, err := running.Seal(t.Context(), "ticket-1", []byte("1"), nil)
	require.NoError(t, err)
	r, err := tool.Rotate(t.Context(), nil)
	require.NoError(t, err)
	require.False(t, r.Resumed)
	second, err := running.Seal(t.Context(), "ticket-2", []byte("2"), nil)
	require.NoError(t, err)
	require.Equal(t, map[string]int{r.Master: 2}, masters(t, db))
	third, err := tool.Seal(t.Context(), "ticket-3", []byte("3"), nil)
	require.NoError(t, err)
	for i, box := range []domain.Box{first, second, third} {
		plain, err := running.Open(t.Context(), box, nil)
		require.NoError(t, err)
		require.Equal(t, fmt.Sprint(i+1), string(plain))
	}
	again, err := tool.Rotate(t.Context(), nil)
	require.NoError(t, err)
	require.NotEqual(t, r.Master, again.Master)
	require.Equal(t, 3, again.Rewrapped)
}
