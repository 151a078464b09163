package vault_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

func TestDigestIsEqualForEqualsOnly(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	v, other := open(t, db, o), open(t, db, o)
	digest := func(purpose, data string) string {
		d, err := v.Digest(t.Context(), purpose, []byte(data))
		require.NoError(t, err)
		require.Len(t, d, 33)
		return string(d)
	}
	one := digest("request", "assign to Chen")
	require.Equal(t, one, digest("request", "assign to Chen"))
	require.NotEqual(t, one, digest("request", "assign to Chan"))
	require.NotEqual(t, one, digest("lookup", "assign to Chen"))
	require.NotEqual(t, digest("a", "bc"), digest("ab", "c"))

	d, err := other.Digest(t.Context(), "request", []byte("assign to Chen"))
	require.NoError(t, err)
	require.Equal(t, one, string(d), "in every process")

	strangers, so := fixture(t)
	d, err = open(t, strangers, so).Digest(t.Context(), "request", []byte("assign to Chen"))
	require.NoError(t, err)
	require.NotEqual(t, one, string(d), "without the key it tells nothing")
}

func TestDigestOutlivesItsKeysRotation(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	v, other := open(t, db, o), open(t, db, o)
	old, err := v.Digest(t.Context(), "request", []byte("x"))
	require.NoError(t, err)
	_, err = other.Digest(t.Context(), "request", []byte("x"))
	require.NoError(t, err)
	require.NoError(t, v.RotateDigestKey(t.Context()))
	fresh, err := v.Digest(t.Context(), "request", []byte("x"))
	require.NoError(t, err)
	require.NotEqual(t, old, fresh)
	for _, d := range [][]byte{old, fresh} {
		same, err := other.SameDigest(t.Context(), "request", []byte("x"), d)
		require.NoError(t, err)
		require.True(t, same)
		same, err = other.SameDigest(t.Context(), "request", []byte("y"), d)
		require.NoError(t, err)
		require.False(t, same)
	}
	fresh[0] = 9
	_, err = other.SameDigest(t.Context(), "request", []byte("x"), fresh)
	require.ErrorContains(t, err, "version 9")
}

func TestFirstDigestsAtOnceAgree(t *testing.T) {
	t.Parallel()
	db, o := fixture(t)
	digests := make([]string, 8)
	var g errgroup.Group
	for i := range digests {
		v := open(t, db, o)
		g.Go(func() error {
			d, err := v.Digest(t.Context(), "request", []byte("x"))
			digests[i] = string(d)
			return err
		})
	}
	require.NoError(t, g.Wait())
	for _, d := range digests {
		require.Equal(t, digests[0], d)
	}
}
