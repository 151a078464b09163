package attachment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"docket/domain"
)

// producedKey is where a file lies that the service made itself.
func producedKey(stream domain.StreamID) string {
	return "produced/" + stream.Category() + "/" + stream.Key()
}

// Produce has a file written and keeps it sealed under a stream's key, in the place of an earlier one. Nothing of it is there when
// writing fails. It tells the bytes written and the digest of the sealed ones.
func (s *Store) Produce(ctx context.Context, stream domain.StreamID, write func(io.Writer) error) (size int64, digest string, err error) {
	writing, cancel := context.WithCancel(ctx)
	defer cancel() // drops an object that was not closed
	key := producedKey(stream)
	out, err := s.Bucket.NewWriter(writing, key, &blob.WriterOptions{ContentType: "application/octet-stream"})
	if err != nil {
		return 0, "", fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	sum := sha256.New()
	sealing, err := s.seal(ctx, stream, io.MultiWriter(out, sum))
	if err != nil {
		cancel()
		return 0, "", errors.Join(err, ignored(out.Close()))
	}
	counted := &counter{below: sealing}
	if err := write(counted); err != nil {
		cancel()
		return 0, "", errors.Join(err, ignored(out.Close()))
	}
	if err := errors.Join(sealing.Close(), out.Close()); err != nil {
		return 0, "", fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if err := s.Bucket.settle(key); err != nil {
		return 0, "", fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return counted.size, hex.EncodeToString(sum.Sum(nil)), nil
}

// ignored is the error of closing what is dropped, which says no more than that.
func ignored(error) error { return nil }

type counter struct {
	below io.Writer
	size  int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.below.Write(b)
	c.size += int64(n)
	return n, err
}

// Produced opens a file that the service made. Errors as of Read.
func (s *Store) Produced(ctx context.Context, stream domain.StreamID) (io.ReadCloser, error) {
	in, err := s.Bucket.NewReader(ctx, producedKey(stream), nil)
	switch {
	case gcerrors.Code(err) == gcerrors.NotFound:
		return nil, ErrUnknown
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	plain, err := s.unseal(ctx, stream, in)
	if err != nil {
		return nil, errors.Join(err, in.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{plain, in}, nil
}

// Discard removes a file that the service made; one that is not there is none the less gone.
func (s *Store) Discard(ctx context.Context, stream domain.StreamID) error {
	if err := s.Bucket.Delete(ctx, producedKey(stream)); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return nil
}
