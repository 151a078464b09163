package directory

import (
	"cmp"
	"slices"
	"time"
)

// inOrder folds changes in the order in which they were decided: versions of templates and procedures, and grants and withdrawals of
// authority, follow each other whatever time they were said to take effect.
func inOrder[F, E any](facts F, changes []change, after func(F, E, time.Time) F) F {
	decided := slices.SortedFunc(slices.Values(changes), func(a, b change) int { return cmp.Compare(a.Revision, b.Revision) })
	for _, c := range decided {
		if e, ok := c.Event.(E); ok {
			facts = after(facts, e, c.At)
		}
	}
	return facts
}
