// Package embedded is docket's embedded event store: one process or one
// goroutine group that keeps an event log in a folder and serves it over
// EventStoreDB's gRPC protocol, so that the official clients talk to it as they
// would to a cluster. It stands alone: nothing in it knows docket.
//
// It is not EventStoreDB and does not claim to be: one node, no projections in
// JavaScript, no AtomPub. What is not offered answers UNIMPLEMENTED.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"docket/internal/eventstore/embedded/access"
	"docket/internal/eventstore/embedded/group"
	"docket/internal/eventstore/embedded/links"
	"docket/internal/eventstore/embedded/record"
	"docket/internal/eventstore/embedded/store"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"
)

const (
	maxRequest    = 17 << 20
	stopPatience  = 5 * time.Second
	headerTimeout = 10 * time.Second
)

// Server is a running engine.
type Server struct {
	o       Options
	store   *store.Store
	groups  *group.Manager
	guard   *guard // nil: insecure
	ln      net.Listener
	mux     *mux
	grpc    *grpc.Server
	http    *http.Server
	id      record.ID
	started time.Time

	passwords map[string]string // made up on this start

	stopLinks context.CancelFunc // nil without link streams

	closing chan struct{} // closed first: ends what would go on for ever
	serving sync.WaitGroup
	once    sync.Once
	err     error
}

// Start opens the data folder, writes what a first start has to write, and
// listens. When it returns, clients can connect. It fails with a plain reason if
// the folder is in use, cannot be written or is damaged, or the address is taken.
// Ctx bounds the start alone; the engine runs until [Server.Close].
func Start(ctx context.Context, o Options) (*Server, error) {
	o = o.withDefaults()
	st, err := store.Open(store.Options{Dir: o.Dir, FS: o.FS, Logger: o.Logger, Cache: o.CacheBytes})
	if err != nil {
		return nil, fmt.Errorf("event store: %w", err)
	}
	s := &Server{o: o, store: st, id: store.NewID(), started: time.Now(), passwords: map[string]string{}, closing: make(chan struct{})}
	if err := s.begin(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("event store: %w", err), st.Close())
	}
	return s, nil
}

func (s *Server) begin(ctx context.Context) (err error) {
	if err := s.firstStart(ctx); err != nil {
		return fmt.Errorf("write the first events: %w", err)
	}
	if s.groups, err = group.Open(s.store, s.o.Logger); err != nil {
		return err
	}
	if s.ln, err = net.Listen("tcp", s.o.Listen); err != nil {
		s.groups.Close()
		return err
	}
	options := []grpc.ServerOption{
		grpc.ForceServerCodecV2(record.NewCodec()),
		grpc.MaxRecvMsgSize(maxRequest),
		grpc.InitialWindowSize(1 << 20), grpc.InitialConnWindowSize(4 << 20),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: s.o.keepalive, Timeout: s.o.keepalive}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 100 * time.Millisecond, PermitWithoutStream: true}),
	}
	if s.o.TLS != nil {
		s.guard = &guard{access.NewAuthenticator(s.store), access.NewLists(s.store)}
		options = append(options, grpc.UnaryInterceptor(s.guard.unary), grpc.StreamInterceptor(s.guard.stream))
	}
	s.grpc = grpc.NewServer(options...)
	streams.RegisterStreamsServer(s.grpc, &streamsService{Server: s})
	persistent.RegisterPersistentSubscriptionsServer(s.grpc, &persistentService{Server: s})
	serverfeatures.RegisterServerFeaturesServer(s.grpc, &featuresService{Server: s})
	gossip.RegisterGossipServer(s.grpc, &gossipService{Server: s})
	if s.o.LinkStreams {
		ctx, cancel := context.WithCancel(context.Background())
		s.stopLinks = cancel
		s.serve(func() {
			if err := links.Run(ctx, s.store, s.o.Logger); err != nil {
				s.o.Logger.Error("link streams have stopped", "error", err)
			}
		})
	}
	s.http = &http.Server{Handler: s.routes(), ReadHeaderTimeout: headerTimeout}
	s.mux = newMux(s.ln, s.o.TLS)
	s.serve(s.mux.run)
	s.serve(func() { _ = s.grpc.Serve(s.mux.http2) })
	s.serve(func() { _ = s.http.Serve(s.mux.http1) })
	s.o.Logger.Info("docket embedded event store is listening",
		"address", s.Addr(), "folder", s.o.Dir, "log_end", s.store.Tail())
	return nil
}

func (s *Server) serve(f func()) {
	s.serving.Add(1)
	go func() {
		defer s.serving.Done()
		f()
	}()
}

// Addr is the host:port the engine listens on.
func (s *Server) Addr() string { return s.ln.Addr().String() }

// ConnectionString is what to give a client: "esdb://127.0.0.1:PORT?tls=false".
// For a secure engine it holds no credentials.
func (s *Server) ConnectionString() string {
	return "esdb://" + s.Addr() + "?tls=" + strconv.FormatBool(s.o.TLS != nil)
}

// Err tells why the engine can store no more events, nil while it can. Reads
// go on being served.
func (s *Server) Err() error { return s.store.Err() }

// Scavenge removes for good what deletion and metadata hide, and gives the space
// back; see [store.Store.Scavenge].
func (s *Server) Scavenge(ctx context.Context) (store.Scavenged, error) {
	done, err := s.store.Scavenge(ctx)
	if err == nil {
		s.o.Logger.Info("scavenged the event log", "events", done.Events, "streams", done.Streams)
	}
	return done, err
}

// Close ends subscriptions, lets calls under way finish, flushes the log and
// releases the folder. Calls after the first give the same result.
func (s *Server) Close() error {
	s.once.Do(func() {
		close(s.closing)
		s.groups.Close()
		if s.stopLinks != nil {
			s.stopLinks()
		}
		stopped := make(chan struct{})
		go func() {
			defer close(stopped)
			s.grpc.GracefulStop()
		}()
		patience := time.NewTimer(stopPatience)
		defer patience.Stop()
		select {
		case <-stopped:
		case <-patience.C:
			s.grpc.Stop()
			<-stopped
		}
		s.mux.close()
		err := s.http.Close()
		s.serving.Wait()
		s.err = errors.Join(err, s.store.Close())
	})
	return s.err
}
