// Package rawlog reads the whole log with the official client and nothing of ours between: no decoding, no opening of
// sealed content, no supervision. It is for checks that must not trust the code they check.
package rawlog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// Event is where one event lies.
type Event struct {
	ID       string
	Type     string
	Stream   string
	Revision uint64
	Position uint64 // commit position
}

// Each calls f for every event of $all in order, system events included, until f fails or the log ends.
func Each(ctx context.Context, uri string, f func(Event) error) (err error) {
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
	log, err := client.ReadAll(ctx, esdb.ReadAllOptions{From: esdb.Start{}}, math.MaxInt64)
	if err != nil {
		return fmt.Errorf("read $all: %w", err)
	}
	defer log.Close()
	for {
		resolved, err := log.Recv()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read $all: %w", err)
		}
		e := resolved.OriginalEvent()
		if err := f(Event{e.EventID.String(), e.EventType, e.StreamID, e.EventNumber, e.Position.Commit}); err != nil {
			return err
		}
	}
}
