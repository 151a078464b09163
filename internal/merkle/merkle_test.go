package merkle_test

import (
	"crypto/rand"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"docket/internal/merkle"
)

// key is a pair for signing.
type key struct {
	note.Signer
	note.Verifier
}

func newKey(t testing.TB, name string) key {
	t.Helper()
	secret, public, err := note.GenerateKey(rand.Reader, name)
	require.NoError(t, err)
	s, err := note.NewSigner(secret)
	require.NoError(t, err)
	v, err := note.NewVerifier(public)
	require.NoError(t, err)
	return key{s, v}
}

// history is a log in memory with a head after every fourth event, and the hashes that were noted.
type history struct {
	key
	log    []*merkle.Event
	stored []merkle.Kept
	tree   merkle.Frontier
	heads  uint64
}

func record(t testing.TB, n int) *history {
	h := &history{key: newKey(t, "docket-test")}
	for i := range n {
		h.append(fmt.Sprintf("ticket-%d", i%3), "TicketNoted", uint64(i/3), []byte(fmt.Sprintf(`{"n":%d}`, i)))
		if i%4 == 3 {
			h.append(merkle.Stream, merkle.HeadType, h.heads, h.head(t))
			h.heads++
		}
	}
	return h
}

func (h *history) append(stream, kind string, revision uint64, data []byte) {
	e := &merkle.Event{
		Stream: stream, Type: kind, Revision: revision, ID: fmt.Sprintf("id-%d", len(h.log)), Content: "application/json",
		Position: uint64(100 + 10*len(h.log)), Created: time.Unix(1700000000, 1234567*100), Data: data, Metadata: []byte("{}"),
	}
	h.log = append(h.log, e)
	h.stored = append(h.stored, merkle.Kept{Position: e.Position, Hash: e.Hash()})
	h.tree.Add(e.Hash())
}

func (h *history) head(t testing.TB) []byte {
	signed, err := merkle.Head{Origin: h.Signer.Name(), Size: h.tree.Size(), Root: h.tree.Root()}.Sign(h.Signer)
	require.NoError(t, err)
	return signed
}

// check holds a changed copy of the log against the heads that it has itself, and what else is given.
func (h *history) check(t testing.TB, log []*merkle.Event, stored bool, outside map[string][]byte) merkle.Report {
	t.Helper()
	c := merkle.Check{Verifiers: []note.Verifier{h.Verifier}, Outside: outside}
	for _, e := range log {
		if e.Stream == merkle.Stream {
			c.Heads = append(c.Heads, e)
		}
	}
	if stored {
		c.Stored = each(h.stored)
	}
	r, err := c.Run(each(log))
	require.NoError(t, err)
	return r
}

func each[T any](items []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, i := range items {
			if !yield(i, nil) {
				return
			}
		}
	}
}

func kinds(r merkle.Report) (k []merkle.Kind) {
	for _, f := range r.Findings {
		k = append(k, f.Kind)
	}
	return k
}

func TestSoundLog(t *testing.T) {
	t.Parallel()
	h := record(t, 30)
	r := h.check(t, h.log, true, map[string][]byte{"mine": h.head(t)})
	require.True(t, r.Sound(), r.String())
	require.EqualValues(t, len(h.log), r.Covered, "the checkpoint outside covers all")
	require.Equal(t, 7, r.Heads)
	require.EqualValues(t, 37, r.Stored)
}

