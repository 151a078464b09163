package embedded_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"docket/internal/eventstore/embedded"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// What the Node.js client does, over bare gRPC.

func named(stream string) *shared.StreamIdentifier {
	return &shared.StreamIdentifier{StreamName: []byte(stream)}
}

func TestBatchAppendTellsTheLimit(t *testing.T) {
	t.Parallel()
	s := start(t, embedded.Options{MaxAppendSize: 1000})
	call, err := streams.NewStreamsClient(dial(t, s)).BatchAppend(bounded(t))
	require.NoError(t, err)
	require.NoError(t, call.Send(chunk(textID(), "s", nil, true, string(make([]byte, 1001)))))
	resp, err := call.Recv()
	require.NoError(t, err)
	detail, err := resp.GetError().GetDetails()[0].UnmarshalNew()
	require.NoError(t, err)
	require.EqualValues(t, 1000, detail.(*shared.MaximumAppendSizeExceeded).GetMaxAppendSize())
}

func TestTrailersArePrintable(t *testing.T) {
	t.Parallel()
	ctx, conn := bounded(t), dial(t, start(t, embedded.Options{}))
	c := streams.NewStreamsClient(conn)
	for stream, want := range map[string]string{
		"a/b 100%":   "a/b 100%",
		"löschen":    "l%C3%B6schen",
		"two\nlines": "two%0Alines",
		"end ":       "end%20",
	} {
		_, err := c.Tombstone(ctx, &streams.TombstoneReq{Options: &streams.TombstoneReq_Options{
			StreamIdentifier:       named(stream),
			ExpectedStreamRevision: &streams.TombstoneReq_Options_Any{Any: &shared.Empty{}},
		}})
		require.NoError(t, err)
		_, trailer, err := readRaw(ctx, c, readReq(stream, nil))
		require.Equal(t, codes.FailedPrecondition, status.Code(err))
		require.Equal(t, []string{want}, trailer.Get("stream-name"))
	}
}

func TestNamesThatCannotBe(t *testing.T) {
	t.Parallel()
	ctx, conn := bounded(t), dial(t, start(t, embedded.Options{}))
	c := streams.NewStreamsClient(conn)
	batches, err := c.BatchAppend(ctx)
	require.NoError(t, err)
	for _, stream := range []string{"", "$$", "\xff", "s\xc3", strings.Repeat("x", 1<<15+1), strings.Repeat("x", 1<<16)} {
		_, _, err := readRaw(ctx, c, readReq(stream, nil))
		require.Equal(t, codes.InvalidArgument, status.Code(err))
		req := chunk(textID(), "s", nil, true, "x")
		req.Options.StreamIdentifier = named(stream)
		require.NoError(t, batches.Send(req))
		resp, err := batches.Recv()
		require.NoError(t, err)
		require.EqualValues(t, codes.InvalidArgument, resp.GetError().GetCode())
	}
	var trailer metadata.MD
	_, err = persistent.NewPersistentSubscriptionsClient(conn).Create(ctx,
		creation(strings.Repeat("g", 1<<15), "s", nil), grpc.Trailer(&trailer))
	require.Equal(t, codes.Internal, status.Code(err))
	require.Equal(t, []string{"persistent-subscription-failed"}, trailer.Get("exception"))
}

func creation(group, stream string, change func(*persistent.CreateReq_Options)) *persistent.CreateReq {
	o := &persistent.CreateReq_Options{
		GroupName:        group,
		StreamIdentifier: named(stream),
		Settings:         &persistent.CreateReq_Settings{ReadBatchSize: 20, HistoryBufferSize: 500},
	}
	if change != nil {
		change(o)
	}
	return &persistent.CreateReq{Options: o}
}

