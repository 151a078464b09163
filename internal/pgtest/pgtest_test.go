package pgtest_test

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"docket/internal/pgtest"
)

func TestEveryTestHasItsOwnDatabase(t *testing.T) {
	t.Parallel()
	for range 3 {
		p := pgtest.Pool(t)
		_, err := p.Exec(t.Context(), "CREATE TABLE mine ()")
		require.NoError(t, err, "nobody else's table is here")
	}
}

func TestMigratedHasTheLastingSchemas(t *testing.T) {
	t.Parallel()
	for range 2 { // made and copied
		var n int
		err := pgtest.Migrated(t).QueryRow(t.Context(),
			"SELECT count(*) FROM pg_namespace WHERE nspname IN ('vault', 'auth')").Scan(&n)
		require.NoError(t, err)
		require.Equal(t, 2, n)
	}
}

func TestDatabaseGoesWithItsTest(t *testing.T) {
	t.Parallel()
	var name, other string
	t.Run("inner", func(t *testing.T) {
		other = pgtest.URL(t)
		u, err := url.Parse(other)
		require.NoError(t, err)
		name = u.Path[1:]
		// A connection the test forgot does not keep the database alive.
		_, err = pgx.Connect(t.Context(), other)
		require.NoError(t, err)
	})
	var there bool
	err := pgtest.Pool(t).QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&there)
	require.NoError(t, err)
	require.False(t, there)
	_, err = pgx.Connect(t.Context(), other)
	require.Error(t, err)
}

func BenchmarkDatabase(b *testing.B) {
	pgtest.URL(b) // the server
	for b.Loop() {
		began := time.Now()
		conn, err := pgx.Connect(context.Background(), pgtest.MigratedURL(b))
		require.NoError(b, err)
		require.NoError(b, conn.Close(context.Background()))
		b.ReportMetric(float64(time.Since(began).Milliseconds()), "last-ms")
	}
}
