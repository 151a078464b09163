package vault_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"docket/domain"
)

// How long tests wait for what another process does.
const (
	waitLimit = 10 * time.Second
	waitStep  = 5 * time.Millisecond
)

func phone(value string) domain.Identifier { return domain.Identifier{Kind: "phone", Value: value} }

func TestCustomersAreFoundHoweverANumberIsWritten(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	v := open(t, db, o)
	id := domain.Identifier{Kind: "id_number", Value: "11010519491231002x"}
	for range 2 {
		require.NoError(t, v.Remember(t.Context(), "customer-1", 1, []domain.Identifier{phone("+86 139-1234-5678"), id, phone(" ")}))
	}
	require.NoError(t, v.Remember(t.Context(), "customer-2", 1, []domain.Identifier{phone("13912345678")}))
	found := func(id domain.Identifier) []string {
		subjects, err := open(t, db, o).Find(t.Context(), id)
		require.NoError(t, err)
		return subjects
	}
	require.ElementsMatch(t, []string{"customer-1", "customer-2"}, found(phone("１３９１２３４５６７８")))
	require.Equal(t, []string{"customer-1"}, found(domain.Identifier{Kind: "id_number", Value: "１１０１０５ 19491231 002X"}))
	require.Empty(t, found(domain.Identifier{Kind: "bank_card", Value: "13912345678"}), "kinds are kept apart")
	require.Empty(t, found(phone("")))

	require.NoError(t, v.RotateDigestKey(t.Context()))
	require.Len(t, found(phone("13912345678")), 2, "under an older version of the key")
	require.NoError(t, v.Remember(t.Context(), "customer-3", 1, []domain.Identifier{phone("13912345678")}))
	require.Len(t, found(phone("13912345678")), 3)

	require.NoError(t, v.Forget(t.Context(), "customer-1", 1, []domain.Identifier{id}))
	require.Len(t, found(phone("13912345678")), 2)
	require.NoError(t, v.Remember(t.Context(), "customer-2", 7, []domain.Identifier{phone("13912345678")}))
	require.NoError(t, v.Forget(t.Context(), "customer-2", 6, nil))
	require.Len(t, found(phone("13912345678")), 2, "what was noted later stays")
	require.Equal(t, []string{"customer-1"}, found(id), "what is kept, whatever version it was noted under")

	var stored string
	require.NoError(t, db.QueryRow(t.Context(), "SELECT string_agg(l::text, ' ') FROM vault.lookups l").Scan(&stored))
	require.NotContains(t, stored, "139")
}

func TestDestructionTakesTheLookupsAlong(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	v := open(t, db, o)
	require.NoError(t, v.Remember(t.Context(), "customer-1", 1, []domain.Identifier{phone("13912345678")}))
	require.NoError(t, v.Destroy(t.Context(), "customer-1"))
	found, err := v.Find(t.Context(), phone("13912345678"))
	require.NoError(t, err)
	require.Empty(t, found)
	require.ErrorIs(t, v.Remember(t.Context(), "customer-1", 1, []domain.Identifier{phone("13912345678")}), domain.ErrDestroyed)
}

// However remembering and destroying meet, nothing of the destroyed is left to be found.
func TestDestructionAndRememberingAtOnce(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	one, other := open(t, db, o), open(t, db, o)
	for n := range 40 {
		subject := fmt.Sprintf("customer-%d", n)
		_, err := one.Seal(t.Context(), subject, []byte("x"), nil)
		require.NoError(t, err)
		var g errgroup.Group
		g.Go(func() error { return one.Destroy(t.Context(), subject) })
		g.Go(func() error {
			_ = other.Remember(t.Context(), subject, 1, []domain.Identifier{phone("13912345678")}) // may come too late
			return nil
		})
		require.NoError(t, g.Wait())
	}
	found, err := one.Find(t.Context(), phone("13912345678"))
	require.NoError(t, err)
	require.Empty(t, found)
}
