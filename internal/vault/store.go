package vault

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// keySize is AES-256's.
const keySize = 32

// destroyedChannel carries the subjects whose keys are destroyed.
const destroyedChannel = "vault_destroyed"

// store is the table vault.keys.
type store struct {
	db     *pgxpool.Pool
	master tink.AEAD
}

const columns = "SELECT id, subject, wrapped FROM vault.keys "

// own finds the keys of subjects and makes those that are missing, in one
// transaction for all. When it returns they are durable: a row is visible to
// others only once its commit is on disk, because every writer here commits
// with synchronous_commit on.
func (s *store) own(ctx context.Context, subjects []string) (map[string]entry, error) {
	found := make(map[string]entry, len(subjects))
	keep := func(e entry) { found[e.subject] = e }
	if err := s.read(ctx, s.db, keep, columns+"WHERE subject = ANY ($1)", subjects); err != nil {
		return nil, err
	}
	missing := slices.DeleteFunc(slices.Clone(subjects), func(subject string) bool {
		_, ok := found[subject]
		return ok
	})
	if len(missing) == 0 {
		return found, nil
	}
	// One order for all writers, or two of them could wait for each other.
	slices.Sort(missing)
	ids, wrapped, err := s.fresh(missing)
	if err != nil {
		return nil, err
	}
	err = s.durably(ctx, func(tx pgx.Tx) error {
		// Where another process was first, its key counts: the insert waits for
		// that one's commit and the next statement sees the row.
		_, err := tx.Exec(ctx, `INSERT INTO vault.keys (id, subject, wrapped)
			SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[]) ON CONFLICT (subject) DO NOTHING`, ids, missing, wrapped)
		if err != nil {
			return err
		}
		return s.read(ctx, tx, keep, columns+"WHERE subject = ANY ($1)", missing)
	})
	return found, err
}

// seek finds keys by id. Ids it does not know are left out.
func (s *store) seek(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]entry, error) {
	found := make(map[uuid.UUID]entry, len(ids))
	err := s.read(ctx, s.db, func(e entry) { found[e.id] = e }, columns+"WHERE id = ANY ($1)", ids)
	return found, err
}

// newest hands over up to limit keys, the newest first.
func (s *store) newest(ctx context.Context, limit int, each func(entry)) error {
	return s.read(ctx, s.db, each, columns+"ORDER BY id DESC LIMIT $1", limit)
}

func (s *store) destroy(ctx context.Context, subject string) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	return s.durably(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO vault.keys (id, subject, destroyed_at) VALUES ($1, $2, now())
			ON CONFLICT (subject) DO UPDATE SET wrapped = NULL, destroyed_at = excluded.destroyed_at
			WHERE keys.destroyed_at IS NULL`, id, subject)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "SELECT pg_notify($1, $2)", destroyedChannel, subject)
		return err
	})
}

// insertService adds one version of a key of the service itself; a version
// that is there already stays as it is.
func (s *store) insertService(ctx context.Context, purpose string, version byte, wrapped []byte) error {
	return s.durably(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO vault.service_keys (purpose, version, wrapped) VALUES ($1, $2, $3)
			ON CONFLICT DO NOTHING`, purpose, int16(version), wrapped)
		return err
	})
}

func (s *store) readService(ctx context.Context, purpose string, each func(version byte, wrapped []byte) error) error {
	rows, err := s.db.Query(ctx, "SELECT version, wrapped FROM vault.service_keys WHERE purpose = $1", purpose)
	if err != nil {
		return unavailable(err)
	}
	var version int16
	var wrapped []byte
	_, err = pgx.ForEachRow(rows, []any{&version, &wrapped}, func() error { return each(byte(version), wrapped) })
	return unavailable(err)
}

// durably runs a transaction whose commit is on disk when it returns, whatever
// the role's or the database's default.
func (s *store) durably(ctx context.Context, do func(pgx.Tx) error) error {
	return unavailable(pgx.BeginTxFunc(ctx, s.db, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL synchronous_commit = on"); err != nil {
			return err
		}
		return do(tx)
	}))
}

type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func (s *store) read(ctx context.Context, q querier, each func(entry), sql string, args ...any) error {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return unavailable(err)
	}
	var e entry
	var wrapped []byte
	_, err = pgx.ForEachRow(rows, []any{&e.id, &e.subject, &wrapped}, func() error {
		e.gone, e.key = wrapped == nil, [keySize]byte{}
		if !e.gone {
			if err := s.unwrap(&e, wrapped); err != nil {
				return err
			}
		}
		each(e)
		return nil
	})
	return unavailable(err)
}

// fresh makes a key for each subject. Ids are UUIDv7: in order of time, which
// the index likes.
func (s *store) fresh(subjects []string) (ids []uuid.UUID, wrapped [][]byte, err error) {
	for _, subject := range subjects {
		var key [keySize]byte
		if _, err := rand.Read(key[:]); err != nil {
			return nil, nil, err
		}
		id, err := uuid.NewV7()
		if err != nil {
			return nil, nil, err
		}
		w, err := s.master.Encrypt(key[:], bound(id, subject))
		if err != nil {
			return nil, nil, fmt.Errorf("wrapping a key: %w", err)
		}
		ids, wrapped = append(ids, id), append(wrapped, w)
	}
	return ids, wrapped, nil
}

func (s *store) unwrap(e *entry, wrapped []byte) error {
	key, err := s.master.Decrypt(wrapped, bound(e.id, e.subject))
	if err != nil {
		return fmt.Errorf("%w: unwrapping %s of %s: %w", errDamaged, e.id, e.subject, err)
	}
	if len(key) != keySize {
		return fmt.Errorf("%w: %s of %s has %d bytes", errDamaged, e.id, e.subject, len(key))
	}
	copy(e.key[:], key)
	return nil
}

// bound ties a wrapped key to its row, so that exchanging rows is noticed.
func bound(id uuid.UUID, subject string) []byte {
	return append(append([]byte("docket vault key\x00"), id[:]...), subject...)
}
