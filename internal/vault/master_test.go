package vault_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"docket/internal/pgtest"
	"docket/internal/vault"
)

func TestMasterKeyIsMadeOnceAndPrivate(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	// Several processes start for the first time at once.
	var g errgroup.Group
	for range 5 {
		g.Go(func() error {
			_, err := vault.New(t.Context(), db, o)
			return err
		})
	}
	require.NoError(t, g.Wait())
	info, err := os.Stat(o.MasterKeyFile)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	left, err := os.ReadDir(filepath.Dir(o.MasterKeyFile))
	require.NoError(t, err)
	require.Len(t, left, 1, "no drafts")
}

func TestMissingMasterKeyIsNeverReplaced(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	open(t, db, o)
	require.NoError(t, os.Remove(o.MasterKeyFile))
	_, err := vault.New(t.Context(), db, o)
	require.ErrorIs(t, err, vault.ErrMasterMissing)
	require.NoFileExists(t, o.MasterKeyFile)
}

func TestMasterKeyOfAnotherVaultIsRefused(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	open(t, db, o)
	_, other := fixture(t)
	open(t, pgtest.Migrated(t), other)
	_, err := vault.New(t.Context(), db, other)
	require.ErrorIs(t, err, vault.ErrMasterWrong)
}

func TestMasterKeyFileMustBeSoundAndClosed(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	open(t, db, o)
	require.NoError(t, os.Chmod(o.MasterKeyFile, 0o640))
	_, err := vault.New(t.Context(), db, o)
	require.ErrorContains(t, err, "chmod 600")
	require.NoError(t, os.Chmod(o.MasterKeyFile, 0o600))
	require.NoError(t, os.WriteFile(o.MasterKeyFile, []byte("{}"), 0o600))
	_, err = vault.New(t.Context(), db, o)
	require.Error(t, err)
	_, err = vault.New(t.Context(), db, vault.Options{})
	require.ErrorContains(t, err, "no master key file given")
}

// Who can write the table but lacks the master key must not be able to give
// one subject the key of another.
func TestExchangedRowsAreNoticed(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	v := open(t, db, o)
	for _, subject := range []string{"ticket-1", "ticket-2"} {
		_, err := v.Seal(t.Context(), subject, []byte("x"), nil)
		require.NoError(t, err)
	}
	_, err := db.Exec(t.Context(), "UPDATE vault.keys SET wrapped = (SELECT wrapped FROM vault.keys WHERE subject = 'ticket-2') WHERE subject = 'ticket-1'")
	require.NoError(t, err)
	_, err = open(t, db, o).Seal(t.Context(), "ticket-1", []byte("x"), nil)
	require.ErrorContains(t, err, "damaged key")
	require.NotErrorIs(t, err, vault.ErrUnavailable)
}
