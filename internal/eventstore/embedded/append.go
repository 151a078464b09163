package embedded

import (
	"errors"
	"io"
	"math"
	"strconv"

	"docket/internal/eventstore/embedded/access"
	"docket/internal/eventstore/embedded/record"
	"docket/internal/eventstore/embedded/store"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// streamsService is the protocol's Streams service.
type streamsService struct {
	streams.UnimplementedStreamsServer
	*Server
}

// Append stores the events of one call as a whole. A revision that does not hold
// is an answer, not an error.
func (s *streamsService) Append(call streams.Streams_AppendServer) error {
	stream, want, events, err := s.proposal(call)
	if err != nil {
		return answer(call.Context(), err)
	}
	written, err := s.store.Append(call.Context(), stream, want, events)
	var wrong *store.WrongRevision
	if errors.As(err, &wrong) {
		return call.SendAndClose(wrongReply(wrong))
	}
	if err != nil {
		return answer(call.Context(), err)
	}
	return call.SendAndClose(&streams.AppendResp{Result: &streams.AppendResp_Success_{Success: writtenReply(written)}})
}

// proposal reads the request to its end, also where its beginning is refused:
// a client that still sends would learn of the end of the call only.
func (s *streamsService) proposal(call streams.Streams_AppendServer) (stream string, want store.Expected, events []record.Proposed, err error) {
	first, err := call.Recv()
	if err != nil {
		return "", 0, nil, err
	}
	stream, want, refused := appendOptions(first.GetOptions())
	if refused == nil {
		refused = s.allow(call.Context(), access.Write, stream)
	}
	size := 0
	for {
		var message record.Raw
		if err := call.RecvMsg(&message); errors.Is(err, io.EOF) {
			return stream, want, events, refused
		} else if err != nil {
			return "", 0, nil, err
		}
		if refused != nil {
			continue
		}
		e, err := proposedIn(message)
		if err != nil {
			refused = err
			continue
		}
		if size += e.Size(); size > s.o.MaxAppendSize {
			refused = &tooLarge{s.o.MaxAppendSize}
			events = nil
			continue
		}
		events = append(events, e)
	}
}

// proposedIn reads a message that must propose an event.
func proposedIn(message []byte) (record.Proposed, error) {
	if e, ok := record.ParseProposed(message); ok {
		return e, nil
	}
	req := &streams.AppendReq{}
	if err := proto.Unmarshal(message, req); err != nil {
		return record.Proposed{}, &fault{code: codes.Internal, msg: "the request is no AppendReq: " + err.Error()}
	}
	m := req.GetProposedMessage()
	if m == nil {
		return record.Proposed{}, invalid("expected a proposed message")
	}
	return proposed(m.GetId(), m.GetMetadata(), m.GetCustomMetadata(), m.GetData())
}

// tooLarge refuses an append of more bytes than the limit.
type tooLarge struct{ limit int }

func (e *tooLarge) Error() string {
	return "Maximum Append Size of " + strconv.Itoa(e.limit) + " Exceeded."
}

func appendOptions(o *streams.AppendReq_Options) (string, store.Expected, error) {
	if o == nil {
		return "", 0, invalid("expected options first")
	}
	stream, err := streamName(o.GetStreamIdentifier())
	if err != nil {
		return "", 0, err
	}
	switch v := o.GetExpectedStreamRevision().(type) {
	case *streams.AppendReq_Options_Revision:
		want, err := revision(v.Revision)
		return stream, want, err
	case *streams.AppendReq_Options_NoStream:
		return stream, store.NoStream, nil
	case *streams.AppendReq_Options_Any:
		return stream, store.Any, nil
	case *streams.AppendReq_Options_StreamExists:
		return stream, store.StreamExists, nil
	}
	return "", 0, invalid("no expected revision was given")
}

func streamName(id *shared.StreamIdentifier) (string, error) {
	name := string(id.GetStreamName())
	return name, store.CheckName(name)
}

func revision(v uint64) (store.Expected, error) {
	if v > math.MaxInt64 {
		return 0, invalid("the revision is out of range")
	}
	return store.Expected(v), nil
}

// proposed checks one event of a request.
func proposed(id *shared.UUID, meta map[string]string, custom, data []byte) (e record.Proposed, err error) {
	typ, hasType := meta["type"]
	content, hasContent := meta["content-type"]
	if !hasType || !hasContent {
		return e, &fault{codes.InvalidArgument, "Required Metadata Property 'type' or 'content-type' is missing", []string{
			"exception", "missing-required-metadata-property", "required-metadata-properties", "type,content-type",
		}}
	}
	if typ == "" {
		return e, thrown("the event type is empty")
	}
	if e.ID, err = eventID(id); err != nil {
		return e, err
	}
	e.Type, e.JSON, e.Data, e.Meta = typ, content == "application/json", data, custom
	return e, nil
}

func eventID(id *shared.UUID) (i record.ID, err error) {
	switch v := id.GetValue().(type) {
	case *shared.UUID_Structured_:
		i = record.IDFromHalves(v.Structured.GetMostSignificantBits(), v.Structured.GetLeastSignificantBits())
	case *shared.UUID_String_:
		if i, err = record.ParseID(v.String_); err != nil {
			return i, invalid("the event id is not a UUID")
		}
	}
	if i == (record.ID{}) {
		return i, thrown("the event id is empty")
	}
	return i, nil
}

func writtenReply(w store.Written) *streams.AppendResp_Success {
	r := &streams.AppendResp_Success{}
	if w.Last >= 0 {
		r.CurrentRevisionOption = &streams.AppendResp_Success_CurrentRevision{CurrentRevision: uint64(w.Last)}
	} else {
		r.CurrentRevisionOption = &streams.AppendResp_Success_NoStream{NoStream: &shared.Empty{}}
	}
	if w.Located {
		r.PositionOption = &streams.AppendResp_Success_Position{Position: &streams.AppendResp_Position{
			CommitPosition: w.Position, PreparePosition: w.Position,
		}}
	} else {
		r.PositionOption = &streams.AppendResp_Success_NoPosition{NoPosition: &shared.Empty{}}
	}
	return r
}

// wrongReply fills both generations of fields, for clients old and new.
func wrongReply(e *store.WrongRevision) *streams.AppendResp {
	w := &streams.AppendResp_WrongExpectedVersion{}
	if e.Current >= 0 {
		w.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentRevision{CurrentRevision: uint64(e.Current)}
		w.CurrentRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_CurrentRevision_20_6_0{CurrentRevision_20_6_0: uint64(e.Current)}
	} else {
		w.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentNoStream{CurrentNoStream: &shared.Empty{}}
		w.CurrentRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_NoStream_20_6_0{NoStream_20_6_0: &shared.Empty{}}
	}
	switch e.Expected {
	case store.Any:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedAny{ExpectedAny: &shared.Empty{}}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_Any_20_6_0{Any_20_6_0: &shared.Empty{}}
	case store.StreamExists:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedStreamExists{ExpectedStreamExists: &shared.Empty{}}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_StreamExists_20_6_0{StreamExists_20_6_0: &shared.Empty{}}
	case store.NoStream:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: &shared.Empty{}}
	default:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision{ExpectedRevision: uint64(e.Expected)}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision_20_6_0{ExpectedRevision_20_6_0: uint64(e.Expected)}
	}
	return &streams.AppendResp{Result: &streams.AppendResp_WrongExpectedVersion_{WrongExpectedVersion: w}}
}
