package commands

import (
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/lead"
	"docket/domain/tree"
	"docket/domain/unit"
)

var unitCommands = []Entry{
	Define(unit.Decider, Spec[unit.State, unit.Open]{
		Name: "unit.open", Route: "/v1/units", Creates: true, Allow: authz.OrganisationManage,
		Doc:     "Opens a unit, or a group below a unit.",
		Refuses: []*domain.Error{unit.ErrExists},
		Example: unit.Open{Kind: unit.Department, Code: "CS", Name: "Customer service"},
		Enrich: func(f Facts, _ unit.State, c *unit.Open) {
			c.Facts = parent(f, c.Parent)
		},
	}),
	Define(unit.Decider, Spec[unit.State, unit.Rename]{
		Name: "unit.rename", Route: "/v1/units/{id}/rename", Allow: authz.OrganisationManage,
		Doc:     "Gives a unit or group another name.",
		Refuses: []*domain.Error{unit.ErrClosed},
		Example: unit.Rename{Name: "Customer care"},
	}),
	Define(unit.Decider, Spec[unit.State, unit.AppointLeader]{
		Name: "unit.appoint_leader", Route: "/v1/units/{id}/appoint-leader", Allow: authz.OrganisationManage,
		Doc:     "Says who leads a unit or group, or leaves the post vacant.",
		Refuses: []*domain.Error{unit.ErrClosed},
		Example: unit.AppointLeader{Leader: exampleID},
		Enrich: func(f Facts, _ unit.State, c *unit.AppointLeader) {
			leader, ok := f.Staff(c.Leader)
			c.Facts = unit.LeaderFacts{Known: ok, Active: leader.Active}
		},
		Guard: &Guard[unit.AppointLeader]{
			Of: func(state any, c unit.AppointLeader) domain.StreamID {
				if s, ok := state.(unit.State); !ok || s.Kind != unit.Group || c.Leader == "" {
					return ""
				}
				return lead.Stream
			},
			Claim: func(history []domain.Envelope, id string, c unit.AppointLeader) ([]any, error) {
				return decideOn(lead.Decider, history, lead.Claim{Group: id, Person: c.Leader})
			},
		},
	}),
	Define(unit.Decider, Spec[unit.State, unit.ChangeSettings]{
		Name: "unit.settings", Route: "/v1/units/{id}/settings", Allow: authz.OrganisationManage,
		Doc:     "Sets what a unit asks of the tickets that are registered from now on.",
		Refuses: []*domain.Error{unit.ErrNotUnit, unit.ErrClosed},
		Example: unit.ChangeSettings{Settings: unit.Settings{AcceptOnRegister: true}},
	}),
	Define(unit.Decider, Spec[unit.State, unit.Close]{
		Name: "unit.close", Route: "/v1/units/{id}/close", Allow: authz.OrganisationManage,
		Doc:     "Closes a unit or group: nothing new is assigned to it.",
		Refuses: []*domain.Error{unit.ErrClosed},
		Example: unit.Close{Reason: "merged with another"},
	}),
	Define(unit.Decider, Spec[unit.State, unit.Move]{
		Name: "unit.move", Route: "/v1/units/{id}/move", Allow: authz.OrganisationManage,
		Doc:     "Hangs a unit or group below another unit.",
		Refuses: []*domain.Error{unit.ErrClosed},
		Example: unit.Move{Parent: exampleID, Reason: "the departments were merged"},
		Enrich: func(f Facts, _ unit.State, c *unit.Move) {
			c.Facts = unit.MoveFacts{Parent: parent(f, c.Parent), Cycle: f.Below(c.Parent, f.ID.Key()), Parents: f.Parents()}
		},
		Guard: &Guard[unit.Move]{
			Stream: tree.Stream,
			Claim: func(history []domain.Envelope, id string, c unit.Move) ([]any, error) {
				return decideOn(tree.Decider, history, tree.Claim{Unit: id, Parent: c.Parent, Known: c.Facts.Parents})
			},
		},
	}),
	Define(unit.Decider, Spec[unit.State, unit.TakeOn]{
		Name: "unit.take_on", Route: "/v1/units/{id}/take-on", Allow: authz.OrganisationManage,
		Doc:     "Says which business types a group is responsible for.",
		Refuses: []*domain.Error{unit.ErrNotGroup, unit.ErrClosed},
		Example: unit.TakeOn{Types: []string{"CERT", "INC"}},
	}),
	Define(unit.Decider, Spec[unit.State, unit.LimitLoad]{
		Name: "unit.limit_load", Route: "/v1/units/{id}/limit-load", Allow: authz.OrganisationManage,
		Doc:     "Says how many open tickets a member of a group may hold at once.",
		Refuses: []*domain.Error{unit.ErrNotGroup, unit.ErrClosed},
		Example: unit.LimitLoad{Open: 20},
	}),
	Define(unit.Decider, Spec[unit.State, unit.ChooseCalendar]{
		Name: "unit.choose_calendar", Route: "/v1/units/{id}/choose-calendar", Allow: authz.OrganisationManage,
		Doc:     "Says by which calendar the people of a unit or group work.",
		Refuses: []*domain.Error{unit.ErrClosed},
		Example: unit.ChooseCalendar{Calendar: exampleID},
		Enrich:  func(f Facts, _ unit.State, c *unit.ChooseCalendar) { c.Facts.Known = f.hasCalendar(c.Calendar) },
	}),
	Define(unit.Decider, Spec[unit.State, unit.PlanDuty]{
		Name: "unit.plan_duty", Route: "/v1/units/{id}/plan-duty", Allow: authz.DutyPlan,
		Doc:     "Says who is on duty for a unit or group from when to when.",
		Refuses: []*domain.Error{unit.ErrClosed},
		Example: unit.PlanDuty{Person: exampleID, From: exampleTime, Until: exampleTime.Add(12 * time.Hour)},
		Enrich:  func(f Facts, s unit.State, c *unit.PlanDuty) { c.Facts = f.duty(s, c.Person, c.From) },
	}),
	Define(unit.Decider, Spec[unit.State, unit.CancelDuty]{
		Name: "unit.cancel_duty", Route: "/v1/units/{id}/cancel-duty", Allow: authz.DutyPlan,
		Doc:     "Ends a duty now, or calls one off that has not begun.",
		Refuses: []*domain.Error{unit.ErrNoDuty, unit.ErrClosed},
		Example: unit.CancelDuty{Duty: 1, Reason: "ill"},
	}),
	Define(unit.Decider, Spec[unit.State, unit.RegisterStamp]{
		Name: "unit.register_stamp", Route: "/v1/units/{id}/register-stamp", Allow: authz.OrganisationManage,
		Doc:     "Gives a correction stamp of a unit or group into somebody's keeping.",
		Refuses: []*domain.Error{unit.ErrClosed},
		Example: unit.RegisterStamp{Number: "CS-07", Keeper: exampleID},
		Enrich:  func(f Facts, s unit.State, c *unit.RegisterStamp) { c.Facts = f.keeper(s, c.Keeper) },
	}),
	Define(unit.Decider, Spec[unit.State, unit.WithdrawStamp]{
		Name: "unit.withdraw_stamp", Route: "/v1/units/{id}/withdraw-stamp", Allow: authz.OrganisationManage,
		Doc:     "Takes a correction stamp out of use.",
		Refuses: []*domain.Error{unit.ErrNoStamp},
		Example: unit.WithdrawStamp{Number: "CS-07", Reason: "worn out"},
	}),
}

func parent(f Facts, id string) unit.ParentFacts {
	p, ok := f.Unit(id)
	return unit.ParentFacts{Known: ok, Active: p.Active, IsUnit: p.Kind == unit.Department}
}
