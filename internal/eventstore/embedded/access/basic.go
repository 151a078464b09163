package access

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"docket/internal/eventstore/embedded/store"
)

// Principal is who calls. The zero value is nobody in particular.
type Principal struct {
	Login  string
	Groups []string
}

// Anonymous tells whether the caller did not say who it is.
func (p Principal) Anonymous() bool { return p.Login == "" }

// In tells whether the caller has one of the roles: its login, a group, or the
// role of everybody.
func (p Principal) In(roles ...string) bool {
	return slices.ContainsFunc(roles, func(r string) bool {
		return r == all || r == p.Login || slices.Contains(p.Groups, r)
	})
}

var (
	// ErrUnauthenticated refuses credentials that are wrong or unreadable.
	ErrUnauthenticated = errors.New("unauthenticated")
	// ErrDenied refuses what a caller may not do.
	ErrDenied = errors.New("access denied")
)

// Authenticator checks credentials against the accounts in the log. What it has
// verified it remembers until the account changes: deriving a key is slow on
// purpose.
type Authenticator struct {
	store *store.Store

	mu    sync.Mutex
	known map[[sha256.Size]byte]verified
}

type verified struct {
	principal Principal
	revision  int64 // of the account's stream
}

const remembered = 1024

// NewAuthenticator checks against the accounts of a store.
func NewAuthenticator(st *store.Store) *Authenticator {
	return &Authenticator{store: st, known: map[[sha256.Size]byte]verified{}}
}

// Authenticate reads an authorization header. An empty one is nobody.
func (a *Authenticator) Authenticate(header string) (Principal, error) {
	if header == "" {
		return Principal{}, nil
	}
	scheme, encoded, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return Principal{}, ErrUnauthenticated
	}
	plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil {
		return Principal{}, ErrUnauthenticated
	}
	login, password, ok := strings.Cut(string(plain), ":")
	if !ok || login == "" || store.CheckName(Stream(login)) != nil {
		return Principal{}, ErrUnauthenticated
	}
	head, err := a.store.Head(Stream(login))
	if err != nil {
		return Principal{}, err
	}
	key := sha256.Sum256(plain)
	a.mu.Lock()
	v, known := a.known[key]
	a.mu.Unlock()
	if known && v.revision == head.Last && head.Exists() {
		return v.principal, nil
	}
	account, found, err := a.account(login)
	if err != nil {
		return Principal{}, err
	}
	if !found || account.Disabled || !account.Verify(password) {
		return Principal{}, ErrUnauthenticated
	}
	v = verified{Principal{account.Login, account.Groups}, head.Last}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.known) >= remembered {
		clear(a.known)
	}
	a.known[key] = v
	return v.principal, nil
}

// Has tells whether an account exists and whether a password is its own.
func (a *Authenticator) Has(login, password string) (exists, matches bool, err error) {
	account, found, err := a.account(login)
	if err != nil || !found {
		return false, false, err
	}
	return true, account.Verify(password), nil
}

func (a *Authenticator) account(login string) (Account, bool, error) {
	p, err := a.store.StreamBackward(Stream(login), store.LastRevision, 1)
	if err != nil || len(p.Recs) == 0 {
		return Account{}, false, err
	}
	v, err := p.Recs[0].View()
	if err != nil {
		return Account{}, false, err
	}
	account, err := Parse(v.Data)
	if err != nil {
		return Account{}, false, fmt.Errorf("account %q: %w", login, err)
	}
	return account, account.Login == login, nil
}
