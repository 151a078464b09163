package vault

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrRotating means that another process is changing the master key at this moment.
var ErrRotating = errors.New("another process is changing the master key")

// rotationLock is the advisory lock of whoever changes master keys.
const rotationLock = 0x646f636b6574

// rewrapBatch is how many keys are wrapped again in one transaction.
const rewrapBatch = 500

// Rotation tells of a change of the master key.
type Rotation struct {
	Master    string // under which everything is wrapped afterwards
	Resumed   bool   // an unfinished change was gone on with; no new key was made
	Rewrapped int    // keys wrapped again by this call
}

// Rotate changes the master key: a new one is made, or an unfinished change gone on with, and every key is wrapped again
// under it in batches, each durable by itself. Service goes on meanwhile. After a kill at any point the next call goes
// on; until one has returned without error the older master keys are needed, and until [Vault.Retire] they are kept.
// Progress, which may be nil, hears of every batch.
func (v *Vault) Rotate(ctx context.Context, progress func(rewrapped int)) (Rotation, error) {
	var r Rotation
	err := v.alone(ctx, func() error {
		var err error
		if r.Master, err = v.current(ctx); err != nil {
			return err
		}
		if r.Resumed, err = v.keys.behind(ctx, r.Master); err != nil {
			return err
		}
		if !r.Resumed {
			if err := v.keys.masters[0].Renew(ctx); err != nil {
				return err
			}
			if r.Master, err = v.current(ctx); err != nil {
				return err
			}
		}
		for behind := true; behind; {
			if err := v.rewrap(ctx, &r, progress); err != nil {
				return err
			}
			// What a process has wrapped under the old key meanwhile is found by another look.
			if behind, err = v.keys.behind(ctx, r.Master); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return r, fmt.Errorf("vault: changing the master key: %w", err)
	}
	return r, nil
}

// Retire forgets the master keys that nothing is wrapped under any more, and names them. From then on the database refuses
// whatever a process with an old copy would wrap under them; backups of the database that are older need them still.
func (v *Vault) Retire(ctx context.Context) (retired []string, err error) {
	err = v.alone(ctx, func() error {
		current, err := v.current(ctx)
		if err != nil {
			return err
		}
		known, err := readMasters(ctx, v.keys.db)
		if err != nil {
			return err
		}
		var keep []string
		for name := range known {
			unused, err := v.keys.dropMaster(ctx, name, current)
			switch {
			case err != nil:
				return err
			case unused:
				retired = append(retired, name)
			default:
				keep = append(keep, name)
			}
		}
		// Only now, for the database has to know first. A kill in between leaves keys in the file that the next call
		// deletes.
		for _, service := range v.keys.masters {
			if err := service.Retire(ctx, keep); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("vault: retiring master keys: %w", err)
	}
	slices.Sort(retired)
	return retired, nil
}

// alone holds the lock of rotations.
func (v *Vault) alone(ctx context.Context, do func() error) error {
	return v.keys.db.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
		var mine bool
		if err := c.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", rotationLock).Scan(&mine); err != nil {
			return unavailable(err)
		}
		if !mine {
			return ErrRotating
		}
		defer func() { _, _ = c.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", rotationLock) }()
		return do()
	})
}

// current is the master key that wraps now, noted in the database.
func (v *Vault) current(ctx context.Context) (string, error) {
	return proveMasters(ctx, v.keys.db, v.keys.masters)
}

// rewrap goes once over all that is wrapped under another master key.
func (v *Vault) rewrap(ctx context.Context, r *Rotation, progress func(int)) error {
	for last := uuid.Nil; ; {
		n, end, err := v.keys.rewrapKeys(ctx, last, r.Master)
		if err != nil {
			return err
		}
		r.Rewrapped += n
		if progress != nil {
			progress(r.Rewrapped)
		}
		if end == last {
			break
		}
		last = end
	}
	n, err := v.keys.rewrapService(ctx, r.Master)
	r.Rewrapped += n
	return err
}

// behind reports whether something is wrapped under another master key.
func (s *store) behind(ctx context.Context, master string) (bool, error) {
	var behind bool
	err := s.db.QueryRow(ctx, `SELECT EXISTS (SELECT FROM vault.keys WHERE master <> $1)
		OR EXISTS (SELECT FROM vault.service_keys WHERE master <> $1)`, master).Scan(&behind)
	return behind, unavailable(err)
}

// rewrapKeys wraps the next batch of subjects' keys again and tells where it ended: where it began when none is left. A
// key that is destroyed at the same moment stays destroyed, for a row changes only while it is as it was read.
func (s *store) rewrapKeys(ctx context.Context, after uuid.UUID, master string) (n int, end uuid.UUID, err error) {
	rows, err := readKeys(ctx, s.db, columns+"WHERE id > $1 AND master <> $2 ORDER BY id LIMIT $3", after, master, rewrapBatch)
	if err != nil || len(rows) == 0 {
		return 0, after, err
	}
	if err := s.unwrap(ctx, rows); err != nil {
		return 0, after, err
	}
	ids, olds := make([]uuid.UUID, len(rows)), make([][]byte, len(rows))
	keys, contexts := make([][]byte, len(rows)), make([][]byte, len(rows))
	for i := range rows {
		ids[i], olds[i], keys[i], contexts[i] = rows[i].id, rows[i].wrapped, rows[i].key[:], bound(rows[i].id, rows[i].subject)
	}
	wrapped, under, err := s.masters.wrap(ctx, keys, contexts)
	switch {
	case err != nil:
		return 0, after, err
	case under != master:
		return 0, after, fmt.Errorf("the master key became %s meanwhile", under)
	}
	err = s.durably(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE vault.keys SET wrapped = new.wrapped, master = $4
			FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS new (id, old, wrapped)
			WHERE keys.id = new.id AND keys.wrapped = new.old`, ids, olds, wrapped, master)
		n = int(tag.RowsAffected())
		return err
	})
	return n, rows[len(rows)-1].id, err
}

// rewrapService wraps the service's own keys again.
func (s *store) rewrapService(ctx context.Context, master string) (n int, err error) {
	keys, err := s.readService(ctx, digestPurpose)
	if err != nil {
		return 0, err
	}
	for _, k := range keys {
		if k.Master == master {
			continue
		}
		contexts := [][]byte{boundService(byte(k.Version))}
		plain, err := s.masters.unwrap(ctx, k.Master, [][]byte{k.Wrapped}, contexts)
		if err != nil {
			return n, err
		}
		wrapped, under, err := s.masters.wrap(ctx, plain, contexts)
		switch {
		case err != nil:
			return n, err
		case under != master:
			return n, fmt.Errorf("the master key became %s meanwhile", under)
		}
		err = s.durably(ctx, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE vault.service_keys SET wrapped = $1, master = $2
				WHERE purpose = $3 AND version = $4`, wrapped[0], master, digestPurpose, k.Version)
			return err
		})
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// dropMaster deletes a master key's row unless it is the current one or something refers to it. The references make sure:
// nothing can come to refer to it while it is deleted.
func (s *store) dropMaster(ctx context.Context, name, current string) (bool, error) {
	if name == current {
		return false, nil
	}
	dropped := false
	err := s.durably(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `DELETE FROM vault.masters WHERE name = $1
			AND NOT EXISTS (SELECT FROM vault.keys WHERE master = $1)
			AND NOT EXISTS (SELECT FROM vault.service_keys WHERE master = $1)`, name)
		dropped = tag.RowsAffected() > 0
		return err
	})
	return dropped, err
}
