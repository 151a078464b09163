package embedded

import (
	"context"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
)

// protocolVersion is the EventStoreDB version whose behaviour on the wire the
// engine follows; clients compare it with numbers of their own.
const protocolVersion = "24.6.0"

// features are what clients look for beyond a method's bare existence.
var features = map[string][]string{
	"event_store.client.streams.streams/read":                                          {"position", "events"},
	"event_store.client.streams.streams/batchappend":                                   {"deadline_duration"},
	"event_store.client.persistent_subscriptions.persistentsubscriptions/create":       {"stream", "all"},
	"event_store.client.persistent_subscriptions.persistentsubscriptions/update":       {"stream", "all"},
	"event_store.client.persistent_subscriptions.persistentsubscriptions/delete":       {"stream", "all"},
	"event_store.client.persistent_subscriptions.persistentsubscriptions/read":         {"stream", "all"},
	"event_store.client.persistent_subscriptions.persistentsubscriptions/getinfo":      {"stream", "all"},
	"event_store.client.persistent_subscriptions.persistentsubscriptions/replayparked": {"stream", "all"},
	"event_store.client.persistent_subscriptions.persistentsubscriptions/list":         {"stream", "all"},
}

type featuresService struct {
	serverfeatures.UnimplementedServerFeaturesServer
	*Server
}

// GetSupportedMethods lists every method the gRPC server has, and no other.
func (s *featuresService) GetSupportedMethods(context.Context, *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	out := &serverfeatures.SupportedMethods{EventStoreServerVersion: protocolVersion}
	for service, info := range s.grpc.GetServiceInfo() {
		for _, m := range info.Methods {
			service, method := strings.ToLower(service), strings.ToLower(m.Name)
			out.Methods = append(out.Methods, &serverfeatures.SupportedMethod{
				ServiceName: service, MethodName: method, Features: features[service+"/"+method],
			})
		}
	}
	return out, nil
}

type gossipService struct {
	gossip.UnimplementedGossipServer
	*Server
}

// Read tells of the one node there is.
func (s *gossipService) Read(context.Context, *shared.Empty) (*gossip.ClusterInfo, error) {
	host, port := s.advertised()
	most, least := s.id.Halves()
	return &gossip.ClusterInfo{Members: []*gossip.MemberInfo{{
		InstanceId: &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{
			MostSignificantBits: most, LeastSignificantBits: least,
		}}},
		TimeStamp:    time.Now().UnixNano() / 100,
		State:        gossip.MemberInfo_Leader,
		IsAlive:      true,
		HttpEndPoint: &gossip.EndPoint{Address: host, Port: uint32(port)},
	}}}, nil
}

// advertised is where clients shall connect.
func (s *Server) advertised() (host string, port uint16) {
	addr := s.o.Advertise
	if addr == "" {
		addr = s.Addr()
	}
	host, p, err := net.SplitHostPort(addr)
	if err != nil {
		return addr, 0
	}
	n, _ := strconv.ParseUint(p, 10, 16) // 0 for a port that is none
	return host, uint16(n)
}
