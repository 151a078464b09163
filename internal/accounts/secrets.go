package accounts

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"sync"
	"time"

	"docket/internal/httpapi"

	"github.com/alexedwards/argon2id"
)

// hashParams follow OWASP's password storage advice for argon2id: 19 MiB, two passes, one lane.
var hashParams = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// nobody is compared against when there is no such login, so that both take the same time.
var nobody = sync.OnceValues(func() (string, error) { return argon2id.CreateHash(rand.Text(), hashParams) })

func (s *Store) hash(ctx context.Context, password string) (string, error) {
	if err := s.turn(ctx); err != nil {
		return "", err
	}
	defer func() { <-s.hashing }()
	encoded, err := argon2id.CreateHash(password, hashParams)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return encoded, nil
}

func (s *Store) matches(ctx context.Context, password string, hash *string) (bool, error) {
	if err := s.turn(ctx); err != nil {
		return false, err
	}
	defer func() { <-s.hashing }()
	against, exists := "", hash != nil
	if exists {
		against = *hash
	} else {
		var err error
		if against, err = nobody(); err != nil {
			return false, fmt.Errorf("hash password: %w", err)
		}
	}
	ok, err := argon2id.ComparePasswordAndHash(password, against)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return ok && exists, nil
}

// turn waits for one of the few places to hash in.
func (s *Store) turn(ctx context.Context) error {
	select {
	case s.hashing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

type digest = [sha256.Size]byte

// newToken draws 256 random bits; only their digest is kept.
func newToken() (string, digest) {
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails: crypto/rand ends the program instead
	token := base64.RawURLEncoding.EncodeToString(raw[:])
	return token, digestOf(token)
}

func digestOf(token string) digest { return sha256.Sum256([]byte(token)) }

// tokenCache remembers good tokens for rememberFor. It is emptied when full rather than kept in order: it only has to be
// right most of the time.
type tokenCache struct {
	mu   sync.RWMutex
	now  func() time.Time
	good map[digest]cached
}

type cached struct {
	account httpapi.Account
	until   time.Time
}

const (
	rememberFor = 5 * time.Second
	cacheSize   = 10_000
)

func newTokenCache(now func() time.Time) *tokenCache {
	return &tokenCache{now: now, good: map[digest]cached{}}
}

func (c *tokenCache) account(d digest) (httpapi.Account, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	e, ok := c.good[d]
	return e.account, ok && c.now().Before(e.until)
}

func (c *tokenCache) remember(d digest, a httpapi.Account, expires *time.Time) {
	until := c.now().Add(rememberFor)
	if expires != nil && expires.Before(until) {
		until = *expires
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.good) >= cacheSize {
		clear(c.good)
	}
	c.good[d] = cached{a, until}
}

func (c *tokenCache) forget(d digest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.good, d)
}

// failures slows down guessing: after maxFailures wrong passwords for a login within failureWindow, further attempts are
// refused until the window has passed.
type failures struct {
	mu    sync.Mutex
	now   func() time.Time
	times map[string][]time.Time
}

const (
	maxFailures   = 10
	failureWindow = 5 * time.Minute
	maxLogins     = 10_000
)

func newFailures(now func() time.Time) *failures {
	return &failures{now: now, times: map[string][]time.Time{}}
}

func (f *failures) allowed(login string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.recent(login)) < maxFailures
}

func (f *failures) note(login string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.times) >= maxLogins {
		clear(f.times)
	}
	f.times[login] = append(f.recent(login), f.now())
}

func (f *failures) forget(login string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.times, login)
}

func (f *failures) recent(login string) []time.Time {
	since := f.now().Add(-failureWindow)
	times := f.times[login]
	for len(times) > 0 && times[0].Before(since) {
		times = times[1:]
	}
	return times
}
