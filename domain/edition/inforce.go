package edition

import (
	"slices"
	"time"
)

// InForce finds the version that holds at an instant: of those with an effective date, the newest whose date has come. There is
// none before the first, and none once that one has been retired; a version retired before its date never counts. span tells a
// version's effective and retiring dates, zero where it has none; versions stand in the order of their numbers.
func (vs Versions[V]) InForce(at time.Time, span func(V) (effective, retired time.Time)) (V, bool) {
	var none V
	for _, v := range slices.Backward(vs) {
		effective, retired := span(v)
		switch {
		case effective.IsZero() || effective.After(at):
			continue
		case retired.IsZero() || retired.After(at):
			return v, true
		case retired.Before(effective):
			continue
		}
		return none, false
	}
	return none, false
}
