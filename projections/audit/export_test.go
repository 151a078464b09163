package audit

import (
	"docket/projections"

	"github.com/jackc/pgx/v5"
)

// Question is the SQL of a list.
func Question(f Filter) (string, pgx.NamedArgs) { return f.question() }

// Rows gives the trail that folding a log in memory made.
func Rows(r *projections.Rows) []Row { return rows.All(r) }
