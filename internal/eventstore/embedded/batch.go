package embedded

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"docket/internal/eventstore/embedded/access"
	"docket/internal/eventstore/embedded/record"
	"docket/internal/eventstore/embedded/store"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	rpc "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/emptypb"
)

const (
	maxBatches   = 1024            // batches of one call that may be open at a time
	writeTimeout = 2 * time.Second // how long a batch may take unless it asks for less
)

// batch is an append that arrives in chunks, among others, on one call.
type batch struct {
	correlation *shared.UUID
	options     *streams.BatchAppendReq_Options
	stream      string
	want        store.Expected
	events      []record.Proposed
	size        int
	refused     error
}

// BatchAppend takes many appends on one call and answers each when it is
// durable, in whatever order that happens.
func (s *streamsService) BatchAppend(call streams.Streams_BatchAppendServer) error {
	b := batcher{streamsService: s, call: call, open: map[string]*batch{}}
	err := b.run()
	b.pending.Wait()
	if errors.Is(err, io.EOF) {
		err = b.failure()
	}
	return answer(call.Context(), err)
}

type batcher struct {
	*streamsService
	call    streams.Streams_BatchAppendServer
	open    map[string]*batch
	pending sync.WaitGroup

	mu  sync.Mutex // one sends at a time
	err error
}

func (b *batcher) run() error {
	for {
		req, err := b.call.Recv()
		if err != nil {
			return err
		}
		if err := b.failure(); err != nil {
			return err
		}
		id, err := eventID(req.GetCorrelationId())
		if err != nil {
			return invalid("the correlation id is not a UUID")
		}
		k := id.String()
		a := b.open[k]
		if a == nil {
			if len(b.open) >= maxBatches {
				return invalid("too many batches are open")
			}
			a = b.begin(req)
			b.open[k] = a
		}
		b.take(a, req)
		if req.GetIsFinal() {
			delete(b.open, k)
			b.commit(a)
		}
	}
}

func (b *batcher) begin(req *streams.BatchAppendReq) *batch {
	a := &batch{correlation: req.GetCorrelationId(), options: req.GetOptions()}
	if a.options == nil {
		a.refused = invalid("the first chunk has no options")
		return a
	}
	if a.stream, a.refused = streamName(a.options.GetStreamIdentifier()); a.refused != nil {
		return a
	}
	switch v := a.options.GetExpectedStreamPosition().(type) {
	case *streams.BatchAppendReq_Options_StreamPosition:
		a.want, a.refused = revision(v.StreamPosition)
	case *streams.BatchAppendReq_Options_NoStream:
		a.want = store.NoStream
	case *streams.BatchAppendReq_Options_Any:
		a.want = store.Any
	case *streams.BatchAppendReq_Options_StreamExists:
		a.want = store.StreamExists
	default:
		a.refused = invalid("no expected stream position was given")
	}
	if a.refused == nil {
		a.refused = b.allow(b.call.Context(), access.Write, a.stream)
	}
	return a
}

func (b *batcher) take(a *batch, req *streams.BatchAppendReq) {
	for _, m := range req.GetProposedMessages() {
		if a.refused != nil {
			return
		}
		e, err := proposed(m.GetId(), m.GetMetadata(), m.GetCustomMetadata(), m.GetData())
		if err != nil {
			a.refused = err
			return
		}
		if a.size += e.Size(); a.size > b.o.MaxAppendSize {
			a.refused, a.events = &tooLarge{b.o.MaxAppendSize}, nil
			return
		}
		a.events = append(a.events, e)
	}
}

// commit hands the batch to the log in the order of arrival, and answers it
// when that is done.
func (b *batcher) commit(a *batch) {
	patience := deadline(a.options)
	if a.refused == nil && patience <= 0 {
		a.refused = context.DeadlineExceeded
	}
	if a.refused != nil {
		b.reply(a, store.Written{}, a.refused)
		return
	}
	ctx, cancel := context.WithTimeout(b.call.Context(), patience)
	wait, err := b.store.Begin(ctx, a.stream, a.want, a.events)
	if err != nil {
		cancel()
		b.reply(a, store.Written{}, err)
		return
	}
	b.pending.Add(1)
	go func() {
		defer b.pending.Done()
		defer cancel()
		w, err := wait()
		b.reply(a, w, err)
	}()
}

// deadline is how long a batch may take: the smaller of what it asks for and
// the server's own limit.
func deadline(o *streams.BatchAppendReq_Options) time.Duration {
	asked := writeTimeout
	switch v := o.GetDeadlineOption().(type) {
	case *streams.BatchAppendReq_Options_Deadline:
		asked = v.Deadline.AsDuration()
	case *streams.BatchAppendReq_Options_Deadline_21_10_0:
		asked = time.Until(v.Deadline_21_10_0.AsTime())
	}
	return min(asked, writeTimeout)
}

