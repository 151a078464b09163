package commands

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"docket/domain"
	"docket/domain/security"
)

// dayLogDeadline is how long an entry may take to be stored, whatever becomes of the request that caused it.
const dayLogDeadline = 5 * time.Second

// dayLog appends at the end of the security stream of the day, wherever other processes have moved it.
type dayLog struct {
	journal Journal

	writing  sync.Mutex // one append at a time; the stream's end is known then
	day      domain.StreamID
	revision domain.Revision
}

// append stores all entries or none. They share the correlation of the first, which takes part in their ids.
func (l *dayLog) append(ctx context.Context, now time.Time, entries ...domain.Pending) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dayLogDeadline)
	defer cancel()
	l.writing.Lock()
	defer l.writing.Unlock()
	err := l.store(ctx, security.Stream(now), entries)
	if err != nil {
		l.day = ""
	}
	return err
}

func (l *dayLog) store(ctx context.Context, day domain.StreamID, entries []domain.Pending) error {
	seed := entries[0].Meta.Correlation
	for {
		if l.day != day {
			_, revision, err := l.journal.Load(ctx, day)
			if err != nil {
				return fmt.Errorf("read the end of %s: %w", day, err)
			}
			l.day, l.revision = day, revision
		}
		appended, err := l.journal.Append(ctx, day, l.revision, seed, entries)
		switch {
		case err == nil:
			l.revision = domain.Revision(appended.Revision) //nolint:gosec // revisions stay far below 2^63
			return nil
		case errors.Is(err, domain.ErrWrongRevision) && ctx.Err() == nil:
			l.day = "" // another process writes the same day
		default:
			return err
		}
	}
}
