// Package vault keeps the keys under which docket seals texts and marked
// fields, so that destroying a key destroys what it sealed, wherever copies
// of the sealed bytes lie (mission row D5).
//
// Each subject (a ticket's or a customer's stream) has one key of its own,
// which is stored wrapped by a master key that never enters the database. The
// package knows nothing of events and fields: who seals what under which
// subject is decided by the contracts of the domain.
//
// What destruction does not reach: PostgreSQL's old row versions, its log and
// backups hold the wrapped key until they are vacuumed, recycled or expire. A
// wrapped key is of use only to somebody who also has the master key.
package vault

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"docket/domain"
)

// Options say where the master key is and how much is kept in memory.
type Options struct {
	// MasterKeyFile is a tink keyset in JSON, made at first start, mode 0600.
	// Keep a copy apart from the database's: without it every sealed text is
	// lost.
	MasterKeyFile string
	// KeyServices hold master keys elsewhere. The first wraps in the file's
	// place; the file is then needed only while something is wrapped under it.
	KeyServices []KeyService
	// CacheKeys bounds the unwrapped keys held in memory, at about 200 bytes
	// each; DefaultCacheKeys when zero.
	CacheKeys int
	// Dropped is called whenever a key has been destroyed, here or by a process
	// whose notice Watch hears, and when Watch may have missed one: whoever
	// keeps opened texts in memory drops them then. Nil: nobody does.
	Dropped func()
	// Logger hears of lost notifications. Nil discards.
	Logger *slog.Logger
}

// DefaultCacheKeys take about 20 MB when all are used.
const DefaultCacheKeys = 100_000

// ErrUnavailable means the keys cannot be reached; nothing was sealed.
var ErrUnavailable = domain.Refusal(domain.Unavailable, "vault.unavailable", "the key store cannot be reached; try again")

// Vault seals and opens. It is safe for concurrent use, and any number of
// processes may share one database; each of them should run Watch.
type Vault struct {
	keys   *store
	cache  *cache
	own    *batcher[string, entry]    // the key of a subject, made if there is none
	fresh  *batcher[string, entry]    // the same where there is likely none
	seek   *batcher[uuid.UUID, entry] // a key by its id
	digest *digester
	log    *slog.Logger
}

