package projections

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"docket/domain"
)

// Model is one read model: its tables and the pure fold that fills them.
type Model struct {
	// Name is a lower-case word; the tables lie in schema <name>_v<n>.
	Name string
	// Version counts the meanings of the tables, from 1: raise it with every change of the SQL or of the fold, and the
	// model is rebuilt when the new program starts.
	Version int
	// SQL makes the tables with their primary keys; what follows a line "-- indexes" makes the rest, after a rebuild has
	// loaded the rows. It runs with search_path set to the model's own schema, so names are unqualified.
	SQL string
	// Indexes is further SQL of the second kind.
	Indexes string
	Tables  []AnyTable
	// Types are the wire names of the events it folds; nil means all.
	Types map[string]bool
	// Need asks for the rows that folding e will Get. It sees the event before the fold does, so what it asks for may
	// depend on the event alone. Nil: nothing is read back.
	Need func(e domain.Envelope, n *Need)
	// Fold changes rows by one event. It is pure: the same rows and event always give the same rows; it must not keep or
	// change e, nor what the rows it got refer to (lists, maps), nor ask a clock.
	Fold func(e domain.Envelope, rows *Rows)
	// Sums keeps sums of the rows beside them; nil: there are none.
	Sums *Sums

	sum string // digest of the SQL
}

var plainName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,40}$`)

// check tells what is wrong with a declaration.
func (m *Model) check() error {
	var problems []error
	fail := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if !plainName.MatchString(m.Name) {
		fail("name is not a lower-case word")
	}
	if m.Version < 1 {
		fail("version is below 1")
	}
	if len(m.Tables) == 0 {
		fail("has no tables")
	}
	if m.Fold == nil {
		fail("has no fold")
	}
	for _, t := range m.Tables {
		if !plainName.MatchString(t.core().name) {
			fail("table name %q is not a lower-case word", t.core().name)
		}
	}
	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("model %q: %w", m.Name, err)
	}
	return nil
}

// folds reports whether events of a wire name matter to the model.
func (m *Model) folds(typ string) bool { return m.Types == nil || m.Types[typ] }

// script splits the SQL into what makes bare tables and what follows once they are filled.
func (m *Model) script() (tables, indexes string) {
	var before, after strings.Builder
	part := &before
	for line := range strings.Lines(m.SQL) {
		if strings.TrimSpace(line) == "-- indexes" {
			part = &after
		}
		part.WriteString(line)
	}
	return before.String(), after.String() + "\n" + m.Indexes
}
