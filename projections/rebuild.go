package projections

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// Rebuild makes the tables of the named models anew from the whole log, all in one pass beside the live ones, and then puts
// them in their place; without names, of all models. Queries and other runners go on meanwhile; a runner of the old tables
// is fenced off and continues with the new ones. A rebuild of a long log that was killed is gone on with by the next one of
// its models, near where it was; of a short one it leaves tables which the next one drops. At most one rebuild of a model runs
// at a time; another waits.
func (r *Runner) Rebuild(ctx context.Context, models ...string) error {
	chosen, err := r.choose(models)
	if err != nil {
		return err
	}
	return r.rebuild(ctx, true, chosen...)
}

func (r *Runner) choose(names []string) ([]*Model, error) {
	var chosen []*Model
	for _, p := range r.models {
		if len(names) == 0 || slices.Contains(names, p.model.Name) {
			chosen = append(chosen, p.model)
		}
	}
	for _, name := range names {
		if r.byName[name] == nil {
			return nil, fmt.Errorf("rebuild: no model is named %q", name)
		}
	}
	return chosen, nil
}

// rebuild does the work of Rebuild; unless forced, only for models whose live tables were not made by this program.
func (r *Runner) rebuild(ctx context.Context, force bool, models ...*Model) error {
	return r.locked(ctx, models, func(conn *pgx.Conn) error {
		var wanted []*Model
		for _, m := range models {
			_, _, err := liveBuild(ctx, conn, m)
			switch {
			case errors.Is(err, errSuperseded):
				return fmt.Errorf("rebuild %s: %w", m.Name, err)
			case err != nil && !errors.Is(err, errNoBuild):
				return err
			case err != nil || force:
				wanted = append(wanted, m)
			}
		}
		if len(wanted) == 0 {
			return nil
		}
		if err := r.roomFor(ctx, wanted, true); err != nil {
			return err
		}
		began := time.Now()
		w, err := r.fill(ctx, wanted, true)
		for _, c := range w.built {
			if err == nil {
				err = r.replace(ctx, conn, c)
			}
		}
		if err = errors.Join(err, w.end(err == nil)); err != nil {
			return err
		}
		r.log.Info("read models rebuilt", "models", names(wanted), "events", w.events, "seconds", time.Since(began).Seconds())
		return w.told.ended(ctx)
	})
}

func names(models []*Model) string {
	var all []string
	for _, m := range models {
		all = append(all, m.Name)
	}
	return strings.Join(all, " ")
}

// locked holds the rebuild locks of the models on a connection of its own, waiting for whoever has them.
func (r *Runner) locked(ctx context.Context, models []*Model, f func(*pgx.Conn) error) error {
	conn, err := r.connect(ctx, "rebuild")
	if err != nil {
		return err
	}
	defer disconnect(conn)
	ordered := slices.SortedFunc(slices.Values(models), func(a, b *Model) int { return strings.Compare(a.Name, b.Name) })
	for _, m := range ordered { // in one order everywhere, so that nobody waits in a circle
		for {
			held, err := tryLock(ctx, conn, lockKey("rebuild", m.Name))
			if err != nil {
				return err
			}
			if held {
				break
			}
			select {
			case <-ctx.Done():
				return fmt.Errorf("wait for another rebuild of %s: %w", m.Name, ctx.Err())
			case <-time.After(r.limits.standby / 4):
			}
		}
	}
	return f(conn)
}

// each does the same for all, side by side.
func each(all []*construction, f func(*construction) error) error {
	if len(all) == 1 {
		return f(all[0])
	}
	failures := make([]error, len(all))
	var running sync.WaitGroup
	for i, c := range all {
		running.Go(func() { failures[i] = f(c) })
	}
	running.Wait()
	return errors.Join(failures...)
}

// prepare builds the models that have no tables made by this program, and lets each begin when it has.
func (r *Runner) prepare(ctx context.Context) {
	r.sweep(ctx)
	var missing []*projection
	for _, p := range r.models {
		if _, _, err := liveBuild(ctx, r.pool, p.model); errors.Is(err, errNoBuild) {
			p.become(Building)
			missing = append(missing, p)
			continue
		}
		close(p.ready)
	}
	var models []*Model
	for _, p := range missing {
		models = append(models, p.model)
	}
	if len(models) > 0 {
		if err := r.rebuild(ctx, false, models...); err != nil && ctx.Err() == nil {
			r.log.Error("building read models failed; trying each by itself", "error", err)
		}
	}
	for _, p := range missing {
		close(p.ready)
	}
}

// start is where the shared reading of the log begins: where the models are, or at its end when none has tables yet.
func (r *Runner) start(ctx context.Context) uint64 {
	furthest, found := uint64(0), false
	for _, p := range r.models {
		if _, pos, err := liveBuild(ctx, r.pool, p.model); err == nil {
			furthest, found = max(furthest, pos), true
		}
	}
	for pause := r.limits.retryFirst; !found && ctx.Err() == nil; pause = min(2*pause, r.limits.retryLast) {
		head, err := r.source.Head(ctx)
		if err == nil {
			return head
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	return furthest
}

// catchUp applies what follows a build's position up to a position or the end of the log, as a runner would. A log that ends
// before the position leaves the build there: whether it has lost its end is not for us to guess, and nothing may be skipped.
func (s *session) catchUp(ctx context.Context, source Source, to uint64) error {
	if s.pos >= to {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for page, err := range source.Subscribe(ctx, s.pos) {
		if err != nil {
			return fmt.Errorf("catch up: %w", err)
		}
		b := batchOf(s.pos, page, to)
		if b.To > s.pos {
			if err := s.apply(ctx, b); err != nil {
				return err
			}
		}
		if s.pos >= to || page.Live {
			return nil
		}
	}
	return ctx.Err()
}
