package store_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"docket/internal/eventstore/embedded/record"
	"docket/internal/eventstore/embedded/store"

	"github.com/stretchr/testify/require"
)

// filled writes a log of so many events and gives its folder as a kill leaves it, with the events in the write-ahead log, or
// as a close does, with the events in a table.
func filled(t *testing.T, events int, closed bool) (dir string, ids []record.ID) {
	t.Helper()
	live := t.TempDir()
	s, err := store.Open(store.Options{Dir: live})
	require.NoError(t, err)
	for range events {
		e := something()
		_, err := s.Append(context.Background(), "s", store.Any, e)
		require.NoError(t, err)
		ids = append(ids, e[0].ID)
	}
	if closed {
		require.NoError(t, s.Close())
	}
	dir = filepath.Join(t.TempDir(), "left")
	require.NoError(t, os.CopyFS(dir, os.DirFS(live)))
	if !closed {
		require.NoError(t, s.Close())
	}
	return dir, ids
}

// contents opens a log and reads all of it, by the log and by the stream, which have to agree.
func contents(dir string) (ids []record.ID, err error) {
	s, err := store.Open(store.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for next, done := uint64(0), false; !done; {
		p, err := s.Forward(next, 100)
		if err != nil {
			return nil, err
		}
		for _, r := range p.Recs {
			v, err := r.View()
			if err != nil {
				return nil, err
			}
			ids = append(ids, v.ID)
		}
		next, done = p.Next, p.Done
	}
	h, err := s.Head("s")
	if err != nil {
		return nil, err
	}
	if h.Last != int64(len(ids))-1 {
		return nil, errors.New("the stream and the log differ")
	}
	return ids, nil
}

// gone stands for a file that is not there at all.
const gone = -1

// TestTruncation cuts files short, or takes them away. Nothing is read as if it were whole: a table says that it is damaged; so
// does a manifest, unless the rest of the folder makes up for it. Only of the write-ahead log's end nobody can tell how long
// it was, since what was being written when the power went looks the same: all that comes before the cut is there, in order,
// and appends go on behind it. That acknowledged events were cut off is for those to notice who have read them.
func TestTruncation(t *testing.T) {
	t.Parallel()
	const events = 200
	for name, test := range map[string]struct {
		pattern string
		closed  bool
		check   func(t *testing.T, dir string, written, got []record.ID, err error)
	}{
		"write-ahead log": {"*.log", false, func(t *testing.T, dir string, written, got []record.ID, err error) {
			require.NoError(t, err)
			require.Less(t, len(got), events)
			require.Equal(t, written[:len(got)], append([]record.ID{}, got...))
			appendBehind(t, dir, len(got))
		}},
		"write-ahead log of a closed store": {"*.log", true, func(t *testing.T, _ string, written, got []record.ID, err error) {
			require.NoError(t, err)
			require.Equal(t, written, got, "it holds nothing any more")
		}},
		"table": {"*.sst", true, func(t *testing.T, _ string, _, _ []record.ID, err error) {
			require.ErrorContains(t, err, "open data folder")
		}},
		"manifest": {"MANIFEST-*", true, func(t *testing.T, _ string, written, got []record.ID, err error) {
			if err == nil {
				require.Equal(t, written, got)
			} else {
				require.ErrorContains(t, err, "MANIFEST")
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole, written := filled(t, events, test.closed)
			for _, percent := range []int{gone, 0, 10, 50, 90, 99} {
				dir := filepath.Join(t.TempDir(), "cut")
				require.NoError(t, os.CopyFS(dir, os.DirFS(whole)))
				cutShort(t, dir, test.pattern, percent)
				got, err := contents(dir)
				t.Logf("%d %%: %d events, %v", percent, len(got), err)
				test.check(t, dir, written, got, err)
			}
		})
	}
}

// cutShort leaves so many percent of what each file holds.
func cutShort(t *testing.T, dir, pattern string, percent int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		if percent == gone {
			require.NoError(t, os.Remove(f))
			continue
		}
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		used := len(bytes.TrimRight(b, "\x00")) // behind it is room for later
		require.NoError(t, os.Truncate(f, int64(used*percent/100)))
	}
}

func appendBehind(t *testing.T, dir string, events int) {
	t.Helper()
	s, err := store.Open(store.Options{Dir: dir})
	require.NoError(t, err)
	w, err := s.Append(context.Background(), "s", store.Any, something())
	require.NoError(t, err)
	require.EqualValues(t, events, w.Last)
	require.NoError(t, s.Close())
}
