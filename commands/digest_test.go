package commands_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain/ticket"
)

// rotating makes HMAC digests under a key whose version is their first byte.
type rotating struct{ version byte }

func (r *rotating) sum(version byte, purpose string, data []byte) []byte {
	mac := hmac.New(sha256.New, []byte{version, 1, 2, 3})
	mac.Write([]byte(purpose + "\x00"))
	mac.Write(data)
	return mac.Sum([]byte{version})
}

func (r *rotating) Digest(_ context.Context, purpose string, data []byte) ([]byte, error) {
	return r.sum(r.version, purpose, data), nil
}

func (r *rotating) SameDigest(_ context.Context, purpose string, data, digest []byte) (bool, error) {
	return len(digest) > 0 && hmac.Equal(r.sum(digest[0], purpose, data), digest), nil
}

func TestKeysOutliveTheRotationOfTheDigestKey(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	keys := &rotating{version: 1}
	p := d.pipeline(func(c *commands.Config) { c.DigestWith(keys) })
	id := d.inHandling()
	first, err := d.do(p, "ticket.note", id, &ticket.Note{Text: "one"}, keyed("k"))
	require.NoError(t, err)
	keys.version = 2
	again, err := d.do(p, "ticket.note", id, &ticket.Note{Text: "one"}, keyed("k"))
	require.NoError(t, err)
	require.True(t, again.Repeated)
	require.Equal(t, first.Revision, again.Revision)
	_, err = d.do(p, "ticket.note", id, &ticket.Note{Text: "two"}, keyed("k"))
	require.ErrorIs(t, err, commands.ErrKeyReused)
}
