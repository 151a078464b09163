package spill_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"docket/projections/internal/spill"

	"github.com/stretchr/testify/require"
)

func in(folder string) func() (string, error) { return func() (string, error) { return folder, nil } }

func TestTablesKeepTheirOwnValuesInOrderAndGoWithTheStore(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := spill.New(in(folder))
	first, second := s.Table(0), s.Table(1)
	w, err := first.Write()
	require.NoError(t, err)
	const n = 3000
	for i := range n { // some megabytes, so that it commits on the way
		require.NoError(t, w.Set(fmt.Sprintf("%05d", i*7919%n), []byte(fmt.Sprint(i*7919%n, " ", strings.Repeat("x", 1000)))))
	}
	require.NoError(t, w.Commit())
	other, err := second.Write()
	require.NoError(t, err)
	require.NoError(t, other.Set("00001", []byte("of the second")))
	require.NoError(t, other.Commit())
	require.NoError(t, w.Set("00002", []byte("changed")))
	require.NoError(t, w.Delete("00002"))
	require.NoError(t, w.Delete("00003"))
	require.NoError(t, w.Set("00003", []byte("3 again")))
	require.NoError(t, w.Commit())
	require.NoError(t, w.Commit(), "nothing is left to do")

	value, err := second.Get("00001")
	require.NoError(t, err)
	require.Equal(t, "of the second", string(value))
	for _, gone := range []string{"00002", "nowhere", ""} {
		value, err = first.Get(gone)
		require.NoError(t, err)
		require.Nil(t, value)
	}
	want := 0
	for value, err := range first.All(t.Context()) {
		require.NoError(t, err)
		if want == 2 {
			want++
		}
		require.True(t, strings.HasPrefix(string(value), fmt.Sprint(want, " ")), "out of order")
		want++
	}
	require.Equal(t, n, want)
	require.NoError(t, s.Close())
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestAStoreThatIsNotUsedMakesNoFolder(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.NoError(t, spill.New(in(folder)).Close())
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, left)
	broken := spill.New(in(folder + "/missing")).Table(0)
	_, err = broken.Write()
	require.Error(t, err)
}
