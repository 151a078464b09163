package queue

import "docket/projections"

// Rows gives the rows that folding a log in memory made.
func Rows(r *projections.Rows) []Row { return table.All(r) }
