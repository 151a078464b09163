package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"docket/internal/eventstore/embedded"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/projections"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"
)

// What other clients do and the official Go client does not.

func dial(t *testing.T, s *embedded.Server) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(s.Addr(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func textID() *shared.UUID {
	return &shared.UUID{Value: &shared.UUID_String_{String_: uuid.NewString()}}
}

func chunk(id *shared.UUID, stream string, deadline *durationpb.Duration, final bool, data ...string) *streams.BatchAppendReq {
	req := &streams.BatchAppendReq{CorrelationId: id, IsFinal: final}
	if stream != "" {
		req.Options = &streams.BatchAppendReq_Options{
			StreamIdentifier:       &shared.StreamIdentifier{StreamName: []byte(stream)},
			ExpectedStreamPosition: &streams.BatchAppendReq_Options_NoStream{NoStream: &emptypb.Empty{}},
		}
		if deadline != nil {
			req.Options.DeadlineOption = &streams.BatchAppendReq_Options_Deadline{Deadline: deadline}
		}
	}
	for _, d := range data {
		req.ProposedMessages = append(req.ProposedMessages, &streams.BatchAppendReq_ProposedMessage{
			Id: textID(), Metadata: map[string]string{"type": "T", "content-type": "text/plain"}, Data: []byte(d),
		})
	}
	return req
}

func TestBatchAppend(t *testing.T) {
	t.Parallel()
	s := start(t, embedded.Options{MaxAppendSize: 1000})
	call, err := streams.NewStreamsClient(dial(t, s)).BatchAppend(bounded(t))
	require.NoError(t, err)
	first, second := textID(), textID()
	for _, req := range []*streams.BatchAppendReq{ // two batches in chunks, interleaved
		chunk(first, "a", nil, false, "1"), chunk(second, "b", nil, false, "x"),
		chunk(first, "", nil, false, "2"), chunk(second, "", nil, true, "y"), chunk(first, "", nil, true, "3"),
	} {
		require.NoError(t, call.Send(req))
	}
	for range 2 {
		resp, err := call.Recv()
		require.NoError(t, err)
		want := map[string]uint64{"a": 2, "b": 1}[string(resp.GetStreamIdentifier().GetStreamName())]
		require.Equal(t, want, resp.GetSuccess().GetCurrentRevision())
		require.NotZero(t, resp.GetSuccess().GetPosition().GetCommitPosition())
		require.NotNil(t, resp.GetNoStream())
	}
	for name, c := range map[string]struct {
		req    *streams.BatchAppendReq
		code   codes.Code
		detail any
	}{
		"wrong":    {chunk(textID(), "a", nil, true, "1"), codes.FailedPrecondition, &shared.WrongExpectedVersion{}},
		"too late": {chunk(textID(), "c", durationpb.New(0), true, "1"), codes.DeadlineExceeded, &shared.Timeout{}},
		"too big":  {chunk(textID(), "c", nil, true, string(make([]byte, 1001))), codes.InvalidArgument, &shared.MaximumAppendSizeExceeded{}},
		"nowhere":  {chunk(textID(), "", nil, true, "1"), codes.InvalidArgument, &shared.BadRequest{}},
	} {
		require.NoError(t, call.Send(c.req))
		resp, err := call.Recv()
		require.NoError(t, err)
		require.EqualValues(t, c.code, resp.GetError().GetCode(), name)
		detail, err := resp.GetError().GetDetails()[0].UnmarshalNew()
		require.NoError(t, err)
		require.IsType(t, c.detail, detail, name)
	}
	require.NoError(t, call.CloseSend())
	_, err = call.Recv()
	require.ErrorIs(t, err, io.EOF)
}

func readReq(stream string, change func(*streams.ReadReq_Options)) *streams.ReadReq {
	o := &streams.ReadReq_Options{
		StreamOption: &streams.ReadReq_Options_Stream{Stream: &streams.ReadReq_Options_StreamOptions{
			StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(stream)},
			RevisionOption:   &streams.ReadReq_Options_StreamOptions_Start{Start: &shared.Empty{}},
		}},
		CountOption:  &streams.ReadReq_Options_Count{Count: 10},
		FilterOption: &streams.ReadReq_Options_NoFilter{NoFilter: &shared.Empty{}},
		UuidOption: &streams.ReadReq_Options_UUIDOption{
			Content: &streams.ReadReq_Options_UUIDOption_String_{String_: &shared.Empty{}}},
	}
	if change != nil {
		change(o)
	}
	return &streams.ReadReq{Options: o}
}

func readRaw(ctx context.Context, c streams.StreamsClient, req *streams.ReadReq) (out []*streams.ReadResp, trailer metadata.MD, err error) {
	call, err := c.Read(ctx, req)
	if err != nil {
		return nil, nil, err
	}
	for {
		m, err := call.Recv()
		if errors.Is(err, io.EOF) {
			return out, call.Trailer(), nil
		}
		if err != nil {
			return out, call.Trailer(), err
		}
		out = append(out, m)
	}
}

func TestReadOptions(t *testing.T) {
	t.Parallel()
	s := start(t, embedded.Options{})
	ctx, raw, c := bounded(t), streams.NewStreamsClient(dial(t, s)), client(t, s)
	events := eventsOf("A", 3)
	_, err := c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}, events...)
	require.NoError(t, err)

	got, _, err := readRaw(ctx, raw, readReq("s", nil))
	require.NoError(t, err)
	require.Len(t, got, 3)
	for i, m := range got {
		require.Equal(t, events[i].EventID.String(), m.GetEvent().GetEvent().GetId().GetString_())
	}
	got, _, err = readRaw(ctx, raw, readReq("s", func(o *streams.ReadReq_Options) {
		o.ControlOption = &streams.ReadReq_Options_ControlOption{Compatibility: 1}
	}))
	require.NoError(t, err)
	require.Len(t, got, 5)
	require.IsType(t, &streams.ReadResp_FirstStreamPosition{}, got[0].GetContent())
	require.EqualValues(t, 2, got[4].GetLastStreamPosition())

	for name, change := range map[string]func(*streams.ReadReq_Options){
		"no uuid option":   func(o *streams.ReadReq_Options) { o.UuidOption = nil },
		"no filter option": func(o *streams.ReadReq_Options) { o.FilterOption = nil },
		"no count":         func(o *streams.ReadReq_Options) { o.CountOption = nil },
		"count 0":          func(o *streams.ReadReq_Options) { o.CountOption = &streams.ReadReq_Options_Count{} },
		"nothing to read":  func(o *streams.ReadReq_Options) { o.StreamOption = nil },
		"forwards from end": func(o *streams.ReadReq_Options) {
			o.GetStream().RevisionOption = &streams.ReadReq_Options_StreamOptions_End{}
		},
		"a filter": func(o *streams.ReadReq_Options) { o.FilterOption = &streams.ReadReq_Options_Filter{} },
		"backwards following": func(o *streams.ReadReq_Options) {
			o.ReadDirection = streams.ReadReq_Options_Backwards
			o.CountOption = &streams.ReadReq_Options_Subscription{Subscription: &streams.ReadReq_Options_SubscriptionOptions{}}
		},
	} {
		_, _, err := readRaw(ctx, raw, readReq("s", change))
		require.Equal(t, codes.InvalidArgument, status.Code(err), name)
	}

	_, err = c.TombstoneStream(ctx, "s", esdb.TombstoneStreamOptions{})
	require.NoError(t, err)
	_, trailer, err := readRaw(ctx, raw, readReq("s", nil))
	require.Equal(t, codes.FailedPrecondition, status.Code(err))
	require.Equal(t, []string{"stream-deleted"}, trailer.Get("exception"))
	require.Equal(t, []string{"s"}, trailer.Get("stream-name"))
}

