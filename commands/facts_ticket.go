package commands

import (
	"cmp"
	"fmt"

	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/ticket"
	"docket/internal/condition"
)

// Ticket is another ticket as it is now, read from its own stream; false when there is none of that key.
func (f Facts) Ticket(id string) (ticket.State, bool) {
	if id == "" {
		return ticket.State{}, false
	}
	var s ticket.State
	for _, e := range f.sources.load(domain.Stream(ticket.Decider.Category, id)) {
		event, ok := e.Event.(ticket.Event)
		if !ok {
			return ticket.State{}, false
		}
		s = ticket.Decider.Evolve(s, event)
	}
	return s, s.Exists()
}

// placement is the group that the rules name for a ticket, and who is called there (mission row A1).
func (f Facts) placement(s ticket.State, in condition.Input) ticket.Placement {
	p := ticket.Placement{
		Fallback: s.Rules.Fallback, FallbackFacts: responsible(f, nil, s.Rules.Fallback), FallbackCalled: f.called(s.Rules.Fallback),
		UnitCalled: f.called(s.Unit),
	}
	for i, choice := range s.Rules.Groups {
		if group, ok := f.Choose(s.Template, s.Rules, []casetype.Choice{choice}, in); ok {
			p.Rule, p.Group, p.Facts, p.Called = fmt.Sprintf("groups[%d]", i), group, responsible(f, s.Rules, group), f.called(group)
			break
		}
	}
	return p
}

// submission is what has to be known before a draft is submitted: its urgency (mission row I10), its group and the stages
// that it passes, each by the conditions of its template over the form.
func (f Facts) submission(s ticket.State) ticket.SubmitFacts {
	a := s.Intake.Application
	in := condition.Input{Values: s.Route.Form.Values, Channel: string(a.Channel), Type: s.Rules.Type}
	if c, ok := f.Customer(a.Customer); ok {
		in.CustomerKind = string(c.Kind)
	}
	class, _ := f.Choose(s.Template, s.Rules, s.Rules.Urgencies, in)
	in.Urgency = cmp.Or(class, string(ticket.Normal))
	s.Urgency = ticket.Urgency(in.Urgency)
	u, _ := f.Unit(s.Unit)
	return ticket.SubmitFacts{
		UnitCode: u.Code, Type: a.Type, Urgency: s.Urgency, Group: f.placement(s, in),
		Stages: f.stageConditions(s, s.Route.Form.Values, ""), Calendar: f.Calendar(s.Rules.Calendar), Customer: customerFile(f, s),
	}
}

// leader is who leads a unit or group, if that one works here then.
func (f Facts) leader(id string) string {
	u, _ := f.Unit(id)
	if p, ok := f.Staff(u.Leader); ok && p.Active {
		return u.Leader
	}
	return ""
}
