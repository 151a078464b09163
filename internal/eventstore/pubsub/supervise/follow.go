package supervise

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// Source says what a catch-up subscription follows.
type Source struct {
	Stream       string        // a stream; "" is $all without the streams whose names begin with $
	ResolveLinks bool          // deliver what a link points to; its place stays that of the link
	Idle         time.Duration // silence after which the connection is tested; 30 s when zero
}

// Start is the place before every event.
const Start int64 = -1

// Kind tells the items of a followed log apart.
type Kind int

// What a followed log delivers.
const (
	Appeared   Kind = iota // an event
	Checkpoint             // nothing that matters lies between the last event and this place
	CaughtUp               // all that was stored has been delivered; what follows is live
	Dropped                // the subscription was lost and will be resumed; live no longer
)

// Item is one step of a followed log. Place is the stream revision, or the commit position for $all; it rises strictly
// from event to event over all resumptions.
type Item struct {
	Kind  Kind
	Event *esdb.ResolvedEvent // Appeared only; its Event is nil when a link points to nothing
	Place int64
	Err   error // Dropped only
}

// subscribeLimit bounds the time to a subscription's confirmation, which the client would await for ever.
const subscribeLimit = 10 * time.Second

// Follow delivers every event of the source after the given place (exclusive; [Start] for all) to sink, in order and each
// once, until ctx ends or sink fails, whose error it returns. sink may block: the server then waits. Lost subscriptions,
// dead clients and connections that have gone silent are replaced for as long as it takes; only a refusal that no waiting
// cures (tombstoned stream, access denied) ends it otherwise. Each Follow has a connection of its own.
func (d *Dialer) Follow(ctx context.Context, s Source, after int64, sink func(Item) error) error {
	if s.Idle <= 0 {
		s.Idle = 30 * time.Second
	}
	f := &follower{Dialer: d, Source: s, sink: sink, last: after, resume: after, checkpoint: Start}
	backoff := Backoff{}
	for {
		f.moved = false
		err := f.attempt(ctx)
		var ended sinkError
		switch {
		case errors.As(err, &ended):
			return ended.error
		case ctx.Err() != nil:
			return ctx.Err()
		case !Transient(err) && !errors.Is(err, context.DeadlineExceeded):
			return err
		}
		d.log.Warn("subscription lost, resuming", "stream", s.name(), "after", f.resume, "error", err)
		if err := sink(Item{Kind: Dropped, Place: f.resume, Err: err}); err != nil {
			return err
		}
		if f.moved {
			backoff.Reset()
		}
		if err := backoff.Wait(ctx); err != nil {
			return err
		}
	}
}

// sinkError carries an error of the sink through an attempt.
type sinkError struct{ error }

type follower struct {
	*Dialer
	Source
	sink       func(Item) error
	last       int64 // place of the last event delivered
	resume     int64 // place to subscribe after
	checkpoint int64 // told by the server and not yet trusted
	moved      bool  // this attempt delivered something

	seen   atomic.Int64 // last place received in any way, for the watchdog
	count  atomic.Int64 // items received
	inSink atomic.Bool  // silence is ours, not the server's
}

func (s Source) name() string {
	if s.Stream == "" {
		return "$all"
	}
	return s.Stream
}

// attempt follows one subscription until it ends. The error is never nil.
func (f *follower) attempt(ctx context.Context) error {
	client := f.Client()
	defer client.Close()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)

	limit := time.AfterFunc(subscribeLimit, func() { cancel(errSilent) })
	sub, err := Call(ctx, client, func(call context.Context, c *esdb.Client) (*esdb.Subscription, error) {
		return f.subscribe(Outliving(call, ctx), c)
	})
	if !limit.Stop() && err == nil {
		err = errSilent
	}
	if err != nil {
		return cause(ctx, err)
	}
	defer sub.Close()

	watched := make(chan struct{})
	f.seen.Store(f.resume)
	go func() {
		defer close(watched)
		if err := f.watch(ctx, client); err != nil {
			cancel(err)
		}
	}()
	defer func() { cancel(nil); <-watched }()

	f.checkpoint = Start
	for {
		e := sub.Recv()
		f.count.Add(1)
		if e.SubscriptionDropped != nil {
			return cause(ctx, e.SubscriptionDropped.Error)
		}
		f.inSink.Store(true)
		err := f.take(e)
		f.inSink.Store(false)
		if err != nil {
			return err
		}
	}
}

