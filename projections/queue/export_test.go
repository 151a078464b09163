package queue

import "docket/projections"

// Rows gives the rows that folding a log in memory made.
func Rows(r *projections.Rows) []Row { return table.All(r) }

// Turns are all that are kept.
func Turns(r *projections.Rows) []Turn { return turns.All(r) }

// LookAhead is the SQL that reads them.
const LookAhead = lookAhead
