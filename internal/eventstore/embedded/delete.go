package embedded

import (
	"context"

	"docket/internal/eventstore/embedded/access"
	"docket/internal/eventstore/embedded/store"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
)

// Delete soft-deletes a stream.
func (s *streamsService) Delete(ctx context.Context, req *streams.DeleteReq) (*streams.DeleteResp, error) {
	stream, err := streamName(req.GetOptions().GetStreamIdentifier())
	if err != nil {
		return nil, answer(ctx, err)
	}
	var want store.Expected
	switch v := req.GetOptions().GetExpectedStreamRevision().(type) {
	case *streams.DeleteReq_Options_Revision:
		want, err = revision(v.Revision)
	case *streams.DeleteReq_Options_NoStream:
		want = store.NoStream
	case *streams.DeleteReq_Options_Any:
		want = store.Any
	case *streams.DeleteReq_Options_StreamExists:
		want = store.StreamExists
	default:
		err = invalid("no expected revision was given")
	}
	if err == nil {
		err = s.allow(ctx, access.Delete, stream)
	}
	if err != nil {
		return nil, answer(ctx, err)
	}
	pos, err := s.store.Delete(ctx, stream, want)
	if err != nil {
		return nil, answer(ctx, err)
	}
	return &streams.DeleteResp{PositionOption: &streams.DeleteResp_Position_{
		Position: &streams.DeleteResp_Position{CommitPosition: pos, PreparePosition: pos},
	}}, nil
}

// Tombstone removes a stream for ever.
func (s *streamsService) Tombstone(ctx context.Context, req *streams.TombstoneReq) (*streams.TombstoneResp, error) {
	stream, err := streamName(req.GetOptions().GetStreamIdentifier())
	if err != nil {
		return nil, answer(ctx, err)
	}
	var want store.Expected
	switch v := req.GetOptions().GetExpectedStreamRevision().(type) {
	case *streams.TombstoneReq_Options_Revision:
		want, err = revision(v.Revision)
	case *streams.TombstoneReq_Options_NoStream:
		want = store.NoStream
	case *streams.TombstoneReq_Options_Any:
		want = store.Any
	case *streams.TombstoneReq_Options_StreamExists:
		want = store.StreamExists
	default:
		err = invalid("no expected revision was given")
	}
	if err == nil {
		err = s.allow(ctx, access.Delete, stream)
	}
	if err != nil {
		return nil, answer(ctx, err)
	}
	pos, err := s.store.Tombstone(ctx, stream, want)
	if err != nil {
		return nil, answer(ctx, err)
	}
	return &streams.TombstoneResp{PositionOption: &streams.TombstoneResp_Position_{
		Position: &streams.TombstoneResp_Position{CommitPosition: pos, PreparePosition: pos},
	}}, nil
}