// errSilent ends an attempt whose connection has stopped speaking.
var errSilent = fmt.Errorf("connection has gone silent: %w", context.DeadlineExceeded)

// cause prefers the reason for which the attempt was ended to the error that this gave rise to.
func cause(ctx context.Context, err error) error {
	if c := context.Cause(ctx); c != nil && !errors.Is(c, context.Canceled) {
		return c
	}
	return err
}

func (f *follower) subscribe(ctx context.Context, c *esdb.Client) (*esdb.Subscription, error) {
	if f.Stream != "" {
		o := esdb.SubscribeToStreamOptions{From: esdb.Start{}, ResolveLinkTos: f.ResolveLinks}
		if f.resume >= 0 {
			o.From = esdb.Revision(uint64(f.resume))
		}
		return c.SubscribeToStream(ctx, f.Stream, o)
	}
	o := esdb.SubscribeToAllOptions{
		From: esdb.Start{}, ResolveLinkTos: f.ResolveLinks,
		Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Regex: `^[^$]`},
		// The window is also the server's page: wide, or a filtered catch-up crawls.
		MaxSearchWindow: 1024, CheckpointInterval: 1,
	}
	if f.resume >= 0 {
		o.From = esdb.Position{Commit: uint64(f.resume), Prepare: uint64(f.resume)}
	}
	return c.SubscribeToAll(ctx, o)
}

// take passes one message on. Places at or before the last one delivered come again only after a lost subscription, or
// from servers with known faults; they are dropped.
func (f *follower) take(e *esdb.SubscriptionEvent) error {
	switch {
	case e.EventAppeared != nil:
		place := f.place(e.EventAppeared)
		f.seen.Store(max(f.seen.Load(), place))
		if place <= f.last {
			return nil
		}
		if err := f.trust(place); err != nil {
			return err
		}
		f.last, f.resume, f.moved = place, place, true
		return f.pass(Item{Kind: Appeared, Event: e.EventAppeared, Place: place})
	case e.CheckPointReached != nil:
		place := clamp(e.CheckPointReached.Commit)
		f.seen.Store(max(f.seen.Load(), place))
		if err := f.trust(place); err != nil {
			return err
		}
		f.checkpoint = max(f.checkpoint, place)
		return nil
	case e.CaughtUp != nil:
		return f.pass(Item{Kind: CaughtUp, Place: f.resume})
	default:
		return nil // fell behind: the next caught-up tells
	}
}

// trust passes on the checkpoint before the given place. Some server versions send, when they go live, a checkpoint that is
// ahead of an event still to come; once something beyond a checkpoint has come, nothing before it can.
func (f *follower) trust(place int64) error {
	c := f.checkpoint
	if c == Start || c >= place {
		return nil
	}
	f.checkpoint = Start
	if c <= f.resume {
		return nil
	}
	f.resume, f.moved = c, true
	return f.pass(Item{Kind: Checkpoint, Place: c})
}

func (f *follower) pass(i Item) error {
	if err := f.sink(i); err != nil {
		return sinkError{err}
	}
	return nil
}

func (f *follower) place(e *esdb.ResolvedEvent) int64 {
	o := e.OriginalEvent()
	if f.Stream != "" {
		return clamp(o.EventNumber)
	}
	return clamp(o.Position.Commit)
}

// clamp keeps the marks that servers use for "unknown" and "end" within range.
func clamp(n uint64) int64 { return int64(min(n, math.MaxInt64)) }
