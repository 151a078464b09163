package vault_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"docket/domain"
	"docket/internal/pgtest"
	"docket/internal/vault"
)

func open(t testing.TB, db *pgxpool.Pool, o vault.Options) *vault.Vault {
	t.Helper()
	v, err := vault.New(context.Background(), db, o)
	require.NoError(t, err)
	return v
}

// fixture is a database and the options of every process that shares it.
func fixture(t testing.TB) (*pgxpool.Pool, vault.Options) {
	t.Helper()
	return pgtest.Migrated(t), vault.Options{MasterKeyFile: filepath.Join(t.TempDir(), "keys", "master.json")}
}

func TestSealedOpensWithItsKeyAndItsContextOnly(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	v, restarted := open(t, db, o), open(t, db, o)
	rapid.Check(t, func(r *rapid.T) {
		subject := rapid.StringMatching(`(ticket|customer)-[a-z0-9]{1,12}`).Draw(r, "subject")
		plain := rapid.SliceOf(rapid.Byte()).Draw(r, "plain")
		aad := rapid.SliceOf(rapid.Byte()).Draw(r, "aad")
		box, err := v.Seal(t.Context(), subject, plain, aad)
		require.NoError(r, err)
		got, err := restarted.Open(t.Context(), box, aad)
		require.NoError(r, err)
		require.Equal(r, string(plain), string(got))

		_, err = restarted.Open(t.Context(), box, append(aad, 'x'))
		require.Error(r, err, "another context")
		broken := domain.Box{Key: box.Key, Cipher: append([]byte{}, box.Cipher...)}
		broken.Cipher[rapid.IntRange(0, len(broken.Cipher)-1).Draw(r, "bit")] ^= 1
		_, err = restarted.Open(t.Context(), broken, aad)
		require.Error(r, err, "a changed byte")
		require.NotErrorIs(r, err, domain.ErrDestroyed)
	})
}

func TestKeysDoNotOpenEachOthersBoxes(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	v := open(t, db, o)
	a, err := v.Seal(t.Context(), "ticket-a", []byte("secret"), nil)
	require.NoError(t, err)
	b, err := v.Seal(t.Context(), "ticket-b", []byte("secret"), nil)
	require.NoError(t, err)
	require.NotEqual(t, a.Key, b.Key)
	_, err = v.Open(t.Context(), domain.Box{Key: a.Key, Cipher: b.Cipher}, nil)
	require.Error(t, err)
}

func TestBoxOfUnknownKeyIsNotCalledDestroyed(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	v := open(t, db, o)
	for _, key := range []string{"0190b5a0-0000-7000-8000-000000000000", "ticket-1", ""} {
		_, err := v.Open(t.Context(), domain.Box{Key: key, Cipher: make([]byte, 40)}, nil)
		require.Error(t, err)
		require.NotErrorIs(t, err, domain.ErrDestroyed)
		require.NotErrorIs(t, err, vault.ErrUnavailable)
	}
}

func TestImpossibleSubjectsAreRefused(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	v := open(t, db, o)
	for _, subject := range []string{"", "a\x00b", "\xff", string(make([]byte, 501))} {
		_, err := v.Seal(t.Context(), subject, nil, nil)
		require.ErrorContains(t, err, "cannot be a key's subject")
		require.Error(t, v.Destroy(t.Context(), subject))
	}
}

