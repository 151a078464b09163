package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"docket/internal/eventstore/embedded"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// Requests of any form, as far as the bytes are a message at all, over a real
// connection. The engine runs in this process: a panic in it ends the test.

const moment = 50 * time.Millisecond // for calls that may go on for ever

func fuzzed(f *testing.F) (*embedded.Server, *grpc.ClientConn) {
	f.Helper()
	s := start(f, embedded.Options{MaxAppendSize: 1 << 16, LinkStreams: true})
	conn, err := grpc.NewClient(s.Addr(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(f, err)
	f.Cleanup(func() { _ = conn.Close() })
	c := streams.NewStreamsClient(conn)
	batches, err := c.BatchAppend(bounded(f))
	require.NoError(f, err)
	require.NoError(f, batches.Send(chunk(textID(), "s", nil, true, "1", "2", "3")))
	_, err = batches.Recv()
	require.NoError(f, err)
	return s, conn
}

func seed(f *testing.F, m proto.Message) []byte {
	f.Helper()
	b, err := proto.Marshal(m)
	require.NoError(f, err)
	return b
}

// refusal fails the test unless an error is one that a bad request may get.
func refusal(t *testing.T, err error, m proto.Message, also ...codes.Code) {
	t.Helper()
	may := append(also, codes.OK, codes.InvalidArgument, codes.FailedPrecondition, codes.Unknown)
	require.Contains(t, may, status.Code(err), "%v for %v", err, m)
}

func FuzzReadRequest(f *testing.F) {
	_, conn := fuzzed(f)
	c := streams.NewStreamsClient(conn)
	f.Add(seed(f, readReq("s", nil)))
	f.Add(seed(f, readReq("s", func(o *streams.ReadReq_Options) {
		o.CountOption = &streams.ReadReq_Options_Subscription{Subscription: &streams.ReadReq_Options_SubscriptionOptions{}}
	})))
	f.Add(seed(f, readReq("", func(o *streams.ReadReq_Options) {
		o.ReadDirection = streams.ReadReq_Options_Backwards
		o.StreamOption = &streams.ReadReq_Options_All{All: &streams.ReadReq_Options_AllOptions{
			AllOption: &streams.ReadReq_Options_AllOptions_Position{Position: &streams.ReadReq_Options_Position{CommitPosition: 167, PreparePosition: 167}},
		}}
		o.FilterOption = &streams.ReadReq_Options_Filter{Filter: &streams.ReadReq_Options_FilterOptions{
			Filter: &streams.ReadReq_Options_FilterOptions_EventType{EventType: &streams.ReadReq_Options_FilterOptions_Expression{Regex: "^[^$]"}},
			Window: &streams.ReadReq_Options_FilterOptions_Max{Max: 3}, CheckpointIntervalMultiplier: 2,
		}}
	})))
	f.Fuzz(func(t *testing.T, b []byte) {
		var req streams.ReadReq
		if proto.Unmarshal(b, &req) != nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), moment)
		defer cancel()
		_, _, err := readRaw(ctx, c, &req)
		refusal(t, err, &req, codes.DeadlineExceeded)
	})
}

