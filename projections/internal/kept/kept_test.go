package kept_test

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"

	"docket/projections/internal/kept"

	"github.com/stretchr/testify/require"
)

func TestALogGivesWhatCountsAndGoesOn(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	f, err := kept.Begin(parent)
	require.NoError(t, err)
	log, err := f.Log("queue")
	require.NoError(t, err)
	want := []kept.Entry{{0, "a", []byte("first")}, {3, "", []byte{}}, {0, "a", nil}, {1, "鍵", make([]byte, 300_000)}}
	for _, e := range want {
		log.Add(e)
	}
	place, err := log.Place()
	require.NoError(t, err)
	log.Add(kept.Entry{Table: 0, Key: "what came later", Tuple: []byte("does not count")})
	_, err = log.Place()
	require.NoError(t, err)
	note := kept.Note{Program: "p", To: 70, Models: []kept.Model{{Name: "queue", Shape: "s", Place: place}}}
	require.NoError(t, f.Keep(note))

	held, err := kept.Left(parent)
	require.NoError(t, err)
	require.Empty(t, held, "somebody is at it")
	require.NoError(t, f.Close())

	for range 2 { // the second time with what the first has added
		left, err := kept.Left(parent)
		require.NoError(t, err)
		require.Len(t, left, 1)
		found, err := left[0].Note()
		require.NoError(t, err)
		require.Equal(t, note, found)
		log, err = left[0].Log("queue")
		require.NoError(t, err)
		var got []kept.Entry
		require.NoError(t, log.Replay(found.Models[0].Place, func(e kept.Entry) error {
			if e.Tuple != nil {
				e.Tuple = append([]byte{}, e.Tuple...)
			}
			got = append(got, e)
			return nil
		}))
		require.Equal(t, want, got)
		more := kept.Entry{Table: 2, Key: "more", Tuple: []byte("row")}
		log.Add(more)
		want = append(want, more)
		note.Models[0].Place, err = log.Place()
		require.NoError(t, err)
		require.NoError(t, left[0].Keep(note))
		require.NoError(t, left[0].Close())
	}
}

func TestADamagedLogIsRefused(t *testing.T) {
	t.Parallel()
	f, err := kept.Begin(t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Remove()) })
	log, err := f.Log("queue")
	require.NoError(t, err)
	for i := range 100 {
		row := sha256.Sum256([]byte{byte(i)}) // so that compression spares nothing
		log.Add(kept.Entry{Table: 1, Key: "key", Tuple: row[:]})
	}
	place, err := log.Place()
	require.NoError(t, err)
	path := filepath.Join(f.Dir(), "rows-queue")
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	none := func(kept.Entry) error { return nil }
	for _, at := range []int{0, 1, 5, 6, 500, len(whole) - 1} {
		for _, flip := range []byte{1, 0x80} {
			torn := append([]byte{}, whole...)
			torn[at] ^= flip
			require.NoError(t, os.WriteFile(path, torn, 0o600))
			again, err := f.Log("queue")
			require.NoError(t, err)
			require.Error(t, again.Replay(place, none), "byte %d", at)
		}
	}
	require.NoError(t, os.WriteFile(path, whole[:len(whole)-3], 0o600))
	again, err := f.Log("queue")
	require.NoError(t, err)
	require.Error(t, again.Replay(place, none), "cut short")
}

func TestAFolderWithoutANoteTellsSo(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	f, err := kept.Begin(parent)
	require.NoError(t, err)
	note, err := f.Note()
	require.NoError(t, err)
	require.Zero(t, note)
	require.NoError(t, f.Keep(kept.Note{To: 5}))
	require.NoError(t, f.Forget())
	note, err = f.Note()
	require.NoError(t, err)
	require.Zero(t, note)
	require.NoError(t, f.Remove())
	left, err := os.ReadDir(parent)
	require.NoError(t, err)
	require.Empty(t, left)
}
