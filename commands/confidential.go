package commands

import (
	"context"
	"fmt"
	"slices"

	"docket/domain"
	"docket/domain/staff"
)

// confidential lets nobody at customers' data who has not signed that they are kept confidential (保密協議, mission row O4),
// and tells of a reveal what can no longer be opened. Whose account it is counts, not in whose name it acts; a service
// account has nobody to sign. The person's own stream is read, so that an agreement that has just run out opens nothing.
func (t *try) confidential(ctx context.Context) error {
	if t.e.confidential && t.r.Actor.Staff != "" {
		history, _, err := t.p.Journal.Load(ctx, domain.Stream(staff.Decider.Category, t.r.Actor.Staff))
		if err != nil {
			return fmt.Errorf("read the agreements of a person: %w", err)
		}
		var person staff.State
		for i := range history {
			if e, ok := history[i].Event.(staff.Event); ok {
				person = staff.Decider.Evolve(person, e)
			}
		}
		if !person.Fit.Agreed(t.m.Now) {
			t.record(ctx, ErrNoAgreement.Rule, t.e.Allow)
			return ErrNoAgreement
		}
	}
	if t.e.Reveals && t.lost() {
		return domain.ErrDestroyed
	}
	return nil
}

// lost reports whether marked values of the stream can no longer be opened.
func (t *try) lost() bool {
	return slices.ContainsFunc(t.history, func(e domain.Envelope) bool { return slices.Contains(e.Lost, domain.Marked) })
}
