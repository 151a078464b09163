package attachment

import (
	"context"
	"io"

	"docket/domain"
)

// Keep seals bytes of whatever type under a stream's key, as Put does with files of the types that are taken: a message that
// cannot be read has to be kept as it came. What the scan finds is noted, and no reason to refuse.
//
// Errors: those of Put but ErrType, ErrEmpty and ErrMalware.
func (s *Store) Keep(ctx context.Context, stream domain.StreamID, principal, mediaType string, raw io.Reader) (Upload, error) {
	u := Upload{MediaType: mediaType}
	err := s.put(ctx, stream, principal, raw, &u)
	return u, err
}
