package embedded_test

import (
	"context"
	"fmt"
	"testing"

	"docket/internal/eventstore/embedded"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const last = "WantedLast" // ends what follow reads

// follow reads a subscription to the whole log up to an event of the type last.
func follow(t require.TestingT, ctx context.Context, c *esdb.Client, o esdb.SubscribeToAllOptions) (events, checkpoints []uint64) {
	sub, err := c.SubscribeToAll(ctx, o)
	require.NoError(t, err)
	defer sub.Close()
	for {
		e := sub.Recv()
		switch {
		case e.SubscriptionDropped != nil:
			require.NoError(t, e.SubscriptionDropped.Error)
		case e.CheckPointReached != nil:
			require.Equal(t, e.CheckPointReached.Commit, e.CheckPointReached.Prepare)
			checkpoints = append(checkpoints, e.CheckPointReached.Commit)
		case e.EventAppeared != nil:
			got := e.EventAppeared.OriginalEvent()
			if events = append(events, got.Position.Commit); got.EventType == last {
				return events, checkpoints
			}
		}
	}
}

// TestResume takes every checkpoint that a filtered subscription gives, while it
// catches up and while events go on arriving, and resumes from each: together
// the two must deliver every matching event once.
func TestResume(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s, err := embedded.Start(context.Background(), embedded.Options{})
		require.NoError(rt, err)
		defer s.Close()
		c := client(t, s)
		defer c.Close()
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		kinds := rapid.SliceOfN(rapid.SampledFrom([]string{"Other", "Other", "Wanted"}), 2, 40).Draw(rt, "events")
		early := rapid.IntRange(0, len(kinds)).Draw(rt, "before the subscription")
		write := func(kinds []string) error {
			for i, typ := range kinds {
				if _, err := c.AppendToStream(ctx, fmt.Sprintf("s-%d", i%3), esdb.AppendToStreamOptions{}, event(typ)); err != nil {
					return err
				}
			}
			return nil
		}
		options := esdb.SubscribeToAllOptions{
			From:               esdb.Start{},
			Filter:             &esdb.SubscriptionFilter{Type: esdb.EventFilterType, Prefixes: []string{"Wanted"}},
			MaxSearchWindow:    rapid.IntRange(1, 5).Draw(rt, "window"),
			CheckpointInterval: rapid.IntRange(1, 3).Draw(rt, "interval"),
		}
		require.NoError(rt, write(kinds[:early]))
		live := make(chan error, 1)
		go func() { live <- write(append(kinds[early:], last)) }()
		all, checkpoints := follow(rt, ctx, c, options)
		require.NoError(rt, <-live)
		for i, p := range checkpoints {
			if i > 0 {
				require.Less(rt, checkpoints[i-1], p, "checkpoints go back")
			}
			var want []uint64
			for _, at := range all {
				if at > p {
					want = append(want, at)
				}
			}
			options.From = esdb.Position{Commit: p, Prepare: p}
			got, _ := follow(rt, ctx, c, options)
			require.Equal(rt, want, got)
		}
	})
}

// TestSubscribeWhileWriting reads the log while four writers append: in order,
// without gaps, nothing twice.
func TestSubscribeWhileWriting(t *testing.T) {
	t.Parallel()
	ctx, c := bounded(t), client(t, start(t, embedded.Options{}))
	const writers, each = 4, 200
	sub, err := c.SubscribeToAll(ctx, esdb.SubscribeToAllOptions{From: esdb.End{}})
	require.NoError(t, err)
	defer sub.Close()
	failed := make(chan error, writers)
	for w := range writers {
		go func() {
			for i := range each {
				var want esdb.ExpectedRevision = esdb.NoStream{}
				if i > 0 {
					want = esdb.Revision(uint64(i - 1))
				}
				if _, err := c.AppendToStream(ctx, fmt.Sprintf("w-%d", w), esdb.AppendToStreamOptions{ExpectedRevision: want}, event("E")); err != nil {
					failed <- err
					return
				}
			}
			failed <- nil
		}()
	}
	next, last := map[string]uint64{}, uint64(0)
	for n := 0; n < writers*each; {
		e := sub.Recv()
		require.Nil(t, e.SubscriptionDropped)
		if e.EventAppeared == nil {
			continue
		}
		got := e.EventAppeared.Event
		require.Equal(t, next[got.StreamID], got.EventNumber)
		require.Greater(t, got.Position.Commit, last)
		next[got.StreamID]++
		last = got.Position.Commit
		n++
	}
	for range writers {
		require.NoError(t, <-failed)
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	ctx, c := bounded(t), client(t, start(t, embedded.Options{}))
	for _, s := range []string{"ticket-1", "staff-1", "ticket-2"} {
		_, err := c.AppendToStream(ctx, s, esdb.AppendToStreamOptions{}, event("A"))
		require.NoError(t, err)
	}
	for name, f := range map[string]*esdb.SubscriptionFilter{
		"look-ahead": {Type: esdb.StreamFilterType, Regex: `^(?!\$|staff)`},
		"prefixes":   {Type: esdb.StreamFilterType, Prefixes: []string{"x", "ticket-"}},
	} {
		sub, err := c.SubscribeToAll(ctx, esdb.SubscribeToAllOptions{From: esdb.Start{}, Filter: f})
		require.NoError(t, err)
		var got []string
		for len(got) < 2 {
			e := sub.Recv()
			require.Nil(t, e.SubscriptionDropped)
			if e.EventAppeared != nil {
				got = append(got, e.EventAppeared.Event.StreamID)
			}
		}
		require.Equal(t, []string{"ticket-1", "ticket-2"}, got, name)
		require.NoError(t, sub.Close())
	}
	_, err := c.SubscribeToAll(ctx, esdb.SubscribeToAllOptions{Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Regex: `(`}})
	require.Error(t, err)
}
