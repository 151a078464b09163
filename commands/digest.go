package commands

import (
	"context"
	"encoding/base64"
)

// Digester makes keyed digests and recognises those of older keys; internal/vault is one.
type Digester interface {
	Digest(ctx context.Context, purpose string, data []byte) ([]byte, error)
	SameDigest(ctx context.Context, purpose string, data, digest []byte) (bool, error)
}

// digestPurpose keeps the digests of requests apart from others.
const digestPurpose = "command request"

// DigestWith sets Digest and SameDigest; digests are stored as unpadded URL base64.
func (c *Config) DigestWith(d Digester) {
	c.Digest = func(ctx context.Context, request []byte) (string, error) {
		sum, err := d.Digest(ctx, digestPurpose, request)
		return base64.RawURLEncoding.EncodeToString(sum), err
	}
	c.SameDigest = func(ctx context.Context, request []byte, digest string) (bool, error) {
		sum, malformed := base64.RawURLEncoding.DecodeString(digest)
		if malformed != nil {
			sum = nil // not one of ours, so not this request's
		}
		return d.SameDigest(ctx, digestPurpose, request, sum)
	}
}