func FuzzAppendRequest(f *testing.F) {
	_, conn := fuzzed(f)
	c := streams.NewStreamsClient(conn)
	f.Add(
		seed(f, &streams.AppendReq{Content: &streams.AppendReq_Options_{Options: &streams.AppendReq_Options{
			StreamIdentifier: named("a"), ExpectedStreamRevision: &streams.AppendReq_Options_Any{Any: &shared.Empty{}},
		}}}),
		seed(f, &streams.AppendReq{Content: &streams.AppendReq_ProposedMessage_{ProposedMessage: &streams.AppendReq_ProposedMessage{
			Id: textID(), Metadata: map[string]string{"type": "T", "content-type": "application/json"}, Data: []byte("{}"), CustomMetadata: []byte("{}"),
		}}}))
	f.Fuzz(func(t *testing.T, options, message []byte) {
		var first, second streams.AppendReq
		if proto.Unmarshal(options, &first) != nil || proto.Unmarshal(message, &second) != nil {
			return
		}
		if m := second.GetProposedMessage(); m.GetId() != nil {
			m.Id = textID() // one that was used before would be a repetition
		}
		call, err := c.Append(bounded(t))
		require.NoError(t, err)
		for _, req := range []*streams.AppendReq{&first, &second} {
			if err := call.Send(req); err != nil {
				require.ErrorIs(t, err, io.EOF)
			}
		}
		resp, err := call.CloseAndRecv()
		refusal(t, err, &first)
		written, ok := resp.GetSuccess().GetCurrentRevisionOption().(*streams.AppendResp_Success_CurrentRevision)
		if !ok || second.GetProposedMessage() == nil {
			return
		}
		stream := string(first.GetOptions().GetStreamIdentifier().GetStreamName())
		got, _, err := readRaw(bounded(t), c, readReq(stream, func(o *streams.ReadReq_Options) {
			o.GetStream().RevisionOption = &streams.ReadReq_Options_StreamOptions_Revision{Revision: written.CurrentRevision}
		}))
		require.NoError(t, err)
		if len(got) > 0 && got[0].GetEvent() != nil { // metadata may hide it
			require.Equal(t, string(second.GetProposedMessage().GetData()), string(got[0].GetEvent().GetEvent().GetData()))
		}
	})
}

func FuzzBatchAppendRequest(f *testing.F) {
	_, conn := fuzzed(f)
	c := streams.NewStreamsClient(conn)
	f.Add(seed(f, chunk(textID(), "b", nil, true, "1", "2")))
	f.Add(seed(f, chunk(textID(), "", nil, false, "1")))
	f.Fuzz(func(t *testing.T, b []byte) {
		var req streams.BatchAppendReq
		if proto.Unmarshal(b, &req) != nil {
			return
		}
		call, err := c.BatchAppend(bounded(t))
		require.NoError(t, err)
		if err := call.Send(&req); err != nil {
			require.ErrorIs(t, err, io.EOF)
		}
		require.NoError(t, call.CloseSend())
		resp, err := call.Recv()
		if errors.Is(err, io.EOF) {
			require.False(t, req.GetIsFinal(), "a whole batch is answered")
			return
		}
		refusal(t, err, &req)
		if err == nil {
			require.True(t, proto.Equal(req.GetCorrelationId(), resp.GetCorrelationId()))
			require.True(t, resp.GetError() != nil || resp.GetSuccess() != nil)
			require.NotEqual(t, int32(codes.Internal), resp.GetError().GetCode(), resp.GetError().GetMessage())
		}
	})
}

