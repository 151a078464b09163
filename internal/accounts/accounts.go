// Package accounts says who is asking: logins with argon2id passwords, and the bearer tokens they are given (schema auth).
// What somebody may do follows from their posts, which the directory knows; only service accounts carry roles here.
package accounts

import (
	"context"
	"errors"
	"fmt"
	"time"

	"docket/domain"
	"docket/internal/httpapi"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Refusals of signing in. Both are answered alike for a login that does not exist.
var (
	ErrCredentials = domain.Refusal(domain.Forbidden, "login.refused", "login or password is wrong, or the account is disabled")
	ErrToken       = domain.Refusal(domain.Forbidden, "token.refused", "the token is unknown, expired or revoked")
	ErrTooMany     = domain.Refusal(domain.Unavailable, "login.too_many", "too many failed attempts; try again later")
)

// New describes an account to create. Exactly one of Staff and Roles is set.
type New struct {
	Login    string
	Password string // empty: the account signs in by token alone
	Staff    string // key of the staff stream
	Roles    []string
}

// principal is the name that events carry.
func (n New) principal() string {
	if n.Staff != "" {
		return "staff-" + n.Staff
	}
	return "service-" + n.Login
}

// Store keeps accounts and tokens in Postgres. Tokens that were found good are remembered for a few seconds, so that a
// busy client costs no query a request; a revocation takes that long to bite everywhere.
type Store struct {
	pool     *pgxpool.Pool
	now      func() time.Time
	hashing  chan struct{} // bounds the memory that argon2id takes
	known    *tokenCache
	failures *failures
}

// TokenLife is how long a token from Login is good.
const TokenLife = 12 * time.Hour

// Open makes a store over the migrated database behind the pool.
func Open(pool *pgxpool.Pool, now func() time.Time) *Store {
	return &Store{
		pool: pool, now: now, hashing: make(chan struct{}, 2),
		known: newTokenCache(now), failures: newFailures(now),
	}
}

// ErrHasAccount: a member of staff has one account, so that what is done with it is theirs.
var ErrHasAccount = domain.Refusal(domain.Conflict, "account.exists", "this member of staff has an account already")

// uniqueViolation is Postgres's unique_violation.
const uniqueViolation = "23505"

// Create adds an account; one with the same login is left as it is and false is returned. A
// second account for one member of staff is refused with [ErrHasAccount].
func (s *Store) Create(ctx context.Context, n New) (created bool, err error) {
	var hash, staff *string
	if n.Password != "" {
		encoded, err := s.hash(ctx, n.Password)
		if err != nil {
			return false, err
		}
		hash = &encoded
	}
	if n.Staff != "" {
		staff = &n.Staff
	}
	roles := n.Roles
	if roles == nil {
		roles = []string{}
	}
	tag, err := s.pool.Exec(ctx, `INSERT INTO auth.accounts (id, login, password_hash, staff, principal, roles)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (login) DO NOTHING`, uuid.New(), n.Login, hash, staff, n.principal(), roles)
	var broken *pgconn.PgError
	switch {
	case errors.As(err, &broken) && broken.Code == uniqueViolation:
		return false, ErrHasAccount
	case err != nil:
		return false, fmt.Errorf("create account: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

// ErrUnknown: there is no account with that login.
var ErrUnknown = domain.Refusal(domain.NotFound, "account.unknown", "there is no account with this login")

// Disable ends an account: nobody signs in with it, and its tokens are no longer good. It stays in the database, since events
// name its principal.
func (s *Store) Disable(ctx context.Context, login string) error {
	tag, err := s.pool.Exec(ctx, `UPDATE auth.accounts SET disabled_at = coalesce(disabled_at, $2) WHERE login = $1`, login, s.now())
	switch {
	case err != nil:
		return fmt.Errorf("disable account: %w", err)
	case tag.RowsAffected() == 0:
		return ErrUnknown
	}
	return nil
}

// Login checks a password and issues a token that is good for [TokenLife].
func (s *Store) Login(ctx context.Context, login, password string) (token string, expires time.Time, err error) {
	if !s.failures.allowed(login) {
		return "", time.Time{}, ErrTooMany
	}
	var id uuid.UUID
	var hash *string
	err = s.pool.QueryRow(ctx, `SELECT id, password_hash FROM auth.accounts WHERE login = $1 AND disabled_at IS NULL`, login).Scan(&id, &hash)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return "", time.Time{}, fmt.Errorf("look up login: %w", err)
	}
	ok, err := s.matches(ctx, password, hash)
	if err != nil {
		return "", time.Time{}, err
	}
	if !ok {
		s.failures.note(login)
		return "", time.Time{}, ErrCredentials
	}
	s.failures.forget(login)
	expires = s.now().Add(TokenLife)
	token, err = s.issue(ctx, id, &expires)
	return token, expires, err
}

// IssueFor gives a service account, named by login, a token that is good until it is revoked.
func (s *Store) IssueFor(ctx context.Context, login string) (string, error) {
	var id uuid.UUID
	if err := s.pool.QueryRow(ctx, `SELECT id FROM auth.accounts WHERE login = $1`, login).Scan(&id); err != nil {
		return "", fmt.Errorf("look up account %s: %w", login, err)
	}
	return s.issue(ctx, id, nil)
}

func (s *Store) issue(ctx context.Context, account uuid.UUID, expires *time.Time) (string, error) {
	token, digest := newToken()
	_, err := s.pool.Exec(ctx, `INSERT INTO auth.tokens (digest, account, created_at, expires_at) VALUES ($1, $2, $3, $4)`,
		digest[:], account, s.now(), expires)
	if err != nil {
		return "", fmt.Errorf("issue token: %w", err)
	}
	return token, nil
}

// Revoke ends a token; an unknown one is not an error.
func (s *Store) Revoke(ctx context.Context, token string) error {
	digest := digestOf(token)
	s.known.forget(digest)
	if _, err := s.pool.Exec(ctx, `DELETE FROM auth.tokens WHERE digest = $1`, digest[:]); err != nil {
		return fmt.Errorf("revoke token: %w", err)
	}
	return nil
}

// Authenticate finds the account of a bearer token, or refuses with [ErrToken].
func (s *Store) Authenticate(ctx context.Context, bearer string) (httpapi.Account, error) {
	digest := digestOf(bearer)
	if a, ok := s.known.account(digest); ok {
		return a, nil
	}
	var a httpapi.Account
	var staff *string
	var roles []string
	var expires *time.Time
	err := s.pool.QueryRow(ctx, `SELECT a.principal, a.staff, a.roles, t.expires_at FROM auth.tokens t
		JOIN auth.accounts a ON a.id = t.account
		WHERE t.digest = $1 AND a.disabled_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2)`,
		digest[:], s.now()).Scan(&a.ID, &staff, &roles, &expires)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return httpapi.Account{}, ErrToken
	case err != nil:
		return httpapi.Account{}, fmt.Errorf("look up token: %w", err)
	}
	if staff != nil {
		a.Staff = *staff
	}
	for _, role := range roles {
		a.Posts = append(a.Posts, domain.Post{Role: role})
	}
	s.known.remember(digest, a, expires)
	return a, nil
}
