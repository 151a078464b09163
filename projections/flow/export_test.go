package flow

import "docket/projections"

// Rows are what a replay has made.
func Rows(rows *projections.Rows) (all []Case, where []Place, taken []Step) {
	return cases.All(rows), places.All(rows), steps.All(rows)
}