// New opens the vault of the database behind pool, which the vault's schema
// must be in (package migrations). The first start makes the master key. It
// fails with ErrMasterMissing or ErrMasterWrong rather than go on with keys it
// could never unwrap.
func New(ctx context.Context, pool *pgxpool.Pool, o Options) (*Vault, error) {
	if o.CacheKeys <= 0 {
		o.CacheKeys = DefaultCacheKeys
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	masters, err := openMasters(ctx, pool, o)
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	keys := &store{db: pool, masters: masters}
	v := &Vault{keys: keys, cache: newCache(o.CacheKeys), digest: &digester{keys: keys}, log: o.Logger}
	v.cache.dropped = o.Dropped
	v.own = newBatcher(v.keys.own)
	v.fresh = newBatcher(v.keys.provide)
	v.seek = newBatcher(v.keys.seek)
	return v, nil
}

// Seal encrypts under the subject's key with AES-256-GCM. A subject's first
// key is committed durably before Seal returns, so no sealed bytes can ever
// outlive a crash that their key did not. aad is bound to the box: Open needs
// the same bytes.
//
// Errors: domain.ErrDestroyed when the subject's key has been destroyed, since
// a subject never gets a second one; ErrUnavailable.
func (v *Vault) Seal(ctx context.Context, subject string, plain, aad []byte) (domain.Box, error) {
	e, ok := v.cache.bySubject(subject)
	if !ok {
		if err := checkSubject(subject); err != nil {
			return domain.Box{}, err
		}
		age := v.cache.age()
		var err error
		if e, err = v.own.do(ctx, subject); err != nil {
			return domain.Box{}, fmt.Errorf("vault: sealing for %s: %w", subject, err)
		}
		v.cache.put(e, age)
	}
	if e.gone {
		return domain.Box{}, fmt.Errorf("vault: sealing for %s: %w", subject, domain.ErrDestroyed)
	}
	a, err := v.cache.cipher(e)
	if err != nil {
		return domain.Box{}, fmt.Errorf("vault: sealing for %s: %w", subject, err)
	}
	c, err := a.Encrypt(plain, aad)
	if err != nil {
		return domain.Box{}, fmt.Errorf("vault: sealing for %s: %w", subject, err)
	}
	return domain.Box{Key: e.id.String(), Cipher: c}, nil
}

// Provide makes keys, durably, for subjects that are new, and keeps them at hand: many subjects' at once, in one transaction, or
// one subject's beside other work, in one with those of others who ask meanwhile. What has a key keeps it. Errors as of Seal, but
// for a destroyed key, which Seal tells.
func (v *Vault) Provide(ctx context.Context, subjects ...string) error {
	var missing []string
	for _, subject := range subjects {
		if _, ok := v.cache.bySubject(subject); ok {
			continue
		}
		if err := checkSubject(subject); err != nil {
			return err
		}
		missing = append(missing, subject)
	}
	if len(missing) == 0 {
		return nil
	}
	age := v.cache.age()
	found, err := v.provide(ctx, missing)
	if err != nil {
		return fmt.Errorf("vault: keys of %d subjects: %w", len(missing), err)
	}
	for _, e := range found {
		v.cache.put(e, age)
	}
	return nil
}

func (v *Vault) provide(ctx context.Context, subjects []string) (map[string]entry, error) {
	if len(subjects) > 1 {
		return v.keys.provide(ctx, subjects)
	}
	e, err := v.fresh.do(ctx, subjects[0])
	return map[string]entry{subjects[0]: e}, err
}

// Open decrypts a box. Errors: domain.ErrDestroyed when its key has been
// destroyed; ErrUnavailable; anything else means a box that this vault did not
// seal, or not with this aad.
func (v *Vault) Open(ctx context.Context, b domain.Box, aad []byte) ([]byte, error) {
	id, err := uuid.Parse(b.Key)
	if err != nil {
		return nil, fmt.Errorf("vault: %q is no key id: %w", b.Key, err)
	}
	e, ok := v.cache.byID(id)
	if !ok {
		age := v.cache.age()
		if e, err = v.seek.do(ctx, id); err != nil {
			return nil, fmt.Errorf("vault: key %s: %w", id, err)
		}
		v.cache.put(e, age)
	}
	if e.gone {
		return nil, fmt.Errorf("vault: key %s: %w", id, domain.ErrDestroyed)
	}
	a, err := v.cache.cipher(e)
	if err != nil {
		return nil, fmt.Errorf("vault: key %s: %w", id, err)
	}
	plain, err := a.Decrypt(b.Cipher, aad)
	if err != nil {
		return nil, fmt.Errorf("vault: a box under key %s does not open: %w", id, err)
	}
	return plain, nil
}

// Destroy deletes the subject's key for good, or bars the subject from ever
// getting one. When it returns the deletion is durable and this process no
// longer has the key; processes that run Watch drop it at once too. Doing it
// again changes nothing.
func (v *Vault) Destroy(ctx context.Context, subject string) error {
	if err := checkSubject(subject); err != nil {
		return err
	}
	if err := v.keys.destroy(ctx, subject); err != nil {
		return fmt.Errorf("vault: destroying the key of %s: %w", subject, err)
	}
	v.cache.forget(subject)
	return nil
}

// Fetch reads the keys of boxes that are about to be opened, in one query for those that are not in memory: whoever opens the
// events of many tickets would ask for each by itself. What is no key, or not of this vault, is left for Open to tell. Errors:
// ErrUnavailable.
func (v *Vault) Fetch(ctx context.Context, boxes []*domain.Box) error {
	var missing []uuid.UUID
	last := ""
	for _, b := range boxes {
		if b.Key == last { // events of one ticket lie together
			continue
		}
		last = b.Key
		id, err := uuid.Parse(b.Key)
		if err != nil {
			continue
		}
		if _, ok := v.cache.byID(id); !ok {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	age := v.cache.age()
	found, err := v.keys.seek(ctx, missing)
	if err != nil {
		return fmt.Errorf("vault: %d keys: %w", len(missing), err)
	}
	for _, e := range found {
		v.cache.put(e, age)
	}
	return nil
}

// checkSubject keeps out what PostgreSQL would refuse, since one bad subject
// would fail everybody who waits in the same batch.
func checkSubject(subject string) error {
	const longest = 500
	if subject == "" || len(subject) > longest || !utf8.ValidString(subject) || strings.ContainsRune(subject, 0) {
		return fmt.Errorf("vault: %q cannot be a key's subject", subject)
	}
	return nil
}

// errDamaged marks keys that are there and cannot be used.
var errDamaged = errors.New("damaged key")

// unavailable marks for the edge what may be different a moment later: errors
// of connections and of a server that is short of something or going down.
func unavailable(err error) error {
	if err == nil || errors.Is(err, errDamaged) || errors.Is(err, context.Canceled) || errors.Is(err, ErrUnavailable) {
		return err
	}
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		switch refused.Code[:2] {
		case "08", "25", "40", "53", "55", "57", "58":
		default:
			return err
		}
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}
