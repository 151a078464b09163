package ceiling

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"time"

	"docket/internal/eventstore/embedded/record"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Server acknowledges every append without looking at it or keeping it, and answers counted reads of $all with bytes made
// beforehand. Its transport is set as the engine's, so that the difference to the engine is what the engine does.
type Server struct {
	streams.UnimplementedStreamsServer
	serverfeatures.UnimplementedServerFeaturesServer

	listener net.Listener
	grpc     *grpc.Server
	served   chan error
	position atomic.Uint64
	canned   []record.Raw
}

// cannedEvents is how many different events a read repeats.
const cannedEvents = 1000

// Start listens on a free loopback port.
func Start(ctx context.Context) (*Server, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("server without a store: %w", err)
	}
	s := &Server{listener: listener, served: make(chan error, 1), canned: can()}
	s.grpc = grpc.NewServer(
		grpc.ForceServerCodecV2(record.NewCodec()),
		grpc.InitialWindowSize(1<<20), grpc.InitialConnWindowSize(4<<20),
	)
	streams.RegisterStreamsServer(s.grpc, s)
	serverfeatures.RegisterServerFeaturesServer(s.grpc, s)
	go func() { s.served <- s.grpc.Serve(listener) }()
	return s, nil
}

// URI is what to give a client.
func (s *Server) URI() string { return "esdb://" + s.listener.Addr().String() + "?tls=false" }

// Close ends calls under way.
func (s *Server) Close() error {
	s.grpc.Stop()
	return <-s.served
}

// can encodes events as they go over the wire.
func can() []record.Raw {
	all := make([]record.Raw, cannedEvents)
	position, created := uint64(0), time.Now().UnixNano()/100
	for i := range all {
		event := record.Proposed{ID: record.ID(uuid.New()), Type: eventType, JSON: true, Data: eventData, Meta: eventMeta}
		stream := "ticket-" + uuid.NewString()
		all[i] = record.Append(nil, stream, 0, position, created, event)
		position += record.LogSize(len(stream), len(event.Type), len(event.Data), len(event.Meta))
	}
	return all
}

// Append takes a call to its end and acknowledges it.
func (s *Server) Append(call streams.Streams_AppendServer) error {
	for {
		if _, err := call.Recv(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
	}
	at := s.position.Add(1000)
	return call.SendAndClose(&streams.AppendResp{Result: &streams.AppendResp_Success_{Success: &streams.AppendResp_Success{
		CurrentRevisionOption: &streams.AppendResp_Success_CurrentRevision{},
		PositionOption: &streams.AppendResp_Success_Position{
			Position: &streams.AppendResp_Position{CommitPosition: at, PreparePosition: at},
		},
	}}})
}

// Read sends as many events as were asked for.
func (s *Server) Read(request *streams.ReadReq, call streams.Streams_ReadServer) error {
	o := request.GetOptions()
	if o.GetAll() == nil || o.GetCount() == 0 {
		return status.Error(codes.Unimplemented, "only counted reads of $all are answered")
	}
	for i := range o.GetCount() {
		if err := call.SendMsg(&s.canned[i%cannedEvents]); err != nil {
			return err
		}
	}
	return nil
}

// GetSupportedMethods answers what the client asks first of every server.
func (s *Server) GetSupportedMethods(context.Context, *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	return &serverfeatures.SupportedMethods{EventStoreServerVersion: "24.6.0"}, nil
}
