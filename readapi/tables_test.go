package readapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/projections"
	"docket/projections/ticketpage"
)

func nothing(context.Context, pgx.Tx, uint64) error { return nil }

// tables lists every table of a model with its primary key.
var tables = map[string]map[string]string{
	"queue":      {"queue": "ticket", "track": "ticket", "edition": "template, version", "view": "id"},
	"ticketpage": {"numbered": "number, ticket"},
	"search":     {"doc": "ticket", "place": "ticket"},
	"audit":      {"audit": "position", "matter": "customer, stream"},
	"handover":   {"handover": "ticket, kind, handover", "standing": "ticket"},
}

// dump writes every row of a model as JSON, by table and key. Places in the log count from 1 and random ids are left out, so
// that two logs of the same story give the same text.
func (w *world) dump(r *projections.Runner, model string, positions []uint64) string {
	w.t.Helper()
	var b strings.Builder
	require.NoError(w.t, r.Read(w.t.Context(), model, 0, func(ctx context.Context, tx pgx.Tx, _ uint64) error {
		b.Reset()
		if _, err := tx.Exec(ctx, "SET LOCAL TimeZone TO 'UTC'"); err != nil {
			return err
		}
		names := make([]string, 0, 3)
		for name := range tables[model] {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			result, err := tx.Query(ctx, fmt.Sprintf("SELECT to_jsonb(t) FROM %s t ORDER BY %s", name, tables[model][name]))
			if err != nil {
				return err
			}
			rows, err := pgx.CollectRows(result, pgx.RowTo[map[string]any])
			if err != nil {
				return err
			}
			for _, row := range rows {
				plainPositions(row, positions)
				if name == "audit" {
					delete(row, "id")
				}
				text, err := json.Marshal(row)
				if err != nil {
					return err
				}
				fmt.Fprintf(&b, "%s %s\n", name, text)
			}
		}
		return nil
	}))
	return b.String()
}

func plainPositions(row map[string]any, positions []uint64) {
	for key, value := range row {
		switch v := value.(type) {
		case map[string]any:
			plainPositions(v, positions)
		case float64:
			if strings.EqualFold(key, "position") {
				row[key] = slices.Index(positions, uint64(v)) + 1
			}
		}
	}
}

// story appends everything, one command after the other, and gives the position of every event.
func (w *world) story(each func(position uint64)) []uint64 {
	w.t.Helper()
	var last uint64
	for _, s := range slices.Concat(organisation(), tickets()) {
		last = w.append(s)
		if each != nil {
			each(last)
		}
	}
	var positions []uint64
	for page, err := range w.store.Subscribe(w.t.Context(), 0) {
		require.NoError(w.t, err)
		for _, e := range page.Events {
			positions = append(positions, e.Position)
		}
		if page.To >= last {
			break
		}
	}
	return positions
}

// TestTables: events in, tables out; one by one, all again on top of what is there, and rebuilt give the same rows.
func TestTables(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, stop := w.run()
	w.settle(r, 0)
	positions := w.story(func(position uint64) { w.settle(r, position) })
	last := positions[len(positions)-1]
	live := map[string]string{}
	for model := range tables {
		live[model] = w.dump(r, model, positions)
		golden(t, model, live[model])
	}

	require.NoError(t, r.Rebuild(t.Context()))
	w.settle(r, last)
	for model := range tables {
		require.Equal(t, live[model], w.dump(r, model, positions), "%s rebuilt", model)
	}

	stop()
	for _, from := range []uint64{0, positions[34], positions[46], positions[len(positions)-2]} {
		_, err := w.pool.Exec(t.Context(), "UPDATE projections.checkpoint SET pos = $1", from)
		require.NoError(t, err)
		again, stop := w.run()
		w.settle(again, last)
		for model := range tables {
			require.Equal(t, live[model], w.dump(again, model, positions), "%s folded twice from %d on, in long pages", model, from)
		}
		stop()
	}
}

// golden compares with testdata/<name>.golden; UPDATE_GOLDEN=1 writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if os.Getenv("UPDATE_GOLDEN") == "1" {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// TestNumbersLeadToTickets: every number is found, whatever became of its ticket.
func TestNumbersLeadToTickets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, _ := w.run(ticketpage.Model)
	positions := w.story(nil)
	w.settle(r, positions[len(positions)-1], ticketpage.Model)
	for n, key := range []string{first, second, third, fourth} {
		found, position, err := ticketpage.Find(t.Context(), r, 0, numberOf(uint64(n+1)))
		require.NoError(t, err)
		require.Equal(t, key, found)
		require.GreaterOrEqual(t, position, positions[len(positions)-1])

		history, _, err := w.store.LoadMasked(t.Context(), domain.Stream("ticket", key))
		require.NoError(t, err)
		folded, ok := ticketpage.Replay(history)
		require.True(t, ok)
		require.Len(t, folded.Timeline, len(history))
		require.Equal(t, numberOf(uint64(n+1)), folded.Number)
	}
	_, _, err := ticketpage.Find(t.Context(), r, 0, "CS-INC-2026-999999")
	require.ErrorIs(t, err, ticketpage.ErrUnknown)
}