func TestWhatIsNotOffered(t *testing.T) {
	t.Parallel()
	_, err := projections.NewProjectionsClient(dial(t, start(t, embedded.Options{}))).Enable(bounded(t), &projections.EnableReq{})
	require.Equal(t, codes.Unimplemented, status.Code(err))
}

func TestGossip(t *testing.T) {
	t.Parallel()
	s := start(t, embedded.Options{})
	info, err := gossip.NewGossipClient(dial(t, s)).Read(bounded(t), &shared.Empty{})
	require.NoError(t, err)
	require.Len(t, info.GetMembers(), 1)
	m := info.GetMembers()[0]
	require.Equal(t, s.Addr(), fmt.Sprintf("%s:%d", m.GetHttpEndPoint().GetAddress(), m.GetHttpEndPoint().GetPort()))
	conf, err := esdb.ParseConnectionString("esdb+discover://" + s.Addr() + "?tls=false")
	require.NoError(t, err)
	conf.Logger = esdb.NoopLogging()
	c, err := esdb.NewClient(conf)
	require.NoError(t, err)
	defer c.Close()
	_, err = c.AppendToStream(bounded(t), "s", esdb.AppendToStreamOptions{}, event("A"))
	require.NoError(t, err)
}

func TestLinks(t *testing.T) {
	t.Parallel()
	ctx, c := bounded(t), client(t, start(t, embedded.Options{LinkStreams: true}))
	for i := range 30 {
		_, err := c.AppendToStream(ctx, fmt.Sprintf("case-%d", i%3), esdb.AppendToStreamOptions{}, event("Opened"))
		require.NoError(t, err)
	}
	sub, err := c.SubscribeToStream(ctx, "$ce-case", esdb.SubscribeToStreamOptions{From: esdb.Start{}, ResolveLinkTos: true})
	require.NoError(t, err)
	defer sub.Close()
	for i := 0; i < 30; {
		e := sub.Recv()
		require.Nil(t, e.SubscriptionDropped)
		if e.EventAppeared == nil {
			continue
		}
		require.Equal(t, fmt.Sprintf("case-%d", i%3), e.EventAppeared.Event.StreamID)
		require.EqualValues(t, i, e.EventAppeared.Link.EventNumber)
		i++
	}
	_, err = c.DeleteStream(ctx, "case-1", esdb.DeleteStreamOptions{})
	require.NoError(t, err)
	got, err := drain(c.ReadStream(ctx, "$et-Opened", esdb.ReadStreamOptions{ResolveLinkTos: true}, 100))
	require.NoError(t, err)
	require.Len(t, got, 30)
	for i, e := range got {
		require.NotNil(t, e.Link)
		require.Equal(t, i%3 == 1, e.Event == nil, "what a link pointed at is gone, the link is not")
	}
}