func TestDestroyedStaysDestroyedEverywhere(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	var forgot, toldThere atomic.Int64
	noting := o
	o.Dropped, noting.Dropped = func() { forgot.Add(1) }, func() { toldThere.Add(1) }
	here, there := open(t, db, o), open(t, db, noting)
	watching := make(chan struct{})
	ctx, stop := context.WithCancel(t.Context())
	go func() { there.Watch(ctx); close(watching) }()
	defer func() { stop(); <-watching }()
	require.Eventually(t, func() bool {
		var listening bool
		err := db.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN vault_destroyed')").Scan(&listening)
		return err == nil && listening
	}, 10*time.Second, 5*time.Millisecond)

	box, err := here.Seal(t.Context(), "ticket-1", []byte("secret"), nil)
	require.NoError(t, err)
	other, err := here.Seal(t.Context(), "ticket-2", []byte("kept"), nil)
	require.NoError(t, err)
	_, err = there.Open(t.Context(), box, nil)
	require.NoError(t, err, "now in the other's memory")
	toldBefore := toldThere.Load()

	for range 2 {
		require.NoError(t, here.Destroy(t.Context(), "ticket-1"))
		_, err = here.Open(t.Context(), box, nil)
		require.ErrorIs(t, err, domain.ErrDestroyed)
	}
	require.Eventually(t, func() bool {
		_, err := there.Open(t.Context(), box, nil)
		return err != nil
	}, 10*time.Second, time.Millisecond, "the other process goes on opening")
	_, err = there.Open(t.Context(), box, nil)
	require.ErrorIs(t, err, domain.ErrDestroyed)
	require.Equal(t, int64(2), forgot.Load(), "whoever holds opened texts is told here")
	require.Eventually(t, func() bool { return toldThere.Load() > toldBefore }, 10*time.Second, time.Millisecond, "and there")
	_, err = open(t, db, o).Open(t.Context(), box, nil)
	require.ErrorIs(t, err, domain.ErrDestroyed, "after a restart too")

	_, err = there.Seal(t.Context(), "ticket-1", []byte("more"), nil)
	require.ErrorIs(t, err, domain.ErrDestroyed, "no second key")
	require.NoError(t, here.Destroy(t.Context(), "ticket-3"))
	_, err = here.Seal(t.Context(), "ticket-3", []byte("first"), nil)
	require.ErrorIs(t, err, domain.ErrDestroyed, "barred before its first")

	plain, err := there.Open(t.Context(), other, nil)
	require.NoError(t, err)
	require.Equal(t, "kept", string(plain))
}

func TestFirstUseByManyMakesOneKey(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	processes := []*vault.Vault{open(t, db, o), open(t, db, o), open(t, db, o)}
	const subjects, callers = 40, 12
	boxes := make([][subjects]domain.Box, callers)
	var g errgroup.Group
	for c := range callers {
		g.Go(func() error {
			for s := range subjects {
				// Some upwards and some downwards, to meet in different orders.
				if c%2 == 1 {
					s = subjects - 1 - s
				}
				v, subject := processes[c%len(processes)], fmt.Sprintf("ticket-%d", s)
				if c%4 > 1 { // some ahead
					if err := v.Provide(t.Context(), subject); err != nil {
						return err
					}
				}
				box, err := v.Seal(t.Context(), subject, []byte("x"), nil)
				if err != nil {
					return err
				}
				boxes[c][s] = box
			}
			return nil
		})
	}
	require.NoError(t, g.Wait())
	for s := range subjects {
		for c := range callers {
			require.Equal(t, boxes[0][s].Key, boxes[c][s].Key)
		}
	}
}

func TestProvidedKeysAreThoseThatSeal(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	here, there := open(t, db, o), open(t, db, o)
	require.NoError(t, there.Destroy(t.Context(), "ticket-4"))
	sealed, err := there.Seal(t.Context(), "ticket-1", []byte("x"), nil)
	require.NoError(t, err)
	require.NoError(t, here.Provide(t.Context(), "ticket-1"), "it has one already")
	require.NoError(t, here.Provide(t.Context(), "ticket-2"))
	require.NoError(t, here.Provide(t.Context(), "ticket-2", "ticket-3"))
	require.NoError(t, here.Provide(t.Context(), "ticket-4"), "sealing tells")
	require.Error(t, here.Provide(t.Context(), ""))

	var keys int
	require.NoError(t, db.QueryRow(t.Context(), "SELECT count(*) FROM vault.keys").Scan(&keys))
	require.Equal(t, 4, keys)
	box, err := here.Seal(t.Context(), "ticket-1", []byte("y"), nil)
	require.NoError(t, err)
	require.Equal(t, sealed.Key, box.Key)
	box, err = here.Seal(t.Context(), "ticket-2", []byte("y"), nil)
	require.NoError(t, err)
	plain, err := there.Open(t.Context(), box, nil)
	require.NoError(t, err, "durable for others")
	require.Equal(t, "y", string(plain))
	_, err = here.Seal(t.Context(), "ticket-4", []byte("y"), nil)
	require.ErrorIs(t, err, domain.ErrDestroyed)
}

