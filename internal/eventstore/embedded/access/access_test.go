package access_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"testing"

	"docket/internal/eventstore/embedded/access"
	"docket/internal/eventstore/embedded/record"
	"docket/internal/eventstore/embedded/store"

	"github.com/stretchr/testify/require"
)

func memory(t testing.TB) *store.Store {
	t.Helper()
	st, err := store.Open(store.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	return st
}

func put(t testing.TB, st *store.Store, stream, typ string, data []byte) {
	t.Helper()
	_, err := st.Append(context.Background(), stream, store.Any, []record.Proposed{
		{ID: store.NewID(), Type: typ, JSON: true, Data: data},
	})
	require.NoError(t, err)
}

var ops = []access.Op{access.Read, access.Write, access.Delete}

// FuzzLists feeds anything to the readers of $settings and $acl: administrators
// are never shut out, and who has not said who he is is never let in.
func FuzzLists(f *testing.F) {
	f.Add([]byte(`{"$userStreamAcl":{"$r":"$all","$w":["a","b"]},"$systemStreamAcl":{"$r":[]}}`), []byte(`{"$acl":"$systemStreamAcl"}`), "a")
	f.Add([]byte(`{"$userStreamAcl":"$systemStreamAcl"}`), []byte(`{"$acl":{"$r":null,"$d":7}}`), "$all")
	st := memory(f)
	lists := access.NewLists(st)
	f.Fuzz(func(t *testing.T, settings, meta []byte, login string) {
		put(t, st, "$settings", "settings", settings)
		put(t, st, "$$s", record.TypeMetadata, meta)
		admin := access.Principal{Login: login + "x", Groups: []string{access.Admins}}
		for _, stream := range []string{"s", "$$s", "$s", "$all", "$settings"} {
			for _, op := range ops {
				require.NoError(t, lists.Check(admin, op, stream))
				require.ErrorIs(t, lists.Check(access.Principal{}, op, stream), access.ErrDenied)
				if err := lists.Check(access.Principal{Login: login + "x"}, op, stream); err != nil {
					require.ErrorIs(t, err, access.ErrDenied)
				}
			}
		}
	})
}

// FuzzAuthenticate feeds anything as credentials: nobody becomes an administrator
// but by the password.
func FuzzAuthenticate(f *testing.F) {
	st := memory(f)
	account, password, err := access.NewAccountMadeUp("admin", "Administrator", access.Admins)
	require.NoError(f, err)
	data, err := json.Marshal(account)
	require.NoError(f, err)
	put(f, st, access.Stream("admin"), "$UserCreated", data)
	a := access.NewAuthenticator(st)
	right := "Basic " + base64.StdEncoding.EncodeToString([]byte("admin:"+password))
	p, err := a.Authenticate(right)
	require.NoError(f, err)
	require.True(f, p.In(access.Admins))
	f.Add("Basic YWRtaW46Y2hhbmdlaXQ=")
	f.Add("basic  Og==")
	f.Add("Bearer x")
	f.Fuzz(func(t *testing.T, header string) {
		p, err := a.Authenticate(header)
		if err != nil {
			require.ErrorIs(t, err, access.ErrUnauthenticated)
		}
		require.Equal(t, access.Principal{}, p)
	})
}

// FuzzAccount feeds anything as an account's event: it does not verify a
// password it was not made with, and answers in time.
func FuzzAccount(f *testing.F) {
	account, _, err := access.NewAccountMadeUp("a", "A")
	require.NoError(f, err)
	data, err := json.Marshal(account)
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte(`{"loginName":"a","hash":"","salt":""}`))
	f.Add([]byte(`{"hash":"AAAA","iterations":9000000000000000000}`))
	f.Add([]byte(`{"hash":"AAAA","iterations":-1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := access.Parse(data)
		if err == nil {
			require.False(t, a.Verify("never given"))
		}
	})
}
