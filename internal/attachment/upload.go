package attachment

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gocloud.dev/blob"

	"docket/domain"
)

// Put seals a file under a stream's key and keeps it until a command attaches it, for a day. It is streamed: no more than a
// segment is in memory. A file in which the scan finds something is kept sealed too, for whoever has to look into it, and
// comes back with ErrMalware.
//
// Errors: ErrType, ErrTooLarge, ErrEmpty, ErrMalware, ErrScanner, ErrUnavailable; domain.ErrDestroyed for a stream whose key
// is gone; whatever reading the file gives.
func (s *Store) Put(ctx context.Context, stream domain.StreamID, principal string, file io.Reader) (Upload, error) {
	head := make([]byte, sniffed)
	n, err := io.ReadFull(file, head)
	switch {
	case errors.Is(err, io.EOF):
		return Upload{}, ErrEmpty
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return Upload{}, err
	}
	u := Upload{}
	var ok bool
	if u.MediaType, ok = mediaType(head[:n]); !ok {
		return Upload{}, ErrType
	}
	if err := s.put(ctx, stream, principal, io.MultiReader(bytes.NewReader(head[:n]), file), &u); err != nil {
		return Upload{}, err
	}
	if u.Scan == Infected {
		s.Logger.WarnContext(ctx, "an uploaded file did not pass the malware scan",
			"threat", u.Threat, "stream", stream, "principal", principal, "digest", u.Digest)
		return u, ErrMalware
	}
	return u, nil
}

// put stages a file whose type is known and gives it its name.
func (s *Store) put(ctx context.Context, stream domain.StreamID, principal string, file io.Reader, u *Upload) error {
	staging := stagingPrefix + uuid.NewString()
	defer func() { _ = s.Bucket.Delete(context.WithoutCancel(ctx), staging) }() // moved by then, or of no use
	if err := s.stage(ctx, stream, staging, file, u); err != nil {
		return err
	}
	return s.settle(ctx, stream, principal, staging, *u)
}

// stage writes the sealed bytes aside while the scanner reads the plain ones and the digest the sealed ones.
func (s *Store) stage(ctx context.Context, stream domain.StreamID, staging string, file io.Reader, u *Upload) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // drops an object that was not closed
	out, err := s.Bucket.NewWriter(ctx, staging, &blob.WriterOptions{ContentType: "application/octet-stream"})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	closed := false
	defer func() {
		if !closed {
			cancel()
			_ = out.Close()
		}
	}()
	scans := []Scan{&builtin{}}
	if s.Scanner != nil {
		scan, err := s.Scanner.Begin(ctx)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrScanner, err)
		}
		scans = append(scans, scan)
	}
	sum := sha256.New()
	sealing, err := s.seal(ctx, stream, io.MultiWriter(out, sum))
	if err != nil {
		return errors.Join(err, discard(scans))
	}
	plain := []io.Writer{sealing}
	for _, scan := range scans {
		plain = append(plain, scan)
	}
	u.Size, err = io.Copy(io.MultiWriter(plain...), io.LimitReader(file, s.Largest+1))
	if err == nil && u.Size > s.Largest {
		err = ErrTooLarge
	}
	if err != nil {
		return errors.Join(err, discard(scans))
	}
	if err := verdict(scans, u); err != nil {
		return err
	}
	if err := sealing.Close(); err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	closed = true
	if err := out.Close(); err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	u.Digest = hex.EncodeToString(sum.Sum(nil))
	return nil
}

// discard ends scans whose verdict nobody needs.
func discard(scans []Scan) error {
	for _, scan := range scans {
		_, _ = scan.Verdict()
	}
	return nil
}

// verdict asks every scanner. A file is clean when one that was configured has said so.
func verdict(scans []Scan, u *Upload) error {
	u.Scan = NotScanned
	if len(scans) > 1 {
		u.Scan = Clean
	}
	var failure error
	for _, scan := range scans {
		threat, err := scan.Verdict()
		switch {
		case err != nil:
			failure = fmt.Errorf("%w: %w", ErrScanner, err)
		case threat != "":
			u.Scan, u.Threat = Infected, threat
		}
	}
	if u.Scan == Infected {
		return nil
	}
	return failure
}

// settle moves the staged object to its name. The row comes first, so that no object is there that the sweeper would not
// find; it says stored only when the object is durable, so that no command attaches one that is not.
func (s *Store) settle(ctx context.Context, stream domain.StreamID, principal, staging string, u Upload) error {
	err := s.durably(ctx, `INSERT INTO attachments.uploads (digest, stream, principal, size, media_type, scan, threat)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, u.Digest, string(stream), principal, u.Size, u.MediaType, u.Scan, u.Threat)
	if err != nil {
		return err
	}
	key := sealedKey(u.Digest)
	if err := s.Bucket.Copy(ctx, key, staging, nil); err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if err := s.Bucket.settle(key); err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return s.durably(ctx, "UPDATE attachments.uploads SET stored = true WHERE digest = $1", u.Digest)
}

// durably runs one statement whose commit is on disk when it returns.
func (s *Store) durably(ctx context.Context, sql string, args ...any) error {
	err := pgx.BeginFunc(ctx, s.Pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL synchronous_commit = on"); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, sql, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return nil
}
