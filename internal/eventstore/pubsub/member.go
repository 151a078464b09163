package pubsub

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"docket/internal/eventstore/pubsub/supervise"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/uuid"
)

// member is one subscription to a group: it joins, and joins again whenever it has been dropped.
type member struct {
	*Group
	topic   string
	out     chan *message.Message
	flights *flights
	waiting sync.WaitGroup // for outcomes
}

func (m *member) run(ctx context.Context) {
	defer close(m.out)
	backoff := supervise.Backoff{}
	for {
		received, err := m.attempt(ctx)
		if ctx.Err() != nil {
			return
		}
		switch {
		case supervise.Code(err) == esdb.ErrorCodeResourceNotFound: // deleted under us, or lost with its store
			err = errors.Join(err, m.ensure(ctx, m.topic))
		case !supervise.Transient(err) && !errors.Is(err, context.DeadlineExceeded):
			m.conf.Logger.Error("group subscription ended", "topic", m.topic, "group", m.conf.Group, "error", err)
			return
		}
		m.conf.Logger.Warn("group subscription lost, joining again", "topic", m.topic, "group", m.conf.Group, "error", err)
		if received {
			backoff.Reset()
		}
		if backoff.Wait(ctx) != nil {
			return
		}
	}
}

// joinLimit bounds the time to the server's confirmation.
const joinLimit = 10 * time.Second

// errSilent ends a connection that has stopped answering, or that the server no longer knows.
var errSilent = fmt.Errorf("connection has gone silent: %w", context.DeadlineExceeded)

// attempt joins once and hands messages over until the connection is lost or ctx ends.
func (m *member) attempt(ctx context.Context) (received bool, err error) {
	client := m.dialer.Client()
	defer client.Close()
	life, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	limit := time.AfterFunc(joinLimit, func() { cancel(errSilent) })
	sub, err := supervise.Call(ctx, client, func(call context.Context, c *esdb.Client) (*esdb.PersistentSubscription, error) {
		joined := supervise.Outliving(call, life)
		o := esdb.SubscribeToPersistentSubscriptionOptions{BufferSize: uint32(m.conf.Buffer)}
		if m.topic == All {
			return c.SubscribeToPersistentSubscriptionToAll(joined, m.conf.Group, o)
		}
		return c.SubscribeToPersistentSubscription(joined, m.topic, m.conf.Group, o)
	})
	if !limit.Stop() && err == nil {
		err = errSilent
	}
	if err != nil {
		return false, cause(life, err)
	}
	l := newLink(sub, func() { cancel(nil) })
	m.flights.use(l)
	var helpers sync.WaitGroup
	var count atomic.Int64
	events, dropped := make(chan *esdb.ResolvedEvent), make(chan error, 1)
	helpers.Go(func() { dropped <- receive(life, sub, events, &count) })
	helpers.Go(func() { m.watch(life, client, &count, cancel) })
	for err == nil && ctx.Err() == nil {
		select {
		case e := <-events:
			received = true
			err = m.take(ctx, e, l)
		case err = <-dropped:
			err = cause(life, err)
		case <-ctx.Done():
		}
	}
	if ctx.Err() != nil {
		m.waiting.Wait() // what has been acknowledged goes out before the connection ends
	}
	m.flights.use(nil)
	l.close(ctx.Err() == nil)
	helpers.Wait()
	return received, err
}

// receive passes events on until the connection is lost; the error is never nil.
func receive(ctx context.Context, sub *esdb.PersistentSubscription, events chan<- *esdb.ResolvedEvent, count *atomic.Int64) error {
	for {
		e := sub.Recv()
		if e.SubscriptionDropped != nil {
			return e.SubscriptionDropped.Error
		}
		count.Add(1)
		if e.EventAppeared == nil {
			continue
		}
		select {
		case events <- e.EventAppeared.Event:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// take hands one event over and leaves a goroutine to wait for its outcome.
func (m *member) take(ctx context.Context, e *esdb.ResolvedEvent, l *link) error {
	if !deliverable(e) {
		l.report(e, true)
		return nil
	}
	if !m.flights.arrive(e, l) {
		return nil
	}
	id := e.OriginalEvent().EventID
	msg, err := m.conf.Marshaler.Unmarshal(e.Event)
	if err != nil {
		m.flights.forget(id)
		return err
	}
	mctx, cancel := context.WithCancel(ctx)
	msg.SetContext(mctx)
	select {
	case m.out <- msg:
	case <-ctx.Done():
		cancel()
		m.flights.forget(id)
		return nil
	}
	m.waiting.Go(func() {
		defer cancel()
		m.await(ctx, msg, id)
	})
	return nil
}

// await settles a message when its outcome is known. One that is open at the end is left to the server.
func (m *member) await(ctx context.Context, msg *message.Message, id uuid.UUID) {
	select {
	case <-msg.Acked():
	case <-msg.Nacked():
		if pause(ctx, m.conf.NackDelay) != nil {
			m.flights.forget(id)
			return
		}
		m.flights.land(id, false)
		return
	case <-ctx.Done():
		select {
		case <-msg.Acked(): // just before the end: it counts
		default:
			m.flights.forget(id)
			return
		}
	}
	m.flights.land(id, true)
}

// watch ends the connection when, after a silence, the server does not answer on it or no longer knows of it.
func (m *member) watch(ctx context.Context, client *supervise.Client, count *atomic.Int64, end context.CancelCauseFunc) {
	tick := time.NewTicker(m.conf.Idle)
	defer tick.Stop()
	before := int64(-1)
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if n := count.Load(); n != before {
			before = n
			continue
		}
		probe, cancel := context.WithTimeout(ctx, joinLimit)
		info, err := supervise.Call(probe, client, m.info)
		cancel()
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			end(errors.Join(errSilent, err))
			return
		case len(info.Connections) == 0:
			end(errSilent)
			return
		}
	}
}

func (m *member) info(ctx context.Context, c *esdb.Client) (*esdb.PersistentSubscriptionInfo, error) {
	if m.topic == All {
		return c.GetPersistentSubscriptionInfoToAll(ctx, m.conf.Group, esdb.GetPersistentSubscriptionOptions{})
	}
	return c.GetPersistentSubscriptionInfo(ctx, m.topic, m.conf.Group, esdb.GetPersistentSubscriptionOptions{})
}

func cause(ctx context.Context, err error) error {
	if c := context.Cause(ctx); c != nil && !errors.Is(c, context.Canceled) {
		return c
	}
	return err
}
