// Package access decides who a caller is and what it may do: accounts kept in
// the log as EventStoreDB keeps them ($user-<login> streams), Basic
// authentication, and access lists in stream metadata. An insecure engine does
// not use it at all.
package access

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // to verify accounts that an EventStoreDB made
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
)

// Groups with a meaning of their own.
const (
	Admins = "$admins" // may do everything
	Ops    = "$ops"    // may run the engine and its persistent subscriptions
	all    = "$all"    // role of everybody
)

// Account is the data of the last event of a $user- stream. Iterations is
// missing from accounts that an EventStoreDB made: their hash is of an older kind.
type Account struct {
	Login      string   `json:"loginName"`
	FullName   string   `json:"fullName"`
	Salt       []byte   `json:"salt"`
	Hash       []byte   `json:"hash"`
	Iterations int      `json:"iterations,omitempty"`
	Disabled   bool     `json:"disabled"`
	Groups     []string `json:"groups"`
}

const (
	iterations       = 100_000
	madeUpIterations = 1_000      // a random password of 128 bits needs no stretching
	maxIterations    = 10_000_000 // more would be an attack on whoever verifies them
	legacyIterations = 1_000
	legacyHash       = 20
)

var errIterations = errors.New("the number of iterations is out of range")

// NewAccount makes an account with a password that somebody chose.
func NewAccount(login, fullName, password string, groups ...string) (Account, error) {
	return newAccount(iterations, login, fullName, password, groups)
}

// NewAccountMadeUp makes an account with a random password, and gives it.
func NewAccountMadeUp(login, fullName string, groups ...string) (Account, string, error) {
	password := rand.Text()
	a, err := newAccount(madeUpIterations, login, fullName, password, groups)
	return a, password, err
}

func newAccount(iterations int, login, fullName, password string, groups []string) (Account, error) {
	a := Account{Login: login, FullName: fullName, Groups: groups, Salt: make([]byte, 16), Iterations: iterations}
	_, _ = rand.Read(a.Salt) // never fails
	var err error
	if a.Hash, err = a.derive(password); err != nil {
		return a, fmt.Errorf("hash the password of %s: %w", login, err)
	}
	return a, nil
}

func (a Account) derive(password string) ([]byte, error) {
	if a.Iterations < 0 || a.Iterations > maxIterations {
		return nil, errIterations
	}
	if a.Iterations == 0 {
		return pbkdf2.Key(sha1.New, password, a.Salt, legacyIterations, legacyHash)
	}
	return pbkdf2.Key(sha256.New, password, a.Salt, a.Iterations, sha256.Size)
}

// Verify tells whether a password is the account's.
func (a Account) Verify(password string) bool {
	h, err := a.derive(password)
	return err == nil && len(a.Hash) > 0 && subtle.ConstantTimeCompare(h, a.Hash) == 1
}

// Parse reads an account from its event.
func Parse(data []byte) (a Account, err error) {
	err = json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &a)
	return a, err
}

// Stream names the stream an account is kept in.
func Stream(login string) string { return "$user-" + login }
