package commands

import (
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/series"
	"docket/domain/ticket"
	"docket/domain/unit"
)

const exampleID = "0190f3a2-7c1e-5d7b-9a55-3c1f7d2b8e41"

var ticketCommands = []Entry{
	Define(ticket.Decider, Spec[ticket.State, ticket.Register]{
		Name: "ticket.register", Route: "/v1/tickets", Creates: true, Allow: authz.TicketRegister,
		Doc:     "Registers a ticket at a unit and gives it a number.",
		Refuses: []*domain.Error{ticket.ErrExists},
		Example: ticket.Register{
			Unit: exampleID, Type: "INC", Channel: ticket.Phone, Urgency: ticket.Normal, Title: "Certificate cannot be printed",
			Customer: "C-1001", CustomerName: "Ann Lee", CustomerPhone: "13912345678",
		},
		Enrich: func(f Facts, _ ticket.State, c *ticket.Register) {
			u, ok := f.Unit(c.Unit)
			c.Facts = ticket.RegisterFacts{
				UnitKnown: ok && u.Kind == unit.Department, UnitActive: u.Active, UnitCode: u.Code, Policy: ticket.Policy(u.Settings),
			}
		},
		Serial: &Serial[ticket.Register]{
			Series: func(c ticket.Register, year int) string { return string(seriesOf(c, year).Stream()) },
			Number: func(c *ticket.Register, serial uint64, year int) { c.Facts.Number = seriesOf(*c, year).Number(serial) },
			Of:     numberOf,
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Accept]{
		Name: "ticket.accept", Route: "/v1/tickets/{id}/accept", Allow: authz.TicketAccept,
		Doc:     "Takes the application on.",
		Refuses: []*domain.Error{ticket.ErrNotRegistered, ticket.ErrFollowsRoute},
		Example: ticket.Accept{Opinion: "complete and in scope"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.AssignToGroup]{
		Name: "ticket.assign_group", Route: "/v1/tickets/{id}/assign-group", Allow: authz.TicketAssign,
		Doc:     "Makes a group responsible; a handler stays responsible until somebody accepts the ticket from them.",
		Refuses: []*domain.Error{ticket.ErrNotOpen},
		Example: ticket.AssignToGroup{Group: exampleID, Reason: "printing belongs to them"},
		Enrich: func(f Facts, s ticket.State, c *ticket.AssignToGroup) {
			c.Facts = responsible(f, s.Rules, c.Group)
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Take]{
		Name: "ticket.take", Route: "/v1/tickets/{id}/take", Allow: authz.TicketTake,
		Doc:     "Takes a ticket that nobody holds from the group's queue.",
		Refuses: []*domain.Error{ticket.ErrNoPerson, ticket.ErrNotOpen, ticket.ErrHeld},
		Enrich: func(f Facts, s ticket.State, c *ticket.Take) {
			c.Facts, c.Load = person(f, s, f.Actor.Staff, s.Group), f.loadOf(s, f.Actor.Staff, "actor")
		},
		Guard: loadGuard(func(c ticket.Take) ticket.LoadFacts { return c.Load }),
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.AssignToHandler]{
		Name: "ticket.assign_handler", Route: "/v1/tickets/{id}/assign-handler", Allow: authz.TicketAssign,
		Doc:     "Names the responsible handler; taking the ticket from somebody needs a reason.",
		Refuses: []*domain.Error{ticket.ErrNotOpen, ticket.ErrDisputed, ticket.ErrArbitrated},
		Example: ticket.AssignToHandler{Handler: exampleID, Reason: "knows the printer"},
		Enrich: func(f Facts, s ticket.State, c *ticket.AssignToHandler) {
			c.Facts, c.Load = person(f, s, c.Handler, s.Group), f.loadOf(s, c.Handler, "handler")
		},
		Guard: loadGuard(func(c ticket.AssignToHandler) ticket.LoadFacts { return c.Load }),
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.RecordWork]{
		Name: "ticket.record_work", Route: "/v1/tickets/{id}/record-work", Allow: authz.TicketWork,
		Doc:     "Writes a work record: what was done, when, with what result.",
		Refuses: []*domain.Error{ticket.ErrNotOpen},
		Example: ticket.RecordWork{Content: "cleaned the print head", Result: "prints again"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Note]{
		Name: "ticket.note", Route: "/v1/tickets/{id}/note", Allow: authz.TicketNote,
		Doc:     "Leaves a note; also possible on a closed ticket.",
		Example: ticket.Note{Text: "the customer called again"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.OfferHandover]{
		Name: "ticket.offer_handover", Route: "/v1/tickets/{id}/offer-handover", Allow: authz.TicketHandle,
		Doc:     "Offers the ticket to another member of the group; the sender stays responsible until it is accepted.",
		Refuses: []*domain.Error{ticket.ErrNotOpen, ticket.ErrNoHandler, ticket.ErrOfferPending, ticket.ErrDisputed, ticket.ErrArbitrated, ticket.ErrStepMissing},
		Example: ticket.OfferHandover{To: exampleID, Note: "please go on from here", Pages: 3, Paper: true, Items: []string{"site plan"}},
		Enrich: func(f Facts, s ticket.State, c *ticket.OfferHandover) {
			c.Facts, c.Clock = person(f, s, c.To, s.Group), f.Clocks(s)
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.AcceptHandover]{
		Name: "ticket.accept_handover", Route: "/v1/tickets/{id}/accept-handover", Allow: authz.TicketReceive,
		Doc:     "Accepts the pending handover and becomes responsible.",
		Refuses: []*domain.Error{ticket.ErrNotOpen, ticket.ErrNoOffer, ticket.ErrNotReceiver, ticket.ErrNotThisOffer, ticket.ErrNotQualified},
		Example: ticket.AcceptHandover{Handover: 1},
		Enrich: func(f Facts, s ticket.State, c *ticket.AcceptHandover) {
			c.Facts = person(f, s, s.Offer.To, s.Group)
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.RefuseHandover]{
		Name: "ticket.refuse_handover", Route: "/v1/tickets/{id}/refuse-handover", Allow: authz.TicketReceive,
		Doc:     "Refuses the pending handover for a coded reason; the sender stays responsible.",
		Refuses: []*domain.Error{ticket.ErrNotOpen, ticket.ErrNoOffer, ticket.ErrNotReceiver, ticket.ErrNotThisOffer},
		Example: ticket.RefuseHandover{Handover: 1, Code: ticket.RefusedIncomplete, Reason: "the form lacks a page"},
		Enrich: func(f Facts, s ticket.State, c *ticket.RefuseHandover) {
			c.Facts = ticket.ArbiterFacts{Arbiter: arbiter(f, s)}
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Pause]{
		Name: "ticket.pause", Route: "/v1/tickets/{id}/pause", Allow: authz.TicketHandle,
		Doc:     "Pauses the ticket while somebody outside has to act.",
		Refuses: []*domain.Error{ticket.ErrPaused, ticket.ErrNotHandling},
		Enrich:  func(f Facts, s ticket.State, c *ticket.Pause) { c.Facts = f.Clocks(s) },
		Example: ticket.Pause{Kind: ticket.AwaitingCustomer, Reason: "waiting for the signed form"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Resume]{
		Name: "ticket.resume", Route: "/v1/tickets/{id}/resume", Allow: authz.TicketHandle,
		Doc:     "Lets a paused ticket go on.",
		Refuses: []*domain.Error{ticket.ErrNotPaused},
		Enrich:  func(f Facts, s ticket.State, c *ticket.Resume) { c.Facts = f.Clocks(s) },
		Example: ticket.Resume{Reason: "the form has come"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Complete]{
		Name: "ticket.complete", Route: "/v1/tickets/{id}/complete", Allow: authz.TicketHandle,
		Doc: "Ends the handling of the running round.",
		Refuses: []*domain.Error{
			ticket.ErrNotHandling, ticket.ErrPaused, ticket.ErrOfferPending, ticket.ErrNoHandler, ticket.ErrStepMissing, ticket.ErrSubtaskOpen,
			ticket.ErrConditionsOpen, ticket.ErrItemsOpen, ticket.ErrNotQualified,
		},
		Example: ticket.Complete{Outcome: ticket.Fulfilled, Summary: "the certificate was printed"},
		Enrich: func(f Facts, s ticket.State, c *ticket.Complete) {
			c.Facts = ticket.RouteFacts{
				Conditions: f.stageConditions(s, s.Route.Form.Values, s.Route.Risk), Calendar: f.Clocks(s).Calendar,
				Lapsed: !f.Qualified(ticket.Signer(f.Actor), qualification(s)),
			}
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.PassReview]{
		Name: "ticket.pass_review", Route: "/v1/tickets/{id}/pass-review", Allow: authz.TicketReview, Match: MatchRequired,
		Doc:     "Finds the completed result of somebody else good.",
		Refuses: []*domain.Error{ticket.ErrNotReviewable, ticket.ErrFollowsRoute, ticket.ErrNoPerson, ticket.ErrOwnWork},
		Example: ticket.PassReview{Opinion: "accurate, compliant and complete"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.ReturnReview]{
		Name: "ticket.return_review", Route: "/v1/tickets/{id}/return-review", Allow: authz.TicketReview, Match: MatchRequired,
		Doc:     "Sends the completed result back with the reason and what has to be put right.",
		Refuses: []*domain.Error{ticket.ErrNotReviewable, ticket.ErrFollowsRoute, ticket.ErrNoPerson, ticket.ErrOwnWork},
		Example: ticket.ReturnReview{Fault: ticket.FaultStaff, Reason: "wrong name", Items: []string{"correct the name"}},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.DeliverResult]{
		Name: "ticket.deliver", Route: "/v1/tickets/{id}/deliver", Allow: authz.TicketDeliver,
		Doc:     "Tells the customer of a plain ticket the result.",
		Refuses: []*domain.Error{ticket.ErrNoticeNeeded, ticket.ErrNotReviewed, ticket.ErrNotCompleted},
		Example: ticket.DeliverResult{Channel: ticket.Phone, Text: "your certificate can be collected"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Reopen]{
		Name: "ticket.reopen", Route: "/v1/tickets/{id}/reopen", Allow: authz.TicketReopen,
		Doc:     "Starts a new round after completion, delivery or closing.",
		Refuses: []*domain.Error{ticket.ErrNotReopened, ticket.ErrFollowsRoute, ticket.ErrObjectionOpen},
		Enrich:  func(f Facts, s ticket.State, c *ticket.Reopen) { c.Facts = f.Clocks(s) },
		Example: ticket.Reopen{Fault: ticket.FaultStaff, Reason: "it stopped again"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Close]{
		Name: "ticket.close", Route: "/v1/tickets/{id}/close", Allow: authz.TicketClose,
		Doc: "Ends the ticket.",
		Refuses: []*domain.Error{
			ticket.ErrOfferPending, ticket.ErrOutside, ticket.ErrObjectionOpen, ticket.ErrNotDelivered, ticket.ErrNotReviewed,
			ticket.ErrNotCompleted,
		},
		Example: ticket.Close{Reason: "the customer is content"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Cancel]{
		Name: "ticket.cancel", Route: "/v1/tickets/{id}/cancel", Allow: authz.TicketCancel,
		Doc:     "Ends the ticket without a result.",
		Refuses: []*domain.Error{ticket.ErrFinished, ticket.ErrAgentExpired, ticket.ErrAgentExceeded},
		Example: ticket.Cancel{Code: ticket.CancelWithdrawn, Reason: "the customer withdrew it"},
	}),
}

// numberOf is the number that an event gave a ticket.
func numberOf(event any) string {
	registered, _ := event.(ticket.Registered)
	return registered.Number
}

func seriesOf(c ticket.Register, year int) series.Name {
	return series.Name{Unit: c.Facts.UnitCode, Type: c.Type, Year: year}
}
