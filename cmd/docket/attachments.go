package main

import (
	"context"
	"fmt"
	"path/filepath"

	"docket/commands"
	"docket/domain"
	"docket/domain/quarantine"
	"docket/domain/ticket"
	"docket/internal/attachment"
)

// attachments opens the folder or bucket of files.
func (s *Settings) attachments(ctx context.Context, st *stores) (*attachment.Store, error) {
	bucket, err := attachment.OpenBucket(ctx, orElse(s.Attachments, filepath.Join(s.Data, "attachments")))
	if err != nil {
		return nil, err
	}
	o := attachment.Options{Pool: st.pool, Keys: st.vault, Bucket: bucket, Largest: s.MaxFile, Logger: st.log}
	if s.Clamd != "" {
		if o.Scanner, err = attachment.ParseClamd(s.Clamd); err != nil {
			return nil, fmt.Errorf("--clamd: %w", err)
		}
	}
	return attachment.Open(o)
}

// uploads lets commands ask for files that wait to be attached.
type uploads struct{ *attachment.Store }

// Staged gives what commands want to know of an upload.
func (u uploads) Staged(ctx context.Context, stream domain.StreamID, digest string) (commands.Upload, bool, error) {
	found, known, err := u.Store.Staged(ctx, stream, digest)
	return commands.Upload{Size: found.Size, MediaType: found.MediaType, Scan: found.Scan}, known, err
}

// attached reads off a ticket's or a quarantined message's own stream whether a file belongs to it.
func (st *stores) attached(ctx context.Context, stream domain.StreamID, digest string) (bool, error) {
	history, _, err := st.events.LoadMasked(ctx, stream)
	if err != nil {
		return false, err
	}
	for i := range history {
		switch f := history[i].Event.(type) {
		case ticket.FileAttached:
			if f.Digest == digest {
				return true, nil
			}
		case quarantine.Entered:
			if f.Digest == digest {
				return true, nil
			}
		}
	}
	return false, nil
}