// TestWhatWasDoneToALogIsFound: with stored hashes the very event is named, without them the stretch between two heads.
func TestWhatWasDoneToALogIsFound(t *testing.T) {
	t.Parallel()
	h := record(t, 30)
	mine := map[string][]byte{"mine": h.head(t)}
	changed := func(f func([]*merkle.Event) []*merkle.Event) []*merkle.Event {
		copied := make([]*merkle.Event, len(h.log))
		for i, e := range h.log {
			other := *e
			copied[i] = &other
		}
		return f(copied)
	}
	for _, c := range []struct {
		name     string
		log      []*merkle.Event
		kind     merkle.Kind // with stored hashes, first
		position uint64
	}{
		{"a byte of data", changed(func(l []*merkle.Event) []*merkle.Event { l[7].Data = []byte(`{"n":9}`); return l }), merkle.Changed, 170},
		{"metadata", changed(func(l []*merkle.Event) []*merkle.Event { l[7].Metadata = []byte("[]"); return l }), merkle.Changed, 170},
		{"time", changed(func(l []*merkle.Event) []*merkle.Event { l[7].Created = l[7].Created.Add(100); return l }), merkle.Changed, 170},
		{"type", changed(func(l []*merkle.Event) []*merkle.Event { l[7].Type = "TicketClosed"; return l }), merkle.Changed, 170},
		{"the first removed", h.log[1:], merkle.Removed, 100},
		{"two swapped", changed(func(l []*merkle.Event) []*merkle.Event {
			l[7].Data, l[8].Data = l[8].Data, l[7].Data
			return l
		}), merkle.Changed, 170},
		{"inserted", changed(func(l []*merkle.Event) []*merkle.Event {
			e := *l[7]
			e.Position, e.Stream, e.Revision = 175, "ticket-new", 0
			return append(append(l[:8:8], &e), l[8:]...)
		}), merkle.Inserted, 175},
		{"the last removed", h.log[:len(h.log)-2], merkle.Removed, 100 + 10*uint64(len(h.log)-2)},
	} {
		r := h.check(t, c.log, true, mine)
		require.False(t, r.Sound(), c.name)
		require.Equal(t, c.kind, r.Findings[0].Kind, "%s: %s", c.name, r)
		require.Equal(t, c.position, r.Findings[0].Position, "%s: %s", c.name, r)
		r = h.check(t, c.log, false, mine)
		require.False(t, r.Sound(), "%s, without stored hashes", c.name)
	}
	r := h.check(t, changed(func(l []*merkle.Event) []*merkle.Event { l[7].Data = nil; return l }), false, nil)
	require.Equal(t, []merkle.Kind{merkle.Contradicted}, kinds(r), r.String())
	require.Contains(t, r.String(), "after position 130 (4 events, the last head that holds) and up to position 180")
	require.EqualValues(t, 4, r.Covered)
}

// TestATruncationIsFoundFromOutsideAlone: a log that was cut together with its heads and hashes contradicts nothing but a
// checkpoint that somebody else kept.
func TestATruncationIsFoundFromOutsideAlone(t *testing.T) {
	t.Parallel()
	h := record(t, 30)
	mine := map[string][]byte{"mine": h.head(t)}
	cut := h.log[:20]
	require.True(t, h.check(t, cut, false, nil).Sound(), "nothing inside tells")
	r := h.check(t, cut, false, mine)
	require.Equal(t, []merkle.Kind{merkle.Truncated}, kinds(r), r.String())
	require.Contains(t, r.String(), "covers 37 events; the log has 20 and ends at position 290")
}

// TestAForkIsFoundFromOutside: an old copy that went on otherwise has heads of its own, signed by the same key.
func TestAForkIsFoundFromOutside(t *testing.T) {
	t.Parallel()
	h := record(t, 30)
	mine := map[string][]byte{"mine": h.head(t)}
	fork := &history{key: h.key}
	for _, e := range h.log[:20] {
		fork.append(e.Stream, e.Type, e.Revision, e.Data)
	}
	fork.heads = 4
	for i := range 20 {
		fork.append("ticket-other", "TicketNoted", uint64(i), []byte("{}"))
	}
	fork.append(merkle.Stream, merkle.HeadType, fork.heads, fork.head(t))
	require.True(t, fork.check(t, fork.log, true, nil).Sound(), "nothing inside tells")
	r := fork.check(t, fork.log, true, mine)
	require.Contains(t, kinds(r), merkle.Contradicted, r.String())
}

func TestHeadsOfOtherKeysAreForged(t *testing.T) {
	t.Parallel()
	h, other := record(t, 8), record(t, 8)
	other.stored = h.stored
	r := h.check(t, other.log, true, map[string][]byte{"theirs": other.head(t)})
	require.Equal(t, merkle.Forged, r.Findings[0].Kind)
	require.Contains(t, r.String(), "the checkpoint theirs is not of this log")
}