func FuzzGroupSettings(f *testing.F) {
	_, conn := fuzzed(f)
	c := persistent.NewPersistentSubscriptionsClient(conn)
	f.Add(seed(f, creation("g", "s", nil)))
	f.Add(seed(f, creation("g", "s", func(o *persistent.CreateReq_Options) {
		o.Settings.MessageTimeout = &persistent.CreateReq_Settings_MessageTimeoutTicks{MessageTimeoutTicks: -1 << 63}
		o.Settings.CheckpointAfter = &persistent.CreateReq_Settings_CheckpointAfterMs{CheckpointAfterMs: 1}
		o.StreamOption = &persistent.CreateReq_Options_All{All: &persistent.CreateReq_AllOptions{
			AllOption: &persistent.CreateReq_AllOptions_Start{Start: &shared.Empty{}},
			FilterOption: &persistent.CreateReq_AllOptions_Filter{Filter: &persistent.CreateReq_AllOptions_FilterOptions{
				Filter: &persistent.CreateReq_AllOptions_FilterOptions_StreamIdentifier{
					StreamIdentifier: &persistent.CreateReq_AllOptions_FilterOptions_Expression{Prefix: []string{"s"}},
				},
			}},
		}}
	})))
	f.Fuzz(func(t *testing.T, b []byte) {
		var req persistent.CreateReq
		if proto.Unmarshal(b, &req) != nil {
			return
		}
		ctx := bounded(t)
		_, err := c.Create(ctx, &req)
		refusal(t, err, &req, codes.Internal, codes.AlreadyExists)
		if err != nil {
			return
		}
		infos, err := c.List(ctx, &persistent.ListReq{Options: &persistent.ListReq_Options{
			ListOption: &persistent.ListReq_Options_ListAllSubscriptions{ListAllSubscriptions: &shared.Empty{}},
		}})
		require.NoError(t, err)
		require.NotEmpty(t, infos.GetSubscriptions())
		consume(t, c, &req)
		_, err = c.RestartSubsystem(ctx, &shared.Empty{})
		require.NoError(t, err)
		for _, i := range infos.GetSubscriptions() {
			require.GreaterOrEqual(t, i.GetMessageTimeoutMilliseconds(), int32(0))
			o := &persistent.DeleteReq_Options{GroupName: i.GetGroupName()}
			if o.StreamOption = (&persistent.DeleteReq_Options_All{All: &shared.Empty{}}); i.GetEventSource() != "$all" {
				o.StreamOption = &persistent.DeleteReq_Options_StreamIdentifier{StreamIdentifier: named(i.GetEventSource())}
			}
			_, err := c.Delete(ctx, &persistent.DeleteReq{Options: o})
			require.NoError(t, err, "%v", i)
		}
	})
}

// consume connects to a group and takes its confirmation.
func consume(t *testing.T, c persistent.PersistentSubscriptionsClient, made *persistent.CreateReq) {
	t.Helper()
	ctx, cancel := context.WithCancel(bounded(t))
	defer cancel()
	call, err := c.Read(ctx)
	require.NoError(t, err)
	o := &persistent.ReadReq_Options{
		GroupName: made.GetOptions().GetGroupName(), BufferSize: 3,
		UuidOption: &persistent.ReadReq_Options_UUIDOption{Content: &persistent.ReadReq_Options_UUIDOption_Structured{Structured: &shared.Empty{}}},
	}
	if made.GetOptions().GetAll() != nil {
		o.StreamOption = &persistent.ReadReq_Options_All{All: &shared.Empty{}}
	} else {
		id := made.GetOptions().GetStream().GetStreamIdentifier()
		if id == nil {
			id = made.GetOptions().GetStreamIdentifier() //nolint:staticcheck // older clients send only this
		}
		o.StreamOption = &persistent.ReadReq_Options_StreamIdentifier{StreamIdentifier: id}
	}
	require.NoError(t, call.Send(&persistent.ReadReq{Content: &persistent.ReadReq_Options_{Options: o}}))
	resp, err := call.Recv()
	require.NoError(t, err, "%v", made)
	require.NotNil(t, resp.GetSubscriptionConfirmation())
}

// FuzzConnection sends anything to the port, where gRPC and HTTP are told apart.
func FuzzConnection(f *testing.F) {
	s, _ := fuzzed(f)
	for _, path := range []string{"/health/live?liveCode=%32", "/info", "/gossip", "/metrics", "/ping?x=%zz"} {
		f.Add([]byte("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
	}
	f.Add([]byte("POST /admin/scavenge HTTP/1.0\r\nAuthorization: Basic Og==\r\n\r\n"))
	f.Add([]byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		conn, err := net.Dial("tcp", s.Addr())
		require.NoError(t, err)
		defer conn.Close()
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(patience)))
		if _, err := conn.Write(b); err != nil || conn.(*net.TCPConn).CloseWrite() != nil {
			return // hung up on
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			var late net.Error
			require.False(t, errors.As(err, &late) && late.Timeout(), "neither answered nor hung up on")
			return
		}
		defer resp.Body.Close()
		require.NotEqual(t, http.StatusInternalServerError, resp.StatusCode)
	})
}
