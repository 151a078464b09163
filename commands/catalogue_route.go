package commands

import (
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
)

// decisionRefusals are what decisions on stages may be refused for.
var decisionRefusals = []*domain.Error{
	ticket.ErrNoRoute, ticket.ErrNoStageOpen, ticket.ErrReturned, ticket.ErrStageNotNow, ticket.ErrStagePassed, ticket.ErrNoPerson,
	ticket.ErrNotYourStage, ticket.ErrOwnWork, ticket.ErrFilledIn, ticket.ErrDecided,
	ticket.ErrNotQualified,
}

// deciding are the refusals of a decision and further ones.
func deciding(more ...*domain.Error) []*domain.Error {
	return append(append([]*domain.Error{}, decisionRefusals...), more...)
}

// routeCommands are a ticket's commands of review, approval and correction.
var routeCommands = []Entry{
	Define(ticket.Decider, Spec[ticket.State, ticket.PassStage]{
		Name: "ticket.pass_stage", Route: "/v1/tickets/{id}/pass-stage", Allow: authz.TicketDecide, Match: MatchRequired,
		Doc:     "Passes the stage of the route that is open, with a signed opinion.",
		Refuses: deciding(ticket.ErrAboveAuthority, ticket.ErrNoIdentity),
		Example: ticket.PassStage{
			Stage: "first_review", Opinion: "complete and in order",
			Judgement: ticket.Judgement{Accuracy: ticket.Met, Compliance: ticket.Met, Completeness: ticket.Met},
		},
		Enrich: func(f Facts, s ticket.State, c *ticket.PassStage) {
			c.Facts = f.stageFacts(s, c.Stage, c.Judgement.Risk, "")
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.ReturnStage]{
		Name: "ticket.return_stage", Route: "/v1/tickets/{id}/return-stage", Allow: authz.TicketDecide, Match: MatchRequired,
		Doc:     "Returns the application to the clerk, or the result to the handler, with the reason and the items to put right.",
		Refuses: deciding(ticket.ErrNotYoursToAssign),
		Example: ticket.ReturnStage{
			Stage: "first_review", Fault: ticket.FaultStaff, Reason: "wrong name", Items: []string{"correct the name"},
		},
		Enrich: func(f Facts, s ticket.State, c *ticket.ReturnStage) {
			c.Facts = f.stageFacts(s, c.Stage, c.Judgement.Risk, c.Handler)
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.RefuseApplication]{
		Name: "ticket.refuse_application", Route: "/v1/tickets/{id}/refuse-application", Allow: authz.TicketDecide, Match: MatchRequired,
		Doc:     "Refuses the application, with the reasons, the remedies and the way to object that the customer is told.",
		Refuses: deciding(ticket.ErrNotRefusable),
		Example: ticket.RefuseApplication{
			Stage: "approval", Reasons: []string{"the income is above the limit"}, Remedies: []string{"apply again next year"},
			Objection: "in writing to the service centre within 60 days",
		},
		Enrich: func(f Facts, s ticket.State, c *ticket.RefuseApplication) { c.Facts = f.stageFacts(s, c.Stage, "", "") },
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.RequireSecondReview]{
		Name: "ticket.require_second_review", Route: "/v1/tickets/{id}/require-second-review", Allow: authz.TicketSupervise,
		Doc:     "Requires a stage before handling whose condition does not hold, for a reason.",
		Refuses: []*domain.Error{ticket.ErrNoRoute, ticket.ErrNoStageOpen, ticket.ErrNoPerson, ticket.ErrStagePassed},
		Example: ticket.RequireSecondReview{Stage: "second_review", Reason: "it was in the news"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.AnswerItems]{
		Name: "ticket.answer_items", Route: "/v1/tickets/{id}/answer-items", Allow: authz.TicketRework,
		Doc:     "Says what was done about items of the last return.",
		Refuses: []*domain.Error{ticket.ErrNoRoute, ticket.ErrNothingReturned, ticket.ErrNoPerson, ticket.ErrNotTheHandler},
		Example: ticket.AnswerItems{Answers: []ticket.ItemAnswer{{Item: 1, Answer: "the name was corrected"}}},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Resubmit]{
		Name: "ticket.resubmit", Route: "/v1/tickets/{id}/resubmit", Allow: authz.TicketRegister, Match: MatchRequired,
		Doc:     "Puts a returned application before its reviewers again, with amended fields.",
		Refuses: []*domain.Error{ticket.ErrNoRoute, ticket.ErrNotReturned, ticket.ErrNoPerson, ticket.ErrItemsOpen},
		Example: ticket.Resubmit{Values: map[string]string{"shop": "茶館"}},
		Enrich: func(f Facts, s ticket.State, c *ticket.Resubmit) {
			c.Facts = ticket.RouteFacts{
				Conditions: f.stageConditions(s, amended(s, c.Values), s.Route.Risk), Calendar: f.Clocks(s).Calendar,
			}
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.AnswerConditions]{
		Name: "ticket.answer_conditions", Route: "/v1/tickets/{id}/answer-conditions", Allow: authz.TicketHandle,
		Doc:     "Says what was done about conditions that the approval wrote.",
		Refuses: []*domain.Error{ticket.ErrNoRoute, ticket.ErrNotHandling, ticket.ErrNoConditions, ticket.ErrNoPerson, ticket.ErrNotTheHandler},
		Example: ticket.AnswerConditions{Answers: []ticket.ConditionAnswer{{Condition: 1, Answer: "the door is kept free"}}},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Correct]{
		Name: "ticket.correct", Route: "/v1/tickets/{id}/correct", Allow: authz.TicketCorrect, Match: MatchRequired,
		Doc:     "Corrects a field of the registered form under the unit's stamp; decisions that relied on it are void.",
		Refuses: []*domain.Error{ticket.ErrNoRoute, ticket.ErrNotCorrectable, ticket.ErrNoPerson, ticket.ErrNeedsDepartment, ticket.ErrNotYourStamp},
		Example: ticket.Correct{Field: "amount", Value: "500.00", Fault: ticket.FaultStaff, Reason: "misread", Stamp: "CS-07"},
		Enrich: func(f Facts, s ticket.State, c *ticket.Correct) {
			c.Facts = ticket.RouteFacts{
				Conditions: f.stageConditions(s, amended(s, map[string]string{c.Field: c.Value}), s.Route.Risk),
				Calendar:   f.Clocks(s).Calendar,
			}
			c.Stamping = f.stamp(s, c.Stamp)
		},
	}),
}
