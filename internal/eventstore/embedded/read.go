package embedded

import (
	"math"

	"docket/internal/eventstore/embedded/access"
	"docket/internal/eventstore/embedded/filter"
	"docket/internal/eventstore/embedded/group"
	"docket/internal/eventstore/embedded/store"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
)

type direction = streams.ReadReq_Options_ReadDirection

const (
	forwards  = streams.ReadReq_Options_Forwards
	backwards = streams.ReadReq_Options_Backwards
)

// Read serves one of the allowed combinations: a stream or the whole log,
// counted or subscribed to, forwards or (counted) backwards, filtered or (the
// whole log) not.
func (s *streamsService) Read(req *streams.ReadReq, call streams.Streams_ReadServer) error {
	return answer(call.Context(), s.read(req.GetOptions(), call))
}

func (s *streamsService) read(o *streams.ReadReq_Options, call streams.Streams_ReadServer) error {
	send := &sender{store: s.store, call: call, resolve: o.GetResolveLinks()}
	switch o.GetUuidOption().GetContent().(type) {
	case *streams.ReadReq_Options_UUIDOption_Structured:
	case *streams.ReadReq_Options_UUIDOption_String_:
		send.textIDs = true
	default:
		return invalid("no UUID option was given")
	}
	if o.GetReadDirection() != forwards && o.GetReadDirection() != backwards {
		return invalid("unknown read direction")
	}
	switch target := o.GetStreamOption().(type) {
	case *streams.ReadReq_Options_Stream:
		if _, ok := o.GetFilterOption().(*streams.ReadReq_Options_NoFilter); !ok {
			return invalid("a stream cannot be filtered")
		}
		return s.readOne(o, target.Stream, send, call)
	case *streams.ReadReq_Options_All:
		if err := s.allow(call.Context(), access.Read, group.All); err != nil {
			return err
		}
		window, err := windowOf(o)
		if err != nil {
			return err
		}
		return s.readAll(o, target.All, window, send, call)
	}
	return invalid("neither a stream nor $all was asked for")
}

func (s *streamsService) readOne(o *streams.ReadReq_Options, target *streams.ReadReq_Options_StreamOptions, send *sender, call streams.Streams_ReadServer) error {
	name, err := streamName(target.GetStreamIdentifier())
	if err != nil {
		return err
	}
	if err := s.allow(call.Context(), access.Read, name); err != nil {
		return err
	}
	if o.GetSubscription() != nil {
		if o.GetReadDirection() != forwards {
			return invalid("a subscription reads forwards")
		}
		return s.subscribeStream(name, target, send, call)
	}
	count, err := counted(o)
	if err != nil {
		return err
	}
	from, err := startRevision(target, o.GetReadDirection())
	if err != nil {
		return err
	}
	r := streamReader{streamsService: s, send: send, call: call, compatible: o.GetControlOption().GetCompatibility() >= 1}
	return r.run(name, from, o.GetReadDirection(), count)
}

// counted gives the number of events asked for.
func counted(o *streams.ReadReq_Options) (uint64, error) {
	c, ok := o.GetCountOption().(*streams.ReadReq_Options_Count)
	if !ok {
		return 0, invalid("neither a count nor a subscription was asked for")
	}
	if c.Count == 0 {
		return 0, invalid("a count of 0 reads nothing")
	}
	return c.Count, nil
}

func startRevision(t *streams.ReadReq_Options_StreamOptions, dir direction) (int64, error) {
	switch v := t.GetRevisionOption().(type) {
	case *streams.ReadReq_Options_StreamOptions_Start:
		return 0, nil
	case *streams.ReadReq_Options_StreamOptions_End:
		if dir == forwards {
			return 0, invalid("a read forwards cannot begin at the end")
		}
		return store.LastRevision, nil
	case *streams.ReadReq_Options_StreamOptions_Revision:
		if v.Revision > math.MaxInt64 {
			if dir == backwards && v.Revision == math.MaxUint64 {
				return store.LastRevision, nil
			}
			return 0, invalid("the revision is out of range")
		}
		return int64(v.Revision), nil
	}
	return 0, invalid("no revision was given to read from")
}

type streamReader struct {
	*streamsService
	send       *sender
	call       streams.Streams_ReadServer
	compatible bool // the client wants to be told first and last revision
}

