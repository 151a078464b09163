package embedded

import (
	"docket/internal/eventstore/embedded/filter"
	"docket/internal/eventstore/embedded/record"
	"docket/internal/eventstore/embedded/store"

	"google.golang.org/grpc"
)

// sender sends events to one reader, in the form it asked for.
type sender struct {
	store   *store.Store
	call    grpc.ServerStream
	resolve bool // show what links point at
	textIDs bool
}

// event sends one event, as stored wherever that is possible.
func (s *sender) event(r store.Rec) error {
	if !s.resolve && !s.textIDs {
		raw := record.Raw(r.Raw)
		return s.call.SendMsg(&raw)
	}
	resp := record.Response{Event: r.Raw, Position: r.Position, TextIDs: s.textIDs}
	if s.resolve {
		v, err := r.View()
		if err != nil {
			return err
		}
		target, isLink, err := s.store.Resolve(&v)
		if err != nil {
			return err
		}
		switch {
		case isLink:
			resp.Event, resp.Link = target, r.Raw
		case !s.textIDs:
			raw := record.Raw(r.Raw)
			return s.call.SendMsg(&raw)
		}
	}
	raw, err := resp.Encode()
	if err != nil {
		return err
	}
	msg := record.Raw(raw)
	return s.call.SendMsg(&msg)
}

// chosen tells whether a read of the whole log shows an event.
func chosen(r store.Rec, f *filter.Filter) (bool, error) {
	v, err := r.View()
	if err != nil {
		return false, err
	}
	if filter.Hidden(v.Stream) {
		return false, nil
	}
	if f == nil {
		return true, nil
	}
	ok, err := f.Match(&v)
	if err != nil {
		return false, invalid("the filter's regular expression takes too long")
	}
	return ok, nil
}
