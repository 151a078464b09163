package eventstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"docket/domain"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// Fingerprints gives the digests of a stream's stored bytes, event by event; none when the stream does not exist.
func (s *Store) Fingerprints(ctx context.Context, id domain.StreamID) ([]domain.Fingerprint, error) {
	recorded, err := read(ctx, s, func(ctx context.Context, c *esdb.Client) ([]*esdb.RecordedEvent, error) {
		return readStream(ctx, c, string(id))
	})
	if err != nil {
		return nil, fmt.Errorf("fingerprints of %s: %w", id, err)
	}
	prints := make([]domain.Fingerprint, len(recorded))
	for i, r := range recorded {
		prints[i] = domain.Fingerprint{Revision: r.EventNumber, Data: digest(r.Data), Metadata: digest(r.UserMetadata)}
	}
	return prints, nil
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
