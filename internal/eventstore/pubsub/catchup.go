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

// CatchUpConfig says from where to catch up.
type CatchUpConfig struct {
	URI         string
	Checkpoints Checkpoints   // where the consumer's place is kept; nil begins at the start each time
	Consumer    string        // name of the place in Checkpoints
	Marshaler   Marshaler     // JSONMetadata{} when nil
	NackDelay   time.Duration // pause before a refused message comes again; 10 ms when zero
	Idle        time.Duration // silence after which the connection is tested; 30 s when zero
	Logger      *slog.Logger  // nil discards
}

// CatchUp delivers every message of a topic in order, one at a time: the next comes when the last was acknowledged, a
// refused one comes again until it is. Each subscriber sees all messages.
type CatchUp struct {
	conf   CatchUpConfig
	dialer *supervise.Dialer
	life   *lifecycle
}

var _ message.Subscriber = (*CatchUp)(nil)

// NewCatchUp checks the configuration; Subscribe connects.
func NewCatchUp(c CatchUpConfig) (*CatchUp, error) {
	var errs []error
	if c.Checkpoints != nil && c.Consumer == "" {
		errs = append(errs, errors.New("checkpoints need the consumer's name"))
	}
	c.Marshaler, c.NackDelay, c.Logger = orDefaults(c.Marshaler, c.NackDelay, c.Logger)
	dialer, err := supervise.NewDialer(c.URI, c.Logger)
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, fmt.Errorf("new catch-up subscriber: %w", err)
	}
	return &CatchUp{conf: c, dialer: dialer, life: newLifecycle()}, nil
}

func orDefaults(m Marshaler, delay time.Duration, log *slog.Logger) (Marshaler, time.Duration, *slog.Logger) {
	if m == nil {
		m = JSONMetadata{}
	}
	if delay <= 0 {
		delay = 10 * time.Millisecond
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return m, delay, log
}

// Subscribe begins after the stored place. The channel closes when ctx ends, on Close, and when the stream has been
// tombstoned or may not be read; a stream that does not exist is waited for.
func (c *CatchUp) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	after := supervise.Start
	if c.conf.Checkpoints != nil {
		place, ok, err := c.conf.Checkpoints.Load(ctx, c.conf.Consumer, topic)
		if err != nil {
			return nil, fmt.Errorf("subscribe to %s: load checkpoint: %w", topic, err)
		}
		if ok {
			after = int64(place)
		}
	}
	out := make(chan *message.Message)
	err := c.life.run(ctx, func(ctx context.Context) {
		defer close(out)
		source := supervise.Source{Stream: topic, ResolveLinks: true, Idle: c.conf.Idle}
		if topic == All {
			source.Stream, source.ResolveLinks = "", false
		}
		err := c.dialer.Follow(ctx, source, after, func(i supervise.Item) error { return c.take(ctx, topic, i, out) })
		if ctx.Err() == nil {
			c.conf.Logger.Error("catch-up subscription ended", "topic", topic, "error", err)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("subscribe to %s: %w", topic, err)
	}
	return out, nil
}

func (c *CatchUp) take(ctx context.Context, topic string, i supervise.Item, out chan<- *message.Message) error {
	switch i.Kind {
	case supervise.Appeared:
		if deliverable(i.Event) {
			if err := c.deliver(ctx, i.Event.Event, out); err != nil {
				return err
			}
		}
		return c.save(ctx, topic, i.Place)
	case supervise.Checkpoint:
		return c.save(ctx, topic, i.Place)
	default:
		return nil
	}
}

// deliverable leaves out links to events that are gone, and marks of the store itself.
func deliverable(e *esdb.ResolvedEvent) bool {
	return e.Event != nil && e.Event.EventType != "$streamDeleted" && e.Event.EventType != "$metadata"
}

// deliver offers one event until it is acknowledged.
func (c *CatchUp) deliver(ctx context.Context, e *esdb.RecordedEvent, out chan<- *message.Message) error {
	for {
		m, err := c.conf.Marshaler.Unmarshal(e)
		if err != nil {
			return err
		}
		acked, err := offer(ctx, m, out)
		if acked || err != nil {
			return err
		}
		if err := pause(ctx, c.conf.NackDelay); err != nil {
			return err
		}
	}
}

// offer hands a message over and waits for its outcome; its context ends with the outcome.
func offer(ctx context.Context, m *message.Message, out chan<- *message.Message) (acked bool, err error) {
	mctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m.SetContext(mctx)
	select {
	case out <- m:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	select {
	case <-m.Acked():
		return true, nil
	case <-m.Nacked():
		return false, nil
	case <-ctx.Done():
	}
	select {
	case <-m.Acked(): // just before the end: it counts
		return true, nil
	default:
		return false, ctx.Err()
	}
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// save keeps a place, again and again if need be: going on without would only be to do the same work twice later.
func (c *CatchUp) save(ctx context.Context, topic string, place int64) error {
	if c.conf.Checkpoints == nil {
		return nil
	}
	backoff := supervise.Backoff{}
	for {
		// An acknowledged message is to be remembered even if the subscription has just been ended.
		err := c.conf.Checkpoints.Save(context.WithoutCancel(ctx), c.conf.Consumer, topic, uint64(place))
		if err == nil {
			return nil
		}
		c.conf.Logger.Warn("checkpoint not saved, trying again", "topic", topic, "place", place, "error", err)
		if err := backoff.Wait(ctx); err != nil {
			return err
		}
	}
}

// Close ends all subscriptions and returns when their channels are closed.
func (c *CatchUp) Close() error {
	c.life.close()
	return nil
}
