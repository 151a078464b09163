package keeper_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"docket/domain"
	"docket/internal/merkle"
	"docket/internal/merkle/keeper"
	"docket/internal/pgtest"
)

// TestHeadsCoverTheLog: a head can be asked for, covers what it was asked for, and proves it; a stranger finds nothing wrong.
func TestHeadsCoverTheLog(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.keep(keeper.Options{})
	first := h.record("a", 300)
	early, err := h.book.Covering(t.Context(), first)
	require.NoError(t, err)
	require.GreaterOrEqual(t, early.Size, int64(300), "a head that was signed before all were hashed is a leaf, too")
	again, err := h.book.Covering(t.Context(), first)
	require.NoError(t, err)
	require.Equal(t, early, again, "the first head that covers it, for ever")
	second := h.record("b", 3)
	late, err := h.book.Covering(t.Context(), second)
	require.NoError(t, err)
	require.GreaterOrEqual(t, late.Size, int64(304), "the head before is a leaf, too, and so is one that was signed between the three")

	events, err := h.store.StoredEvents(t.Context(), domain.Stream("series", "b"))
	require.NoError(t, err)
	proofs, err := h.book.Prove(t.Context(), late, events[2].Position, first)
	require.NoError(t, err)
	_, err = proofs[0].Check(events[2].Leaf(nil), h.signer.Verifier)
	require.NoError(t, err)
	require.EqualValues(t, 299, proofs[1].Index)
	_, err = h.book.Prove(t.Context(), early, events[2].Position)
	require.ErrorIs(t, err, keeper.ErrNoLeaf)
	_, err = h.book.Prove(t.Context(), late, events[2].Position+1)
	require.ErrorIs(t, err, keeper.ErrNoLeaf)

	way, err := h.book.Consistency(t.Context(), early.Size, late.Size)
	require.NoError(t, err)
	from, err := merkle.Open(early.Checkpoint, h.signer.Verifier)
	require.NoError(t, err)
	to, err := merkle.Open(late.Checkpoint, h.signer.Verifier)
	require.NoError(t, err)
	require.NoError(t, tlog.CheckTree(way, to.Size, to.Root, from.Size, from.Root))
	width := int(late.Size - 256)
	tile, err := h.book.Tile(t.Context(), 0, 1, width)
	require.NoError(t, err)
	require.Len(t, tile, width*tlog.HashSize)
	_, err = h.book.Tile(t.Context(), 0, 1, width+1)
	require.ErrorIs(t, err, keeper.ErrNoTile, "not under a signed head")

	report := h.verify(true, map[string][]byte{"early": early.Checkpoint})
	require.True(t, report.Sound(), report.String())
	require.Equal(t, late.Size, report.Covered)
	require.GreaterOrEqual(t, report.Heads, 2)
}

// TestHeadsComeByCountAndByTime and not where nothing has happened.
func TestHeadsComeByCountAndByTime(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.keep(keeper.Options{Every: 50})
	h.record("a", 49)
	h.until(func() bool { return h.hashed() == 49 })
	require.Nil(t, h.lastHead())
	h.record("a", 1)
	h.until(func() bool { return h.hashed() == 51 })
	require.EqualValues(t, 0, h.lastHead().Revision)

	other := open(t)
	other.keep(keeper.Options{Interval: 30 * time.Millisecond})
	other.record("a", 5)
	other.until(func() bool { return other.hashed() == 6 })
	other.record("a", 5)
	other.until(func() bool { return other.hashed() == 12 })
	require.EqualValues(t, 1, other.lastHead().Revision, "two heads over two bursts, none over heads alone")
}

// dying is a log whose writer dies around the append of a head: before it, or after it and before anybody is told.
type dying struct {
	keeper.Log
	after bool
	died  chan struct{}
}

func (d *dying) AppendHead(ctx context.Context, expected domain.Revision, checkpoint []byte) error {
	var err error
	if d.after {
		err = d.Log.AppendHead(ctx, expected, checkpoint)
	}
	close(d.died)
	<-ctx.Done()
	return errors.Join(err, ctx.Err())
}

// TestDeathAroundAHeadLeavesNoFork: whoever goes on signs the same tree.
func TestDeathAroundAHeadLeavesNoFork(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		h := open(t)
		d := &dying{Log: h.store, after: after, died: make(chan struct{})}
		stop := h.keep(keeper.Options{Log: d, Every: 10})
		h.record("a", 10)
		<-d.died
		stop()
		stop = h.keep(keeper.Options{Every: 10})
		h.record("b", 25)
		h.until(func() bool { s, err := h.book.Latest(t.Context()); return err == nil && s.Size >= 35 })
		report := h.verify(true, nil)
		require.True(t, report.Sound(), report.String())
		stop()
	}
}

// TestTwoWritersMakeNoFork: instances that share a database take turns; and even two that know nothing of each other but the
// log append heads of one tree only, each larger than the one before.
func TestTwoWritersMakeNoFork(t *testing.T) {
	t.Parallel()
	h := open(t)
	lonely := &keeper.Book{Pool: pgtest.Migrated(t), Key: h.signer.Key, Verifier: h.signer.Verifier}
	first := h.keep(keeper.Options{Every: 7})
	h.keep(keeper.Options{Every: 7})
	h.keep(keeper.Options{Every: 5, Book: lonely})
	for range 12 {
		last := h.record("a", 8) // enough for either of them
		h.until(func() bool { return readTo(t, h.book) >= last && readTo(t, lonely) >= last })
	}
	first()
	last := h.record("b", 60)
	_, err := h.book.Covering(t.Context(), last)
	require.NoError(t, err)
	_, err = lonely.Covering(t.Context(), last)
	require.NoError(t, err)
	report := h.verify(true, nil)
	require.True(t, report.Sound(), report.String())
	require.Greater(t, report.Heads, 3)
}

// TestTheTreeIsMadeAgainFromTheLog: without its hashes it is hashed anew, and the heads of before hold.
func TestTheTreeIsMadeAgainFromTheLog(t *testing.T) {
	t.Parallel()
	h := open(t)
	stop := h.keep(keeper.Options{Every: 40})
	last := h.record("a", 700)
	before, err := h.book.Covering(t.Context(), last)
	require.NoError(t, err)
	stop()
	_, err = h.pool.Exec(t.Context(), "TRUNCATE merkle.tile, merkle.head; UPDATE merkle.progress SET size = 0, position = 0, unsigned = 0")
	require.NoError(t, err)
	h.keep(keeper.Options{Every: 40})
	last = h.record("b", 1)
	after, err := h.book.Covering(t.Context(), last)
	require.NoError(t, err)
	require.Greater(t, after.Size, before.Size)
	report := h.verify(true, map[string][]byte{"before": before.Checkpoint})
	require.True(t, report.Sound(), report.String())
}

// readTo is how far a keeper has noted the log.
func readTo(t testing.TB, b *keeper.Book) uint64 {
	t.Helper()
	var position int64
	require.NoError(t, b.Pool.QueryRow(t.Context(), "SELECT position FROM merkle.progress").Scan(&position))
	return uint64(position)
}

// hashed is how many leaves have been noted.
func (h *house) hashed() (size int64) {
	h.Helper()
	require.NoError(h, h.pool.QueryRow(h.Context(), "SELECT size FROM merkle.progress").Scan(&size))
	return size
}

func (h *house) lastHead() *merkle.Event {
	h.Helper()
	e, err := h.store.LastHead(h.Context())
	require.NoError(h, err)
	return e
}

func (h *house) until(met func() bool) {
	h.Helper()
	require.Eventually(h, met, 10*time.Second, 5*time.Millisecond)
}
