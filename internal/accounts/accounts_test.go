package accounts_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"docket/domain"
	"docket/internal/accounts"
	"docket/internal/httpapi"
	"docket/internal/pgtest"

	"github.com/stretchr/testify/require"
)

// clock is an instant that tests move forward.
type clock struct{ ns atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.ns.Store(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) now() time.Time          { return time.Unix(0, c.ns.Load()).UTC() }
func (c *clock) forward(d time.Duration) { c.ns.Add(int64(d)) }

func TestAccountsSignIn(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := accounts.Open(pgtest.Migrated(t), c.now)
	ctx := t.Context()

	created, err := s.Create(ctx, accounts.New{Login: "clerk", Password: "correct horse", Staff: "0e4f"})
	require.NoError(t, err)
	require.True(t, created)
	created, err = s.Create(ctx, accounts.New{Login: "clerk", Password: "another"})
	require.NoError(t, err)
	require.False(t, created, "an account is not overwritten")
	_, err = s.Create(ctx, accounts.New{Login: "clerk2", Password: "another", Staff: "0e4f"})
	require.ErrorIs(t, err, accounts.ErrHasAccount)

	token, expires, err := s.Login(ctx, "clerk", "correct horse")
	require.NoError(t, err)
	require.Equal(t, c.now().Add(accounts.TokenLife), expires)
	a, err := s.Authenticate(ctx, token)
	require.NoError(t, err)
	require.Equal(t, httpapi.Account{ID: "staff-0e4f", Staff: "0e4f"}, a)

	for login, password := range map[string]string{"clerk": "another", "nobody": "correct horse"} {
		_, _, err = s.Login(ctx, login, password)
		require.ErrorIs(t, err, accounts.ErrCredentials, login)
	}
	_, err = s.Authenticate(ctx, token[:len(token)-1]+"!")
	require.ErrorIs(t, err, accounts.ErrToken)
}

func TestTokensEnd(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := accounts.Open(pgtest.Migrated(t), c.now)
	ctx := t.Context()
	_, err := s.Create(ctx, accounts.New{Login: "clerk", Password: "correct horse", Staff: "0e4f"})
	require.NoError(t, err)

	expiring, _, err := s.Login(ctx, "clerk", "correct horse")
	require.NoError(t, err)
	_, err = s.Authenticate(ctx, expiring)
	require.NoError(t, err)
	c.forward(accounts.TokenLife)
	_, err = s.Authenticate(ctx, expiring)
	require.ErrorIs(t, err, accounts.ErrToken, "a remembered token expires too")

	revoked, _, err := s.Login(ctx, "clerk", "correct horse")
	require.NoError(t, err)
	_, err = s.Authenticate(ctx, revoked)
	require.NoError(t, err)
	require.NoError(t, s.Revoke(ctx, revoked))
	_, err = s.Authenticate(ctx, revoked)
	require.ErrorIs(t, err, accounts.ErrToken)
}

func TestDisabledAccountsAreShutOut(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := accounts.Open(pgtest.Migrated(t), c.now)
	ctx := t.Context()
	_, err := s.Create(ctx, accounts.New{Login: "clerk", Password: "correct horse", Staff: "0e4f"})
	require.NoError(t, err)
	token, _, err := s.Login(ctx, "clerk", "correct horse")
	require.NoError(t, err)
	require.NoError(t, s.Disable(ctx, "clerk"))
	_, err = s.Authenticate(ctx, token)
	require.ErrorIs(t, err, accounts.ErrToken)
	_, _, err = s.Login(ctx, "clerk", "correct horse")
	require.ErrorIs(t, err, accounts.ErrCredentials)
	require.ErrorIs(t, s.Disable(ctx, "nobody"), accounts.ErrUnknown)
}

func TestServiceAccountsCarryRoles(t *testing.T) {
	t.Parallel()
	s := accounts.Open(pgtest.Migrated(t), newClock().now)
	_, err := s.Create(t.Context(), accounts.New{Login: "import", Roles: []string{"importer"}})
	require.NoError(t, err)
	token, err := s.IssueFor(t.Context(), "import")
	require.NoError(t, err)
	a, err := s.Authenticate(t.Context(), token)
	require.NoError(t, err)
	require.Equal(t, httpapi.Account{ID: "service-import", Posts: []domain.Post{{Role: "importer"}}}, a)
	_, _, err = s.Login(t.Context(), "import", "")
	require.ErrorIs(t, err, accounts.ErrCredentials, "it has no password to sign in with")
}

func TestGuessingIsSlowedDown(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := accounts.Open(pgtest.Migrated(t), c.now)
	ctx := t.Context()
	_, err := s.Create(ctx, accounts.New{Login: "clerk", Password: "correct horse", Staff: "0e4f"})
	require.NoError(t, err)
	for range 10 {
		_, _, err = s.Login(ctx, "clerk", "guess")
		require.ErrorIs(t, err, accounts.ErrCredentials)
	}
	_, _, err = s.Login(ctx, "clerk", "correct horse")
	require.ErrorIs(t, err, accounts.ErrTooMany)
	c.forward(6 * time.Minute)
	_, _, err = s.Login(ctx, "clerk", "correct horse")
	require.NoError(t, err)
}

func TestLoginOverHTTP(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := accounts.Open(pgtest.Migrated(t), c.now)
	_, err := s.Create(t.Context(), accounts.New{Login: "import", Password: "correct horse", Roles: []string{"importer"}})
	require.NoError(t, err)
	api := httpapi.New(httpapi.Options{Auth: s, Clock: c.now, Public: []string{accounts.LoginPath}})
	accounts.Mount(api, s)

	post := func(path, token, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		w := httptest.NewRecorder()
		api.Handler().ServeHTTP(w, r)
		return w
	}
	w := post(accounts.LoginPath, "", `{"login":"import","password":"correct horse"}`)
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	var session accounts.Session
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &session))

	require.Equal(t, http.StatusNoContent, post("/v1/logout", session.Token, "").Code)
	require.Equal(t, http.StatusUnauthorized, post("/v1/logout", session.Token, "").Code)
	require.Equal(t, http.StatusUnauthorized, post(accounts.LoginPath, "", `{"login":"import","password":"guess"}`).Code)
	w = post(accounts.LoginPath, "", `{"login":7,"passwort":"x"}`)
	require.Equal(t, http.StatusUnprocessableEntity, w.Code)
	for _, field := range []string{`"login"`, `"password"`, `"passwort"`} {
		require.Contains(t, w.Body.String(), field)
	}
}
