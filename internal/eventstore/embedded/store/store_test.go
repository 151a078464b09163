package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"docket/internal/eventstore/embedded/record"
	"docket/internal/eventstore/embedded/store"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func ids(n int) []record.ID {
	out := make([]record.ID, n)
	for i := range out {
		out[i] = record.ID{15: byte(i + 1)}
	}
	return out
}

func proposals(ids []record.ID) []record.Proposed {
	out := make([]record.Proposed, len(ids))
	for i, id := range ids {
		out[i] = record.Proposed{ID: id, Type: "T", JSON: true, Data: []byte(`{}`)}
	}
	return out
}

func verdictOf(t *rapid.T, w store.Written, err error) store.Verdict {
	var wrong *store.WrongRevision
	var deleted *store.StreamDeleted
	switch {
	case errors.As(err, &wrong):
		return store.Wrong
	case errors.As(err, &deleted):
		return store.Deleted
	case err != nil:
		t.Fatalf("append: %v", err)
	case w.Repeated:
		return store.Repeat
	}
	return store.Write
}

func revisionsOf(t require.TestingT, recs []store.Rec) []int64 {
	out := []int64{}
	for _, r := range recs {
		v, err := r.View()
		require.NoError(t, err)
		out = append(out, v.Revision)
	}
	return out
}

// TestRules compares the store with the model under random sequences of
// everything that can be done to a stream.
func TestRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		fs := vfs.NewMem()
		s, err := store.Open(store.Options{Dir: "log", FS: fs})
		require.NoError(t, err)
		defer func() { require.NoError(t, s.Close()) }()
		ctx, m, pool := context.Background(), newModel(), ids(5)
		streams := rapid.SampledFrom([]string{"a", "b"})
		expected := rapid.SampledFrom([]store.Expected{store.Any, store.NoStream, store.StreamExists, 0, 1, 2, 3, 5})
		some := rapid.SliceOfN(rapid.SampledFrom(pool), 0, 3)
		t.Repeat(map[string]func(*rapid.T){
			"append": func(t *rapid.T) {
				stream, want, ids := streams.Draw(t, "stream"), expected.Draw(t, "expected"), some.Draw(t, "ids")
				w, err := s.Append(ctx, stream, want, proposals(ids))
				wantVerdict, last := m.append(stream, want, ids)
				require.Equal(t, wantVerdict, verdictOf(t, w, err))
				if err == nil {
					require.Equal(t, last, w.Last)
				}
			},
			"delete": func(t *rapid.T) {
				stream, want := streams.Draw(t, "stream"), expected.Draw(t, "expected")
				_, err := s.Delete(ctx, stream, want)
				require.Equal(t, m.delete(stream, want) == store.Write, err == nil, "%v", err)
			},
			"tombstone": func(t *rapid.T) {
				if rapid.IntRange(0, 5).Draw(t, "rarely") > 0 {
					t.Skip()
				}
				stream, want := streams.Draw(t, "stream"), expected.Draw(t, "expected")
				_, err := s.Tombstone(ctx, stream, want)
				require.Equal(t, m.tombstone(stream, want) == store.Write, err == nil, "%v", err)
			},
			"metadata": func(t *rapid.T) {
				stream := streams.Draw(t, "stream")
				r := rules{rapid.Int64Range(0, 4).Draw(t, "tb"), rapid.Int64Range(1, 3).Draw(t, "maxCount")}
				data := fmt.Appendf(nil, `{"$tb":%d,"$maxCount":%d}`, r.tb, r.maxCount)
				_, err := s.Append(ctx, "$$"+stream, store.Any, []record.Proposed{{
					ID: store.NewID(), Type: record.TypeMetadata, JSON: true, Data: data}})
				require.Equal(t, m.gone(stream), err != nil)
				if err == nil {
					deleted := m.softDeleted(stream)
					m.setMeta(stream, r)
					if deleted { // it is back, but what was deleted stays hidden
						m.setMeta(stream, rules{m.last(stream) + 1, r.maxCount})
					}
				}
			},
			"restart": func(t *rapid.T) {
				require.NoError(t, s.Close())
				s, err = store.Open(store.Options{Dir: "log", FS: fs})
				require.NoError(t, err)
				m.restart()
			},
			"scavenge": func(t *rapid.T) {
				_, err := s.Scavenge(ctx)
				require.NoError(t, err)
				m.scavenge()
			},
			"": func(t *rapid.T) { check(t, s, m) },
		})
	})
}

// check compares all that can be read.
func check(t *rapid.T, s *store.Store, m *model) {
	for _, stream := range []string{"a", "b"} {
		p, err := s.StreamForward(stream, 0, 1000)
		require.NoError(t, err)
		require.Equal(t, m.gone(stream), p.Head.Tombstoned())
		if m.gone(stream) {
			require.Empty(t, p.Recs)
			continue
		}
		require.Equal(t, m.last(stream) >= 0 && !m.softDeleted(stream), p.Head.Exists())
		if !p.Head.Exists() {
			require.Empty(t, p.Recs)
			continue
		}
		want := m.visible(stream)
		require.Equal(t, want, revisionsOf(t, p.Recs))
		back, err := s.StreamBackward(stream, store.LastRevision, 2)
		require.NoError(t, err)
		got := revisionsOf(t, back.Recs)
		for i, r := range got {
			require.Equal(t, want[len(want)-1-i], r)
		}
		require.Len(t, got, min(2, len(want)))
	}
	var want []written
	for _, w := range m.log {
		if w.present {
			want = append(want, w)
		}
	}
	p, err := s.Forward(0, 1000)
	require.NoError(t, err)
	require.Len(t, p.Recs, len(want))
	for i, r := range p.Recs {
		v, err := r.View()
		require.NoError(t, err)
		require.Equal(t, want[i].stream, string(v.Stream))
		require.Equal(t, want[i].revision, v.Revision)
		require.Equal(t, r.Position, v.Position)
		if want[i].stream[0] != '$' && want[i].revision >= 0 && v.Revision != record.TombstoneRevision {
			require.Equal(t, want[i].id, v.ID)
		}
	}
	back, err := s.Backward(s.Tail(), 1000)
	require.NoError(t, err)
	require.Len(t, back.Recs, len(want))
	for i, r := range back.Recs {
		require.Equal(t, p.Recs[len(p.Recs)-1-i], r)
	}
}

const patience = 20 * time.Second
