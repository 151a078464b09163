package embedded

import (
	"context"
	"math"

	"docket/internal/eventstore/embedded/access"
	"docket/internal/eventstore/embedded/filter"
	"docket/internal/eventstore/embedded/group"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
)

// Create makes a group on a stream or on the whole log.
func (s *persistentService) Create(ctx context.Context, req *persistent.CreateReq) (*persistent.CreateResp, error) {
	k, settings, err := s.creation(req.GetOptions())
	if err == nil {
		err = s.allowRole(ctx, access.Admins, access.Ops)
	}
	if err == nil {
		err = s.groups.Create(ctx, k, settings)
	}
	if err != nil {
		return nil, answer(ctx, err)
	}
	return &persistent.CreateResp{}, nil
}

func (s *persistentService) creation(o *persistent.CreateReq_Options) (k group.Key, settings group.Settings, err error) {
	in := o.GetSettings()
	if in == nil {
		return k, settings, invalid("no settings were given")
	}
	_, timeoutTicks := in.GetMessageTimeout().(*persistent.CreateReq_Settings_MessageTimeoutTicks)
	_, afterTicks := in.GetCheckpointAfter().(*persistent.CreateReq_Settings_CheckpointAfterTicks)
	settings = group.Settings{
		ResolveLinks: in.GetResolveLinks(), ExtraStatistics: in.GetExtraStatistics(),
		MessageTimeout:  duration(in.GetMessageTimeoutTicks(), in.GetMessageTimeoutMs(), timeoutTicks),
		CheckpointAfter: duration(in.GetCheckpointAfterTicks(), in.GetCheckpointAfterMs(), afterTicks),
		MaxRetries:      int(in.GetMaxRetryCount()),
		MinCheckpoint:   int(in.GetMinCheckpointCount()), MaxCheckpoint: int(in.GetMaxCheckpointCount()),
		MaxConsumers: int(in.GetMaxSubscriberCount()), LiveBuffer: int(in.GetLiveBufferSize()),
		ReadBatch: int(in.GetReadBatchSize()), HistoryBuffer: int(in.GetHistoryBufferSize()),
		Strategy: group.Strategy(in.GetConsumerStrategy()),
	}
	if settings.Strategy == "" {
		settings.Strategy = group.Strategy(in.GetNamedConsumerStrategy().String()) //nolint:staticcheck // older clients send only this
	}
	all := o.GetAll()
	if all == nil {
		id := o.GetStream().GetStreamIdentifier()
		if id == nil {
			id = o.GetStreamIdentifier() //nolint:staticcheck // older clients send only this
		}
		if k, err = groupKey(id, nil, o.GetGroupName()); err != nil {
			return k, settings, err
		}
		switch v := o.GetStream().GetRevisionOption().(type) {
		case *persistent.CreateReq_StreamOptions_End:
			settings.Start, err = s.endOf(k)
		case *persistent.CreateReq_StreamOptions_Revision:
			settings.Start, err = s.at(k, v.Revision)
		case nil:
			settings.Start, err = s.at(k, in.GetRevision()) //nolint:staticcheck // older clients send only this
		}
		return k, settings, err
	}
	k = group.Key{Stream: group.All, Group: o.GetGroupName()}
	if k.Group == "" {
		return k, settings, invalid("a group needs a name")
	}
	switch v := all.GetAllOption().(type) {
	case *persistent.CreateReq_AllOptions_End:
		settings.Start, err = s.endOf(k)
	case *persistent.CreateReq_AllOptions_Position:
		settings.Start, err = s.atPosition(k, v.Position)
	}
	if f := all.GetFilter(); f != nil && err == nil {
		settings.Filter = groupFilter(f)
	}
	return k, settings, err
}

func groupFilter(f *persistent.CreateReq_AllOptions_FilterOptions) *filter.Spec {
	if e, ok := f.GetFilter().(*persistent.CreateReq_AllOptions_FilterOptions_EventType); ok {
		return &filter.Spec{ByType: true, Regex: e.EventType.GetRegex(), Prefixes: e.EventType.GetPrefix()}
	}
	return &filter.Spec{Regex: f.GetStreamIdentifier().GetRegex(), Prefixes: f.GetStreamIdentifier().GetPrefix()}
}

// endOf is a start after everything there is now.
func (s *persistentService) endOf(k group.Key) (group.Start, error) {
	if k.Stream == group.All {
		return group.Start{At: s.store.Tail(), End: true}, nil
	}
	h, err := s.store.Head(k.Stream)
	if err != nil {
		return group.Start{}, err
	}
	return group.Start{At: uint64(h.Last + 1), End: true}, nil
}

