package eventstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"docket/domain"
	"docket/internal/eventstore/pubsub/supervise"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// Load reads a stream with everything open, for decisions. The revision is that of its last event; a stream that does not
// exist, or has been deleted, gives no events and [domain.NoStream]. An event that has lost a key comes with its lost
// classes told, the texts of these reading [domain.Destroyed], and what marked values are left masked.
func (s *Store) Load(ctx context.Context, id domain.StreamID) ([]domain.Envelope, domain.Revision, error) {
	return s.load(ctx, id, false)
}

// LoadMasked reads a stream as [Store.Load] does, for readers: marked values come masked.
func (s *Store) LoadMasked(ctx context.Context, id domain.StreamID) ([]domain.Envelope, domain.Revision, error) {
	return s.load(ctx, id, true)
}

func (s *Store) load(ctx context.Context, id domain.StreamID, masked bool) ([]domain.Envelope, domain.Revision, error) {
	recorded, err := read(ctx, s, func(ctx context.Context, c *esdb.Client) ([]*esdb.RecordedEvent, error) {
		return readStream(ctx, c, string(id))
	})
	if err != nil {
		return nil, domain.NoStream, fmt.Errorf("load %s: %w", id, err)
	}
	if len(recorded) == 0 {
		return nil, domain.NoStream, nil
	}
	d := s.decoders.Get().(*decoder)
	defer s.decoders.Put(d)
	events := make([]domain.Envelope, len(recorded))
	for i, r := range recorded {
		if err := d.decode(ctx, r, masked, &events[i]); err != nil {
			return nil, domain.NoStream, fmt.Errorf("load: %w", err)
		}
	}
	return events, domain.Revision(events[len(events)-1].Revision), nil
}

// readStream reads a whole stream in one request; a missing stream is empty.
func readStream(ctx context.Context, c *esdb.Client, stream string) ([]*esdb.RecordedEvent, error) {
	r, err := c.ReadStream(ctx, stream, esdb.ReadStreamOptions{}, math.MaxUint64)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var events []*esdb.RecordedEvent
	for {
		e, err := r.Recv()
		switch {
		case errors.Is(err, io.EOF):
			return events, nil
		case err != nil && supervise.Code(err) == esdb.ErrorCodeResourceNotFound:
			return nil, nil
		case err != nil:
			return nil, err
		case e.Event != nil:
			events = append(events, e.Event)
		}
	}
}
