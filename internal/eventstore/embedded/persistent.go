package embedded

import (
	"context"
	"errors"
	"io"
	"math"
	"time"

	"docket/internal/eventstore/embedded/access"
	"docket/internal/eventstore/embedded/group"
	"docket/internal/eventstore/embedded/record"
	"docket/internal/eventstore/embedded/store"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
)

// persistentService is the protocol's PersistentSubscriptions service.
type persistentService struct {
	persistent.UnimplementedPersistentSubscriptionsServer
	*Server
}

// Read connects a consumer: options, a confirmation, then events one way and
// acknowledgements the other, until the client leaves or the group is dropped.
func (s *persistentService) Read(call persistent.PersistentSubscriptions_ReadServer) error {
	return answer(call.Context(), s.consume(call))
}

func (s *persistentService) consume(call persistent.PersistentSubscriptions_ReadServer) error {
	first, err := call.Recv()
	if err != nil {
		return err
	}
	o := first.GetOptions()
	if o == nil {
		return invalid("expected options first")
	}
	if o.GetBufferSize() < 1 {
		return invalid("the buffer size must be positive")
	}
	textIDs := false
	switch o.GetUuidOption().GetContent().(type) {
	case *persistent.ReadReq_Options_UUIDOption_Structured:
	case *persistent.ReadReq_Options_UUIDOption_String_:
		textIDs = true
	default:
		return invalid("no UUID option was given")
	}
	k, err := groupKey(o.GetStreamIdentifier(), o.GetAll(), o.GetGroupName())
	if err != nil {
		return err
	}
	if err := s.allow(call.Context(), access.Read, k.Stream); err != nil {
		return err
	}
	c, err := s.groups.Connect(k, int(o.GetBufferSize()), peerOf(call.Context()))
	if err != nil {
		return err
	}
	defer c.Close()
	err = call.Send(&persistent.ReadResp{Content: &persistent.ReadResp_SubscriptionConfirmation_{
		SubscriptionConfirmation: &persistent.ReadResp_SubscriptionConfirmation{SubscriptionId: store.NewID().String()},
	}})
	if err != nil {
		return err
	}
	ctx, leave := context.WithCancelCause(call.Context())
	defer leave(nil)
	go func() { leave(listen(call, c)) }()
	for {
		deliveries, err := c.Next(ctx)
		if cause := context.Cause(ctx); err != nil && errors.Is(cause, io.EOF) {
			return nil
		} else if err != nil && ctx.Err() != nil {
			return cause
		}
		if err != nil {
			return err
		}
		for _, d := range deliveries {
			if err := deliver(call, d, textIDs); err != nil {
				return err
			}
		}
	}
}

func deliver(call persistent.PersistentSubscriptions_ReadServer, d group.Delivery, textIDs bool) error {
	b, err := record.Response{
		Event: d.Event, Link: d.Link, TextIDs: textIDs, Position: d.Position, Retries: int32(d.Retries), Counted: true,
	}.Encode()
	if err != nil {
		return err
	}
	raw := record.Raw(b)
	return call.SendMsg(&raw)
}

// listen takes acknowledgements until the client stops sending.
func listen(call persistent.PersistentSubscriptions_ReadServer, c *group.Consumer) error {
	for {
		req, err := call.Recv()
		if err != nil {
			return err
		}
		switch m := req.GetContent().(type) {
		case *persistent.ReadReq_Ack_:
			ids, err := eventIDs(m.Ack.GetIds())
			if err != nil {
				return err
			}
			c.Ack(ids...)
		case *persistent.ReadReq_Nack_:
			ids, err := eventIDs(m.Nack.GetIds())
			if err != nil {
				return err
			}
			c.Nack(actions[m.Nack.GetAction()], m.Nack.GetReason(), ids...)
		default:
			return invalid("expected an acknowledgement")
		}
	}
}

