package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

var (
	// ErrMasterMissing means the vault has been used and the key file is gone.
	ErrMasterMissing = errors.New("the master key file is missing; restore it from its backup")
	// ErrMasterWrong means the key file belongs to another vault.
	ErrMasterWrong = errors.New("the master key file belongs to another vault")
)

// checkText is sealed in vault.master_check; opening it proves the key.
var checkText = []byte("docket vault master key check")

// openMaster reads the master key, or makes it for a vault never used before,
// and proves that it is this vault's.
func openMaster(ctx context.Context, db *pgxpool.Pool, path string) (tink.AEAD, error) {
	if path == "" {
		return nil, errors.New("no master key file given")
	}
	sealed, err := readCheck(ctx, db)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if sealed != nil {
			return nil, fmt.Errorf("%s: %w", path, ErrMasterMissing)
		}
		if err := makeMaster(path); err != nil {
			return nil, fmt.Errorf("making the master key %s: %w", path, err)
		}
	}
	m, err := readMaster(path)
	if err != nil {
		return nil, err
	}
	if sealed == nil {
		// The file is durable by now. Of several first starts one row wins, and
		// whoever has another key fails the check below.
		if sealed, err = writeCheck(ctx, db, m); err != nil {
			return nil, err
		}
	}
	text, err := m.Decrypt(sealed, nil)
	if err != nil || !bytes.Equal(text, checkText) {
		return nil, fmt.Errorf("%s: %w", path, ErrMasterWrong)
	}
	return m, nil
}

func readCheck(ctx context.Context, db *pgxpool.Pool) ([]byte, error) {
	var sealed []byte
	err := db.QueryRow(ctx, "SELECT sealed FROM vault.master_check").Scan(&sealed)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the master key check: %w", err)
	}
	return sealed, nil
}

func writeCheck(ctx context.Context, db *pgxpool.Pool, m tink.AEAD) ([]byte, error) {
	sealed, err := m.Encrypt(checkText, nil)
	if err != nil {
		return nil, err
	}
	_, err = db.Exec(ctx, "INSERT INTO vault.master_check (sealed) VALUES ($1) ON CONFLICT DO NOTHING", sealed)
	if err != nil {
		return nil, fmt.Errorf("writing the master key check: %w", err)
	}
	return readCheck(ctx, db)
}

func readMaster(path string) (tink.AEAD, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("master key %s is open to others (mode %v); run: chmod 600 %s", path, info.Mode().Perm(), path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
	if err != nil {
		return nil, fmt.Errorf("master key %s is not a tink keyset: %w", path, err)
	}
	m, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("master key %s: %w", path, err)
	}
	return m, nil
}

// makeMaster writes a new keyset so that it is whole and durable, or not
// there. If another process was first, its file stays.
func makeMaster(path string) error {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	draft, err := os.CreateTemp(dir, ".master-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(draft.Name()) }()
	_, err = draft.Write(text.Bytes())
	if err := errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return err
	}
	if err := os.Link(draft.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
