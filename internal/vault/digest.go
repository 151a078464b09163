package vault

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// DigestSize is the length of every digest: one byte that names the version
// of the service's key, then HMAC-SHA-256.
const DigestSize = 1 + sha256.Size

// Digest tells equal data from different data without telling what it was to
// anybody who lacks the service's key. Purposes keep digests of equal data
// apart. Equal arguments give equal digests as long as the key's version is
// the same; compare across versions with SameDigest.
func (v *Vault) Digest(ctx context.Context, purpose string, data []byte) ([]byte, error) {
	k, err := v.digest.current(ctx)
	if err != nil {
		return nil, fmt.Errorf("vault: digest key: %w", err)
	}
	return k.sum(purpose, data), nil
}

// SameDigest tells whether an earlier Digest was of this data, under whichever
// version of the key it was made.
func (v *Vault) SameDigest(ctx context.Context, purpose string, data, digest []byte) (bool, error) {
	if len(digest) != DigestSize {
		return false, nil
	}
	k, err := v.digest.version(ctx, digest[0])
	if err != nil {
		return false, fmt.Errorf("vault: digest key: %w", err)
	}
	return hmac.Equal(k.sum(purpose, data), digest), nil
}

// RotateDigestKey makes a new version for this process and all that start
// later; others go on with theirs, and old digests stay comparable.
func (v *Vault) RotateDigestKey(ctx context.Context) error {
	k, err := v.digest.current(ctx)
	if err != nil {
		return fmt.Errorf("vault: digest key: %w", err)
	}
	if k.version == 255 {
		return errors.New("vault: the digest key has had all its 255 versions")
	}
	if err := v.digest.create(ctx, k.version+1); err != nil {
		return fmt.Errorf("vault: digest key: %w", err)
	}
	return nil
}

// digestPurpose is the row in vault.service_keys.
const digestPurpose = "digest"

// digester holds the versions of one service key.
type digester struct {
	keys *store

	mu     sync.Mutex
	known  map[byte]digestKey
	newest byte // 0: not loaded
}

type digestKey struct {
	version byte
	key     []byte
}

// sum separates purpose and data by the purpose's length, so that no two
// pairs run together.
func (k digestKey) sum(purpose string, data []byte) []byte {
	h := hmac.New(sha256.New, k.key)
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(purpose))))
	h.Write([]byte(purpose))
	h.Write(data)
	return h.Sum([]byte{k.version})
}

func (d *digester) current(ctx context.Context) (digestKey, error) {
	if k, ok := d.newestKnown(); ok {
		return k, nil
	}
	if err := d.load(ctx); err != nil {
		return digestKey{}, err
	}
	if k, ok := d.newestKnown(); ok {
		return k, nil
	}
	if err := d.create(ctx, 1); err != nil {
		return digestKey{}, err
	}
	k, _ := d.newestKnown()
	return k, nil
}

func (d *digester) newestKnown() (digestKey, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	k, ok := d.known[d.newest]
	return k, ok
}

func (d *digester) version(ctx context.Context, v byte) (digestKey, error) {
	for range 2 {
		d.mu.Lock()
		k, ok := d.known[v]
		d.mu.Unlock()
		if ok {
			return k, nil
		}
		if err := d.load(ctx); err != nil {
			return digestKey{}, err
		}
	}
	return digestKey{}, fmt.Errorf("version %d: %w", v, ErrUnknown)
}

// create adds a version unless another process was first, and loads what
// then is there.
func (d *digester) create(ctx context.Context, version byte) error {
	key := make([]byte, keySize)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	wrapped, master, err := d.keys.masters.wrap(ctx, [][]byte{key}, [][]byte{boundService(version)})
	if err != nil {
		return err
	}
	if err := d.keys.insertService(ctx, digestPurpose, version, wrapped[0], master); err != nil {
		return err
	}
	return d.load(ctx)
}

func (d *digester) load(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known == nil {
		d.known = map[byte]digestKey{}
	}
	stored, err := d.keys.readService(ctx, digestPurpose)
	if err != nil {
		return err
	}
	for _, k := range stored {
		version := byte(k.Version)
		if _, known := d.known[version]; known {
			continue
		}
		key, err := d.keys.masters.unwrap(ctx, k.Master, [][]byte{k.Wrapped}, [][]byte{boundService(version)})
		if err != nil {
			return fmt.Errorf("version %d: %w", version, err)
		}
		d.known[version] = digestKey{version: version, key: key[0]}
		d.newest = max(d.newest, version)
	}
	return nil
}

// every gives all versions, the newest included that another process has made.
func (d *digester) every(ctx context.Context) ([]digestKey, error) {
	if _, err := d.current(ctx); err != nil {
		return nil, err
	}
	if err := d.load(ctx); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Collect(maps.Values(d.known)), nil
}

func boundService(version byte) []byte {
	return append([]byte("docket vault service key\x00"+digestPurpose+"\x00"), version)
}
