// Package ceiling is what the speed of the event store is held against: the official client on its own, and in front of a
// server that speaks the protocol and keeps nothing. What this client reaches with no store behind it, no store can exceed.
// It is for measuring alone: nothing else may stand on it.
package ceiling

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
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

// noise is text that no compression makes shorter by much.
var noise = func() string {
	b := make([]byte, 1<<20)
	_, _ = rand.NewChaCha8([32]byte{}).Read(b) // never fails
	return base64.StdEncoding.EncodeToString(b)
}()

// text gives as much of the noise, as JSON.
func text(length int) []byte {
	const frame = len(`{"content":""}`)
	from := rand.IntN(len(noise) - length)
	return []byte(`{"content":"` + noise[from:from+length-frame] + `"}`)
}

// Client is the official client, one connection, with nothing of ours around it.
type Client struct {
	// Varied gives every event contents of its own, as hard to compress as sealed ones: for logs that have to take as much disk
	// as they seem to.
	Varied bool

	c *esdb.Client
}

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
	return &Client{c: c}, nil
}

// Close ends the connection.
func (c *Client) Close() error { return c.c.Close() }

// Append stores n events in one call in a stream that must not exist yet.
func (c *Client) Append(ctx context.Context, stream string, n int) error {
	return c.append(ctx, stream, esdb.NoStream{}, n)
}

// AppendBehind stores one event in a stream that must exist.
func (c *Client) AppendBehind(ctx context.Context, stream string) error {
	return c.append(ctx, stream, esdb.StreamExists{}, 1)
}

func (c *Client) append(ctx context.Context, stream string, expected esdb.ExpectedRevision, n int) error {
	events := make([]esdb.EventData, n)
	for i := range events {
		data, meta := eventData, eventMeta
		if c.Varied {
			data, meta = text(len(eventData)), text(len(eventMeta))
		}
		events[i] = esdb.EventData{
			EventID: uuid.New(), EventType: eventType, ContentType: esdb.ContentTypeJson, Data: data, Metadata: meta,
		}
	}
	_, err := c.c.AppendToStream(ctx, stream, esdb.AppendToStreamOptions{ExpectedRevision: expected}, events...)
	return err
}

// ReadAll reads $all from its beginning, at most n events, and tells how many came.
func (c *Client) ReadAll(ctx context.Context, n int) (int, error) {
	return count(c.c.ReadAll(ctx, esdb.ReadAllOptions{From: esdb.Start{}}, uint64(n)))
}

// ReadStream reads a stream from its beginning to its end and tells how many events came.
func (c *Client) ReadStream(ctx context.Context, stream string) (int, error) {
	return count(c.c.ReadStream(ctx, stream, esdb.ReadStreamOptions{From: esdb.Start{}}, math.MaxUint64))
}

func count(log *esdb.ReadStream, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	defer log.Close()
	for n := 0; ; n++ {
		_, err := log.Recv()
		switch {
		case errors.Is(err, io.EOF):
			return n, nil
		case err != nil:
			return n, err
		}
	}
}
