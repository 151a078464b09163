package vault

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// keySize is AES-256's.
const keySize = 32

// destroyedChannel carries the subjects whose keys are destroyed.
const destroyedChannel = "vault_destroyed"

// store is the table vault.keys.
type store struct {
	db      *pgxpool.Pool
	masters services
}

const columns = "SELECT id, subject, coalesce(master, ''), wrapped FROM vault.keys "

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
	made, err := s.provide(ctx, missing)
	maps.Copy(found, made)
	return found, err
}

// provide is own for subjects that are likely to have no key, which saves looking for one first. The others keep theirs.
func (s *store) provide(ctx context.Context, subjects []string) (map[string]entry, error) {
	// One order for all writers, or two of them could wait for each other.
	subjects = slices.Sorted(slices.Values(subjects))
	ids, wrapped, master, err := s.fresh(ctx, subjects)
	if err != nil {
		return nil, err
	}
	// One round trip, since whoever registers something waits for it. Where another process was first, its key counts: the
	// insert waits for that one's commit and the next statement sees the row.
	var made []stored
	durable := &pgx.Batch{}
	durable.Queue("BEGIN ISOLATION LEVEL READ COMMITTED")
	durable.Queue("SET LOCAL synchronous_commit = on")
	durable.Queue(`INSERT INTO vault.keys (id, subject, wrapped, master)
		SELECT *, $4 FROM unnest($1::uuid[], $2::text[], $3::bytea[]) ON CONFLICT (subject) DO NOTHING`, ids, subjects, wrapped, master)
	durable.Queue(columns+"WHERE subject = ANY ($1)", subjects).Query(func(rows pgx.Rows) (err error) {
		made, err = pgx.CollectRows(rows, toStored)
		return err
	})
	durable.Queue("COMMIT")
	if err := s.db.SendBatch(ctx, durable).Close(); err != nil {
		return nil, unavailable(err)
	}
	if err := s.unwrap(ctx, made); err != nil {
		return nil, err
	}
	found := make(map[string]entry, len(made))
	for i := range made {
		found[made[i].subject] = made[i].entry
	}
	return found, nil
}

// seek finds keys by id. Ids it does not know are left out.
func (s *store) seek(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]entry, error) {
	found := make(map[uuid.UUID]entry, len(ids))
	err := s.read(ctx, s.db, func(e entry) { found[e.id] = e }, columns+"WHERE id = ANY ($1)", ids)
	return found, err
}

// destroy deletes a subject's key and all by which the subject could be found.
func (s *store) destroy(ctx context.Context, subject string) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	return s.durably(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO vault.keys (id, subject, destroyed_at) VALUES ($1, $2, now())
			ON CONFLICT (subject) DO UPDATE SET wrapped = NULL, master = NULL, destroyed_at = excluded.destroyed_at
			WHERE keys.destroyed_at IS NULL`, id, subject)
		if err != nil {
			return err
		}
		// The key's row is locked by now, so none can come in beside (see remember).
		if _, err := tx.Exec(ctx, "DELETE FROM vault.lookups WHERE subject = $1", subject); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "SELECT pg_notify($1, $2)", destroyedChannel, subject)
		return err
	})
}

// insertService adds one version of a key of the service itself; a version
// that is there already stays as it is.
func (s *store) insertService(ctx context.Context, purpose string, version byte, wrapped []byte, master string) error {
	return s.durably(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO vault.service_keys (purpose, version, wrapped, master) VALUES ($1, $2, $3, $4)
			ON CONFLICT DO NOTHING`, purpose, int16(version), wrapped, master)
		return err
	})
}

// serviceKey is one version of a key of the service itself, as stored.
type serviceKey struct {
	Version int16
	Master  string
	Wrapped []byte
}

func (s *store) readService(ctx context.Context, purpose string) ([]serviceKey, error) {
	rows, err := s.db.Query(ctx, "SELECT version, master, wrapped FROM vault.service_keys WHERE purpose = $1", purpose)
	if err != nil {
		return nil, unavailable(err)
	}
	keys, err := pgx.CollectRows(rows, pgx.RowToStructByPos[serviceKey])
	return keys, unavailable(err)
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
	found, err := readKeys(ctx, q, sql, args...)
	if err != nil {
		return err
	}
	if err := s.unwrap(ctx, found); err != nil {
		return err
	}
	for i := range found {
		each(found[i].entry)
	}
	return nil
}

// stored is a row of vault.keys, its key filled in by unwrap.
type stored struct {
	entry
	master  string
	wrapped []byte
}

func readKeys(ctx context.Context, q querier, sql string, args ...any) ([]stored, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, unavailable(err)
	}
	found, err := pgx.CollectRows(rows, toStored)
	return found, unavailable(err)
}

func toStored(row pgx.CollectableRow) (stored, error) {
	var r stored
	err := row.Scan(&r.id, &r.subject, &r.master, &r.wrapped)
	r.gone = r.wrapped == nil
	return r, err
}

// unwrap fills in the keys of rows, with one request to a key service for each master key.
func (s *store) unwrap(ctx context.Context, rows []stored) error {
	under := map[string][]*stored{}
	for i := range rows {
		if !rows[i].gone {
			under[rows[i].master] = append(under[rows[i].master], &rows[i])
		}
	}
	for master, rows := range under {
		wrapped, contexts := make([][]byte, len(rows)), make([][]byte, len(rows))
		for i, r := range rows {
			wrapped[i], contexts[i] = r.wrapped, bound(r.id, r.subject)
		}
		keys, err := s.masters.unwrap(ctx, master, wrapped, contexts)
		if err != nil {
			return fmt.Errorf("keys of %s and others: %w", rows[0].subject, err)
		}
		for i, r := range rows {
			if len(keys[i]) != keySize {
				return fmt.Errorf("%w: %s of %s has %d bytes", errDamaged, r.id, r.subject, len(keys[i]))
			}
			copy(r.key[:], keys[i])
		}
	}
	return nil
}

// fresh makes a key for each subject. Ids are UUIDv7: in order of time, which
// the index likes.
func (s *store) fresh(ctx context.Context, subjects []string) (ids []uuid.UUID, wrapped [][]byte, master string, err error) {
	keys, contexts := make([][]byte, len(subjects)), make([][]byte, len(subjects))
	for i, subject := range subjects {
		keys[i] = make([]byte, keySize)
		if _, err := rand.Read(keys[i]); err != nil {
			return nil, nil, "", err
		}
		id, err := uuid.NewV7()
		if err != nil {
			return nil, nil, "", err
		}
		ids, contexts[i] = append(ids, id), bound(id, subject)
	}
	wrapped, master, err = s.masters.wrap(ctx, keys, contexts)
	return ids, wrapped, master, err
}

// bound ties a wrapped key to its row, so that exchanging rows is noticed.
func bound(id uuid.UUID, subject string) []byte {
	return append(append([]byte("docket vault key\x00"), id[:]...), subject...)
}