func TestWaitingCreationsShareCommits(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	v := open(t, db, o)
	const subjects = 3000
	began := time.Now()
	var g errgroup.Group
	g.SetLimit(64)
	for s := range subjects {
		g.Go(func() error {
			if s%2 == 0 {
				return v.Provide(t.Context(), fmt.Sprintf("ticket-%d", s))
			}
			_, err := v.Seal(t.Context(), fmt.Sprintf("ticket-%d", s), []byte("x"), nil)
			return err
		})
	}
	require.NoError(t, g.Wait())
	took := time.Since(began)
	var keys, commits int
	// now() is the transaction's.
	err := db.QueryRow(t.Context(), "SELECT count(*), count(DISTINCT created_at) FROM vault.keys").Scan(&keys, &commits)
	require.NoError(t, err)
	require.Equal(t, subjects, keys)
	require.Less(t, commits, subjects/4)
	t.Logf("%d keys in %v, %.0f/s, %d transactions", keys, took, subjects/took.Seconds(), commits)
}

func TestCallerMayGiveUpWithoutHarmToOthers(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	v := open(t, db, o)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := v.Seal(gone, "ticket-1", []byte("x"), nil)
	require.ErrorIs(t, err, context.Canceled)
	_, err = v.Seal(t.Context(), "ticket-1", []byte("x"), nil)
	require.NoError(t, err)
}

func TestFetchedKeysNeedNoFurtherQuery(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	v := open(t, db, o)
	boxes := []*domain.Box{{Key: "no key"}, {Key: uuid.NewString()}}
	for s := range 30 {
		box, err := v.Seal(t.Context(), fmt.Sprintf("ticket-%d", s), []byte("x"), nil)
		require.NoError(t, err)
		boxes = append(boxes, &box, &box)
	}
	require.NoError(t, v.Destroy(t.Context(), "ticket-0"))
	other := open(t, db, o)
	require.NoError(t, other.Fetch(t.Context(), boxes))
	_, err := other.Open(t.Context(), *boxes[1], nil)
	require.ErrorIs(t, err, vault.ErrUnknown)
	late := open(t, db, o)

	_, err = db.Exec(t.Context(), "ALTER TABLE vault.keys RENAME TO out_of_reach")
	require.NoError(t, err)
	for _, box := range boxes[4:] {
		_, err = other.Open(t.Context(), *box, nil)
		require.NoError(t, err, "from memory")
	}
	_, err = other.Open(t.Context(), *boxes[2], nil)
	require.ErrorIs(t, err, domain.ErrDestroyed)
	require.NoError(t, other.Fetch(t.Context(), boxes[2:]), "all are in memory")
	require.Error(t, late.Fetch(t.Context(), boxes))
}

func TestLostDatabaseIsUnavailable(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	v := open(t, db, o)
	db.Close()
	_, err := v.Seal(t.Context(), "ticket-1", []byte("x"), nil)
	require.ErrorIs(t, err, vault.ErrUnavailable)
	require.ErrorIs(t, v.Destroy(t.Context(), "ticket-1"), vault.ErrUnavailable)
}

func BenchmarkSealAndOpen(b *testing.B) {
	db, o := fixture(b)
	v := open(b, db, o)
	plain, aad := make([]byte, 300), []byte("TicketRegistered")
	b.ReportAllocs()
	for b.Loop() {
		box, err := v.Seal(b.Context(), "ticket-1", plain, aad)
		require.NoError(b, err)
		_, err = v.Open(b.Context(), box, aad)
		require.NoError(b, err)
	}
}
