package pubsub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"time"

	"docket/internal/eventstore/pubsub/supervise"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/ThreeDotsLabs/watermill/message"
)

// GroupConfig says which persistent subscription group to join, and how it is made where it does not exist.
type GroupConfig struct {
	URI   string
	Group string
	// Strategy distributes messages among the group's subscribers: DispatchToSingle when empty. Order is kept only by
	// DispatchToSingle with a Buffer of 1 and one subscriber at a time.
	Strategy       esdb.ConsumerStrategy
	Buffer         int           // messages handed over and not yet acknowledged, per subscription; 1 when zero
	MessageTimeout time.Duration // after which the server gives a message to another subscriber; 30 s when zero
	MaxRetries     int32         // refusals after which the server parks a message; practically never when zero
	Marshaler      Marshaler     // JSONMetadata{} when nil
	NackDelay      time.Duration // pause before a refusal is reported; 10 ms when zero
	Idle           time.Duration // silence after which the connection is tested; 30 s when zero
	Logger         *slog.Logger  // nil discards
}

// Group delivers the messages of a topic to the subscribers of a persistent group, each message to one of them. The server
// keeps the group's place and repeats what was not acknowledged, so that messages may come twice; order is not guaranteed
// (see GroupConfig.Strategy). Settings of a group that exists are left as they are.
type Group struct {
	conf   GroupConfig
	dialer *supervise.Dialer
	admin  *supervise.Client
	life   *lifecycle
}

var (
	_ message.Subscriber           = (*Group)(nil)
	_ message.SubscribeInitializer = (*Group)(nil)
)

// NewGroup checks the configuration; Subscribe connects.
func NewGroup(c GroupConfig) (*Group, error) {
	var errs []error
	if c.Group == "" {
		errs = append(errs, errors.New("no group"))
	}
	if c.Buffer < 0 || c.MaxRetries < 0 || c.MessageTimeout < 0 {
		errs = append(errs, errors.New("buffer, retries and message timeout must not be negative"))
	}
	if c.Strategy == "" {
		c.Strategy = esdb.ConsumerStrategyDispatchToSingle
	}
	if c.Buffer == 0 {
		c.Buffer = 1
	}
	if c.MessageTimeout == 0 {
		c.MessageTimeout = 30 * time.Second
	}
	if c.MaxRetries == 0 {
		c.MaxRetries = math.MaxInt32
	}
	if c.Idle <= 0 {
		c.Idle = 30 * time.Second
	}
	c.Marshaler, c.NackDelay, c.Logger = orDefaults(c.Marshaler, c.NackDelay, c.Logger)
	dialer, err := supervise.NewDialer(c.URI, c.Logger)
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, fmt.Errorf("new group subscriber: %w", err)
	}
	return &Group{conf: c, dialer: dialer, admin: dialer.Client(), life: newLifecycle()}, nil
}

// adminLimit bounds the making of a group.
const adminLimit = 10 * time.Second

// SubscribeInitialize makes the group, from the start of the topic, unless it exists. Subscribe does so too.
func (g *Group) SubscribeInitialize(topic string) error {
	ctx, cancel := context.WithTimeout(context.Background(), adminLimit)
	defer cancel()
	if err := g.ensure(ctx, topic); err != nil {
		return fmt.Errorf("make group %s of %s: %w", g.conf.Group, topic, err)
	}
	return nil
}

func (g *Group) ensure(ctx context.Context, topic string) error {
	settings := esdb.SubscriptionSettingsDefault()
	settings.ResolveLinkTos = true
	settings.ConsumerStrategyName = g.conf.Strategy
	settings.MessageTimeout = int32(g.conf.MessageTimeout.Milliseconds())
	settings.MaxRetryCount = g.conf.MaxRetries
	_, err := supervise.Retry(ctx, g.admin, func(ctx context.Context, c *esdb.Client) (struct{}, error) {
		if topic == All {
			return struct{}{}, c.CreatePersistentSubscriptionToAll(ctx, g.conf.Group, esdb.PersistentAllSubscriptionOptions{
				Settings: &settings, StartFrom: esdb.Start{},
				Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Regex: `^[^$]`},
			})
		}
		return struct{}{}, c.CreatePersistentSubscription(ctx, topic, g.conf.Group, esdb.PersistentStreamSubscriptionOptions{
			Settings: &settings, StartFrom: esdb.Start{},
		})
	})
	if err != nil && supervise.Code(err) != esdb.ErrorCodeResourceAlreadyExists {
		return err
	}
	return nil
}

// Subscribe makes the group if need be and joins it. Up to Buffer messages are handed over before the first is
// acknowledged. The channel closes when ctx ends, on Close, and when the server refuses the group for good. Messages not
// acknowledged by then go to another subscriber.
func (g *Group) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	limited, cancel := context.WithTimeout(ctx, adminLimit)
	defer cancel()
	err := g.ensure(limited, topic)
	if errors.Is(err, supervise.ErrClosed) {
		err = ErrClosed
	}
	if err != nil {
		return nil, fmt.Errorf("subscribe to %s: make group %s: %w", topic, g.conf.Group, err)
	}
	m := &member{Group: g, topic: topic, out: make(chan *message.Message), flights: newFlights(g.conf.Buffer)}
	if err := g.life.run(ctx, m.run); err != nil {
		return nil, fmt.Errorf("subscribe to %s: %w", topic, err)
	}
	return m.out, nil
}

// Close ends all subscriptions and returns when their channels are closed.
func (g *Group) Close() error {
	g.life.close()
	g.admin.Close()
	return nil
}
