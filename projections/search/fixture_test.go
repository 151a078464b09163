package search_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
	"docket/internal/pgtest"
	"docket/internal/serviceitems"
	"docket/projections"
	"docket/projections/search"
)

var began = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

// envelope is the n-th event of a ticket.
func envelope(key string, n int, e ticket.Event) domain.Envelope {
	at := began.Add(time.Duration(n) * time.Minute)
	return domain.Envelope{
		Stream: domain.Stream("ticket", key), Revision: uint64(n), Position: uint64(n + 1), Type: ticket.Decider.Events.Name(e), Event: e, //nolint:gosec // small
		Meta: domain.Metadata{Effective: at, Decided: at},
	}
}

// tables makes the model's tables and fills them with what a log folds to.
func tables(t testing.TB, log []domain.Envelope) *pgxpool.Pool {
	t.Helper()
	pool := pgtest.Pool(t)
	_, err := pool.Exec(t.Context(), search.Model.SQL)
	require.NoError(t, err)
	rows := projections.Replay(search.Model, log)
	store(t, pool, "doc", search.Docs(rows))
	store(t, pool, "place", search.Places(rows))
	_, err = pool.Exec(t.Context(), "ANALYZE")
	require.NoError(t, err)
	return pool
}

// store puts rows into a table as they are.
func store[R any](t testing.TB, pool *pgxpool.Pool, table string, rows []R) {
	t.Helper()
	var columns []string
	typ := reflect.TypeFor[R]()
	for i := range typ.NumField() {
		name, _, _ := strings.Cut(typ.Field(i).Tag.Get("db"), ",")
		columns = append(columns, name)
	}
	_, err := pool.CopyFrom(t.Context(), pgx.Identifier{table}, columns, pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
		v := reflect.ValueOf(rows[i])
		values := make([]any, v.NumField())
		for n := range values {
			values[n] = v.Field(n).Interface()
			if strings.HasSuffix(typ.Field(n).Tag.Get("db"), ",json") {
				text, err := json.Marshal(values[n])
				if err != nil {
					return nil, err
				}
				values[n] = string(text)
			}
		}
		return values, nil
	}))
	require.NoError(t, err)
}

// direct reads in transactions of its own.
type direct struct{ pool *pgxpool.Pool }

func (d direct) Read(ctx context.Context, _ string, _ uint64, f func(context.Context, pgx.Tx, uint64) error) error {
	return pgx.BeginFunc(ctx, d.pool, func(tx pgx.Tx) error { return f(ctx, tx, 1) })
}

var everything = authz.Reaches{All: true}

func find(t testing.TB, pool *pgxpool.Pool, q string) search.Answer {
	t.Helper()
	a, err := search.Find(t.Context(), direct{pool}, 0, search.Asked{Reach: everything, Query: q, Limit: 50})
	require.NoError(t, err)
	return a
}

// serviceItems are real names of government service items, by row.
func serviceItems(t testing.TB) []string {
	t.Helper()
	items := serviceitems.All()
	require.Len(t, items, 1135)
	names := make([]string, len(items))
	for i, item := range items {
		names[i] = item.Name
	}
	return names
}

// titled registers a ticket under each title.
func titled(titles []string) []domain.Envelope {
	log := make([]domain.Envelope, len(titles))
	for i, title := range titles {
		log[i] = envelope(fmt.Sprintf("00000000-0000-4000-8000-%012d", i), i, ticket.Registered{
			Number: fmt.Sprintf("CS-INC-2026-%06d-X", i+1), Unit: "u1", Type: "INC", Title: title,
		})
		log[i].Revision = 0
	}
	return log
}
