package handover

import "docket/projections"

// Rows gives the log that folding events in memory made.
func Rows(r *projections.Rows) []Row { return rows.All(r) }