func (b *batcher) failure() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
}

func (b *batcher) reply(a *batch, w store.Written, err error) {
	resp := &streams.BatchAppendResp{CorrelationId: a.correlation, StreamIdentifier: a.options.GetStreamIdentifier()}
	switch v := a.options.GetExpectedStreamPosition().(type) {
	case *streams.BatchAppendReq_Options_StreamPosition:
		resp.ExpectedStreamPosition = &streams.BatchAppendResp_StreamPosition{StreamPosition: v.StreamPosition}
	case *streams.BatchAppendReq_Options_NoStream:
		resp.ExpectedStreamPosition = &streams.BatchAppendResp_NoStream{NoStream: v.NoStream}
	case *streams.BatchAppendReq_Options_Any:
		resp.ExpectedStreamPosition = &streams.BatchAppendResp_Any{Any: v.Any}
	case *streams.BatchAppendReq_Options_StreamExists:
		resp.ExpectedStreamPosition = &streams.BatchAppendResp_StreamExists{StreamExists: v.StreamExists}
	}
	if err != nil {
		resp.Result = &streams.BatchAppendResp_Error{Error: batchStatus(a.stream, err)}
	} else {
		resp.Result = &streams.BatchAppendResp_Success_{Success: batchSuccess(w)}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil {
		b.err = b.call.Send(resp)
	}
}

func batchSuccess(w store.Written) *streams.BatchAppendResp_Success {
	r := &streams.BatchAppendResp_Success{
		CurrentRevisionOption: &streams.BatchAppendResp_Success_NoStream{NoStream: &emptypb.Empty{}},
		PositionOption:        &streams.BatchAppendResp_Success_NoPosition{NoPosition: &emptypb.Empty{}},
	}
	if w.Last >= 0 {
		r.CurrentRevisionOption = &streams.BatchAppendResp_Success_CurrentRevision{CurrentRevision: uint64(w.Last)}
	}
	if w.Located {
		r.PositionOption = &streams.BatchAppendResp_Success_Position{Position: &shared.AllStreamPosition{
			CommitPosition: w.Position, PreparePosition: w.Position,
		}}
	}
	return r
}

// batchStatus tells an error in the form of this call: a status with a detail.
func batchStatus(stream string, err error) *rpc.Status {
	f := faultOf(err)
	st := &rpc.Status{Code: int32(f.code), Message: f.msg}
	var (
		detail  proto.Message = &shared.Unknown{}
		wrong   *store.WrongRevision
		deleted *store.StreamDeleted
		large   *tooLarge
	)
	switch {
	case errors.As(err, &wrong):
		detail = wrongDetail(wrong)
	case errors.As(err, &deleted):
		st.Code = int32(codes.NotFound)
		detail = &shared.StreamDeleted{StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(stream)}}
	case errors.Is(err, access.ErrDenied):
		detail = &shared.AccessDenied{}
	case errors.Is(err, context.DeadlineExceeded):
		detail = &shared.Timeout{}
	case errors.As(err, &large):
		detail = &shared.MaximumAppendSizeExceeded{MaxAppendSize: uint32(large.limit)}
	case f.code == codes.InvalidArgument:
		detail = &shared.BadRequest{Message: f.msg}
	}
	if packed, err := anypb.New(detail); err == nil { // these types always pack
		st.Details = []*anypb.Any{packed}
	}
	return st
}

func wrongDetail(e *store.WrongRevision) *shared.WrongExpectedVersion {
	d := &shared.WrongExpectedVersion{
		CurrentStreamRevisionOption: &shared.WrongExpectedVersion_CurrentNoStream{CurrentNoStream: &emptypb.Empty{}},
	}
	if e.Current >= 0 {
		d.CurrentStreamRevisionOption = &shared.WrongExpectedVersion_CurrentStreamRevision{CurrentStreamRevision: uint64(e.Current)}
	}
	switch e.Expected {
	case store.Any:
		d.ExpectedStreamPositionOption = &shared.WrongExpectedVersion_ExpectedAny{ExpectedAny: &emptypb.Empty{}}
	case store.StreamExists:
		d.ExpectedStreamPositionOption = &shared.WrongExpectedVersion_ExpectedStreamExists{ExpectedStreamExists: &emptypb.Empty{}}
	case store.NoStream:
		d.ExpectedStreamPositionOption = &shared.WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: &emptypb.Empty{}}
	default:
		d.ExpectedStreamPositionOption = &shared.WrongExpectedVersion_ExpectedStreamPosition{ExpectedStreamPosition: uint64(e.Expected)}
	}
	return d
}
