package projections

import (
	"context"
	"errors"
	"fmt"
	"time"

	"docket/domain"
	"docket/projections/internal/kept"
	"docket/projections/internal/spill"
)

// work is one pass over the log that fills new builds of some models.
type work struct {
	runner *Runner
	models []*Model
	memory *budget
	disk   *spill.Store
	folder *kept.Folder // where it may put files; nil: it has none
	keep   *keeper      // nil: it cannot be gone on with
	tables byte         // numbers of tables on disk that are taken
	told   *telling
	built  []*construction
	events int
}

// fill makes complete builds of the models as of the present end of the log, in one pass over it. With keep, and a log that
// is long, the pass can be gone on with after it was cut off; one that was is. The caller ends the work.
func (r *Runner) fill(ctx context.Context, models []*Model, keep bool) (*work, error) {
	w := r.work(models, keep)
	err := w.run(ctx, keep && r.limits.keepEvery > 0)
	if !errors.Is(err, errAnew) || ctx.Err() != nil {
		return w, err
	}
	r.log.Warn("a rebuild that was cut off is not gone on with", "kept", w.folder.Name(), "reason", err)
	anew := r.work(models, keep)
	anew.told.remark(err.Error())
	if err := w.end(true); err != nil {
		return anew, err
	}
	return anew, anew.run(ctx, keep)
}

func (r *Runner) work(models []*Model, stored bool) *work {
	w := &work{runner: r, models: models, memory: &budget{limit: r.limits.spill}, told: r.tellingOf(models, stored)}
	w.disk = spill.New(func() (dir string, err error) { // asked once
		if w.folder == nil {
			if w.folder, err = kept.Begin(r.temp); err != nil {
				return "", err
			}
		}
		return w.folder.Dir(), nil
	})
	return w
}

func (w *work) abandon(cause error) {
	for _, c := range w.built {
		c.abandon(cause)
	}
}

// end gives files back: for good when the work is done, else they stay for whoever goes on, if anybody can.
func (w *work) end(done bool) error {
	err := w.disk.Close()
	if w.folder == nil {
		return err
	}
	if k := w.keep; k != nil && !done {
		_, failed := k.saved(true)
		if note, unread := w.folder.Note(); failed == nil && unread == nil && note.To > 0 {
			return errors.Join(err, w.folder.Close())
		}
	}
	return errors.Join(err, w.folder.Remove())
}

func (w *work) run(ctx context.Context, keep bool) (err error) {
	defer func() {
		if err != nil {
			w.abandon(err)
		}
	}()
	head, err := w.runner.source.Head(ctx)
	if err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	if keep {
		if w.keep, err = w.takeUp(); err != nil {
			return err
		}
		if w.keep == nil && head >= w.runner.limits.keepFrom {
			if w.keep, err = keeps(w.runner.temp, w.models); err != nil {
				return err
			}
		}
		if w.keep != nil {
			w.folder = w.keep.folder
		}
	}
	if w.keep.resumed() {
		err = w.resume(ctx, head)
	} else {
		err = w.begin(ctx, head)
	}
	if err != nil {
		return err
	}
	if w.keep == nil || !w.keep.note.Whole {
		if err := w.read(ctx, head); err != nil {
			return err
		}
	}
	return each(w.built, func(c *construction) error { return c.finish(ctx) })
}

// begin makes bare tables.
func (w *work) begin(ctx context.Context, head uint64) error {
	for _, m := range w.models {
		c, err := w.construct(ctx, m, nil)
		if err != nil {
			return err
		}
		w.built = append(w.built, c)
		if w.keep == nil {
			continue
		}
		log, err := w.folder.Log(m.Name)
		if err != nil {
			return err
		}
		c.keeping(log)
	}
	w.told.starts(ctx, 0, head, 0, false)
	return nil
}