var actions = map[persistent.ReadReq_Nack_Action]group.Action{
	persistent.ReadReq_Nack_Unknown: group.Unknown,
	persistent.ReadReq_Nack_Park:    group.Park,
	persistent.ReadReq_Nack_Retry:   group.Retry,
	persistent.ReadReq_Nack_Skip:    group.Skip,
	persistent.ReadReq_Nack_Stop:    group.Stop,
}

func eventIDs(ids []*shared.UUID) ([]record.ID, error) {
	out := make([]record.ID, 0, len(ids))
	for _, id := range ids {
		i, err := eventID(id)
		if err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	return out, nil
}

func groupKey(stream *shared.StreamIdentifier, all *shared.Empty, name string) (group.Key, error) {
	if name == "" {
		return group.Key{}, invalid("a group needs a name")
	}
	if all != nil {
		return group.Key{Stream: group.All, Group: name}, nil
	}
	if stream == nil {
		return group.Key{}, invalid("neither a stream nor $all was named")
	}
	n, err := streamName(stream)
	if err != nil {
		return group.Key{}, err
	}
	k := group.Key{Stream: n, Group: name}
	if n == group.All {
		return k, &group.Error{Kind: group.Failed, Key: k, Reason: "$all is not a stream."}
	}
	return k, nil
}

func peerOf(ctx context.Context) group.Peer {
	p := group.Peer{Name: "<unknown>", User: "anonymous"}
	if who := principalOf(ctx); !who.Anonymous() {
		p.User = who.Login
	}
	if from, ok := peer.FromContext(ctx); ok {
		p.Address = from.Addr.String()
	}
	if md, ok := metadata.FromIncomingContext(ctx); ok {
		if names := md.Get("connection-name"); len(names) > 0 {
			p.Name = names[0]
		}
	}
	return p
}

// Delete removes a group.
func (s *persistentService) Delete(ctx context.Context, req *persistent.DeleteReq) (*persistent.DeleteResp, error) {
	o := req.GetOptions()
	k, err := groupKey(o.GetStreamIdentifier(), o.GetAll(), o.GetGroupName())
	if err == nil {
		err = s.allowRole(ctx, access.Admins, access.Ops)
	}
	if err == nil {
		err = s.groups.Delete(ctx, k)
	}
	if err != nil {
		return nil, answer(ctx, err)
	}
	return &persistent.DeleteResp{}, nil
}

// ReplayParked hands out parked events again.
func (s *persistentService) ReplayParked(ctx context.Context, req *persistent.ReplayParkedReq) (*persistent.ReplayParkedResp, error) {
	o := req.GetOptions()
	k, err := groupKey(o.GetStreamIdentifier(), o.GetAll(), o.GetGroupName())
	stop := int64(-1)
	switch v := o.GetStopAtOption().(type) {
	case *persistent.ReplayParkedReq_Options_StopAt:
		if stop = v.StopAt; stop < 0 && err == nil {
			err = invalid("stop_at must not be negative")
		}
	case *persistent.ReplayParkedReq_Options_NoLimit:
	default:
		if err == nil {
			err = invalid("neither stop_at nor its absence was given")
		}
	}
	if err == nil {
		err = s.allowRole(ctx, access.Admins, access.Ops)
	}
	if err == nil {
		err = s.groups.ReplayParked(k, stop)
	}
	if err != nil {
		return nil, answer(ctx, err)
	}
	return &persistent.ReplayParkedResp{}, nil
}

// RestartSubsystem drops all consumers and loads all groups anew.
func (s *persistentService) RestartSubsystem(ctx context.Context, _ *shared.Empty) (*shared.Empty, error) {
	if err := s.allowRole(ctx, access.Admins, access.Ops); err != nil {
		return nil, answer(ctx, err)
	}
	if err := s.groups.Restart(); err != nil {
		return nil, answer(ctx, err)
	}
	return &shared.Empty{}, nil
}

// duration reads one of the two forms of a time.
func duration(ticks int64, ms int32, isTicks bool) time.Duration {
	if !isTicks {
		return time.Duration(ms) * time.Millisecond
	}
	return time.Duration(max(min(ticks, math.MaxInt64/100), math.MinInt64/100)) * 100
}
