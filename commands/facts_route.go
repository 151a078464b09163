package commands

import (
	"maps"

	"docket/domain/authz"
	"docket/domain/route"
	"docket/domain/ticket"
)

// stageFacts are what a decision on a stage needs: how the conditions of the route come out over the form and the rating as
// they will be, what the matrix of authorities says of the signer, and whom a return names.
func (f Facts) stageFacts(s ticket.State, stage string, risk ticket.Risk, handler string) ticket.StageFacts {
	if risk == "" {
		risk = s.Route.Risk
	}
	_, assigns := authz.Allowed(f.Actor, authz.TicketAssign, ticket.Decider.Scope(s))
	facts := ticket.StageFacts{
		Conditions: f.stageConditions(s, s.Route.Form.Values, risk), MayAssign: assigns, Calendar: f.Clocks(s).Calendar,
	}
	if handler != "" {
		facts.Handler = person(f, handler, s.Group)
	}
	if st, ok := stageOf(s, stage); ok && st.Authority != "" {
		facts.Authority = f.authorityOver(s, st, risk)
	}
	return facts
}

func stageOf(s ticket.State, key string) (route.Stage, bool) {
	if s.Rules != nil {
		for _, st := range s.Rules.Stages {
			if st.Key == key {
				return st, true
			}
		}
	}
	return route.Stage{}, false
}

// amended are a form's values once others have been written over them.
func amended(s ticket.State, changed map[string]string) map[string]string {
	return s.Route.Form.With(maps.Clone(changed)).Values
}

// stageConditions tell of each stage with a condition whether it holds; nil where nothing can evaluate conditions, so that
// each counts as one that holds.
func (f Facts) stageConditions(s ticket.State, values map[string]string, risk ticket.Risk) map[string]bool {
	return nil
}

// authorityOver is what the matrix of authorities says of the actor's signature. Without a matrix nobody has authority.
func (f Facts) authorityOver(s ticket.State, st route.Stage, risk ticket.Risk) ticket.Authority {
	return ticket.Authority{}
}
