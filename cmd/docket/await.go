package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"docket/internal/vault"
	"docket/projections"
	"docket/projections/directory"
)

// errKeysLost: the keys are in Postgres alone, and waiting brings none back.
var errKeysLost = errors.New("the event store has content whose keys are not in Postgres: the database is new, older than the events, " +
	"or another one; restore its backup, or begin with an empty data folder")

// A start looks at the directory's read model this often, and gives up when it has failed for so long without a break: a
// database or an event store that is being restarted is back by then.
const (
	directoryLook     = 200 * time.Millisecond
	directoryPatience = time.Minute
)

// awaitDirectory waits until the directory has read the log up to a position. It takes as long as it gets on; what cannot
// succeed ends it.
func (s *service) awaitDirectory(ctx context.Context, view *directory.View, position uint64) error {
	waiting, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	s.running.Go(func() {
		look := time.NewTicker(directoryLook)
		defer look.Stop()
		for {
			select {
			case <-look.C:
				if err := hopeless(s.runner.Status(waiting), time.Now()); err != nil {
					stop(err)
				}
			case <-waiting.Done():
				return
			}
		}
	})
	if err := view.WaitFor(waiting, position); err != nil {
		if reason := context.Cause(waiting); ctx.Err() == nil && reason != nil {
			err = reason
		}
		return fmt.Errorf("directory: %w", err)
	}
	return nil
}

// hopeless tells why the directory will not be brought up to date, nil while it may be.
func hopeless(models []projections.Status, now time.Time) error {
	for _, m := range models {
		switch {
		case m.Model != directory.Model.Name || m.State != projections.Failing:
		case errors.Is(m.Err, vault.ErrUnknown):
			return fmt.Errorf("%w (%w)", errKeysLost, m.Err)
		case errors.Is(m.Err, projections.ErrNoRoom):
			return m.Err
		case now.Sub(m.Since) > directoryPatience:
			return fmt.Errorf("its read model has been failing since %s: %w", m.Since.Format(time.TimeOnly), m.Err)
		}
	}
	return nil
}
