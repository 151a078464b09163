// Package rawlog reads the whole log with the official client and nothing of ours between: no decoding, no opening of
// sealed content, no supervision. It is for checks that must not trust the code they check.
package rawlog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// Event is one event as the store gives it.
type Event struct {
	ID       string
	Type     string
	Stream   string
	Revision uint64
	Position uint64 // commit position
	Content  string // media type
	Created  time.Time
	Data     []byte
	Metadata []byte
}

// Each calls f for every event of $all in order, system events included, until f fails or the log ends.
func Each(ctx context.Context, uri string, f func(Event) error) error {
	return read(uri, "$all", f, func(c *esdb.Client) (*esdb.ReadStream, error) {
		return c.ReadAll(ctx, esdb.ReadAllOptions{From: esdb.Start{}}, math.MaxInt64)
	})
}

// EachOf calls f for every event of a stream in order; a stream that does not exist has none.
func EachOf(ctx context.Context, uri, stream string, f func(Event) error) error {
	return read(uri, stream, f, func(c *esdb.Client) (*esdb.ReadStream, error) {
		return c.ReadStream(ctx, stream, esdb.ReadStreamOptions{From: esdb.Start{}}, math.MaxInt64)
	})
}

// read carries out one read with a client of its own.
func read(uri, what string, f func(Event) error, open func(*esdb.Client) (*esdb.ReadStream, error)) (err error) {
	config, err := esdb.ParseConnectionString(uri)
	if err != nil {
		return fmt.Errorf("event store address: %w", err)
	}
	config.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(config)
	if err != nil {
		return fmt.Errorf("event store client: %w", err)
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	events, err := open(client)
	if err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	defer events.Close()
	for {
		resolved, err := events.Recv()
		var refused *esdb.Error
		switch {
		case errors.Is(err, io.EOF), errors.As(err, &refused) && refused.Code() == esdb.ErrorCodeResourceNotFound:
			return nil
		case err != nil:
			return fmt.Errorf("read %s: %w", what, err)
		}
		e := resolved.OriginalEvent()
		if err := f(Event{
			e.EventID.String(), e.EventType, e.StreamID, e.EventNumber, e.Position.Commit, e.ContentType, e.CreatedDate, e.Data, e.UserMetadata,
		}); err != nil {
			return err
		}
	}
}
