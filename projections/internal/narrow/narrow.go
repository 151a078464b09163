// Package narrow builds the WHERE of a read model's list from a filter: conditions that apply when something is asked for,
// and the reach of the reader's rights. It holds SQL text of the program alone; what clients send becomes arguments.
package narrow

import (
	"strings"

	"docket/domain/authz"

	"github.com/jackc/pgx/v5"
)

// Where collects conditions, all of which must hold, and their named arguments.
type Where struct {
	Args       pgx.NamedArgs
	conditions []string
}

// New begins with a condition that always applies; "true" for none.
func New(condition string) *Where {
	return &Where{Args: pgx.NamedArgs{}, conditions: []string{condition}}
}

// And adds a condition without arguments of its own.
func (w *Where) And(condition string) { w.conditions = append(w.conditions, condition) }

// If adds a condition on one named argument when it is wanted.
func (w *Where) If(wanted bool, condition, name string, value any) {
	if wanted {
		w.And(condition)
		w.Args[name] = value
	}
}

// AnyOf adds conditions of which one must hold; none for no narrowing.
func (w *Where) AnyOf(conditions ...string) {
	if len(conditions) > 0 {
		w.And("(" + strings.Join(conditions, " OR ") + ")")
	}
}

// Columns are the expressions that place a row in the organisation. Helping is a jsonb list of objects with the field staff, who help
// with it; empty where the model knows none.
type Columns struct{ Unit, Group, Handler, Receiver, Helping string }

// Helps is the condition that somebody, the text argument of that name, is in a list of those who help.
func Helps(column, argument string) string {
	return column + " IS NOT NULL AND " + column + " @> jsonb_build_array(jsonb_build_object('staff', @" + argument + "::text))"
}

// Reach adds the condition under which a row lies within reach, as [authz.Allowed] decides it for a single ticket. The zero
// reach reaches nothing.
func (w *Where) Reach(r authz.Reaches, c Columns) {
	if r.All {
		return
	}
	within := []string{"false"}
	if len(r.Units) > 0 {
		within = append(within, c.Unit+" = ANY(@reach_units)", c.Group+" = ANY(@reach_units)")
		w.Args["reach_units"] = r.Units
	}
	if len(r.Groups) > 0 {
		within = append(within, c.Group+" = ANY(@reach_groups)")
		w.Args["reach_groups"] = r.Groups
	}
	if r.Own != "" {
		within = append(within, c.Handler+" = @reach_own AND "+c.Handler+" <> ''", c.Receiver+" = @reach_own AND "+c.Receiver+" <> ''")
		if c.Helping != "" {
			within = append(within, Helps(c.Helping, "reach_own"))
		}
		w.Args["reach_own"] = r.Own
	}
	if r.Held != "" {
		within = append(within, c.Handler+" = @reach_held AND "+c.Handler+" <> ''")
		w.Args["reach_held"] = r.Held
	}
	w.And("(" + strings.Join(within, " OR ") + ")")
}

// String is the condition as a whole.
func (w *Where) String() string { return strings.Join(w.conditions, " AND ") }
