package commands

import (
	"cmp"
	"maps"
	"slices"

	"docket/domain/authority"
	"docket/domain/authz"
	"docket/domain/route"
	"docket/domain/ticket"
	"docket/internal/condition"
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
		facts.Handler = person(f, s, handler, s.Group)
	}
	st, _ := stageOf(s, stage)
	facts.Lapsed = !f.Qualified(ticket.Signer(f.Actor), st.Qualified)
	if st.Authority != "" {
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

// stageConditions tell of each stage with a condition whether it holds, over a form and a rating; empty for a route without
// conditions and for a plain ticket.
func (f Facts) stageConditions(s ticket.State, values map[string]string, risk ticket.Risk) map[string]bool {
	if s.Rules == nil {
		return nil
	}
	holds := map[string]bool{}
	in := condition.Input{
		Values: values, Urgency: string(s.Urgency), Risk: string(risk), Channel: string(s.Intake.Application.Channel), Type: s.Rules.Type,
	}
	if id := s.Intake.Application.Customer; id != "" {
		if c, ok := f.Customer(id); ok {
			in.CustomerKind = string(c.Kind)
		}
	}
	for _, st := range s.Rules.Stages {
		if st.Condition != "" {
			holds[st.Key] = f.Holds(s.Template, s.Rules, st.Condition, in)
		}
	}
	return holds
}

// authorityOver is what the matrix of authorities says of the actor's signature on an approval: by kind, business type,
// amount, rating and time (mission row R6). Where the signer may not, it names who may.
func (f Facts) authorityOver(s ticket.State, st route.Stage, risk ticket.Risk) ticket.Authority {
	matter := authority.Matter{Kind: st.Authority, Type: s.Rules.Type, Amount: s.Route.Form.Values[s.Rules.Amount], Risk: string(risk)}
	matrix := f.Authority()
	if line, ok := matrix.May(f.Actor.Staff, f.Actor.Posts, matter, f.At); ok {
		return ticket.Authority{Within: true, Entry: line.ID}
	}
	var who []string
	for _, line := range matrix.Who(matter, f.At) {
		if name := cmp.Or(line.Role, line.Person); !slices.Contains(who, name) {
			who = append(who, name)
		}
	}
	return ticket.Authority{Who: who}
}
