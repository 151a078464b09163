package projections

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// build is one filling of a model's tables, in a schema of its own.
type build struct {
	model   *Model
	version uint64
}

func (b build) schema() string { return b.model.Name + "_v" + strconv.FormatUint(b.version, 10) }

// digest of the SQL tells a changed file even when the version was not raised. The models of a runner have it at hand, since
// every query asks for it.
func (m *Model) digest() string {
	if m.sum != "" {
		return m.sum
	}
	sums := ""
	if m.Sums != nil {
		sums = m.Sums.SQL(0, 0)
	}
	sum := sha256.Sum256([]byte(m.SQL + "\x00" + m.Indexes + sums))
	return hex.EncodeToString(sum[:8])
}

// lockKey names an advisory lock on a model for a purpose.
func lockKey(purpose, model string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte("docket projection\x00" + purpose + "\x00" + model))
	return int64(h.Sum64())
}

var (
	// errNoBuild: there are no live tables made by this program's version of the model.
	errNoBuild = errors.New("has to be built")
	// errSuperseded: a later program has taken the model over.
	errSuperseded = errors.New("a later version of the program keeps this read model")
	// errFenced: another runner is active, or the live build has changed; start again from what is stored.
	errFenced = errors.New("another runner has moved on")
)

// querier is a connection, a pool or a transaction.
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// whichLive asks for the build of a model that is in use, and how far it has read.
const whichLive = `
	SELECT l.version, l.definition, l.digest, c.pos, to_regnamespace(l.model || '_v' || l.version) IS NOT NULL
	FROM projections.live l JOIN projections.checkpoint c USING (model, version) WHERE l.model = $1`

// liveBuild finds the build in use and how far it has read. Errors: errNoBuild, errSuperseded.
func liveBuild(ctx context.Context, q querier, m *Model) (build, uint64, error) {
	return m.live(q.QueryRow(ctx, whichLive, m.Name))
}

// live reads the answer to whichLive.
func (m *Model) live(row pgx.Row) (build, uint64, error) {
	var version, definition, pos int64
	var digest string
	var whole bool
	switch err := row.Scan(&version, &definition, &digest, &pos, &whole); {
	case errors.Is(err, pgx.ErrNoRows):
		return build{}, 0, errNoBuild
	case err != nil:
		return build{}, 0, fmt.Errorf("find the live tables of %s: %w", m.Name, err)
	case definition > int64(m.Version):
		return build{}, 0, errSuperseded
	case !whole || definition < int64(m.Version) || digest != m.digest():
		return build{}, 0, errNoBuild
	}
	return build{m, uint64(version)}, uint64(pos), nil
}

// sqlState is the code of a PostgreSQL error, empty for any other.
func sqlState(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// lostTables reports whether the tables a statement needs are gone: rebuilt, dropped, or replaced meanwhile.
func lostTables(err error) bool {
	switch sqlState(err) {
	case "42P01", "3F000", "42703": // undefined table, schema, column
		return true
	}
	return false
}