func TestEndAsANumber(t *testing.T) {
	t.Parallel()
	s := start(t, embedded.Options{})
	ctx, conn, c := bounded(t), dial(t, s), client(t, s)
	_, err := c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}, eventsOf("A", 3)...)
	require.NoError(t, err)
	groups := persistent.NewPersistentSubscriptionsClient(conn)
	for name, change := range map[string]func(*persistent.CreateReq_Options){
		"old revision": func(o *persistent.CreateReq_Options) {
			o.Settings.Revision = math.MaxUint64 //nolint:staticcheck // the point of this
		},
		"revision": func(o *persistent.CreateReq_Options) {
			o.StreamOption = &persistent.CreateReq_Options_Stream{Stream: &persistent.CreateReq_StreamOptions{
				StreamIdentifier: named("s"), RevisionOption: &persistent.CreateReq_StreamOptions_Revision{Revision: math.MaxUint64},
			}}
		},
		"position": func(o *persistent.CreateReq_Options) {
			o.StreamOption = &persistent.CreateReq_Options_All{All: &persistent.CreateReq_AllOptions{
				AllOption: &persistent.CreateReq_AllOptions_Position{Position: &persistent.CreateReq_Position{
					CommitPosition: math.MaxUint64, PreparePosition: math.MaxUint64,
				}},
			}}
		},
	} {
		_, err := groups.Create(ctx, creation(name, "s", change))
		require.NoError(t, err, name)
	}
	_, err = groups.Update(ctx, &persistent.UpdateReq{Options: &persistent.UpdateReq_Options{
		GroupName:        "old revision",
		StreamIdentifier: named("s"),
		Settings: &persistent.UpdateReq_Settings{
			ReadBatchSize: 20, HistoryBufferSize: 500, Revision: math.MaxUint64,
		},
	}})
	require.NoError(t, err)
	infos, err := groups.List(ctx, &persistent.ListReq{Options: &persistent.ListReq_Options{
		ListOption: &persistent.ListReq_Options_ListAllSubscriptions{ListAllSubscriptions: &shared.Empty{}},
	}})
	require.NoError(t, err)
	got := map[string]string{}
	for _, i := range infos.GetSubscriptions() {
		got[i.GetGroupName()] = i.GetStartFrom()
	}
	require.Equal(t, map[string]string{"old revision": "-1", "revision": "-1", "position": "C:-1/P:-1"}, got)

	reading, cancel := context.WithCancel(ctx)
	defer cancel()
	sub, err := streams.NewStreamsClient(conn).Read(reading, readReq("s", func(o *streams.ReadReq_Options) {
		o.GetStream().RevisionOption = &streams.ReadReq_Options_StreamOptions_Revision{Revision: math.MaxUint64}
		o.CountOption = &streams.ReadReq_Options_Subscription{Subscription: &streams.ReadReq_Options_SubscriptionOptions{}}
	}))
	require.NoError(t, err)
	for _, want := range []any{&streams.ReadResp_Confirmation{}, &streams.ReadResp_CaughtUp_{}} {
		m, err := sub.Recv()
		require.NoError(t, err)
		require.IsType(t, want, m.GetContent())
	}
}

func TestAgeWithoutEnd(t *testing.T) {
	t.Parallel()
	s := start(t, embedded.Options{})
	ctx, c := bounded(t), client(t, s)
	_, err := c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}, eventsOf("A", 3)...)
	require.NoError(t, err)
	for _, age := range []string{"9223372036854775807", "1000000000000"} {
		_, err = c.AppendToStream(ctx, "$$s", esdb.AppendToStreamOptions{}, esdb.EventData{
			EventType: "$metadata", ContentType: esdb.ContentTypeJson, Data: []byte(`{"$maxAge":` + age + `}`),
		})
		require.NoError(t, err)
		got, err := drain(c.ReadStream(ctx, "s", esdb.ReadStreamOptions{}, 10))
		require.NoError(t, err)
		require.Len(t, got, 3, age)
	}
	_, err = s.Scavenge(ctx)
	require.NoError(t, err)
	got, err := drain(c.ReadStream(ctx, "s", esdb.ReadStreamOptions{}, 10))
	require.NoError(t, err)
	require.Len(t, got, 3)
}

func TestLinksPassOverLongTypes(t *testing.T) {
	t.Parallel()
	ctx, c := bounded(t), client(t, start(t, embedded.Options{LinkStreams: true}))
	for _, typ := range []string{strings.Repeat("T", 1<<16+4), "Short"} {
		_, err := c.AppendToStream(ctx, "case-1", esdb.AppendToStreamOptions{}, event(typ))
		require.NoError(t, err)
	}
	sub, err := c.SubscribeToStream(ctx, "$ce-case", esdb.SubscribeToStreamOptions{From: esdb.Start{}, ResolveLinkTos: true})
	require.NoError(t, err)
	defer sub.Close()
	for seen := 0; seen < 2; {
		e := sub.Recv()
		require.Nil(t, e.SubscriptionDropped)
		if e.EventAppeared != nil {
			seen++
		}
	}
	got, err := drain(c.ReadStream(ctx, "$et-Short", esdb.ReadStreamOptions{}, 10))
	require.NoError(t, err)
	require.Len(t, got, 1)
}
