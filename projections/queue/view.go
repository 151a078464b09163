package queue

import (
	"context"
	"fmt"
	"slices"
	"time"

	"docket/domain"
	"docket/domain/view"
	"docket/projections"

	"github.com/jackc/pgx/v5"
)

// View is a saved view as it stands.
type View struct {
	ID        string      `db:"id,key"`
	Name      string      `db:"name"`
	Owner     string      `db:"owner"` // staff
	Level     view.Level  `db:"level"`
	Unit      string      `db:"unit"` // whose people see it
	Filter    view.Filter `db:"filter,json"`
	Sort      view.Sort   `db:"sort"`
	Columns   []string    `db:"columns,json"`
	Pins      []string    `db:"pins,json"` // staff who have it on top
	ChangedAt time.Time   `db:"changed_at"`
	Revision  uint64      `db:"revision"`
	Position  uint64      `db:"position"`
}

// state is the view as its aggregate knows it.
func (v View) state() view.State {
	return view.State{
		Saved: view.Saved{Name: v.Name, Owner: v.Owner, Filter: v.Filter, Sort: v.Sort, Columns: v.Columns},
		Level: v.Level, Unit: v.Unit, Pins: v.Pins,
	}
}

// PinnedBy reports whether somebody has the view on top.
func (v View) PinnedBy(staff string) bool { return slices.Contains(v.Pins, staff) }

func foldView(e domain.Envelope, event view.Event, r *projections.Rows) {
	var before View
	if stored, found := views.Get(r, e.Stream.Key()); found {
		if e.Revision <= stored.Revision {
			return // seen already
		}
		before = *stored
	}
	s := view.Decider.Evolve(before.state(), event)
	if s.Gone {
		views.Delete(r, e.Stream.Key())
		return
	}
	views.Put(r, View{
		ID: e.Stream.Key(), Name: s.Name, Owner: s.Owner, Level: s.Level, Unit: s.Unit, Filter: s.Filter, Sort: s.Sort, Columns: s.Columns,
		Pins: s.Pins, ChangedAt: e.Meta.Effective, Revision: e.Revision, Position: e.Position,
	})
}

// mostViews is how many views somebody is shown.
const mostViews = 200

// Views lists the views that somebody sees: pinned ones first, then by name, at most 200. It gives the position they stand at.
func Views(ctx context.Context, r Reader, after uint64, who domain.Actor) (list []View, position uint64, err error) {
	err = r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, at uint64) error {
		position = at
		places := slices.Clone(who.Groups)
		for _, p := range who.Posts {
			places = append(places, p.Unit)
		}
		result, err := tx.Query(ctx, `SELECT * FROM view WHERE level = 'system' OR owner = @me AND owner <> '' OR level = 'unit' AND unit = ANY(@places) AND unit <> ''
			ORDER BY NOT coalesce(pins ? @me, false), name, id LIMIT @most`, pgx.NamedArgs{"me": who.Staff, "places": places, "most": mostViews})
		if err != nil {
			return fmt.Errorf("list views: %w", err)
		}
		if list, err = pgx.CollectRows(result, pgx.RowToStructByName[View]); err != nil {
			return fmt.Errorf("list views: %w", err)
		}
		return nil
	})
	return list, position, err
}

// ViewOf finds one view by its id; false where there is none, or the asker does not see it.
func ViewOf(ctx context.Context, r Reader, after uint64, id string, who domain.Actor) (found View, ok bool, err error) {
	err = r.Read(ctx, Model.Name, after, func(ctx context.Context, tx pgx.Tx, _ uint64) error {
		result, err := tx.Query(ctx, "SELECT * FROM view WHERE id = @id", pgx.NamedArgs{"id": id})
		if err != nil {
			return fmt.Errorf("find view: %w", err)
		}
		list, err := pgx.CollectRows(result, pgx.RowToStructByName[View])
		if err != nil {
			return fmt.Errorf("find view: %w", err)
		}
		ok = len(list) == 1 && list[0].state().Sees(who)
		if ok {
			found = list[0]
		}
		return nil
	})
	return found, ok, err
}
