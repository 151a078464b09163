package commands

import (
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
)

// resultCommands are a ticket's commands about what the customer is told and answers.
var resultCommands = []Entry{
	Define(ticket.Decider, Spec[ticket.State, ticket.NotifyResult]{
		Name: "ticket.notify_result", Route: "/v1/tickets/{id}/notify-result", Allow: authz.TicketDeliver,
		Doc: "Tells the customer the outcome by the chosen channels: in person at once, else the service tries them in order.",
		Refuses: []*domain.Error{
			ticket.ErrNotReviewed, ticket.ErrNotCompleted, ticket.ErrToldAlready, ticket.ErrNoPerson, ticket.ErrAgentExpired, ticket.ErrAgentExceeded,
		},
		Example: ticket.NotifyResult{
			Channels: []ticket.Channel{ticket.SMS, ticket.Mail}, To: map[string]string{"sms": "13912345678", "mail": "ann@example.org"},
			FollowUp: []string{"Collect the certificate within 30 days."},
		},
		Enrich: func(_ Facts, s ticket.State, c *ticket.NotifyResult) { c.Facts = outcomeLetter(s, c) },
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.RequestNotice]{
		Name: "ticket.request_notice", Route: "/v1/tickets/{id}/request-notice", Allow: authz.TicketTimer,
		Doc:     "Asks for a notice that follows from an act; the service's own command.",
		Refuses: []*domain.Error{ticket.ErrNoNotice},
		Example: ticket.RequestNotice{Kind: ticket.NoticeDefects, Subject: "what is missing", Text: "a copy of the deed", Cause: exampleID},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.RecordNotice]{
		Name: "ticket.record_notice", Route: "/v1/tickets/{id}/record-notice", Allow: authz.TicketTimer,
		Doc:     "Records what became of a notice at one channel; the service's own command.",
		Refuses: []*domain.Error{ticket.ErrNoNotice},
		Example: ticket.RecordNotice{Notice: 1, Channel: ticket.SMS, Delivered: true, Attempts: 1, Message: "gw-7"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Object]{
		Name: "ticket.object", Route: "/v1/tickets/{id}/object", Allow: authz.TicketObject,
		Doc: "Files an objection of the customer to the result.",
		Refuses: []*domain.Error{
			ticket.ErrObjectionOpen, ticket.ErrNotObjectable, ticket.ErrObjectionTooLate, ticket.ErrAgentExpired, ticket.ErrAgentExceeded,
		},
		Example: ticket.Object{Channel: ticket.Window, Grounds: "the name on the certificate is wrong"},
		Enrich:  func(f Facts, s ticket.State, c *ticket.Object) { c.Facts = f.Clocks(s) },
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.DecideObjection]{
		Name: "ticket.decide_objection", Route: "/v1/tickets/{id}/decide-objection", Allow: authz.TicketSettle, Match: MatchRequired,
		Doc: "Answers an objection; upheld, it begins a new round.",
		Refuses: []*domain.Error{
			ticket.ErrNoObjection, ticket.ErrObjectionDecided, ticket.ErrNoPerson, ticket.ErrDecidedOriginal,
			ticket.ErrObjectionRole,
		},
		Example: ticket.DecideObjection{Verdict: ticket.Upheld, Fault: ticket.FaultStaff, Reasons: "the name was copied wrongly"},
		Enrich:  func(f Facts, s ticket.State, c *ticket.DecideObjection) { c.Facts = f.Clocks(s) },
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.ContactObjector]{
		Name: "ticket.contact_objector", Route: "/v1/tickets/{id}/contact-objector", Allow: authz.TicketObject,
		Doc:     "Records a try to reach the customer about the answer to the objection.",
		Refuses: []*domain.Error{ticket.ErrNoObjection, ticket.ErrObjectionPending},
		Example: ticket.ContactObjector{Reached: false, Summary: "nobody answered"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.ConfirmObjection]{
		Name: "ticket.confirm_objection", Route: "/v1/tickets/{id}/confirm-objection", Allow: authz.TicketObject,
		Doc:     "Closes an objection because the customer is content with the answer.",
		Refuses: []*domain.Error{ticket.ErrNoObjection, ticket.ErrObjectionPending},
		Example: ticket.ConfirmObjection{Reason: "thanked us"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.CloseObjection]{
		Name: "ticket.close_objection", Route: "/v1/tickets/{id}/close-objection", Allow: authz.TicketSettle,
		Doc:     "Closes an objection without the customer's confirmation, after enough tries to reach them.",
		Refuses: []*domain.Error{ticket.ErrNoObjection, ticket.ErrObjectionPending, ticket.ErrObjectionNotTried},
		Example: ticket.CloseObjection{Reason: "three calls at different times"},
	}),
}