func (r *streamReader) run(name string, from int64, dir direction, count uint64) error {
	read := r.store.StreamForward
	if dir == backwards {
		read = r.store.StreamBackward
	}
	size := 32
	for first := true; ; first = false {
		p, err := read(name, from, pageSize(&size, count))
		if err != nil {
			return err
		}
		if p.Head.Tombstoned() {
			return &store.StreamDeleted{Stream: name}
		}
		if !p.Head.Exists() {
			if !first {
				return nil // it was there when the read began
			}
			return r.call.Send(&streams.ReadResp{Content: &streams.ReadResp_StreamNotFound_{
				StreamNotFound: &streams.ReadResp_StreamNotFound{StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(name)}},
			}})
		}
		if first && r.compatible {
			if err := r.call.Send(&streams.ReadResp{Content: &streams.ReadResp_FirstStreamPosition{
				FirstStreamPosition: uint64(p.Low)}}); err != nil {
				return err
			}
		}
		for _, rec := range p.Recs {
			if err := r.send.event(rec); err != nil {
				return err
			}
		}
		count -= uint64(len(p.Recs))
		from = p.Next
		if count > 0 && !p.Done {
			continue
		}
		if p.Done && r.compatible {
			return r.call.Send(&streams.ReadResp{Content: &streams.ReadResp_LastStreamPosition{
				LastStreamPosition: uint64(p.Head.Last)}})
		}
		return nil
	}
}

// pageSize grows from page to page: a short read should not fetch much, a long
// one should not begin anew all the time.
func pageSize(size *int, count uint64) int {
	n := *size
	*size = min(2*n, 512)
	return int(min(uint64(n), count))
}

func (s *streamsService) readAll(o *streams.ReadReq_Options, target *streams.ReadReq_Options_AllOptions, w window, send *sender, call streams.Streams_ReadServer) error {
	if o.GetSubscription() != nil {
		if o.GetReadDirection() != forwards {
			return invalid("a subscription reads forwards")
		}
		return s.subscribeAll(target, w, send, call)
	}
	count, err := counted(o)
	if err != nil {
		return err
	}
	pos, err := s.startPosition(target)
	if err != nil {
		return err
	}
	read := s.store.Forward
	if o.GetReadDirection() == backwards {
		read = s.store.Backward
	}
	size := 32
	for count > 0 {
		n := pageSize(&size, count)
		if w.filter != nil {
			n = size
		}
		p, err := read(pos, n)
		if err != nil {
			return err
		}
		for _, r := range p.Recs {
			ok, err := chosen(r, w.filter)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			if err := send.event(r); err != nil {
				return err
			}
			if count--; count == 0 {
				return nil
			}
		}
		if pos = p.Next; p.Done {
			return nil
		}
		if err := call.Context().Err(); err != nil { // a filter may send nothing for long
			return err
		}
	}
	return nil
}

func (s *streamsService) startPosition(t *streams.ReadReq_Options_AllOptions) (uint64, error) {
	switch v := t.GetAllOption().(type) {
	case *streams.ReadReq_Options_AllOptions_Start:
		return 0, nil
	case *streams.ReadReq_Options_AllOptions_End:
		return s.store.Tail(), nil
	case *streams.ReadReq_Options_AllOptions_Position:
		return s.checkPosition(v.Position.GetCommitPosition(), v.Position.GetPreparePosition())
	}
	return 0, invalid("no position was given to read from")
}

// checkPosition accepts positions that the engine could have given out.
func (s *Server) checkPosition(commit, prepare uint64) (uint64, error) {
	if commit == math.MaxUint64 && prepare == math.MaxUint64 {
		return s.store.Tail(), nil
	}
	if prepare > commit || commit > math.MaxInt64 {
		return 0, thrown("the position is out of range")
	}
	return commit, s.store.CheckPosition(commit)
}

// window is a filter and how often a subscription reports what it has searched.
type window struct {
	filter   *filter.Filter
	interval uint64 // considered events between checkpoints, 0 without a filter
}

func windowOf(o *streams.ReadReq_Options) (w window, err error) {
	f, ok := o.GetFilterOption().(*streams.ReadReq_Options_Filter)
	if !ok {
		if _, none := o.GetFilterOption().(*streams.ReadReq_Options_NoFilter); !none {
			return w, invalid("neither a filter nor its absence was given")
		}
		return w, nil
	}
	spec := filter.Spec{}
	switch e := f.Filter.GetFilter().(type) {
	case *streams.ReadReq_Options_FilterOptions_StreamIdentifier:
		spec.Regex, spec.Prefixes = e.StreamIdentifier.GetRegex(), e.StreamIdentifier.GetPrefix()
	case *streams.ReadReq_Options_FilterOptions_EventType:
		spec.ByType, spec.Regex, spec.Prefixes = true, e.EventType.GetRegex(), e.EventType.GetPrefix()
	}
	if w.filter, err = filter.New(spec); err != nil {
		return w, invalid(err.Error())
	}
	const defaultWindow = 32
	size := uint64(defaultWindow)
	switch v := f.Filter.GetWindow().(type) {
	case *streams.ReadReq_Options_FilterOptions_Max:
		size = uint64(v.Max)
	case *streams.ReadReq_Options_FilterOptions_Count:
	default:
		return w, invalid("no search window was given")
	}
	w.interval = size * uint64(f.Filter.GetCheckpointIntervalMultiplier())
	if w.interval == 0 && o.GetSubscription() != nil {
		return w, invalid("the checkpoint interval is 0")
	}
	return w, nil
}
