package pubsub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"docket/internal/eventstore/pubsub/supervise"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/ThreeDotsLabs/watermill/message"
)

// ErrClosed is returned by a publisher or subscriber that has been closed.
var ErrClosed = errors.New("pubsub is closed")

// PublisherConfig says where to publish.
type PublisherConfig struct {
	URI       string        // esdb://… or esdb+discover://…
	Marshaler Marshaler     // JSONMetadata{} when nil
	Timeout   time.Duration // of one Publish with all its repetitions; 10 s when zero
	Logger    *slog.Logger  // nil discards
}

// Publisher appends messages to streams. It is safe for concurrent use.
type Publisher struct {
	conf   PublisherConfig
	client *supervise.Client
}

var _ message.Publisher = (*Publisher)(nil)

// NewPublisher checks the configuration; the first Publish connects.
func NewPublisher(c PublisherConfig) (*Publisher, error) {
	if c.Marshaler == nil {
		c.Marshaler = JSONMetadata{}
	}
	if c.Timeout <= 0 {
		c.Timeout = 10 * time.Second
	}
	dialer, err := supervise.NewDialer(c.URI, c.Logger)
	if err != nil {
		return nil, fmt.Errorf("new publisher: %w", err)
	}
	return &Publisher{conf: c, client: dialer.Client()}, nil
}

// Publish appends the messages to the stream of that name, all or none, wherever it ends. When it returns nil the store
// has them. Lost connections are replaced and the append is repeated under the same event ids, which the server recognises
// (as far back as it remembers), until the timeout or the end of the first message's context; after an error the messages
// may have been stored nevertheless.
func (p *Publisher) Publish(topic string, messages ...*message.Message) error {
	if len(messages) == 0 {
		return nil
	}
	if topic == All || topic == "" {
		return fmt.Errorf("publish to %q: not a stream", topic)
	}
	events := make([]esdb.EventData, len(messages))
	for i, m := range messages {
		e, err := p.conf.Marshaler.Marshal(topic, m)
		if err != nil {
			return fmt.Errorf("publish to %s: marshal message %s: %w", topic, m.UUID, err)
		}
		events[i] = e
	}
	ctx, cancel := context.WithTimeout(messages[0].Context(), p.conf.Timeout)
	defer cancel()
	_, err := supervise.Retry(ctx, p.client, func(ctx context.Context, c *esdb.Client) (*esdb.WriteResult, error) {
		return c.AppendToStream(ctx, topic, esdb.AppendToStreamOptions{ExpectedRevision: esdb.Any{}}, events...)
	})
	switch {
	case errors.Is(err, supervise.ErrClosed):
		return fmt.Errorf("publish to %s: %w", topic, ErrClosed)
	case err != nil:
		return fmt.Errorf("publish to %s: %w", topic, err)
	}
	return nil
}

// Close ends the calls under way and closes the connection.
func (p *Publisher) Close() error {
	p.client.Close()
	return nil
}
