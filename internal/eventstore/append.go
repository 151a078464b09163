package eventstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"docket/domain"
	"docket/internal/eventstore/pubsub/supervise"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// Append stores events at the end of a stream, all or none, provided that the stream is at the expected revision. Meta of
// each event gets its schema version and its index here. seed takes part in the events' ids and should name principal,
// command and key.
//
// An attempt whose answer is lost is repeated with the same ids until the deadline of ctx (10 s when it has none): at an
// exact revision the store recognises what it already holds, so that nothing is doubled. Errors: [domain.ErrWrongRevision],
// nothing was written; [domain.ErrAmbiguous], the last answer is lost, read back before telling anyone;
// [ErrUnavailable], no attempt reached the store.
func (s *Store) Append(ctx context.Context, id domain.StreamID, expected domain.Revision, seed string, events []domain.Pending) (domain.Appended, error) {
	stored, ids, err := s.codec.encode(ctx, id, seed, events)
	if err != nil {
		return domain.Appended{}, fmt.Errorf("append to %s: %w", id, err)
	}
	result, err := s.write(ctx, string(id), expected, stored)
	if err != nil {
		return domain.Appended{}, fmt.Errorf("append to %s: %w", id, err)
	}
	return domain.Appended{Revision: result.NextExpectedVersion, Position: result.CommitPosition, IDs: ids}, nil
}

func (s *Store) write(ctx context.Context, stream string, expected domain.Revision, events []esdb.EventData) (*esdb.WriteResult, error) {
	ctx, cancel := limited(ctx)
	defer cancel()
	deadline, _ := ctx.Deadline()
	options := esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}
	if expected >= 0 {
		options.ExpectedRevision = esdb.Revision(uint64(expected))
	}
	backoff := supervise.Backoff{Min: 10 * time.Millisecond, Max: 500 * time.Millisecond}
	maybe := false // an earlier attempt may have been stored
	for {
		left := time.Until(deadline)
		options.Deadline = &left
		result, err := supervise.Call(ctx, s.calls, func(ctx context.Context, c *esdb.Client) (*esdb.WriteResult, error) {
			return c.AppendToStream(ctx, stream, options, events...)
		})
		switch {
		case err == nil:
			return result, nil
		case supervise.Code(err) == esdb.ErrorCodeWrongExpectedVersion:
			return nil, fmt.Errorf("%w: %w", domain.ErrWrongRevision, err)
		case errors.Is(err, supervise.ErrClosed) && !maybe:
			return nil, err
		case ctx.Err() == nil && !supervise.Transient(err) && !maybe:
			return nil, err
		}
		maybe = maybe || !supervise.Unsent(err)
		if !supervise.Transient(err) || backoff.Wait(ctx) != nil {
			if maybe {
				return nil, fmt.Errorf("%w: %w", domain.ErrAmbiguous, err)
			}
			return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
	}
}
