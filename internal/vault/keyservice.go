package vault

import (
	"context"
	"errors"
	"fmt"
)

// KeyService holds master keys: it wraps data keys under the newest and unwraps those that it wrapped under any it still
// has. A master key itself never leaves it. [Keyset], a file, is the default; [Transit] is a server's.
type KeyService interface {
	// Wrap encrypts keys, each bound to the bytes of the same index, and names the master key it did so under: one for
	// all. An error means that nothing may be stored.
	Wrap(ctx context.Context, keys, bound [][]byte) (wrapped [][]byte, master string, err error)
	// Unwrap decrypts what Wrap gave under the named master key, with the same bound bytes.
	Unwrap(ctx context.Context, master string, wrapped, bound [][]byte) ([][]byte, error)
	// Owns reports whether a master key of that name would be one of this service's.
	Owns(master string) bool
	// Renew makes a new master key, under which Wrap goes on; the older ones stay.
	Renew(ctx context.Context) error
	// Retire forgets every master key but the newest and those named.
	Retire(ctx context.Context, keep []string) error
}

// errNoService: what is stored was wrapped by a key service that was not given.
var errNoService = errors.New("no key service at hand has this master key")

// services are the key services at hand: the first wraps, all unwrap.
type services []KeyService

func (s services) wrap(ctx context.Context, keys, bound [][]byte) ([][]byte, string, error) {
	wrapped, master, err := s[0].Wrap(ctx, keys, bound)
	switch {
	case err != nil:
		return nil, "", fmt.Errorf("wrapping: %w", err)
	case len(wrapped) != len(keys) || master == "":
		return nil, "", fmt.Errorf("wrapping: %d of %d keys came back", len(wrapped), len(keys))
	}
	return wrapped, master, nil
}

func (s services) unwrap(ctx context.Context, master string, wrapped, bound [][]byte) ([][]byte, error) {
	for _, service := range s {
		if !service.Owns(master) {
			continue
		}
		keys, err := service.Unwrap(ctx, master, wrapped, bound)
		if err == nil && len(keys) != len(wrapped) {
			err = fmt.Errorf("%d of %d keys came back", len(keys), len(wrapped))
		}
		if err != nil {
			return nil, fmt.Errorf("unwrapping under %s: %w", master, err)
		}
		return keys, nil
	}
	return nil, fmt.Errorf("%s: %w", master, errNoService)
}
