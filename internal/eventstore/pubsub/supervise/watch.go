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

// Last reads $all backwards to the last event whose stream does not begin with $; nil when there is none.
func Last(ctx context.Context, c *esdb.Client) (*esdb.RecordedEvent, error) {
	read, err := c.ReadAll(ctx, esdb.ReadAllOptions{Direction: esdb.Backwards, From: esdb.End{}}, math.MaxUint64)
	if err != nil {
		return nil, err
	}
	defer read.Close()
	for {
		e, err := read.Recv()
		switch {
		case errors.Is(err, io.EOF):
			return nil, nil
		case err != nil:
			return nil, err
		case e.Event != nil && !strings.HasPrefix(e.Event.StreamID, "$"):
			return e.Event, nil
		}
	}
}
