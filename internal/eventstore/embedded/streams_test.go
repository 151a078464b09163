package embedded_test

import (
	"context"
	"path/filepath"
	"testing"

	"docket/internal/eventstore/embedded"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"
)

func TestAppendAndRead(t *testing.T) {
	t.Parallel()
	ctx, c := bounded(t), client(t, start(t, embedded.Options{}))
	events := eventsOf("Opened", 100)
	w, err := c.AppendToStream(ctx, "ticket-1", esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}, events...)
	require.NoError(t, err)
	require.EqualValues(t, 99, w.NextExpectedVersion)

	got, err := drain(c.ReadStream(ctx, "ticket-1", esdb.ReadStreamOptions{}, 1000))
	require.NoError(t, err)
	require.Len(t, got, 100)
	for i, e := range got {
		require.Equal(t, events[i].EventID, e.Event.EventID)
		require.Equal(t, events[i].Data, e.Event.Data)
		require.Equal(t, events[i].Metadata, e.Event.UserMetadata)
		require.Equal(t, "application/json", e.Event.ContentType)
		if i > 0 { // an event takes 90 bytes and its own
			before := got[i-1].Event
			require.EqualValues(t, 90+len("ticket-1")+len("Opened")+len(before.Data)+len(before.UserMetadata),
				e.Event.Position.Commit-before.Position.Commit)
		}
	}
	require.Equal(t, w.CommitPosition, got[99].Event.Position.Commit)

	back, err := drain(c.ReadStream(ctx, "ticket-1", esdb.ReadStreamOptions{Direction: esdb.Backwards, From: esdb.End{}}, 3))
	require.NoError(t, err)
	require.Equal(t, []uint64{99, 98, 97}, revisions(back))

	all, err := drain(c.ReadAll(ctx, esdb.ReadAllOptions{From: got[10].Event.Position}, 5))
	require.NoError(t, err)
	require.Equal(t, []uint64{10, 11, 12, 13, 14}, revisions(all))
	all, err = drain(c.ReadAll(ctx, esdb.ReadAllOptions{Direction: esdb.Backwards, From: got[10].Event.Position}, 2))
	require.NoError(t, err)
	require.Equal(t, []uint64{9, 8}, revisions(all))
	_, err = drain(c.ReadAll(ctx, esdb.ReadAllOptions{From: esdb.Position{
		Commit: got[10].Event.Position.Commit + 1, Prepare: got[10].Event.Position.Commit + 1}}, 5))
	require.Error(t, err, "a position inside an event")
}

func TestAppendRefusals(t *testing.T) {
	t.Parallel()
	ctx, c := bounded(t), client(t, start(t, embedded.Options{MaxAppendSize: 1000}))
	_, err := c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{ExpectedRevision: esdb.Revision(3)}, event("A"))
	require.Equal(t, esdb.ErrorCodeWrongExpectedVersion, code(t, err))
	_, err = c.AppendToStream(ctx, "", esdb.AppendToStreamOptions{}, event("A"))
	require.Error(t, err)
	big := event("A")
	big.Data = make([]byte, 1001)
	_, err = c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}, big)
	require.ErrorContains(t, err, "Maximum Append Size")
	_, err = drain(c.ReadStream(ctx, "s", esdb.ReadStreamOptions{}, 1))
	require.Equal(t, esdb.ErrorCodeResourceNotFound, code(t, err))
}

