package supervise

import (
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// watch returns an error once the subscription can no longer be believed: nothing has come for two idle spans although
// the log has moved on, or the connection does not answer at all (NAT and load balancers drop connections silently).
func (f *follower) watch(ctx context.Context, client *Client) error {
	tick := time.NewTicker(f.Idle)
	defer tick.Stop()
	var before, suspected int64 = -1, -1
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		count := f.count.Load()
		if count != before || f.inSink.Load() {
			before, suspected = count, -1
			continue
		}
		if suspected >= 0 {
			return errSilent
		}
		probe, cancel := context.WithTimeout(ctx, subscribeLimit)
		head, err := Call(probe, client, f.head)
		cancel()
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return errors.Join(errSilent, err)
		case head > f.seen.Load():
			suspected = head // it may just be on its way: one more span
		}
	}
}

// head is the place of the last event that the source would deliver; -1 when there is none.
func (f *follower) head(ctx context.Context, c *esdb.Client) (int64, error) {
	if f.Stream == "" {
		last, err := Last(ctx, c)
		if err != nil || last == nil {
			return -1, err
		}
		return clamp(last.Position.Commit), nil
	}
	read, err := c.ReadStream(ctx, f.Stream, esdb.ReadStreamOptions{Direction: esdb.Backwards, From: esdb.End{}}, 1)
	if err != nil {
		return -1, err
	}
	defer read.Close()
	e, err := read.Recv()
	switch {
	case errors.Is(err, io.EOF), Code(err) == esdb.ErrorCodeResourceNotFound && err != nil:
		return -1, nil
	case err != nil:
		return -1, err
	}
	return clamp(e.OriginalEvent().EventNumber), nil
}

// Last reads $all backwards to the last event whose stream does not begin with $; nil when there is none. It asks for few events
// first, since a store sends what was asked for until it hears that enough has come.
func Last(ctx context.Context, c *esdb.Client) (*esdb.RecordedEvent, error) {
	for _, count := range []uint64{1, 64, math.MaxUint64} {
		last, more, err := lastOf(ctx, c, count)
		if last != nil || !more || err != nil {
			return last, err
		}
	}
	return nil, nil
}

// lastOf looks for the last such event among so many; more tells that there are others before them.
func lastOf(ctx context.Context, c *esdb.Client, count uint64) (last *esdb.RecordedEvent, more bool, err error) {
	read, err := c.ReadAll(ctx, esdb.ReadAllOptions{Direction: esdb.Backwards, From: esdb.End{}}, count)
	if err != nil {
		return nil, false, err
	}
	defer read.Close()
	for seen := uint64(0); ; seen++ {
		e, err := read.Recv()
		switch {
		case errors.Is(err, io.EOF):
			return nil, seen == count, nil
		case err != nil:
			return nil, false, err
		case e.Event != nil && !strings.HasPrefix(e.Event.StreamID, "$"):
			return e.Event, false, nil
		}
	}
}
