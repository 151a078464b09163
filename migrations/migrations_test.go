package migrations_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"docket/internal/pgtest"
	"docket/migrations"
)

// schema describes every table, column, constraint and index of ours, one a line.
func schema(t *testing.T, url string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(t.Context())) }()
	rows, err := conn.Query(t.Context(), `
		WITH ours AS (SELECT oid, nspname FROM pg_namespace
			WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public'))
		SELECT 'schema ' || nspname FROM ours
		UNION ALL
		SELECT concat_ws(' ', nspname, relname, attname, format_type(atttypid, atttypmod), attnotnull)
			FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid JOIN ours ON relnamespace = ours.oid
			WHERE relkind = 'r' AND attnum > 0
		UNION ALL
		SELECT concat_ws(' ', nspname, conrelid::regclass, pg_get_constraintdef(c.oid))
			FROM pg_constraint c JOIN ours ON connamespace = ours.oid
		UNION ALL
		SELECT indexdef FROM pg_indexes JOIN ours ON schemaname = nspname
		ORDER BY 1`)
	require.NoError(t, err)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return strings.Join(lines, "\n")
}

func TestUpDownUp(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	require.NoError(t, migrations.Up(t.Context(), url))
	applied, known, err := migrations.Version(t.Context(), url)
	require.NoError(t, err)
	require.Equal(t, known, applied)
	up := schema(t, url)
	require.Contains(t, up, "schema vault")
	require.Contains(t, up, "schema auth")

	require.NoError(t, migrations.Down(t.Context(), url, 0))
	require.Empty(t, schema(t, url), "down leaves nothing of ours")
	require.NoError(t, migrations.Up(t.Context(), url))
	require.Equal(t, up, schema(t, url))
}

func TestSeveralProcessesMigrateAtOnce(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	var g errgroup.Group
	for range 4 {
		g.Go(func() error { return migrations.Up(t.Context(), url) })
	}
	require.NoError(t, g.Wait())
}

func TestSchemaRefusesWhatMustNotBe(t *testing.T) {
	t.Parallel()
	db := pgtest.Migrated(t)
	for name, sql := range map[string]string{
		"a plain password":                 "INSERT INTO auth.accounts (id, login, principal, password_hash) VALUES (gen_random_uuid(), 'a', 'a', 'secret')",
		"a staff account with own roles":   "INSERT INTO auth.accounts (id, login, principal, staff, roles) VALUES (gen_random_uuid(), 'a', 'a', 's-1', '{importer}')",
		"a token of nobody":                "INSERT INTO auth.tokens (digest, account) VALUES (sha256('x'), gen_random_uuid())",
		"a key neither there nor gone":     "INSERT INTO vault.keys (id, subject) VALUES (gen_random_uuid(), 'ticket-1')",
		"a destroyed key that still is":    "INSERT INTO vault.keys (id, subject, wrapped, destroyed_at) VALUES (gen_random_uuid(), 'ticket-1', 'x', now())",
		"a key under a master key unknown": "INSERT INTO vault.keys (id, subject, wrapped, master) VALUES (gen_random_uuid(), 'ticket-1', 'x', 'file:00000001')",
	} {
		_, err := db.Exec(t.Context(), sql)
		require.Error(t, err, name)
	}
}
