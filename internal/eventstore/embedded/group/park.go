package group

import (
	"context"
	"encoding/json"
	"time"

	"docket/internal/eventstore/embedded/record"
	"docket/internal/eventstore/embedded/store"
)

// writeParkings moves events to the parked stream. An event is finished only
// once its link is stored there.
func (g *Group) writeParkings(ctx context.Context) {
	for {
		g.mu.Lock()
		if len(g.s.parkings) == 0 {
			g.mu.Unlock()
			return
		}
		p := g.s.parkings[0]
		g.mu.Unlock()
		if err := g.storeParked(ctx, p); err != nil {
			if ctx.Err() == nil {
				g.log.Warn("a persistent subscription cannot park an event, it will try again", "error", err)
			}
			return
		}
		g.apply(func(s *state) {
			s.parkings = s.parkings[1:]
			s.finish(p.m)
		})
	}
}

func (g *Group) storeParked(ctx context.Context, p parking) error {
	data, err := linkTo(p.m)
	if err != nil {
		return err
	}
	meta, err := json.Marshal(struct {
		Added  time.Time `json:"added"`
		Reason string    `json:"reason"`
		Number uint64    `json:"subscriptionEventNumber"`
	}{time.Now().UTC(), p.reason, p.m.at})
	if err != nil {
		return err
	}
	_, err = g.store.Append(ctx, g.key.parkedStream(), store.Any, []record.Proposed{{
		ID: store.NewID(), Type: record.TypeLink, Data: data, Meta: meta,
	}})
	return err
}

// linkTo is the link to park for an event: to the event itself, or as broken as
// the link that led nowhere.
func linkTo(m *message) ([]byte, error) {
	raw := m.event
	if raw == nil {
		raw = m.link
	}
	v, err := record.Parse(raw)
	if err != nil {
		return nil, err
	}
	if m.event == nil {
		return v.Data, nil
	}
	return record.LinkData(string(v.Stream), v.Revision), nil
}

// replayParked hands out parked events again, up to (not including) a revision
// of the parked stream, or all there are. They stay parked on disk until they
// are finished, so that a restart in between loses none.
func (g *Group) replayParked(stop int64) error {
	g.replaying.Lock()
	defer g.replaying.Unlock()
	stream := g.key.parkedStream()
	g.mu.Lock()
	from := g.replayed
	g.mu.Unlock()
	head, err := g.store.Head(stream)
	if err != nil || !head.Exists() {
		return err
	}
	if end := head.Last + 1; stop < 0 || stop > end {
		stop = end
	}
	for from < stop {
		p, err := g.store.StreamForward(stream, from, int(stop-from))
		if err != nil {
			return err
		}
		batch, err := g.parkedMessages(p.Recs, stop)
		if err != nil {
			return err
		}
		done := p.Done
		g.change(func(s *state) {
			for _, m := range batch {
				s.pushReplay(m)
			}
			g.replayed = max(g.replayed, p.Next)
		})
		if from = p.Next; done {
			break
		}
	}
	return nil
}

func (g *Group) parkedMessages(recs []store.Rec, stop int64) ([]*message, error) {
	var batch []*message
	for _, r := range recs {
		v, err := r.View()
		if err != nil {
			return nil, err
		}
		if v.Revision >= stop {
			break
		}
		m := &message{at: uint64(v.Revision), id: v.ID, event: r.Raw, position: r.Position, replayed: true}
		target, isLink, err := g.store.Resolve(&v)
		if err != nil {
			return nil, err
		}
		if isLink {
			m.event, m.link = target, r.Raw
		}
		if target != nil {
			if v, err = record.Parse(target); err != nil {
				return nil, err
			}
		}
		m.pin = pinOf(g.s.settings.Strategy, &v)
		batch = append(batch, m)
	}
	return batch, nil
}

// truncateParked removes from the parked stream what has been replayed and
// finished.
func (g *Group) truncateParked(ctx context.Context) {
	g.mu.Lock()
	done, some := g.s.replay.done, g.s.replay.any
	g.s.replay.any = false
	g.mu.Unlock()
	if !some {
		return
	}
	stream := g.key.parkedStream()
	err := g.store.Update(ctx, func(tx *store.Tx) error { return tx.TruncateBefore(stream, int64(done)+1) })
	if err != nil {
		if ctx.Err() == nil {
			g.log.Warn("replayed events cannot be removed from the parked stream, it will be tried again", "error", err)
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		g.s.replay.any = true
	}
}

// parkedCount is how many events are parked and not being replayed.
func (g *Group) parkedCount(replayed int64) (int64, error) {
	stream := g.key.parkedStream()
	p, err := g.store.StreamForward(stream, replayed, 1)
	if err != nil || !p.Head.Exists() {
		return 0, err
	}
	return max(0, p.Head.Last+1-max(p.Low, replayed)), nil
}
