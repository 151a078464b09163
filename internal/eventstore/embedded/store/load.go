package store

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"docket/internal/eventstore/embedded/record"
)

// Loaded is an event with everything about it given, to fill an empty log from
// elsewhere.
type Loaded struct {
	Stream   string
	Revision int64
	Position uint64
	Created  int64 // 100 ns ticks since 1970
	Event    record.Proposed
}

var errNotEmpty = errors.New("only an empty log can be filled")

// loadGroup is how many events are committed together while loading.
const loadGroup = 2048

// Load fills an empty log with events at given positions and times, in the
// order of their positions. Gaps between positions are kept; overlaps and gaps
// in a stream's revisions are refused.
func (s *Store) Load(ctx context.Context, events iter.Seq2[Loaded, error]) error {
	if !s.Empty() {
		return errNotEmpty
	}
	var group []Loaded
	flush := func() error {
		if len(group) == 0 {
			return nil
		}
		err := s.Update(ctx, func(tx *Tx) error { return tx.load(group) })
		group = group[:0]
		return err
	}
	for e, err := range events {
		if err != nil {
			return err
		}
		if group = append(group, e); len(group) == loadGroup {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

func (tx *Tx) load(group []Loaded) error {
	w := &tx.s.w
	end := w.end
	next := map[string]int64{}
	for _, e := range group { // check all before writing any
		h, err := tx.head(e.Stream)
		if err != nil {
			return err
		}
		want, seen := next[e.Stream]
		if !seen {
			want = h.Last + 1
		}
		if e.Position < end || e.Revision != want || CheckName(e.Stream) != nil {
			return fmt.Errorf("event %d@%s at %d does not follow: expected revision %d at %d or later",
				e.Revision, e.Stream, e.Position, want, end)
		}
		next[e.Stream] = want + 1
		end = e.Position + record.LogSize(len(e.Stream), len(e.Event.Type), len(e.Event.Data), len(e.Event.Meta))
	}
	for _, e := range group {
		h, err := tx.head(e.Stream)
		if err != nil {
			return err
		}
		w.end, w.created = e.Position, max(w.created, e.Created)
		if _, err := tx.write(e.Stream, h, e.Created, []record.Proposed{e.Event}); err != nil {
			return err
		}
	}
	return nil
}
