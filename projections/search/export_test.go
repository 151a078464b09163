package search

import "docket/projections"

// Docs and Places give the rows that folding a log in memory made.
func Docs(r *projections.Rows) []Doc     { return docs.All(r) }
func Places(r *projections.Rows) []Place { return places.All(r) }

// Gram is a character, or with a second one a pair, as the index has it.
func Gram(first, second rune) int32 { return gram(first, second) }
