package commands

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"docket/domain"
	"docket/domain/authority"
	"docket/domain/authz"
	"docket/domain/casetype"
	"docket/domain/route"
	"docket/domain/template"
	"docket/domain/unit"
	"docket/internal/condition"
)

// proofs tells what keeps a definition from working as things stand at the effective time, beside what it says itself: a
// procedure that is not in force when the definition is to be (zero: no date is stated yet), a route that could not be walked or would let one person do two consecutive acts, authority that nobody has, conditions that
// do not compile, groups and calendars that there are not (mission rows R8, R6).
func (f Facts) proofs(d casetype.Definition, from time.Time) template.Proofs {
	var v domain.Checks
	const at = "definition.rules."
	holders := f.holders(d.Rules.Owner)
	route.Prove(&v, at+"stages", d.Rules.Stages, route.Organisation{Intake: authz.Clerk, Handler: authz.Handler, Holders: holders})
	f.checkAuthority(&v, at+"stages", d.Rules, holders)
	checkConditions(&v, at, d.Rules)
	for i, choice := range d.Rules.Groups {
		field := fmt.Sprintf("%sgroups[%d].value", at, i)
		switch g, ok := f.Unit(choice.Value); {
		case !ok:
			v.Fail(field, "unknown", "no such group at that time")
		case g.Kind != unit.Group:
			v.Fail(field, "not_a_group", "must be a group, not a unit")
		case !g.Active:
			v.Fail(field, "inactive", "is closed at that time")
		}
	}
	if f.calendars != nil && f.Calendar(d.Rules.Calendar) == nil {
		v.Fail(at+"calendar", "unknown", "no calendar has been published under this key")
	}
	f.checkProcedure(&v, at, d.Rules, from)
	var failed *domain.Error
	if errors.As(v.Err(), &failed) {
		return template.Proofs{Failures: failed.Fields}
	}
	return template.Proofs{}
}

// holders tells who holds which role where the tickets of a unit lie: at the unit, at one of its groups, or everywhere.
func (f Facts) holders(owner string) map[string][]string {
	holders := map[string][]string{}
	for _, p := range f.lookups.People(f.At) {
		if !p.Active {
			continue
		}
		seen := map[string]bool{}
		for _, post := range p.Posts {
			if !seen[post.Role] && f.within(post.Unit, owner) {
				holders[post.Role], seen[post.Role] = append(holders[post.Role], p.ID), true
			}
		}
	}
	return holders
}

func (f Facts) within(place, owner string) bool {
	if place == "" || place == owner {
		return true
	}
	u, ok := f.Unit(place)
	return ok && u.Root() == owner
}

// checkAuthority notes approvals of which some amount or risk could be signed by nobody.
func (f Facts) checkAuthority(v *domain.Checks, path string, r casetype.Rules, holders map[string][]string) {
	largest := ""
	for _, field := range r.Fields {
		if field.Key == r.Amount {
			largest = field.Max
		}
	}
	manned := func(l authority.Line) bool {
		if l.Role != "" {
			return len(holders[l.Role]) > 0
		}
		p, ok := f.Staff(l.Person)
		return ok && p.Active
	}
	for i, s := range r.Stages {
		if s.Kind != route.Approval || s.Authority == "" {
			continue
		}
		for _, gap := range f.Authority().Gaps(s.Authority, r.Type, largest, f.At, manned) {
			v.Fail(fmt.Sprintf("%s[%d].authority.%s", path, i, gap.Risk), "authority_gap",
				fmt.Sprintf("at %s risk nobody may sign more than %s", gap.Risk, cmp.Or(gap.Above, "nothing at all")))
		}
	}
}

// checkConditions notes conditions that do not compile, with the place of the mistake.
func checkConditions(v *domain.Checks, path string, r casetype.Rules) {
	language, err := condition.For(r.Fields)
	if err != nil {
		return // the form's shape is broken, which is told by field
	}
	check := func(field, expression string) {
		if expression == "" {
			return
		}
		if _, err := language.Compile(expression); err != nil {
			v.Fail(field, "not_a_condition", err.Error())
		}
	}
	for i, s := range r.Stages {
		check(fmt.Sprintf("%sstages[%d].condition", path, i), s.Condition)
	}
	for i, c := range r.Urgencies {
		check(fmt.Sprintf("%surgencies[%d].condition", path, i), c.Condition)
	}
	for i, c := range r.Groups {
		check(fmt.Sprintf("%sgroups[%d].condition", path, i), c.Condition)
	}
}