func tablesSize(t *testing.T, dir string) (total int64) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	require.NoError(t, err)
	for _, f := range files {
		if info, err := os.Stat(f); err == nil { // it may be gone by now
			total += info.Size()
		}
	}
	return total
}

func TestScavengeGivesSpaceBack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, embedded.Options{Dir: dir})
	ctx, c := bounded(t), client(t, s)
	var lastAt uint64
	rng := rand.New(rand.NewPCG(1, 1))
	for range 40 {
		e := event("Big")
		e.Data = make([]byte, 200_000)
		for j := range e.Data {
			e.Data[j] = byte(rng.Uint32()) // does not compress
		}
		w, err := c.AppendToStream(ctx, "big", esdb.AppendToStreamOptions{}, e)
		require.NoError(t, err)
		lastAt = w.CommitPosition
	}
	meta := esdb.StreamMetadata{}
	meta.SetMaxCount(2)
	_, err := c.SetStreamMetadata(ctx, "big", esdb.AppendToStreamOptions{}, meta)
	require.NoError(t, err)
	done, err := s.Scavenge(ctx)
	require.NoError(t, err)
	require.Equal(t, 38, done.Events)
	require.Eventually(t, func() bool { return tablesSize(t, dir) < 10*200_000 }, patience, poll)
	got, err := drain(c.ReadStream(ctx, "big", esdb.ReadStreamOptions{}, 100))
	require.NoError(t, err)
	require.Equal(t, []uint64{38, 39}, revisions(got))
	require.Equal(t, lastAt, got[1].Event.Position.Commit)
	all, err := drain(c.ReadAll(ctx, esdb.ReadAllOptions{}, 1000))
	require.NoError(t, err)
	big := 0
	for _, e := range all {
		if e.Event.EventType == "Big" {
			big++
		}
	}
	require.Equal(t, 2, big)
	w, err := c.AppendToStream(ctx, "big", esdb.AppendToStreamOptions{ExpectedRevision: esdb.Revision(39)}, event("Next"))
	require.NoError(t, err)
	require.Greater(t, w.CommitPosition, lastAt)
}
