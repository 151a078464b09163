package attachment

import (
	"context"
	"fmt"
	"io"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"docket/domain"
)

// Read opens a file of a stream. The caller has made sure that it is attached there and that the reader may see it.
//
// Errors: ErrUnknown, domain.ErrDestroyed when the stream's key is gone, ErrUnavailable. A file that was changed fails while
// it is read.
func (s *Store) Read(ctx context.Context, stream domain.StreamID, digest string) (io.ReadCloser, error) {
	in, err := s.Bucket.NewReader(ctx, sealedKey(digest), nil)
	switch {
	case gcerrors.Code(err) == gcerrors.NotFound:
		return nil, ErrUnknown
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	plain, err := s.unseal(ctx, stream, in)
	if err != nil {
		_ = in.Close()
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{plain, in}, nil
}

// Attached tells whether a stream's events say that a file belongs to it.
type Attached func(ctx context.Context, stream domain.StreamID, digest string) (bool, error)

// Sweep removes what has waited for more than a day to be attached, once the stream itself says that it is not; what is, is
// noted and never asked about again. It tells how many files went.
//
// A command that attaches a file touches its row first (Staged), so a file can be removed only if the append takes a day.
func (s *Store) Sweep(ctx context.Context, attached Attached) (swept int, err error) {
	rows, err := s.waiting(ctx)
	if err != nil {
		return 0, err
	}
	for _, w := range rows {
		belongs, err := attached(ctx, domain.StreamID(w.Stream), w.Digest)
		if err != nil {
			return swept, err
		}
		if belongs {
			if err := s.durably(ctx, "UPDATE attachments.uploads SET attached_at = now() WHERE digest = $1", w.Digest); err != nil {
				return swept, err
			}
			continue
		}
		gone, err := s.remove(ctx, w.Digest)
		if err != nil {
			return swept, err
		}
		if gone {
			swept++
		}
	}
	return swept, s.sweepStaging(ctx)
}

// remove takes an upload away unless a command has touched it meanwhile: from the first statement on no command finds it,
// and only the last one lets the sweeper forget it.
func (s *Store) remove(ctx context.Context, digest string) (bool, error) {
	tag, err := s.Pool.Exec(ctx, `UPDATE attachments.uploads SET stored = false
		WHERE digest = $1 AND attached_at IS NULL AND touched_at < now() - $2::interval`, digest, unattached)
	if err != nil || tag.RowsAffected() == 0 {
		return false, err
	}
	if err := s.Bucket.Delete(ctx, sealedKey(digest)); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return false, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return true, s.durably(ctx, "DELETE FROM attachments.uploads WHERE digest = $1 AND NOT stored", digest)
}

type waiting struct{ Digest, Stream string }

func (s *Store) waiting(ctx context.Context) ([]waiting, error) {
	rows, err := s.Pool.Query(ctx, `SELECT digest, stream FROM attachments.uploads
		WHERE attached_at IS NULL AND scan <> 'infected' AND touched_at < now() - $1::interval
		ORDER BY touched_at LIMIT 1000`, unattached)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	defer rows.Close()
	var all []waiting
	for rows.Next() {
		var w waiting
		if err := rows.Scan(&w.Digest, &w.Stream); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		all = append(all, w)
	}
	return all, rows.Err()
}

// sweepStaging removes what an upload that was killed has left.
func (s *Store) sweepStaging(ctx context.Context) error {
	list := s.Bucket.List(&blob.ListOptions{Prefix: stagingPrefix})
	for {
		object, err := list.Next(ctx)
		switch {
		case err == io.EOF: //nolint:errorlint // the library's contract
			return nil
		case err != nil:
			return fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		if object.IsDir || time.Since(object.ModTime) < unattached {
			continue
		}
		if err := s.Bucket.Delete(ctx, object.Key); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			return fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
	}
}

// sweepEvery is how often uploads are looked through.
const sweepEvery = time.Hour

// Run sweeps until ctx ends; what fails is tried again the next time.
func (s *Store) Run(ctx context.Context, attached Attached) error {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		if _, err := s.Sweep(ctx, attached); err != nil && ctx.Err() == nil {
			s.Logger.WarnContext(ctx, "uploads could not be swept; trying again later", "error", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