func TestDeleteAndRecreate(t *testing.T) {
	t.Parallel()
	ctx, c := bounded(t), client(t, start(t, embedded.Options{}))
	_, err := c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}, eventsOf("A", 3)...)
	require.NoError(t, err)
	_, err = c.DeleteStream(ctx, "s", esdb.DeleteStreamOptions{ExpectedRevision: esdb.Revision(1)})
	require.Error(t, err)
	_, err = c.DeleteStream(ctx, "s", esdb.DeleteStreamOptions{ExpectedRevision: esdb.Revision(2)})
	require.NoError(t, err)
	_, err = drain(c.ReadStream(ctx, "s", esdb.ReadStreamOptions{}, 1))
	require.Equal(t, esdb.ErrorCodeResourceNotFound, code(t, err))
	_, err = c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{ExpectedRevision: esdb.StreamExists{}}, event("B"))
	require.Equal(t, esdb.ErrorCodeStreamDeleted, code(t, err))

	w, err := c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}, event("B"))
	require.NoError(t, err)
	require.EqualValues(t, 3, w.NextExpectedVersion)
	got, err := drain(c.ReadStream(ctx, "s", esdb.ReadStreamOptions{}, 10))
	require.NoError(t, err)
	require.Equal(t, []uint64{3}, revisions(got))

	_, err = c.TombstoneStream(ctx, "s", esdb.TombstoneStreamOptions{})
	require.NoError(t, err)
	_, err = drain(c.ReadStream(ctx, "s", esdb.ReadStreamOptions{}, 10))
	require.Equal(t, esdb.ErrorCodeStreamDeleted, code(t, err))
	_, err = c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}, event("B"))
	require.Equal(t, esdb.ErrorCodeStreamDeleted, code(t, err))
	_, err = c.SetStreamMetadata(ctx, "s", esdb.AppendToStreamOptions{}, esdb.StreamMetadata{})
	require.Error(t, err)
}

func TestSubscribeToStream(t *testing.T) {
	t.Parallel()
	ctx, c := bounded(t), client(t, start(t, embedded.Options{}))
	_, err := c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}, eventsOf("A", 1200)...)
	require.NoError(t, err)
	sub, err := c.SubscribeToStream(ctx, "s", esdb.SubscribeToStreamOptions{From: esdb.Revision(99)})
	require.NoError(t, err)
	defer sub.Close()
	for i := uint64(100); i < 1200; i++ {
		e := sub.Recv()
		require.NotNil(t, e.EventAppeared)
		require.Equal(t, i, e.EventAppeared.Event.EventNumber)
	}
	require.NotNil(t, sub.Recv().CaughtUp)
	_, err = c.AppendToStream(ctx, "other", esdb.AppendToStreamOptions{}, event("A"))
	require.NoError(t, err)
	_, err = c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}, event("B"))
	require.NoError(t, err)
	require.Equal(t, "B", sub.Recv().EventAppeared.Event.EventType)
	_, err = c.TombstoneStream(ctx, "s", esdb.TombstoneStreamOptions{})
	require.NoError(t, err)
	require.Equal(t, "$streamDeleted", sub.Recv().EventAppeared.Event.EventType)
	require.ErrorContains(t, sub.Recv().SubscriptionDropped.Error, "deleted")
}

func TestRestartKeepsEverything(t *testing.T) {
	t.Parallel()
	ctx, dir := bounded(t), filepath.Join(t.TempDir(), "events")
	first, err := embedded.Start(ctx, embedded.Options{Dir: dir})
	require.NoError(t, err)
	_, err = embedded.Start(ctx, embedded.Options{Dir: dir})
	require.ErrorContains(t, err, "in use by another engine")
	c := client(t, first)
	e := event("A")
	w, err := c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}, e)
	require.NoError(t, err)
	before, err := drain(c.ReadAll(ctx, esdb.ReadAllOptions{}, 1000))
	require.NoError(t, err)
	require.NoError(t, first.Close())

	c = client(t, start(t, embedded.Options{Dir: dir}))
	after, err := drain(c.ReadAll(ctx, esdb.ReadAllOptions{}, 1000))
	require.NoError(t, err)
	require.Equal(t, before, after)
	again, err := c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}, e)
	require.NoError(t, err)
	require.Equal(t, w, again, "a retry by id after a restart is not stored twice")
	next, err := c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{ExpectedRevision: esdb.Revision(0)}, event("B"))
	require.NoError(t, err)
	require.Greater(t, next.CommitPosition, w.CommitPosition)
}

func TestCloseEndsSubscriptions(t *testing.T) {
	t.Parallel()
	s, err := embedded.Start(context.Background(), embedded.Options{})
	require.NoError(t, err)
	c := client(t, s)
	sub, err := c.SubscribeToAll(bounded(t), esdb.SubscribeToAllOptions{From: esdb.End{}})
	require.NoError(t, err)
	require.NotNil(t, sub.Recv().CaughtUp)
	require.NoError(t, s.Close())
	require.NotNil(t, sub.Recv().SubscriptionDropped)
}
