package projections_test

import (
	"strings"
	"testing"

	"docket/internal/pgtest"

	"github.com/stretchr/testify/require"
)

// Rows travel by the names of columns: the order of a table's columns need not be that of the fields, and a column that is no
// field is left to be NULL.
func TestRowsFindTheirColumnsByName(t *testing.T) {
	t.Parallel()
	pool, j := pgtest.Migrated(t), newJournal()
	m := model("tally", 1)
	m.SQL = strings.Replace(m.SQL, "key text PRIMARY KEY, count bigint NOT NULL", "spare inet, count bigint NOT NULL, key text PRIMARY KEY", 1)
	r := newRunner(t, pool, j, m)
	run(t, r)
	reached(t, r, "tally", j.append(some(40)...))
	reached(t, r, "tally", j.append(some(40)...))
	require.Equal(t, expected(t, j), dumpOf(t, r, "tally"))
}