// resume takes up what a rebuild that was cut off has kept.
func (w *work) resume(ctx context.Context, head uint64) error {
	note := w.keep.note
	if head < note.To {
		return fmt.Errorf("%w: the log ends before the place where it stood", errAnew)
	}
	w.told.starts(ctx, note.To, max(head, note.To), note.Events, true)
	w.keep.note.Tries++
	if err := w.folder.Keep(w.keep.note); err != nil {
		return err
	}
	w.runner.log.Info("going on with a rebuild that was cut off", "models", names(w.models), "position", note.To, "events", note.Events)
	type taken struct {
		log   *kept.Log
		place kept.Place
	}
	logs := map[*construction]taken{}
	for i, m := range w.models {
		had, err := w.runner.remains(ctx, m, w.folder.Name(), note)
		if err != nil {
			return err
		}
		if had.live {
			w.told.phase(ctx, m.Name, InPlace)
			continue
		}
		c, err := w.construct(ctx, m, had)
		if err != nil {
			return err
		}
		w.built = append(w.built, c)
		log, err := w.folder.Log(m.Name)
		if err != nil {
			return err
		}
		logs[c] = taken{log, note.Models[i].Place}
		w.told.phase(ctx, m.Name, Resuming)
	}
	err := each(w.built, func(c *construction) error { return c.replay(logs[c].log, logs[c].place, note.To) })
	if err != nil {
		return fmt.Errorf("%w: %w", errAnew, err)
	}
	w.events = note.Events
	if note.Whole {
		for _, c := range w.built {
			c.mark = loadedMark(note)
		}
		return w.compareLog(ctx)
	}
	for _, c := range w.built {
		w.told.phase(ctx, c.build.model.Name, Folding)
	}
	w.told.starts(ctx, note.To, max(head, note.To), note.Events, true)
	return nil
}

// compareLog looks whether the log is still the one that was folded.
func (w *work) compareLog(ctx context.Context) error {
	seen := false
	for page, err := range w.runner.source.Subscribe(ctx, w.keep.note.From) {
		if err != nil {
			return fmt.Errorf("rebuild: %w", err)
		}
		if _, err := w.keep.meet(page, &seen); err != nil {
			return err
		}
		if w.keep.met {
			return nil
		}
	}
	return ctx.Err()
}

// read folds the log up to where it ended when the work began.
func (w *work) read(ctx context.Context, head uint64) error {
	after, seen := uint64(0), false
	if w.keep.resumed() {
		after = w.keep.note.From
	}
	if head > 0 {
		for page, err := range w.runner.source.Subscribe(ctx, after) {
			if err != nil {
				return fmt.Errorf("rebuild: %w", err)
			}
			if w.keep.resumed() {
				if page, err = w.keep.meet(page, &seen); err != nil {
					return err
				}
				if w.keep.resumed() {
					continue
				}
			}
			if err := each(w.built, func(c *construction) error { return c.fold(page) }); err != nil {
				return err
			}
			w.events += len(page.Events)
			if err := w.passed(ctx, page); err != nil {
				return err
			}
			if page.To >= head || page.Live {
				break
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	return w.whole(ctx)
}

// passed is what follows a page that is folded: now and then its place is noted.
func (w *work) passed(ctx context.Context, page domain.Page) error {
	w.told.reached(ctx, page.To, w.events)
	k := w.keep
	if k == nil {
		return nil
	}
	if saved, err := k.saved(false); err != nil {
		return w.giveUp(err)
	} else if saved {
		w.told.kept(ctx, k.note.To)
	}
	k.remember(page, w.events)
	if !k.due(w.runner.limits) {
		return nil
	}
	return w.note()
}

// whole notes that the log has been read, if the work is long enough for that.
func (w *work) whole(ctx context.Context) error {
	k := w.keep
	if k == nil {
		return nil
	}
	saved, err := k.saved(true)
	if err != nil {
		return w.giveUp(err)
	}
	if !saved && k.cost == 0 && time.Since(k.began) < w.runner.limits.keepEvery {
		return nil
	}
	k.note.Whole = true
	if err := w.note(); err != nil || w.keep == nil {
		return err
	}
	if _, err := k.saved(true); err != nil {
		return w.giveUp(err)
	}
	w.told.kept(ctx, k.note.To)
	for _, c := range w.built {
		c.mark = loadedMark(k.note)
	}
	return nil
}

// note writes down what has changed and how far that is; the disk has it a little later.
func (w *work) note() error {
	k, began := w.keep, time.Now()
	err := each(w.built, func(c *construction) (err error) {
		c.place, err = c.note()
		return err
	})
	if err != nil {
		return w.giveUp(err)
	}
	k.note.At, k.note.Tries = began, 0
	k.note.Models = k.note.Models[:0:0]
	for _, c := range w.built {
		k.note.Models = append(k.note.Models, kept.Model{Name: c.build.model.Name, Shape: c.build.model.shape(), Place: c.place})
	}
	k.saving = make(chan error, 1)
	go func(note kept.Note, saving chan<- error) { saving <- k.folder.Keep(note) }(k.note, k.saving)
	k.last = time.Now()
	k.cost = k.last.Sub(began)
	return nil
}

// giveUp lets the rebuild go on without being kept: a full disk is no reason to end it.
func (w *work) giveUp(cause error) error {
	w.runner.log.Warn("the rebuild goes on, but from the beginning should it be cut off", "error", cause)
	for _, c := range w.built {
		c.keeping(nil)
	}
	w.keep = nil
	return w.folder.Forget()
}