// TestTreesAgree: the frontier, the tiles and the library give the same root, whatever the size, and tiles are taken up where
// they were left.
func TestTreesAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 700).Draw(t, "leaves")
		reopen := rapid.Int64Range(0, n).Draw(t, "reopened after")
		tiles := map[string][]byte{}
		read := func(level int, n int64) ([]byte, error) { return tiles[fmt.Sprint(level, "/", n)], nil }
		keep := func(all []merkle.Tile) {
			for _, tile := range all {
				tiles[fmt.Sprint(tile.Level, "/", tile.N)] = append([]byte(nil), tile.Hashes...)
			}
		}
		var f merkle.Frontier
		edge := &merkle.Edge{}
		var roots []tlog.Hash
		for i := range n {
			if i == reopen {
				keep(edge.Last())
				var err error
				if edge, err = merkle.NewEdge(i, read); err != nil {
					t.Fatal(err)
				}
			}
			h := tlog.RecordHash([]byte{byte(i), byte(i >> 8)})
			f.Add(h)
			keep(edge.Add(h))
			roots = append(roots, f.Root())
		}
		keep(edge.Last())
		hashes := merkle.Hashes(read)
		for _, size := range []int64{1, n/2 + 1, n} {
			root, err := tlog.TreeHash(size, hashes)
			if err != nil || root != roots[size-1] {
				t.Fatalf("size %d of %d: %v", size, n, err)
			}
			way, err := tlog.ProveTree(n, size, hashes)
			if err != nil || tlog.CheckTree(way, n, roots[n-1], size, root) != nil {
				t.Fatalf("consistency of %d and %d: %v", size, n, err)
			}
		}
	})
}

func TestProofs(t *testing.T) {
	t.Parallel()
	h := record(t, 30)
	hashes := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var all []tlog.Hash
		for i, k := range h.stored {
			more, err := tlog.StoredHashesForRecordHash(int64(i), k.Hash, tlog.HashReaderFunc(func(x []int64) (out []tlog.Hash, err error) {
				for _, j := range x {
					out = append(out, all[j])
				}
				return out, nil
			}))
			require.NoError(t, err)
			all = append(all, more...)
		}
		var out []tlog.Hash
		for _, i := range indexes {
			out = append(out, all[i])
		}
		return out, nil
	})
	way, err := tlog.ProveRecord(int64(len(h.log)), 7, hashes)
	require.NoError(t, err)
	p, err := merkle.ParseProof(merkle.Proof{Index: 7, Hashes: way, Checkpoint: h.head(t)}.Marshal())
	require.NoError(t, err)
	head, err := p.Check(h.log[7].Leaf(nil), h.Verifier)
	require.NoError(t, err)
	require.EqualValues(t, 37, head.Size)
	_, err = p.Check(h.log[8].Leaf(nil), h.Verifier)
	require.ErrorIs(t, err, merkle.ErrProof)
	_, err = p.Check(h.log[7].Leaf(nil), newKey(t, "docket-test").Verifier)
	require.Error(t, err, "another key")
	for _, text := range []string{"", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\nindex -1\n\nx", "c2sp.org/tlog-proof@v1\nindex 1\nAA==\n\nx"} {
		_, err := merkle.ParseProof([]byte(text))
		require.ErrorIs(t, err, merkle.ErrProof, "%q", text)
	}
}

// TestLeafIsAsDocumented pins the form, which others compute too.
func TestLeafIsAsDocumented(t *testing.T) {
	t.Parallel()
	e := merkle.Event{
		Stream: "ticket-1\nx", Revision: 3, ID: "6ba7b810-9dad-11d1-80b4-00c04fd430c8", Type: "TicketNoted", Content: "application/json",
		Position: 4711, Created: time.Date(2026, 3, 2, 9, 30, 0, 1200, time.UTC), Data: []byte("{}"),
	}
	require.Equal(t, `docket event v1
stream 10 ticket-1
x
revision 3
id 6ba7b810-9dad-11d1-80b4-00c04fd430c8
type 11 TicketNoted
position 4711
created 2026-03-02T09:30:00.0000012Z
content 16 application/json
data 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
metadata e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
`, string(e.Leaf(nil)))
	require.True(t, merkle.Counts("ticket-1", "TicketNoted"))
	require.False(t, merkle.Counts("$$ticket-1", "$metadata"))
	require.False(t, merkle.Counts("ticket-1", "$>"))
}
