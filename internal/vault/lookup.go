package vault

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"docket/domain"
)

// Remember notes durably that a subject can be found by these identifiers, as of a revision of its stream that is about to
// be stored; doing it again changes nothing.
//
// It is to be called before the event that tells of them is appended. Should the append then fail, a digest is left that
// leads to a subject which does not have the identifier, and whoever follows it sees that when the subject's own stream
// is read. In the other order a crash would leave a customer that nobody can find, and the next clerk would open a
// second file. For the same reason an identifier that is given up is dropped ([Vault.Forget]) after the append.
//
// Errors: domain.ErrDestroyed when the subject's key is gone; ErrUnavailable.
func (v *Vault) Remember(ctx context.Context, subject string, revision uint64, ids []domain.Identifier) error {
	k, err := v.digest.current(ctx)
	if err != nil {
		return fmt.Errorf("vault: digest key: %w", err)
	}
	kinds, digests := appendLookups(nil, nil, k, ids)
	if len(kinds) == 0 {
		return nil
	}
	if err := checkSubject(subject); err != nil {
		return err
	}
	e, err := v.own.do(ctx, subject) // the row that lookups refer to
	switch {
	case err != nil:
		return fmt.Errorf("vault: remembering %s: %w", subject, err)
	case e.gone:
		return fmt.Errorf("vault: remembering %s: %w", subject, domain.ErrDestroyed)
	}
	if err := v.keys.remember(ctx, subject, revision, kinds, digests); err != nil {
		return fmt.Errorf("vault: remembering %s: %w", subject, err)
	}
	return nil
}

// Forget drops what a subject was found by up to a revision of its stream, except the identifiers to keep.
func (v *Vault) Forget(ctx context.Context, subject string, revision uint64, keep []domain.Identifier) error {
	every, err := v.digest.every(ctx)
	if err != nil {
		return fmt.Errorf("vault: digest key: %w", err)
	}
	var kinds []string
	var digests [][]byte
	for _, k := range every {
		kinds, digests = appendLookups(kinds, digests, k, keep)
	}
	err = v.keys.durably(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM vault.lookups WHERE subject = $1 AND revision <= $4
			AND (kind, digest) NOT IN (SELECT * FROM unnest($2::text[], $3::bytea[]))`, subject, kinds, digests, int64(revision))
		return err
	})
	if err != nil {
		return fmt.Errorf("vault: forgetting what %s was found by: %w", subject, err)
	}
	return nil
}

// Find gives the subjects that may have an identifier, in no order: who asks makes sure by the subject's own stream.
func (v *Vault) Find(ctx context.Context, id domain.Identifier) ([]string, error) {
	every, err := v.digest.every(ctx)
	if err != nil {
		return nil, fmt.Errorf("vault: digest key: %w", err)
	}
	var kinds []string
	var digests [][]byte
	for _, k := range every {
		kinds, digests = appendLookups(kinds, digests, k, []domain.Identifier{id})
	}
	if len(kinds) == 0 {
		return nil, nil
	}
	rows, err := v.keys.db.Query(ctx, "SELECT DISTINCT subject FROM vault.lookups WHERE kind = $1 AND digest = ANY ($2)", kinds[0], digests)
	if err != nil {
		return nil, fmt.Errorf("vault: finding: %w", unavailable(err))
	}
	subjects, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("vault: finding: %w", unavailable(err))
	}
	return subjects, nil
}

// appendLookups leaves out what is empty once it is in its normal form: everybody without a telephone would be found by
// it.
func appendLookups(kinds []string, digests [][]byte, k digestKey, ids []domain.Identifier) ([]string, [][]byte) {
	for _, id := range ids {
		id = id.Normal()
		if id.Value == "" || id.Kind == "" {
			continue
		}
		kinds = append(kinds, id.Kind)
		digests = append(digests, k.sum("customer lookup "+id.Kind, []byte(id.Value)))
	}
	return kinds, digests
}

// remember adds rows unless the subject is destroyed at the same moment: the share lock on the key's row makes the one
// wait for the other.
func (s *store) remember(ctx context.Context, subject string, revision uint64, kinds []string, digests [][]byte) error {
	return s.durably(ctx, func(tx pgx.Tx) error {
		var gone bool
		err := tx.QueryRow(ctx, "SELECT wrapped IS NULL FROM vault.keys WHERE subject = $1 FOR SHARE", subject).Scan(&gone)
		switch {
		case err != nil:
			return err
		case gone:
			return domain.ErrDestroyed
		}
		_, err = tx.Exec(ctx, `INSERT INTO vault.lookups (kind, digest, subject, revision)
			SELECT DISTINCT kind, digest, $1, $4::bigint FROM unnest($2::text[], $3::bytea[]) AS found (kind, digest)
			ON CONFLICT (kind, digest, subject) DO UPDATE SET revision = greatest(lookups.revision, excluded.revision)`,
			subject, kinds, digests, int64(revision))
		return err
	})
}
