package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

var (
	// ErrMasterMissing means the vault has been used and the key file is gone.
	ErrMasterMissing = errors.New("the master key file is missing; restore it from its backup")
	// ErrMasterWrong means the master keys at hand belong to another vault, or lack one that is still needed.
	ErrMasterWrong = errors.New("the master keys at hand are not this vault's")
)

// checkText is sealed in vault.masters; opening it proves the key.
var checkText = []byte("docket vault master key check")

// openMasters gives the key services at hand after proving that they hold every master key that something is wrapped
// under. The key file of a vault never used before is made.
func openMasters(ctx context.Context, db *pgxpool.Pool, o Options) (services, error) {
	known, err := readMasters(ctx, db)
	if err != nil {
		return nil, err
	}
	at := services(slices.Clone(o.KeyServices))
	if o.MasterKeyFile != "" {
		file, err := openFile(o.MasterKeyFile, known, len(at) == 0)
		if err != nil {
			return nil, err
		}
		if file != nil {
			at = append(at, file)
		}
	}
	if len(at) == 0 {
		return nil, errors.New("no master key file given")
	}
	_, err = proveMasters(ctx, db, at)
	return at, err
}

// openFile gives nil where there is no file and none is needed.
func openFile(path string, known map[string][]byte, first bool) (KeyService, error) {
	file, err := OpenKeyset(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return file, err
	}
	for name := range known {
		if file.Owns(name) {
			return nil, fmt.Errorf("%s: %w", path, ErrMasterMissing)
		}
	}
	if !first || len(known) > 0 {
		return nil, nil //nolint:nilnil // the file is optional here
	}
	return MakeKeyset(path)
}

// proveMasters opens what every master key noted has sealed, and then notes the one that wraps from now on. A stranger's
// key is refused before it is noted; of several first starts one row wins, and whoever has another key fails. The name is
// of the master key that wraps.
func proveMasters(ctx context.Context, db *pgxpool.Pool, at services) (current string, err error) {
	sealed, current, err := at.wrap(ctx, [][]byte{checkText}, [][]byte{nil})
	if err != nil {
		return "", err
	}
	known, err := readMasters(ctx, db)
	if err != nil {
		return "", err
	}
	if err := at.prove(ctx, known); err != nil || known[current] != nil {
		return current, err
	}
	err = pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL synchronous_commit = on; LOCK TABLE vault.masters IN EXCLUSIVE MODE"); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO vault.masters (name, sealed) SELECT $1, $2
			WHERE (SELECT count(*) FROM vault.masters) = $3 ON CONFLICT DO NOTHING`, current, sealed[0], len(known))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("noting the master key: %w", unavailable(err))
	}
	if known, err = readMasters(ctx, db); err != nil {
		return "", err
	}
	return current, at.prove(ctx, known)
}

// prove opens the checks of master keys.
func (s services) prove(ctx context.Context, checks map[string][]byte) error {
	for name, sealed := range checks {
		text, err := s.unwrap(ctx, name, [][]byte{sealed}, [][]byte{nil})
		switch {
		case errors.Is(err, ErrUnavailable):
			return err
		case err != nil:
			return fmt.Errorf("%w: %w", ErrMasterWrong, err)
		case !bytes.Equal(text[0], checkText):
			return fmt.Errorf("%s: %w", name, ErrMasterWrong)
		}
	}
	return nil
}

func readMasters(ctx context.Context, q querier) (map[string][]byte, error) {
	rows, err := q.Query(ctx, "SELECT name, sealed FROM vault.masters")
	if err != nil {
		return nil, fmt.Errorf("reading the master keys' checks: %w", unavailable(err))
	}
	known := map[string][]byte{}
	var name string
	var sealed []byte
	_, err = pgx.ForEachRow(rows, []any{&name, &sealed}, func() error {
		known[name] = bytes.Clone(sealed)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the master keys' checks: %w", unavailable(err))
	}
	return known, nil
}
