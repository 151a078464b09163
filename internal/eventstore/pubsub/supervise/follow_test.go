package supervise_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"docket/internal/eventstore/pubsub/supervise"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// script is a server with the faults that real ones have had: each subscription to $all plays the next of its acts and is
// then lost, the last act stays open in silence.
type script struct {
	streams.UnimplementedStreamsServer
	serverfeatures.UnimplementedServerFeaturesServer
	acts [][]*streams.ReadResp
	head uint64 // last event, as backward reads tell it

	mu    sync.Mutex
	froms []uint64 // where subscriptions began; 0 for the start
}

func (s *script) GetSupportedMethods(context.Context, *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	return &serverfeatures.SupportedMethods{EventStoreServerVersion: "24.6.0"}, nil
}

func (s *script) Read(r *streams.ReadReq, out streams.Streams_ReadServer) error {
	if r.Options.GetSubscription() == nil {
		return out.Send(event(s.head, s.head))
	}
	s.mu.Lock()
	s.froms = append(s.froms, r.Options.GetAll().GetPosition().GetCommitPosition())
	n := len(s.froms) - 1
	s.mu.Unlock()
	if err := out.Send(&streams.ReadResp{Content: &streams.ReadResp_Confirmation{
		Confirmation: &streams.ReadResp_SubscriptionConfirmation{SubscriptionId: "s"},
	}}); err != nil {
		return err
	}
	if n < len(s.acts) {
		for _, m := range s.acts[n] {
			if err := out.Send(m); err != nil {
				return err
			}
		}
	}
	if n >= len(s.acts)-1 {
		<-out.Context().Done()
	}
	return status.Error(codes.Unavailable, "the consumer is too slow")
}

func (s *script) begun() []uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.froms)
}

func event(position, revision uint64) *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Event{Event: &streams.ReadResp_ReadEvent{
		Event: &streams.ReadResp_ReadEvent_RecordedEvent{
			Id:               &shared.UUID{Value: &shared.UUID_String_{String_: fmt.Sprintf("00000000-0000-4000-8000-%012d", position)}},
			StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte("s")}, StreamRevision: revision,
			CommitPosition: position, PreparePosition: position,
			Metadata: map[string]string{"type": "t", "created": "16000000000000000", "content-type": "application/json"},
		},
	}}}
}

func checkpoint(position uint64) *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Checkpoint_{
		Checkpoint: &streams.ReadResp_Checkpoint{CommitPosition: position, PreparePosition: position},
	}}
}

func caughtUp() *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_CaughtUp_{CaughtUp: &streams.ReadResp_CaughtUp{}}}
}

func (s *script) start(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := grpc.NewServer()
	streams.RegisterStreamsServer(server, s)
	serverfeatures.RegisterServerFeaturesServer(server, s)
	var running sync.WaitGroup
	running.Go(func() { _ = server.Serve(l) })
	t.Cleanup(func() { server.Stop(); running.Wait() })
	return "esdb://" + l.Addr().String() + "?tls=false"
}

var errEnough = errors.New("enough")

// follow collects the places of events until the given number has come.
func follow(t *testing.T, d *supervise.Dialer, s supervise.Source, after int64, n int) (events, checkpoints []int64) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err := d.Follow(ctx, s, after, func(i supervise.Item) error {
		switch i.Kind {
		case supervise.Appeared:
			events = append(events, i.Place)
		case supervise.Checkpoint:
			checkpoints = append(checkpoints, i.Place)
		case supervise.CaughtUp, supervise.Dropped:
		}
		if len(events) == n {
			return errEnough
		}
		return nil
	})
	require.ErrorIs(t, err, errEnough)
	return events, checkpoints
}

func TestDoubledEventsAreDroppedAndDroppedSubscriptionsResumed(t *testing.T) {
	t.Parallel()
	s := &script{acts: [][]*streams.ReadResp{
		{event(100, 0), event(200, 1), event(200, 1), caughtUp()},
		{event(100, 0), event(200, 1), event(300, 2)}, // resumes too early
		{},
		{event(400, 3)},
	}}
	events, _ := follow(t, dial(t, s.start(t)), supervise.Source{}, supervise.Start, 4)
	require.Equal(t, []int64{100, 200, 300, 400}, events)
	require.Equal(t, []uint64{0, 200, 300, 300}, s.begun())
}

func TestCheckpointAheadOfAnEventLosesNothing(t *testing.T) {
	t.Parallel()
	s := &script{acts: [][]*streams.ReadResp{
		{event(100, 0), checkpoint(250), caughtUp()}, // ahead: 200 has not been sent, and now the connection is lost
		{event(200, 1), checkpoint(350), event(400, 2), checkpoint(500), checkpoint(600)},
		{event(700, 3)},
	}}
	events, checkpoints := follow(t, dial(t, s.start(t)), supervise.Source{}, supervise.Start, 4)
	require.Equal(t, []int64{100, 200, 400, 700}, events)
	require.Equal(t, []uint64{0, 100, 500}, s.begun(), "no resumption from a checkpoint that nothing has confirmed")
	require.Equal(t, []int64{350, 500}, checkpoints)
}

func TestStalledSubscriptionIsGivenUp(t *testing.T) {
	t.Parallel()
	s := &script{head: 200, acts: [][]*streams.ReadResp{
		{event(100, 0), caughtUp()},
	}}
	uri := s.start(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	dropped := 0
	err := dial(t, uri).Follow(ctx, supervise.Source{Idle: 30 * time.Millisecond}, supervise.Start, func(i supervise.Item) error {
		if i.Kind == supervise.Dropped {
			if dropped++; dropped == 2 {
				return errEnough
			}
		}
		return nil
	})
	require.ErrorIs(t, err, errEnough, "the server is silent although its log has moved on")
}

func TestQuietSubscriptionIsKept(t *testing.T) {
	t.Parallel()
	s := &script{head: 100, acts: [][]*streams.ReadResp{{event(100, 0), caughtUp()}}}
	uri := s.start(t)
	ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
	defer cancel()
	err := dial(t, uri).Follow(ctx, supervise.Source{Idle: 10 * time.Millisecond}, supervise.Start, func(i supervise.Item) error {
		if i.Kind == supervise.Dropped {
			return i.Err
		}
		return nil
	})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Len(t, s.begun(), 1)
}

func TestRefusedSubscriptionEnds(t *testing.T) {
	t.Parallel()
	s := &refusing{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := grpc.NewServer()
	streams.RegisterStreamsServer(server, s)
	serverfeatures.RegisterServerFeaturesServer(server, &script{})
	go func() { _ = server.Serve(l) }()
	t.Cleanup(server.Stop)
	err = dial(t, "esdb://"+l.Addr().String()+"?tls=false").Follow(t.Context(), supervise.Source{Stream: "s"}, supervise.Start, func(supervise.Item) error { return nil })
	require.Equal(t, codes.PermissionDenied, status.Code(err))
}

type refusing struct {
	streams.UnimplementedStreamsServer
}

func (*refusing) Read(*streams.ReadReq, streams.Streams_ReadServer) error {
	return status.Error(codes.PermissionDenied, "no")
}
