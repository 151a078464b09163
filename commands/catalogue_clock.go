package commands

import (
	"cmp"
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
	"docket/domain/worktime"
)

// clockCommands are a ticket's commands about limits.
var clockCommands = []Entry{
	Define(ticket.Decider, Spec[ticket.State, ticket.RequestExtension]{
		Name: "ticket.request_extension", Route: "/v1/tickets/{id}/request-extension", Allow: authz.TicketHandle,
		Doc: "Asks for a longer handling limit, before it runs out.",
		Refuses: []*domain.Error{
			ticket.ErrNoClock, worktime.ErrExpired, ticket.ErrNoPerson, ticket.ErrExtensionPending, ticket.ErrExtensionsSpent,
		},
		Example: ticket.RequestExtension{By: worktime.WorkingDays(2), Reason: "the archive answers next week"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.ApproveExtension]{
		Name: "ticket.approve_extension", Route: "/v1/tickets/{id}/approve-extension", Allow: authz.TicketExtend, Match: MatchRequired,
		Doc: "Grants the extension asked for; the deadline moves once the customer has been told.",
		Refuses: []*domain.Error{
			ticket.ErrNoExtension, ticket.ErrNoPerson, ticket.ErrOwnExtension, ticket.ErrExtensionAuthority, ticket.ErrNoClock,
			worktime.ErrExpired, worktime.ErrUnknownYear,
		},
		Example: ticket.ApproveExtension{Opinion: "agreed"},
		Enrich:  func(f Facts, s ticket.State, c *ticket.ApproveExtension) { c.Facts = f.Clocks(s) },
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.RefuseExtension]{
		Name: "ticket.refuse_extension", Route: "/v1/tickets/{id}/refuse-extension", Allow: authz.TicketExtend, Match: MatchRequired,
		Doc:     "Leaves the limit as it is.",
		Refuses: []*domain.Error{ticket.ErrNoExtension, ticket.ErrNoPerson, ticket.ErrOwnExtension, ticket.ErrExtensionAuthority},
		Example: ticket.RefuseExtension{Reason: "it can be done in time"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.TellExtension]{
		Name: "ticket.tell_extension", Route: "/v1/tickets/{id}/tell-extension", Allow: authz.TicketDeliver,
		Doc:     "Notes that the customer was told the reason and the new date, before the old one; that moves the deadline.",
		Refuses: []*domain.Error{ticket.ErrNoExtension, ticket.ErrNoClock, worktime.ErrExpired, worktime.ErrUnknownYear},
		Example: ticket.TellExtension{Channel: ticket.Phone, Text: "the archive needs longer; your permit will be ready by Thursday"},
		Enrich:  func(f Facts, s ticket.State, c *ticket.TellExtension) { c.Facts = f.Clocks(s) },
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.ReportLate]{
		Name: "ticket.report_late", Route: "/v1/tickets/{id}/report-late", Allow: authz.TicketNote,
		Doc:     "Says that a limit will not be met, why, and by when instead; marked late when it has run out.",
		Refuses: []*domain.Error{ticket.ErrNoPerson, ticket.ErrNoClock},
		Example: ticket.ReportLate{Clock: "handling", Cause: "the surveyor is ill", Estimate: time.Date(2100, time.January, 4, 9, 0, 0, 0, time.UTC)},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.ExplainBreach]{
		Name: "ticket.explain_breach", Route: "/v1/tickets/{id}/explain-breach", Allow: authz.TicketAnswer,
		Doc:     "Finds why a limit was missed, by a cause that figures are told by; superiors do, never about what they held themselves.",
		Refuses: []*domain.Error{ticket.ErrNoPerson, ticket.ErrNoBreach, ticket.ErrOwnBreach},
		Example: ticket.ExplainBreach{Clock: "handling", Cause: ticket.FaultExternal, Reason: "the land registry was closed"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.ChangeUrgency]{
		Name: "ticket.change_urgency", Route: "/v1/tickets/{id}/change-urgency", Allow: authz.TicketSupervise,
		Doc:     "Raises or lowers the class of the ticket, and with it the limits that run.",
		Refuses: []*domain.Error{ticket.ErrNotOpen},
		Example: ticket.ChangeUrgency{Urgency: ticket.Urgent, Reason: "a hospital waits for it"},
		Enrich: func(f Facts, s ticket.State, c *ticket.ChangeUrgency) {
			c.Facts, c.Called = f.Clocks(s), cmp.Or(f.called(s.Group), f.called(s.Unit))
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.RevokePause]{
		Name: "ticket.revoke_pause", Route: "/v1/tickets/{id}/revoke-pause", Allow: authz.TicketSupervise,
		Doc:     "Finds that a pause was not justified: its time counts after all.",
		Refuses: []*domain.Error{ticket.ErrNoPause},
		Example: ticket.RevokePause{Pause: 1, Reason: "nothing was missing"},
		Enrich:  func(f Facts, s ticket.State, c *ticket.RevokePause) { c.Facts = f.Clocks(s) },
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Rebase]{
		Name: "ticket.rebase", Route: "/v1/tickets/{id}/rebase", Allow: authz.TicketRebase, Match: MatchRequired,
		Doc:     "Puts clocks on another limit or the newest version of their calendar; what was computed before is kept.",
		Refuses: []*domain.Error{ticket.ErrNoClock, worktime.ErrUnknownYear},
		Example: ticket.Rebase{Clock: ticket.HandlingClock, Limit: worktime.WorkingDays(5), Reason: "the rule was changed for open tickets too"},
		Enrich:  func(f Facts, s ticket.State, c *ticket.Rebase) { c.Facts.Newest = f.newest(s) },
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Remind]{
		Name: "ticket.remind", Route: "/v1/tickets/{id}/remind", Allow: authz.TicketTimer,
		Doc:     "Notes that a share of a limit is used up; the timer's own.",
		Refuses: []*domain.Error{ticket.ErrNotDue},
		Example: ticket.Remind{Clock: ticket.HandlingClock, Round: 1, Percent: 80, At: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.ExpirePause]{
		Name: "ticket.expire_pause", Route: "/v1/tickets/{id}/expire-pause", Allow: authz.TicketTimer,
		Doc:     "Ends a pause that has lasted as long as the rules allow; the timer's own.",
		Refuses: []*domain.Error{ticket.ErrNotDue},
		Example: ticket.ExpirePause{Round: 1, DueAt: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)},
		Enrich:  func(f Facts, s ticket.State, c *ticket.ExpirePause) { c.Facts = f.Clocks(s) },
	}),
}
