package eventstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"

	"docket/domain"
	"docket/internal/eventstore/pubsub/supervise"
	"docket/internal/merkle"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
)

// Recorded follows the log as it is stored, undecoded: every event that is a leaf of the log's tree, of whatever category, from
// the position after (exclusive; 0 for all), in pages of whatever has arrived. It outlives lost connections like
// [Store.Subscribe], and ends like it.
func (s *Store) Recorded(ctx context.Context, after uint64) iter.Seq2[merkle.Page, error] {
	return func(yield func(merkle.Page, error) bool) {
		f := &feed{Store: s, raw: newQueue(bufferCount, bufferBytes, itemCost)}
		ctx, cancel := context.WithCancel(ctx)
		var running sync.WaitGroup
		defer running.Wait()
		defer cancel()
		running.Go(func() { f.raw.close(f.receive(ctx, after)) })
		page := merkle.Page{To: after}
		for {
			items, err := f.raw.take(ctx, pageLimit)
			if err != nil {
				if ctx.Err() == nil {
					yield(merkle.Page{To: page.To}, err)
				}
				return
			}
			page.Events = page.Events[:0:0]
			for _, i := range items {
				switch i.Kind {
				case supervise.CaughtUp:
					page.Live = true
				case supervise.Dropped:
					page.Live = false
				case supervise.Checkpoint:
					page.To = max(page.To, uint64(i.Place))
				case supervise.Appeared:
					page.To = max(page.To, uint64(i.Place))
					if e := i.Event.Event; e != nil && merkle.Counts(e.StreamID, e.EventType) {
						page.Events = append(page.Events, recorded(e))
					}
				}
			}
			if !yield(page, nil) {
				return
			}
		}
	}
}

func recorded(r *esdb.RecordedEvent) *merkle.Event {
	return &merkle.Event{
		Stream: r.StreamID, Revision: r.EventNumber, ID: r.EventID.String(), Type: r.EventType, Content: r.ContentType,
		Position: r.Position.Commit, Created: r.CreatedDate, Data: r.Data, Metadata: r.UserMetadata,
	}
}

// StoredEvents gives the events of a stream as they are stored; none when the stream does not exist.
func (s *Store) StoredEvents(ctx context.Context, id domain.StreamID) ([]*merkle.Event, error) {
	stored, err := read(ctx, s, func(ctx context.Context, c *esdb.Client) ([]*esdb.RecordedEvent, error) {
		return readStream(ctx, c, string(id))
	})
	if err != nil {
		return nil, fmt.Errorf("stored events of %s: %w", id, err)
	}
	events := make([]*merkle.Event, len(stored))
	for i, r := range stored {
		events[i] = recorded(r)
	}
	return events, nil
}

// LastHead is the newest tree head in the log; nil when there is none.
func (s *Store) LastHead(ctx context.Context) (*merkle.Event, error) {
	return read(ctx, s, func(ctx context.Context, c *esdb.Client) (*merkle.Event, error) {
		r, err := c.ReadStream(ctx, merkle.Stream, esdb.ReadStreamOptions{Direction: esdb.Backwards, From: esdb.End{}}, 1)
		if err != nil {
			return nil, err
		}
		defer r.Close()
		e, err := r.Recv()
		switch {
		case errors.Is(err, io.EOF), err != nil && supervise.Code(err) == esdb.ErrorCodeResourceNotFound:
			return nil, nil
		case err != nil:
			return nil, err
		}
		return recorded(e.Event), nil
	})
}

// AppendHead appends a signed tree head to the log, provided that its stream is at the expected revision. Errors as of
// [Store.Append].
func (s *Store) AppendHead(ctx context.Context, expected domain.Revision, checkpoint []byte) error {
	_, err := s.write(ctx, merkle.Stream, expected, []esdb.EventData{{
		EventID: uuid.NewSHA1(namespace, append([]byte("tree head\x00"), checkpoint...)), EventType: merkle.HeadType,
		ContentType: esdb.ContentTypeBinary, Data: checkpoint,
	}})
	if err != nil {
		return fmt.Errorf("append tree head: %w", err)
	}
	return nil
}

// RecordedAt is the first event at a position of the log or after it, as it is stored. Error: [ErrBeyondEnd].
func (s *Store) RecordedAt(ctx context.Context, position uint64) (*merkle.Event, error) {
	return read(ctx, s, func(ctx context.Context, c *esdb.Client) (*merkle.Event, error) {
		r, err := c.ReadAll(ctx, esdb.ReadAllOptions{From: esdb.Position{Commit: position, Prepare: position}}, 1)
		if err != nil {
			return nil, err
		}
		defer r.Close()
		e, err := r.Recv()
		if errors.Is(err, io.EOF) {
			err = fmt.Errorf("read at %d: %w", position, ErrBeyondEnd)
		}
		if err != nil {
			return nil, err
		}
		return recorded(e.OriginalEvent()), nil
	})
}
