package embedded

import (
	"context"

	"docket/internal/eventstore/embedded/group"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
)

// GetInfo tells of one group.
func (s *persistentService) GetInfo(ctx context.Context, req *persistent.GetInfoReq) (*persistent.GetInfoResp, error) {
	o := req.GetOptions()
	k, err := groupKey(o.GetStreamIdentifier(), o.GetAll(), o.GetGroupName())
	if err != nil {
		return nil, answer(ctx, err)
	}
	if err := s.allowRole(ctx); err != nil {
		return nil, answer(ctx, err)
	}
	i, err := s.groups.Info(k)
	if err != nil {
		return nil, answer(ctx, err)
	}
	return &persistent.GetInfoResp{SubscriptionInfo: groupInfo(i)}, nil
}

// List tells of all groups, or of those of one stream or of the whole log.
func (s *persistentService) List(ctx context.Context, req *persistent.ListReq) (*persistent.ListResp, error) {
	var stream string
	switch o := req.GetOptions().GetListOption().(type) {
	case *persistent.ListReq_Options_ListAllSubscriptions:
	case *persistent.ListReq_Options_ListForStream:
		if stream = group.All; o.ListForStream.GetAll() == nil {
			name, err := streamName(o.ListForStream.GetStream())
			if err != nil {
				return nil, answer(ctx, err)
			}
			stream = name
		}
	default:
		return nil, answer(ctx, invalid("what to list was not said"))
	}
	if err := s.allowRole(ctx); err != nil {
		return nil, answer(ctx, err)
	}
	infos, err := s.groups.List(stream)
	if err != nil {
		return nil, answer(ctx, err)
	}
	resp := &persistent.ListResp{}
	for _, i := range infos {
		resp.Subscriptions = append(resp.Subscriptions, groupInfo(i))
	}
	return resp, nil
}

func groupInfo(i group.Info) *persistent.SubscriptionInfo {
	st := i.Settings
	out := &persistent.SubscriptionInfo{
		EventSource: i.Key.Stream, GroupName: i.Key.Group, Status: i.Status,
		AveragePerSecond: i.PerSecond, TotalItems: i.Total, CountSinceLastMeasurement: i.Lately,
		LastCheckpointedEventPosition: i.LastCheckpoint, LastKnownEventPosition: i.LastKnown,
		ResolveLinkTos: st.ResolveLinks, StartFrom: i.StartFrom,
		MessageTimeoutMilliseconds: group.Milliseconds(st.MessageTimeout), ExtraStatistics: st.ExtraStatistics,
		MaxRetryCount: int32(st.MaxRetries), LiveBufferSize: int32(st.LiveBuffer),
		BufferSize: int32(st.HistoryBuffer), ReadBatchSize: int32(st.ReadBatch),
		CheckPointAfterMilliseconds: group.Milliseconds(st.CheckpointAfter),
		MinCheckPointCount:          int32(st.MinCheckpoint), MaxCheckPointCount: int32(st.MaxCheckpoint),
		ReadBufferCount: int32(i.Buffered), RetryBufferCount: int32(i.Retrying),
		TotalInFlightMessages: int32(i.Outstanding), OutstandingMessagesCount: int32(i.Outstanding),
		NamedConsumerStrategy: string(st.Strategy), MaxSubscriberCount: int32(st.MaxConsumers),
		ParkedMessageCount: i.Parked,
	}
	for _, c := range i.Consumers {
		out.Connections = append(out.Connections, &persistent.SubscriptionInfo_ConnectionInfo{
			From: c.Peer.Address, Username: c.Peer.User, ConnectionName: c.Peer.Name,
			AverageItemsPerSecond: c.PerSecond, TotalItems: c.Total, CountSinceLastMeasurement: c.Lately,
			AvailableSlots: int32(c.Free), InFlightMessages: int32(c.InFlight),
		})
	}
	return out
}
