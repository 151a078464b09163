// Package ceiling is what the speed of the event store is held against: the official client on its own, and in front of a
// server that speaks the protocol and keeps nothing. What this client reaches with no store behind it, no store can exceed.
// It is for measuring alone: nothing else may stand on it.
package ceiling

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
)

// The event that is measured with: about the size of a ticket's.
var (
	eventType = "TicketWorkRecorded"
	eventData = []byte(`{"content":"` + strings.Repeat("Looked at it. ", 40) + `"}`)
	eventMeta = []byte(`{"principal":"` + strings.Repeat("account ", 45) + `"}`)
)

// EventBytes is the size of a measured event's data and metadata.
func EventBytes() int { return len(eventData) + len(eventMeta) }

// Client is the official client, one connection, with nothing of ours around it.
type Client struct{ c *esdb.Client }

// Connect prepares a client; it connects with its first call.
func Connect(uri string) (*Client, error) {
	config, err := esdb.ParseConnectionString(uri)
	if err != nil {
		return nil, fmt.Errorf("event store address: %w", err)
	}
	config.Logger = esdb.NoopLogging()
	c, err := esdb.NewClient(config)
	if err != nil {
		return nil, fmt.Errorf("event store client: %w", err)
	}
	return &Client{c}, nil
}

// Close ends the connection.
func (c *Client) Close() error { return c.c.Close() }

// Append stores n events in one call in a stream that must not exist yet.
func (c *Client) Append(ctx context.Context, stream string, n int) error {
	events := make([]esdb.EventData, n)
	for i := range events {
		events[i] = esdb.EventData{
			EventID: uuid.New(), EventType: eventType, ContentType: esdb.ContentTypeJson, Data: eventData, Metadata: eventMeta,
		}
	}
	_, err := c.c.AppendToStream(ctx, stream, esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}, events...)
	return err
}

// ReadAll reads $all from its beginning, at most n events, and tells how many came.
func (c *Client) ReadAll(ctx context.Context, n int) (int, error) {
	log, err := c.c.ReadAll(ctx, esdb.ReadAllOptions{From: esdb.Start{}}, uint64(n))
	if err != nil {
		return 0, err
	}
	defer log.Close()
	for count := 0; ; count++ {
		_, err := log.Recv()
		switch {
		case errors.Is(err, io.EOF):
			return count, nil
		case err != nil:
			return count, err
		}
	}
}
