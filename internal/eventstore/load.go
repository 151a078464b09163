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

// LoadBoth reads a stream once and gives it as [Store.LoadMasked] and as [Store.Load] do: for a page, and for the rules that say
// what may be done there. Events without marked values are decoded once and are the same in both, so neither may be changed.
func (s *Store) LoadBoth(ctx context.Context, id domain.StreamID) (masked, open []domain.Envelope, err error) {
	recorded, err := s.recordedOf(ctx, id)
	if err != nil || len(recorded) == 0 {
		return nil, nil, err
	}
	d := s.decoders.Get().(*decoder)
	defer s.decoders.Put(d)
	masked, open = make([]domain.Envelope, len(recorded)), make([]domain.Envelope, len(recorded))
	for i, r := range recorded {
		if err := d.decodeBoth(ctx, cutOut(r), &masked[i], &open[i]); err != nil {
			return nil, nil, fmt.Errorf("load: %w", err)
		}
	}
	return masked, open, nil
}

func (s *Store) load(ctx context.Context, id domain.StreamID, masked bool) ([]domain.Envelope, domain.Revision, error) {
	recorded, err := s.recordedOf(ctx, id)
	if err != nil {
		return nil, domain.NoStream, err
	}
	if len(recorded) == 0 {
		return nil, domain.NoStream, nil
	}
	d := s.decoders.Get().(*decoder)
	defer s.decoders.Put(d)
	events := make([]domain.Envelope, len(recorded))
	for i, r := range recorded {
		if err := d.decode(ctx, cutOut(r), masked, &events[i]); err != nil {
			return nil, domain.NoStream, fmt.Errorf("load: %w", err)
		}
	}
	return events, domain.Revision(events[len(events)-1].Revision), nil
}

// recordedOf gives a stream's events as stored; none when it does not exist.
func (s *Store) recordedOf(ctx context.Context, id domain.StreamID) ([]*esdb.RecordedEvent, error) {
	recorded, err := read(ctx, s, func(ctx context.Context, c *esdb.Client) ([]*esdb.RecordedEvent, error) {
		return readStream(ctx, c, string(id))
	})
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", id, err)
	}
	return recorded, nil
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
