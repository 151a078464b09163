package group

import (
	"docket/internal/eventstore/embedded/filter"
	"docket/internal/eventstore/embedded/record"
	"docket/internal/eventstore/embedded/store"
)

// read takes up a batch of the source if there is room for one. It reports
// whether there may be more to read at once.
func (g *Group) read() (more bool, err error) {
	g.mu.Lock()
	ready := g.ready
	g.mu.Unlock()
	if !ready {
		if err := g.locate(); err != nil {
			return false, err
		}
	}
	g.mu.Lock()
	n := min(g.s.room(), g.s.settings.ReadBatch)
	next := g.next
	g.mu.Unlock()
	if n <= 0 {
		return false, nil
	}
	recs, after, done, err := g.page(next, n)
	if err != nil {
		return false, err
	}
	batch := make([]*message, 0, len(recs))
	for _, r := range recs {
		m, err := g.message(r)
		if err != nil {
			return false, err
		}
		batch = append(batch, m)
	}
	g.apply(func(s *state) {
		for _, m := range batch {
			if m.event == nil && m.link == nil {
				s.source.pass(m.at)
				s.finished++
			} else {
				s.push(m)
			}
			g.known, g.hasKnown = m.at, true
		}
		g.next, g.live = after, done
	})
	return !done, nil
}

// page reads from the source.
func (g *Group) page(next uint64, n int) (recs []store.Rec, after uint64, done bool, err error) {
	if g.key.Stream == All {
		p, err := g.store.Forward(next, n)
		return p.Recs, max(next, p.Next), p.Done, err
	}
	p, err := g.store.StreamForward(g.key.Stream, int64(next), n)
	after = next
	if p.Next > int64(next) {
		after = uint64(p.Next)
	}
	return p.Recs, after, p.Done, err
}

// message prepares an event; one that the group does not want has neither event
// nor link.
func (g *Group) message(r store.Rec) (*message, error) {
	v, err := r.View()
	if err != nil {
		return nil, err
	}
	m := &message{at: uint64(v.Revision), id: v.ID, position: r.Position}
	if g.key.Stream == All {
		m.at = r.Position
		wanted, err := g.wants(&v)
		if err != nil || !wanted {
			return m, err
		}
	}
	m.event = r.Raw
	if g.s.settings.ResolveLinks {
		target, isLink, err := g.store.Resolve(&v)
		if err != nil {
			return nil, err
		}
		if isLink {
			m.event, m.link = target, r.Raw
		}
	}
	if m.event != nil && m.link != nil {
		if v, err = record.Parse(m.event); err != nil {
			return nil, err
		}
	}
	m.pin = pinOf(g.s.settings.Strategy, &v)
	return m, nil
}

func (g *Group) wants(v *record.View) (bool, error) {
	if filter.Hidden(v.Stream) {
		return false, nil
	}
	if g.filter == nil {
		return true, nil
	}
	return g.filter.Match(v)
}

// locate finds where to begin: after the checkpoint, or at the start asked for.
func (g *Group) locate() error {
	c, err := g.loadCheckpoint()
	if err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.next = g.s.settings.Start.At
	if c.any {
		g.next = c.at + 1
		g.s.source.done, g.s.source.any = c.at, true
	}
	g.written, g.ready = c, true
	return nil
}
