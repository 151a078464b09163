package keeper_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/internal/merkle"
	"docket/internal/merkle/keeper"
)

// files opens the stopped engine's own storage, as somebody who owns the machine can.
func (h *house) files(change func(*pebble.DB)) {
	h.Helper()
	h.stop()
	db, err := pebble.Open(h.dir, &pebble.Options{FormatMajorVersion: pebble.FormatNewest, Logger: quiet{}})
	require.NoError(h, err)
	change(db)
	require.NoError(h, db.Close())
	h.start()
}

type quiet struct{}

func (quiet) Infof(string, ...any)              {}
func (quiet) Errorf(string, ...any)             {}
func (quiet) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// eventKey is where the engine keeps the event of a position.
func eventKey(position uint64) []byte { return binary.BigEndian.AppendUint64([]byte{'e'}, position) }

// rewrite replaces text in one stored event.
func rewrite(t testing.TB, db *pebble.DB, position uint64, from, to string) {
	t.Helper()
	value, closer, err := db.Get(eventKey(position))
	require.NoError(t, err)
	changed := bytes.Replace(value, []byte(from), []byte(to), 1)
	require.NotEqual(t, value, changed)
	require.NoError(t, db.Set(eventKey(position), changed, pebble.Sync))
	require.NoError(t, closer.Close())
}

// TestAdministratorsAreNotExempt (mission row K2): whoever rewrites the engine's files is found, and with the hashes that were
// noted the very event is named.
func TestAdministratorsAreNotExempt(t *testing.T) {
	t.Parallel()
	h := open(t)
	stop := h.keep(keeper.Options{Every: 10})
	for range 4 {
		h.record("a", 10)
	}
	last := h.record("b", 10)
	outside, err := h.book.Covering(t.Context(), last)
	require.NoError(t, err)
	stop()
	a, err := h.store.StoredEvents(t.Context(), domain.Stream("series", "a"))
	require.NoError(t, err)
	h.stop()
	whole := h.copied()
	mine := map[string][]byte{"mine": outside.Checkpoint}

	for _, c := range []struct {
		name     string
		change   func(*pebble.DB)
		kind     merkle.Kind
		position uint64
		named    string
	}{
		{"one byte", func(db *pebble.DB) { rewrite(t, db, a[25].Position, "a-00025", "a-00026") }, merkle.Changed, a[25].Position, a[25].ID},
		{"two swapped", func(db *pebble.DB) {
			rewrite(t, db, a[12].Position, "a-00012", "a-00013")
			rewrite(t, db, a[13].Position, "a-00013", "a-00012")
		}, merkle.Changed, a[12].Position, a[12].ID},
		{"one removed", func(db *pebble.DB) { require.NoError(t, db.Delete(eventKey(a[31].Position), pebble.Sync)) }, merkle.Removed, a[31].Position, "event 32 of series-a"},
	} {
		h.restore(whole)
		h.files(c.change)
		report := h.verify(true, nil)
		require.False(t, report.Sound(), c.name)
		require.Equal(t, c.kind, report.Findings[0].Kind, "%s: %s", c.name, report)
		require.Equal(t, c.position, report.Findings[0].Position, "%s: %s", c.name, report)
		require.Contains(t, report.Findings[0].String(), c.named)
		alone := h.verify(false, nil)
		require.Contains(t, kinds(alone), merkle.Contradicted, "%s, by the heads in the log alone: %s", c.name, alone)
		require.Contains(t, kinds(h.verify(false, mine)), merkle.Contradicted, c.name)
		h.stop()
	}
}

func kinds(r merkle.Report) (k []merkle.Kind) {
	for _, f := range r.Findings {
		k = append(k, f.Kind)
	}
	return k
}

// TestAnOldCopyIsFound: an old copy in the place of the log contradicts the hashes that were noted, so that no head is signed
// over it; where those are set back with it, what somebody outside kept finds that it was cut, and that it went on otherwise.
func TestAnOldCopyIsFound(t *testing.T) {
	t.Parallel()
	h := open(t)
	stop := h.keep(keeper.Options{Every: 10})
	_, err := h.book.Covering(t.Context(), h.record("a", 40))
	require.NoError(t, err)
	stop()
	h.stop()
	old, sizes := h.copied(), h.hashed()
	h.start()
	stop = h.keep(keeper.Options{Every: 10})
	outside, err := h.book.Covering(t.Context(), h.record("b", 30))
	require.NoError(t, err)
	stop()
	mine := map[string][]byte{"mine": outside.Checkpoint}
	heads := h.lastHead().Revision

	h.stop()
	h.restore(old)
	h.start()
	require.True(t, h.verify(false, nil).Sound(), "the copy is sound in itself")
	require.Contains(t, kinds(h.verify(true, nil)), merkle.Removed)
	require.Contains(t, kinds(h.verify(false, mine)), merkle.Truncated)

	for _, grown := range []bool{false, true} {
		if grown { // beyond where the true log ended
			delete(h.next, "b")
			h.record("c", 90)
		}
		k := keeper.New(keeper.Options{Book: h.book, Log: h.store, Signer: h.signer, Every: 1})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- k.Run(ctx) }()
		h.until(func() bool { return k.Err() != nil })
		require.ErrorIs(t, k.Err(), keeper.ErrContradicted)
		cancel()
		<-done
		require.Less(t, h.lastHead().Revision, heads, "no head is signed over it")
	}

	_, err = h.pool.Exec(t.Context(), "DELETE FROM merkle.head; DELETE FROM merkle.tile; UPDATE merkle.progress SET size = 0, position = 0, unsigned = 0")
	require.NoError(t, err)
	stop = h.keep(keeper.Options{Every: 10})
	_, err = h.book.Covering(t.Context(), h.record("c", 1))
	require.NoError(t, err)
	stop()
	require.Greater(t, h.hashed(), sizes)
	require.True(t, h.verify(true, nil).Sound(), "a fork whose hashes were set back tells nothing by itself")
	require.Contains(t, kinds(h.verify(true, mine)), merkle.Contradicted, "what was kept outside does")
}
