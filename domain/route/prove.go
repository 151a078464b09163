package route

import (
	"fmt"
	"slices"
	"strings"

	"docket/domain"
)

// Organisation is who could decide the stages of a route, as of the time of a proof.
type Organisation struct {
	Intake  string              // role that fills the form in
	Handler string              // role that handles
	Holders map[string][]string // people who hold a role where the route's tickets lie
}

// Prove notes what keeps a route from being walked (mission row R8):
//
//   - a path that does not end: a stage that fewer people could decide than have to, so that a ticket would wait there for
//     ever ("no_holder");
//   - two stages, or intake or handling and a stage, that can follow each other with the same role, or whose roles one person
//     holds both ("consecutive").
//
// Stages lie in a line and a condition only leaves one out. So every path is the line without some of its conditional stages;
// it ends when each of its stages can be passed, and two acts follow each other on some path exactly when every stage between
// them is conditional. That makes both questions finite.
func Prove(c *domain.Checks, path string, stages []Stage, o Organisation) {
	for i, s := range stages {
		if s.Role != "" && len(o.Holders[s.Role]) < s.People() {
			c.Fail(fmt.Sprintf("%s[%d].role", path, i), "no_holder",
				fmt.Sprintf("needs %d who hold the role %s there, and has %d", s.People(), s.Role, len(o.Holders[s.Role])))
		}
	}
	acts := line(stages, o)
	for later, second := range acts {
		for earlier := later - 1; earlier >= 0 && second.role != ""; earlier-- {
			if first := acts[earlier]; first.role != "" {
				o.apart(c, path, first, second)
			}
			if !acts[earlier].skippable {
				break
			}
		}
	}
}

// act is one step of the line: the intake, a stage, or the handling.
type act struct {
	role      string
	stage     int // -1: no stage
	skippable bool
}

func line(stages []Stage, o Organisation) []act {
	acts := []act{{role: o.Intake, stage: -1}}
	handled := false
	for i, s := range stages {
		if s.When == After && !handled {
			acts, handled = append(acts, act{role: o.Handler, stage: -1}), true
		}
		acts = append(acts, act{s.Role, i, s.Condition != ""})
	}
	if !handled {
		acts = append(acts, act{role: o.Handler, stage: -1})
	}
	return acts
}

// apart notes two acts that one person could do one after the other.
func (o Organisation) apart(c *domain.Checks, path string, first, second act) {
	named := second // the stage that is told: the later, unless that is the handling
	if named.stage < 0 {
		named = first
	}
	if named.stage < 0 {
		return // intake and handling are no stages; whether one person may do both is no review
	}
	field := fmt.Sprintf("%s[%d].role", path, named.stage)
	if first.role == second.role {
		c.Fail(field, "consecutive", "has the same role as the act before or after it")
		return
	}
	both := slices.DeleteFunc(slices.Clone(o.Holders[second.role]), func(person string) bool {
		return !slices.Contains(o.Holders[first.role], person)
	})
	if len(both) > 0 {
		slices.Sort(both)
		c.Fail(field, "consecutive", fmt.Sprintf("the roles %s and %s follow each other and are both held by %s",
			first.role, second.role, strings.Join(both, ", ")))
	}
}
