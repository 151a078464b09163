// Package attachment keeps files: sealed under the key of the stream that they belong to, in a folder or a bucket, under the
// digest of the sealed bytes (mission row I6). An upload waits unseen until a command attaches it; what nobody attaches is
// swept. That a file belongs to a ticket stands in the ticket's events alone, which the caller reads.
//
// No digest of plain bytes is kept anywhere: it would tell what a destroyed file was.
package attachment

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"docket/domain"
)

// Refusals of uploads and of downloads.
var (
	ErrType        = domain.Refusal(domain.Invalid, "attachment.type", "files of this type are not taken")
	ErrTooLarge    = domain.Refusal(domain.Invalid, "attachment.too_large", "the file is larger than is taken")
	ErrEmpty       = domain.Refusal(domain.Invalid, "attachment.empty", "the file is empty")
	ErrMalware     = domain.Refusal(domain.Invalid, "attachment.malware", "the malware scan found something; the file is kept sealed and cannot be attached")
	ErrUnknown     = domain.Refusal(domain.NotFound, "attachment.unknown", "there is no such file, or it is not yours to see")
	ErrUnavailable = domain.Refusal(domain.Unavailable, "attachment.unavailable", "the file store cannot be reached; try again")
	ErrScanner     = domain.Refusal(domain.Unavailable, "attachment.scanner", "the malware scanner cannot be reached; try again")
)

// What a scan may have said.
const (
	Clean      = "clean"
	NotScanned = "not_scanned" // no scanner is configured
	Infected   = "infected"
)

// Keyring seals and opens small texts under a subject's key; internal/vault is one.
type Keyring interface {
	Seal(ctx context.Context, subject string, plain, aad []byte) (domain.Box, error)
	Open(ctx context.Context, b domain.Box, aad []byte) ([]byte, error)
}

// Options say where files lie. Pool, Keys and Bucket are required.
type Options struct {
	Pool    *pgxpool.Pool
	Keys    Keyring
	Bucket  *Bucket
	Scanner Scanner // nil: files are recorded as not scanned, but for what the rules built in find
	Largest int64   // bytes of a file; 0: DefaultLargest
	Logger  *slog.Logger
}

// DefaultLargest is 20 MiB.
const DefaultLargest = 20 << 20

// Store keeps files. It is safe for concurrent use, and several processes may share its bucket and database.
type Store struct{ Options }

// Open checks the options.
func Open(o Options) (*Store, error) {
	if o.Pool == nil || o.Keys == nil || o.Bucket == nil {
		return nil, errors.New("attachment: a pool, a keyring and a bucket are needed")
	}
	if o.Largest <= 0 {
		o.Largest = DefaultLargest
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Store{o}, nil
}

// Upload is a file that is kept.
type Upload struct {
	Digest    string `json:"digest" doc:"of the sealed bytes; attach it by this name"`
	Size      int64  `json:"size" doc:"bytes"`
	MediaType string `json:"media_type" doc:"by what was found in it"`
	Scan      string `json:"scan" enum:"clean,not_scanned,infected"`
	Threat    string `json:"-"` // what the scanner called it
}

// Staged tells of a file uploaded to a stream and keeps it from being swept for another day, so that a command which is
// about to attach it finds it afterwards.
func (s *Store) Staged(ctx context.Context, stream domain.StreamID, digest string) (Upload, bool, error) {
	u := Upload{Digest: digest}
	err := s.Pool.QueryRow(ctx, `UPDATE attachments.uploads SET touched_at = now()
		WHERE digest = $1 AND stream = $2 AND stored RETURNING size, media_type, scan, threat`, digest, string(stream)).
		Scan(&u.Size, &u.MediaType, &u.Scan, &u.Threat)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Upload{}, false, nil
	case err != nil:
		return Upload{}, false, fmt.Errorf("look an upload up: %w", err)
	}
	return u, true, nil
}

// unattached is how long an upload may wait.
const unattached = 24 * time.Hour