// at is a start at a revision. The greatest number is how the protocol writes
// the end where it has no other word for it.
func (s *persistentService) at(k group.Key, revision uint64) (group.Start, error) {
	if revision == math.MaxUint64 {
		return s.endOf(k)
	}
	if revision > math.MaxInt64 {
		return group.Start{}, &group.Error{Kind: group.Failed, Key: k, Reason: "Invalid Start From position: event number must be greater than or equal to -1."}
	}
	return group.Start{At: revision}, nil
}

func (s *persistentService) atPosition(k group.Key, p interface {
	GetCommitPosition() uint64
	GetPreparePosition() uint64
}) (group.Start, error) {
	switch {
	case p.GetPreparePosition() == math.MaxUint64 && p.GetCommitPosition() == math.MaxUint64:
		return s.endOf(k)
	case p.GetPreparePosition() > p.GetCommitPosition():
		return group.Start{}, &group.Error{Kind: group.Failed, Key: k, Reason: "Invalid Start From position: Commit position must be greater than or equal to the prepare position."}
	case p.GetCommitPosition() > s.store.Tail():
		return group.Start{}, &group.Error{Kind: group.Failed, Key: k, Reason: "Invalid Start From position: Commit position must be less than the last commit position in the transaction file."}
	}
	return group.Start{At: p.GetCommitPosition()}, nil
}

// Update changes a group's settings and start.
func (s *persistentService) Update(ctx context.Context, req *persistent.UpdateReq) (*persistent.UpdateResp, error) {
	k, settings, err := s.change(req.GetOptions())
	if err == nil {
		err = s.allowRole(ctx, access.Admins, access.Ops)
	}
	if err == nil {
		err = s.groups.Update(ctx, k, settings)
	}
	if err != nil {
		return nil, answer(ctx, err)
	}
	return &persistent.UpdateResp{}, nil
}

func (s *persistentService) change(o *persistent.UpdateReq_Options) (k group.Key, settings group.Settings, err error) {
	in := o.GetSettings()
	if in == nil {
		return k, settings, invalid("no settings were given")
	}
	_, timeoutTicks := in.GetMessageTimeout().(*persistent.UpdateReq_Settings_MessageTimeoutTicks)
	_, afterTicks := in.GetCheckpointAfter().(*persistent.UpdateReq_Settings_CheckpointAfterTicks)
	settings = group.Settings{
		ResolveLinks: in.GetResolveLinks(), ExtraStatistics: in.GetExtraStatistics(),
		MessageTimeout:  duration(in.GetMessageTimeoutTicks(), in.GetMessageTimeoutMs(), timeoutTicks),
		CheckpointAfter: duration(in.GetCheckpointAfterTicks(), in.GetCheckpointAfterMs(), afterTicks),
		MaxRetries:      int(in.GetMaxRetryCount()),
		MinCheckpoint:   int(in.GetMinCheckpointCount()), MaxCheckpoint: int(in.GetMaxCheckpointCount()),
		MaxConsumers: int(in.GetMaxSubscriberCount()), LiveBuffer: int(in.GetLiveBufferSize()),
		ReadBatch: int(in.GetReadBatchSize()), HistoryBuffer: int(in.GetHistoryBufferSize()),
		Strategy: group.Strategy(in.GetNamedConsumerStrategy().String()),
	}
	all := o.GetAll()
	if all == nil {
		id := o.GetStream().GetStreamIdentifier()
		if id == nil {
			id = o.GetStreamIdentifier() //nolint:staticcheck // older clients send only this
		}
		if k, err = groupKey(id, nil, o.GetGroupName()); err != nil {
			return k, settings, err
		}
		switch v := o.GetStream().GetRevisionOption().(type) {
		case *persistent.UpdateReq_StreamOptions_End:
			settings.Start, err = s.endOf(k)
		case *persistent.UpdateReq_StreamOptions_Revision:
			settings.Start, err = s.at(k, v.Revision)
		case nil:
			settings.Start, err = s.at(k, in.GetRevision()) //nolint:staticcheck // older clients send only this
		}
		return k, settings, err
	}
	k = group.Key{Stream: group.All, Group: o.GetGroupName()}
	switch v := all.GetAllOption().(type) {
	case *persistent.UpdateReq_AllOptions_End:
		settings.Start, err = s.endOf(k)
	case *persistent.UpdateReq_AllOptions_Position:
		settings.Start, err = s.atPosition(k, v.Position)
	}
	return k, settings, err
}
