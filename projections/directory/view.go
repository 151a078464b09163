package directory

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"docket/domain"
	"docket/domain/authority"
	"docket/domain/calendar"
	"docket/domain/procedure"
	"docket/domain/staff"
	"docket/domain/template"
	"docket/domain/unit"

	"github.com/jackc/pgx/v5"
)

// Feed is where a view comes from: the tables to begin with, and the log from there on. *projections.Runner is one.
type Feed interface {
	Read(ctx context.Context, model string, after uint64, f func(ctx context.Context, tx pgx.Tx, position uint64) error) error
	Follow(ctx context.Context, after uint64) iter.Seq2[domain.Page, error]
}

// View is the directory in memory, current to within the time an event takes to arrive. It is safe for concurrent use; the
// facts it gives share slices, which are not to be changed.
type View struct {
	mu        sync.RWMutex
	units     *part[timeline[unit.Facts]]
	staff     *part[timeline[person]]
	calendars *part[book]
	templates *part[template.Facts]

	procedures  *part[procedure.Facts]
	authorities *part[authority.Line]

	parts    map[string]changeable // all of them, by category
	position uint64
	loaded   bool
	moved    chan struct{} // closed and replaced when position changes
}

// NewView makes an empty view; Run fills it.
func NewView() *View {
	v := &View{
		units: newPart(afresh(traceUnit)), staff: newPart(afresh(tracePerson)), calendars: newPart(bookOf),
		templates: newPart(afresh(foldTemplate)), procedures: newPart(afresh(foldProcedure)),
		authorities: newPart(afresh(foldAuthority)), moved: make(chan struct{}),
	}
	v.parts = map[string]changeable{
		unit.Decider.Category: v.units, staff.Decider.Category: v.staff, calendar.Decider.Category: v.calendars,
		template.Decider.Category: v.templates, procedure.Decider.Category: v.procedures, authority.Decider.Category: v.authorities,
	}
	return v
}

// Unit gives a unit or group as it was at an instant; false when it did not exist by then.
func (v *View) Unit(id string, at time.Time) (unit.Facts, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.units.facts(id).at(at)
}

// Staff gives a person as of an instant; false when nobody of that id had joined by then.
func (v *View) Staff(id string, at time.Time) (staff.Facts, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	p, ok := v.staff.facts(id).at(at)
	return p.Facts, ok
}

// Units gives all units and groups that existed by an instant, closed ones included, in no order.
func (v *View) Units(at time.Time) []unit.Facts {
	v.mu.RLock()
	defer v.mu.RUnlock()
	all := make([]unit.Facts, 0, len(v.units.known))
	for _, k := range v.units.known {
		if f, ok := k.facts.at(at); ok {
			all = append(all, f)
		}
	}
	return all
}

// People gives everybody who had joined by an instant, those who have left included, in no order.
func (v *View) People(at time.Time) []staff.Facts {
	v.mu.RLock()
	defer v.mu.RUnlock()
	all := make([]staff.Facts, 0, len(v.staff.known))
	for _, k := range v.staff.known {
		if p, ok := k.facts.at(at); ok {
			all = append(all, p.Facts)
		}
	}
	return all
}

// Position is how far the view has read the log.
func (v *View) Position() uint64 {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.position
}

// WaitFor returns when the view has read the log up to a position, or with the context's error. A view that has not been
// filled yet has reached no position, not even 0.
func (v *View) WaitFor(ctx context.Context, position uint64) error {
	for {
		v.mu.RLock()
		done, moved := v.loaded && v.position >= position, v.moved
		v.mu.RUnlock()
		if done {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return fmt.Errorf("directory at %d, waiting for %d: %w", v.Position(), position, ctx.Err())
		}
	}
}

// Run loads the tables and follows the log from where they stand, until ctx ends. What fails is tried again.
func (v *View) Run(ctx context.Context, feed Feed) error {
	const first, longest = 20 * time.Millisecond, 2 * time.Second
	for pause := first; ; pause = min(2*pause, longest) {
		err := v.load(ctx, feed)
		if err == nil {
			break
		}
		if !wait(ctx, pause) {
			return context.Cause(ctx)
		}
	}
	for pause := first; ; pause = min(2*pause, longest) {
		for page, err := range feed.Follow(ctx, v.Position()) {
			if err != nil {
				break // the runner's own models show it
			}
			if err := v.apply(page); err != nil {
				return err
			}
			pause = first
		}
		if !wait(ctx, pause) {
			return context.Cause(ctx)
		}
	}
}

func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// load begins with the histories that the read model keeps.
func (v *View) load(ctx context.Context, feed Feed) error {
	return feed.Read(ctx, Model.Name, 0, func(ctx context.Context, tx pgx.Tx, position uint64) error {
		found, err := tx.Query(ctx, "SELECT stream, changes FROM history")
		if err != nil {
			return fmt.Errorf("load directory: %w", err)
		}
		rows, err := pgx.CollectRows(found, pgx.RowToStructByName[historyRow])
		if err != nil {
			return fmt.Errorf("load directory: %w", err)
		}
		v.mu.Lock()
		defer v.mu.Unlock()
		for _, p := range v.parts {
			p.clear()
		}
		for _, r := range rows {
			stream := domain.StreamID(r.Stream)
			if p, ok := v.parts[stream.Category()]; ok {
				p.set(stream.Key(), r.Changes)
			}
		}
		v.reach(position)
		return nil
	})
}

// apply takes over what a page says.
func (v *View) apply(page domain.Page) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := range page.Events {
		e := &page.Events[i]
		if !Model.Types[e.Type] {
			continue
		}
		if e.Event == nil {
			return errors.New("directory: an event came without its payload")
		}
		p, ok := v.parts[e.Stream.Category()]
		if !ok {
			return fmt.Errorf("directory: nothing is known of the category of %s", e.Stream)
		}
		id := e.Stream.Key()
		if changes, added := insert(p.changes(id), changeOf(*e)); added {
			p.set(id, changes)
		}
	}
	v.reach(page.To)
	return nil
}

// reach tells everybody who waits; v.mu is held.
func (v *View) reach(position uint64) {
	v.position, v.loaded = position, true
	close(v.moved)
	v.moved = make(chan struct{})
}
