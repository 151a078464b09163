package commands

import (
	"context"

	"docket/domain"
)

// Upload is a file that was uploaded and is not attached yet.
type Upload struct {
	Size      int64
	MediaType string
	Scan      string // clean, not_scanned or infected
}

// Uploads knows the files that wait to be attached; internal/attachment is one.
type Uploads interface {
	// Staged tells of a file uploaded to a stream, and keeps it from being swept while a command is under way.
	Staged(ctx context.Context, stream domain.StreamID, digest string) (Upload, bool, error)
}

// Upload is a file uploaded to the command's own stream.
func (f Facts) Upload(digest string) (Upload, bool) { return f.sources.staged(digest) }
