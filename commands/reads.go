package commands

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"docket/domain"
	"docket/domain/security"
)

// ErrNotRecorded: the read could not be recorded, so nothing is shown.
var ErrNotRecorded = domain.Refusal(domain.Unavailable, "read.not_recorded", "this read has to be recorded and could not be; try again")

// Reads records sensitive reads in the security stream of the day: every one of them, before its data leave. Denials, which
// anybody can cause at will, are limited per source; reads are not, for who reads has the right to and is answerable.
type Reads struct {
	log   *dayLog
	clock func() time.Time
}

// Record stores the reads of one request together, or fails with [ErrNotRecorded].
func (r *Reads) Record(ctx context.Context, a domain.Actor, reads ...security.SensitiveRead) error {
	if len(reads) == 0 {
		return nil
	}
	now := r.clock().UTC().Truncate(time.Microsecond)
	key := uuid.NewString()
	entries := make([]domain.Pending, len(reads))
	for i, read := range reads {
		entries[i] = domain.Pending{Event: read, Meta: domain.Metadata{
			Principal: a.Principal, Actor: a.Staff, OnBehalfOf: a.OnBehalfOf, Channel: a.Channel, Source: a.Source,
			Effective: now, Decided: now, Command: read.What, Correlation: key, Causation: key,
		}}
	}
	if err := r.log.append(ctx, now, entries...); err != nil {
		return errors.Join(ErrNotRecorded, err)
	}
	return nil
}
