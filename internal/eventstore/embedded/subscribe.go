package embedded

import (
	"math"

	"docket/internal/eventstore/embedded/access"
	"docket/internal/eventstore/embedded/group"
	"docket/internal/eventstore/embedded/store"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
)

var caughtUp = &streams.ReadResp{Content: &streams.ReadResp_CaughtUp_{CaughtUp: &streams.ReadResp_CaughtUp{}}}

// confirm is the first message of every subscription; clients wait for it.
func confirm(call streams.Streams_ReadServer) error {
	return call.Send(&streams.ReadResp{Content: &streams.ReadResp_Confirmation{
		Confirmation: &streams.ReadResp_SubscriptionConfirmation{SubscriptionId: store.NewID().String()},
	}})
}

// wait blocks until something was committed after changed was taken, the client
// went away or the server closes.
func (s *Server) wait(call streams.Streams_ReadServer, changed <-chan struct{}) error {
	select {
	case <-changed:
		return nil
	case <-call.Context().Done():
		return call.Context().Err()
	case <-s.closing:
		return errClosing
	}
}

// subscribeStream follows a stream: pages while it is behind, then whatever
// each commit brings. There is one source, the log, so there is neither a buffer
// that could overflow nor a gap between catching up and going live.
func (s *streamsService) subscribeStream(name string, t *streams.ReadReq_Options_StreamOptions, send *sender, call streams.Streams_ReadServer) error {
	next, err := s.afterRevision(name, t)
	if err != nil {
		return err
	}
	if err := confirm(call); err != nil {
		return err
	}
	size, live := 32, false
	for {
		changed := s.store.Changed()
		p, err := s.store.StreamForward(name, next, size)
		if err != nil {
			return err
		}
		if p.Head.Tombstoned() {
			return s.buried(name, next, send)
		}
		for _, r := range p.Recs {
			if err := send.event(r); err != nil {
				return err
			}
		}
		next = max(next, p.Next)
		size = min(2*size, 512)
		if !p.Done {
			continue
		}
		if !live {
			live = true
			if err := call.Send(caughtUp); err != nil {
				return err
			}
		}
		if err := s.wait(call, changed); err != nil {
			return err
		}
		if err := s.allow(call.Context(), access.Read, name); err != nil {
			return err
		}
	}
}

// afterRevision is the first revision a subscription delivers.
func (s *streamsService) afterRevision(name string, t *streams.ReadReq_Options_StreamOptions) (int64, error) {
	h, err := s.store.Head(name)
	if err != nil {
		return 0, err
	}
	if h.Tombstoned() {
		return 0, &store.StreamDeleted{Stream: name}
	}
	switch v := t.GetRevisionOption().(type) {
	case *streams.ReadReq_Options_StreamOptions_Start:
		return 0, nil
	case *streams.ReadReq_Options_StreamOptions_End:
		return h.Last + 1, nil
	case *streams.ReadReq_Options_StreamOptions_Revision:
		if v.Revision == math.MaxUint64 { // the end, as a number
			return h.Last + 1, nil
		}
	}
	from, err := startRevision(t, forwards)
	if err != nil || from == store.LastRevision {
		return from, err
	}
	return from + 1, nil
}

// buried delivers what was still to come of a stream that has been tombstoned
// while it was followed, the tombstone last, and then says so.
func (s *streamsService) buried(name string, next int64, send *sender) error {
	for {
		recs, err := s.store.Remains(name, next)
		if err != nil {
			return err
		}
		if len(recs) == 0 {
			return &store.StreamDeleted{Stream: name}
		}
		for _, r := range recs {
			if err := send.event(r); err != nil {
				return err
			}
		}
		v, err := recs[len(recs)-1].View()
		if err != nil {
			return err
		}
		if v.Revision == store.LastRevision {
			return &store.StreamDeleted{Stream: name}
		}
		next = v.Revision + 1
	}
}

// subscribeAll follows the whole log, or what a filter leaves of it.
func (s *streamsService) subscribeAll(t *streams.ReadReq_Options_AllOptions, w window, send *sender, call streams.Streams_ReadServer) error {
	next, seen, err := s.afterPosition(t)
	if err != nil {
		return err
	}
	if err := confirm(call); err != nil {
		return err
	}
	c := checkpoints{call: call, interval: w.interval, seen: seen}
	size, live := 32, false
	for {
		changed := s.store.Changed()
		p, err := s.store.Forward(next, size)
		if err != nil {
			return err
		}
		for _, r := range p.Recs {
			ok, err := chosen(r, w.filter)
			if err != nil {
				return err
			}
			if ok {
				if err := send.event(r); err != nil {
					return err
				}
			}
			if err := c.considered(r.Position); err != nil {
				return err
			}
		}
		next = p.Next
		size = min(2*size, 512)
		if !p.Done {
			continue
		}
		if !live {
			live = true
			if err := c.send(); err != nil {
				return err
			}
			if err := call.Send(caughtUp); err != nil {
				return err
			}
		}
		if err := s.wait(call, changed); err != nil {
			return err
		}
		if err := s.allow(call.Context(), access.Read, group.All); err != nil {
			return err
		}
	}
}

// afterPosition gives where to begin reading, and the position of the last event
// that counts as seen (0 for none): the position asked for is exclusive.
func (s *streamsService) afterPosition(t *streams.ReadReq_Options_AllOptions) (next, seen uint64, err error) {
	pos, err := s.startPosition(t)
	if err != nil {
		return 0, 0, err
	}
	switch v := t.GetAllOption().(type) {
	case *streams.ReadReq_Options_AllOptions_Position:
		asked := v.Position
		if pos == 0 || asked.GetPreparePosition() < pos || asked.GetCommitPosition() != pos {
			return pos, 0, nil // not an event's position: the start, or the end as the greatest number
		}
		if pos >= s.store.Tail() {
			return pos + 1, 0, nil
		}
		return pos + 1, pos, nil
	case *streams.ReadReq_Options_AllOptions_End:
		p, err := s.store.Backward(pos, 1)
		if err != nil || len(p.Recs) == 0 {
			return pos, 0, err
		}
		return pos, p.Recs[0].Position, nil
	}
	return pos, 0, nil
}

// checkpoints tells the reader of a filtered subscription how far it has come.
// Each is the position of an event that was considered, so that going on after
// it misses nothing.
type checkpoints struct {
	call     streams.Streams_ReadServer
	interval uint64 // 0: send none
	count    uint64
	seen     uint64 // last event considered, 0 for none
	sent     uint64
}

func (c *checkpoints) considered(pos uint64) error {
	c.seen = pos
	if c.count++; c.interval == 0 || c.count < c.interval {
		return nil
	}
	c.count = 0
	return c.send()
}

func (c *checkpoints) send() error {
	if c.interval == 0 || c.seen <= c.sent {
		return nil
	}
	c.sent = c.seen
	return c.call.Send(&streams.ReadResp{Content: &streams.ReadResp_Checkpoint_{
		Checkpoint: &streams.ReadResp_Checkpoint{CommitPosition: c.seen, PreparePosition: c.seen},
	}})
}
