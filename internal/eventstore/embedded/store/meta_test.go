package store_test

import (
	"math"
	"testing"

	"docket/internal/eventstore/embedded/store"

	"github.com/stretchr/testify/require"
)

func TestParseMeta(t *testing.T) {
	t.Parallel()
	m := store.ParseMeta([]byte(`{"$tb":9223372036854775807,"$maxCount":3,"$maxAge":60,"$acl":{"$r":"a","$w":["b","c"],"$d":[]},"mine":1}`))
	require.EqualValues(t, math.MaxInt64, m.TruncateBefore)
	require.EqualValues(t, 3, m.MaxCount)
	require.EqualValues(t, 60, m.MaxAge)
	require.Equal(t, &store.ACL{Read: []string{"a"}, Write: []string{"b", "c"}, Delete: []string{}}, m.ACL)
	require.Equal(t, "$systemStreamAcl", store.ParseMeta([]byte(`{"$acl":"$systemStreamAcl"}`)).ACL.Preset)
	for _, s := range []string{``, `[]`, `{"$tb":-1}`, `{"$maxCount":0}`, `{"$maxAge":"1"}`, `{"$maxCount":1e3}`, `{"$acl":7}`, `{"$tb":9223372036854775808}`} {
		m := store.ParseMeta([]byte(s))
		require.Zero(t, m.TruncateBefore+m.MaxCount+m.MaxAge, s)
		require.Nil(t, m.ACL, s)
	}
}

// FuzzParseMeta feeds anything to the parser of stream metadata.
func FuzzParseMeta(f *testing.F) {
	f.Add([]byte(`{"$tb":1,"$maxCount":2,"$maxAge":3,"$acl":{"$r":["a"]}}`))
	f.Add([]byte(`{"$acl":"$userStreamAcl"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if m := store.ParseMeta(b); m.TruncateBefore < 0 || m.MaxCount < 0 || m.MaxAge < 0 {
			t.Fatalf("%q gives %+v", b, m)
		}
	})
}
