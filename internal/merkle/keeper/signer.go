package keeper

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/mod/sumdb/note"

	"docket/domain"
)

// Keyring seals the signing key; *vault.Vault does.
type Keyring interface {
	Seal(ctx context.Context, subject string, plain, aad []byte) (domain.Box, error)
	Open(ctx context.Context, b domain.Box, aad []byte) ([]byte, error)
}

// signerSubject is whom the vault keeps the sealing key for, and what the box is bound to.
const signerSubject = "log-signer"

// Signer signs tree heads. Key is its public half, in the form of signed notes: name, number and key, joined by "+".
type Signer struct {
	note.Signer
	Verifier note.Verifier
	Key      string
}

// OpenSigner reads the log's key, which all instances on one database share, or makes it at the first start. The log's name
// (origin) is made with it: "docket-" and eight random digits.
func OpenSigner(ctx context.Context, pool *pgxpool.Pool, keys Keyring) (*Signer, error) {
	s, err := readSigner(ctx, pool, keys)
	if !errors.Is(err, pgx.ErrNoRows) {
		return s, err
	}
	var origin [4]byte
	if _, err := rand.Read(origin[:]); err != nil {
		return nil, fmt.Errorf("log's key: %w", err)
	}
	secret, public, err := note.GenerateKey(rand.Reader, "docket-"+hex.EncodeToString(origin[:]))
	if err != nil {
		return nil, fmt.Errorf("log's key: %w", err)
	}
	box, err := keys.Seal(ctx, signerSubject, []byte(secret), []byte(signerSubject))
	if err != nil {
		return nil, fmt.Errorf("log's key: %w", err)
	}
	// Of several instances that start at once the first one's key stays.
	if _, err := pool.Exec(ctx, "INSERT INTO merkle.signer (verifier, key, sealed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", public, box.Key, box.Cipher); err != nil {
		return nil, fmt.Errorf("log's key: %w", err)
	}
	return readSigner(ctx, pool, keys)
}

func readSigner(ctx context.Context, pool *pgxpool.Pool, keys Keyring) (*Signer, error) {
	s, box := &Signer{}, domain.Box{}
	err := pool.QueryRow(ctx, "SELECT verifier, key, sealed FROM merkle.signer").Scan(&s.Key, &box.Key, &box.Cipher)
	if err != nil {
		return nil, fmt.Errorf("log's key: %w", err)
	}
	secret, err := keys.Open(ctx, box, []byte(signerSubject))
	if err != nil {
		return nil, fmt.Errorf("log's key: %w", err)
	}
	if s.Signer, err = note.NewSigner(string(secret)); err != nil {
		return nil, fmt.Errorf("log's key: %w", err)
	}
	if s.Verifier, err = note.NewVerifier(s.Key); err != nil {
		return nil, fmt.Errorf("log's key: %w", err)
	}
	if s.Verifier.KeyHash() != s.KeyHash() || s.Verifier.Name() != s.Name() {
		return nil, errors.New("log's key: its public half is not of its secret half")
	}
	return s, nil
}

// PublicKey reads the public half alone; "" when there is no key yet.
func PublicKey(ctx context.Context, pool *pgxpool.Pool) (string, error) {
	var key string
	err := pool.QueryRow(ctx, "SELECT verifier FROM merkle.signer").Scan(&key)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("log's key: %w", err)
	}
	return key, nil
}
