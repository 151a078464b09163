package vault_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/internal/pglocal"
	"docket/internal/vault"
	"docket/migrations"
)

// The test server commits without waiting for its disk, so what a key's own
// transaction says about itself is what counts.
func TestKeyIsCommittedSynchronouslyWhateverTheDefault(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	var usual string
	require.NoError(t, db.QueryRow(t.Context(), "SHOW synchronous_commit").Scan(&usual))
	require.Equal(t, "off", usual, "this test proves nothing otherwise")
	_, err := db.Exec(t.Context(), `CREATE TABLE witness (how text);
		CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			INSERT INTO witness VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
		CREATE TRIGGER watch AFTER INSERT OR UPDATE ON vault.keys EXECUTE FUNCTION watch();
		CREATE TRIGGER watch AFTER INSERT OR UPDATE ON vault.service_keys EXECUTE FUNCTION watch()`)
	require.NoError(t, err)
	v := open(t, db, o)
	_, err = v.Seal(t.Context(), "ticket-1", []byte("x"), nil)
	require.NoError(t, err)
	_, err = v.Digest(t.Context(), "request", []byte("x"))
	require.NoError(t, err)
	require.NoError(t, v.Destroy(t.Context(), "ticket-1"))
	require.NoError(t, v.Provide(t.Context(), "ticket-2"))
	var how string
	require.NoError(t, db.QueryRow(t.Context(), "SELECT string_agg(how, ' ') FROM witness").Scan(&how))
	require.Equal(t, "on on on on on", how, "insert, insert, both of an upsert, and insert")
}

// Every box that Seal returned must open after the database server was killed
// in the midst of making keys.
func TestSealedBoxesSurviveTheServersDeath(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o711))
	o := vault.Options{MasterKeyFile: filepath.Join(dir, "master.json")}
	server, db := private(t, filepath.Join(dir, "postgres"))
	v := open(t, db, o)

	var mu sync.Mutex
	sealed := map[string]domain.Box{}
	enough := make(chan struct{})
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				subject := fmt.Sprintf("ticket-%d-%d", w, i)
				box, err := v.Seal(context.Background(), subject, []byte(subject), nil)
				if err != nil {
					return // killed
				}
				mu.Lock()
				sealed[subject] = box
				if len(sealed) == 500 {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	<-enough
	require.NoError(t, syscall.Kill(postmaster(t, server), syscall.SIGKILL))
	wg.Wait()
	db.Close()
	require.NoError(t, server.Close())

	_, db = private(t, filepath.Join(dir, "postgres"))
	v = open(t, db, o)
	for subject, box := range sealed {
		plain, err := v.Open(t.Context(), box, nil)
		require.NoError(t, err, subject)
		require.Equal(t, subject, string(plain))
	}
	t.Logf("%d boxes", len(sealed))
}

func private(t *testing.T, dir string) (*pglocal.Server, *pgxpool.Pool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	server, err := pglocal.Start(ctx, pglocal.Options{Dir: dir})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	require.NoError(t, migrations.Up(ctx, server.URL()))
	db, err := pgxpool.New(ctx, server.URL())
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return server, db
}

func postmaster(t *testing.T, s *pglocal.Server) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.Data(), "postmaster.pid"))
	require.NoError(t, err)
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	require.NoError(t, err)
	return pid
}
