package commands

import (
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/series"
	"docket/domain/ticket"
	"docket/domain/unit"
)

// intakeCommands are a ticket's commands between the first contact and registration.
var intakeCommands = []Entry{
	Define(ticket.Decider, Spec[ticket.State, ticket.Open]{
		Name: "ticket.open", Route: "/v1/tickets/open", Creates: true, Allow: authz.TicketRegister,
		Doc:     "Begins a draft on the version of a template that is in force; the id of the message that brought it makes a good idempotency key.",
		Refuses: []*domain.Error{ticket.ErrExists, ticket.ErrNotInForce},
		Example: ticket.Open{
			Template: exampleID, Unit: exampleID, Channel: ticket.Window, Title: "Licence for a tea shop", Customer: "C-1001",
			CustomerName: "Ann Lee", Values: map[string]string{"shop": "茶館"},
		},
		Enrich: func(f Facts, _ ticket.State, c *ticket.Open) { c.Facts = f.opening(c.Template, c.Unit) },
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.BringIn]{
		Name: "ticket.bring_in", Route: "/v1/tickets/bring-in", Creates: true, Allow: authz.TicketBring,
		Doc:     "Begins a draft from a message that a connector took in; the message's id decides the ticket, whatever the idempotency key.",
		Refuses: []*domain.Error{ticket.ErrExists, ticket.ErrNotInForce},
		Example: ticket.BringIn{
			Template: exampleID, Unit: exampleID, Channel: ticket.Online, Message: "7f3a@portal.example.org", Title: "Licence for a tea shop",
			CustomerName: "Ann Lee", Values: map[string]string{"content": "a tea shop"},
		},
		Key: func(c ticket.BringIn) string { return messageKey(string(c.Channel), c.Template, c.Unit, c.Message) },
		Enrich: func(f Facts, _ ticket.State, c *ticket.BringIn) {
			c.Facts = ticket.BringFacts{OpenFacts: f.opening(c.Template, c.Unit), Files: map[string]ticket.FileFacts{}}
			for _, file := range c.Files {
				u, known := f.Upload(file.Digest)
				c.Facts.Files[file.Digest] = ticket.FileFacts{Known: known, Size: u.Size, MediaType: u.MediaType, Scan: u.Scan}
			}
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Fill]{
		Name: "ticket.fill", Route: "/v1/tickets/{id}/fill", Allow: authz.TicketRegister,
		Doc:     "Writes fields of a draft's form, complete or not.",
		Refuses: []*domain.Error{ticket.ErrNotDraft, ticket.ErrAgentExpired, ticket.ErrAgentExceeded},
		Example: ticket.Fill{Values: map[string]string{"shop": "茶館"}},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.ReceiveMaterial]{
		Name: "ticket.receive_material", Route: "/v1/tickets/{id}/receive-material", Allow: authz.TicketRegister,
		Doc:     "Notes what the customer brought or sent; what came before stays beside it.",
		Refuses: []*domain.Error{ticket.ErrNotDraft, ticket.ErrAgentExpired, ticket.ErrAgentExceeded},
		Example: ticket.ReceiveMaterial{Material: "lease", Original: true, Pages: 4, ValidUntil: "2027-12-31", Verdict: ticket.Valid},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Check]{
		Name: "ticket.check", Route: "/v1/tickets/{id}/check", Allow: authz.TicketRegister,
		Doc:     "Judges fields and materials of a draft.",
		Refuses: []*domain.Error{ticket.ErrNotDraft, ticket.ErrNoPerson},
		Example: ticket.Check{Findings: []ticket.CheckItem{
			{Path: "form.shop", Verdict: ticket.Valid},
			{Path: "form.area", Verdict: ticket.Defective, Defect: "not the area of the plan", Cure: "state the floor area"},
		}},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.CheckIdentity]{
		Name: "ticket.check_identity", Route: "/v1/tickets/{id}/check-identity", Allow: authz.TicketRegister,
		Doc:     "Records how the customer was identified, and what somebody who acts for them may do.",
		Refuses: []*domain.Error{ticket.ErrNotOpen},
		Example: ticket.CheckIdentity{Method: ticket.SeenInPerson, Document: ticket.IdentityCard, Passed: true},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.DecideScope]{
		Name: "ticket.decide_scope", Route: "/v1/tickets/{id}/decide-scope", Allow: authz.TicketRegister,
		Doc:     "Says whether the application is for this unit, for another one, or for nobody here.",
		Refuses: []*domain.Error{ticket.ErrNotDraft, ticket.ErrNoPerson},
		Example: ticket.DecideScope{Scope: ticket.InScope, Reason: "a shop of this district"},
		Enrich: func(f Facts, _ ticket.State, c *ticket.DecideScope) {
			u, ok := f.Unit(c.Unit)
			c.Facts = ticket.ScopeFacts{UnitKnown: ok && u.Kind == unit.Department, UnitActive: u.Active}
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Migrate]{
		Name: "ticket.migrate", Route: "/v1/tickets/{id}/migrate", Allow: authz.TicketSupervise, Match: MatchRequired,
		Doc:     "Moves an open ticket to the version of its template that is in force; stages that it knows stay passed.",
		Refuses: []*domain.Error{ticket.ErrNotMigratable, ticket.ErrNoPerson, ticket.ErrNotInForce},
		Example: ticket.Migrate{Version: 2, Reason: "the new form asks for what the law demands since June"},
		Enrich:  func(f Facts, s ticket.State, c *ticket.Migrate) { c.Facts = f.migration(s, c.Version) },
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.ReopenIntake]{
		Name: "ticket.reopen_intake", Route: "/v1/tickets/{id}/reopen-intake", Allow: authz.TicketSupervise,
		Doc:     "Takes back that an application was declined, or that it lapsed.",
		Refuses: []*domain.Error{ticket.ErrNotDeclined},
		Example: ticket.ReopenIntake{Reason: "it is ours after all"},
		Enrich:  func(f Facts, s ticket.State, c *ticket.ReopenIntake) { c.Facts = f.Clocks(s) },
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.NotifyDefects]{
		Name: "ticket.notify_defects", Route: "/v1/tickets/{id}/notify-defects", Allow: authz.TicketRegister,
		Doc: "Tells the customer every defect found, all at once, and by when to cure them.",
		Refuses: []*domain.Error{
			ticket.ErrNotDraft, ticket.ErrUnchecked, ticket.ErrNoDefects, ticket.ErrDefectsTold, ticket.ErrVisible,
		},
		Example: ticket.NotifyDefects{Channel: ticket.Phone},
		Enrich:  func(f Facts, s ticket.State, c *ticket.NotifyDefects) { c.Facts = f.Clocks(s) },
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.OverrideNotice]{
		Name: "ticket.override_notice", Route: "/v1/tickets/{id}/override-notice", Allow: authz.TicketSupervise,
		Doc:     "Lets a second notice tell what was visible at the first; that counts against the unit.",
		Refuses: []*domain.Error{ticket.ErrNotDraft, ticket.ErrUnchecked, ticket.ErrNoDefects, ticket.ErrNotNotified},
		Example: ticket.OverrideNotice{Channel: ticket.Phone, Reason: "the clerk overlooked the seal"},
		Enrich:  func(f Facts, s ticket.State, c *ticket.OverrideNotice) { c.Facts = f.Clocks(s) },
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.RecordNoticeDelivery]{
		Name: "ticket.record_notice_delivery", Route: "/v1/tickets/{id}/record-notice-delivery", Allow: authz.TicketRegister,
		Doc:     "Notes that a notice of defects reached the customer.",
		Refuses: []*domain.Error{ticket.ErrNotNotified},
		Example: ticket.RecordNoticeDelivery{Notice: 1, DeliveredAt: exampleTime, Evidence: "confirmed by telephone"},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Lapse]{
		Name: "ticket.lapse", Route: "/v1/tickets/{id}/lapse", Allow: authz.TicketTimer,
		Doc:     "Ends an application whose defects were told and not cured by the date.",
		Refuses: []*domain.Error{ticket.ErrNotDue},
		Example: ticket.Lapse{Round: 1, DueAt: exampleTime},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Submit]{
		Name: "ticket.submit", Route: "/v1/tickets/{id}/submit", Allow: authz.TicketRegister,
		Doc: "Ends intake: registers what has passed the check whole, gives it a number, and places it with its group.",
		Refuses: []*domain.Error{
			ticket.ErrNotDraft, ticket.ErrCustomerIncomplete, ticket.ErrGaps, ticket.ErrAgentExpired, ticket.ErrAgentExceeded,
		},
		Enrich: func(f Facts, s ticket.State, c *ticket.Submit) {
			if s.Rules != nil {
				c.Facts = f.submission(s)
			}
		},
		Serial: &Serial[ticket.Submit]{
			Series: func(c ticket.Submit, year int) string { return string(submittedTo(c, year).Stream()) },
			Number: func(c *ticket.Submit, serial uint64, year int) {
				c.Facts.Number = submittedTo(*c, year).Number(serial)
			},
			Of: numberOf,
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.ExpireAcknowledge]{
		Name: "ticket.expire_acknowledge", Route: "/v1/tickets/{id}/expire-acknowledge", Allow: authz.TicketTimer,
		Doc:     "Calls the next superior when nobody has taken an urgent ticket within its limit.",
		Refuses: []*domain.Error{ticket.ErrNotDue},
		Example: ticket.ExpireAcknowledge{Round: 1, DueAt: exampleTime},
		Enrich: func(f Facts, s ticket.State, c *ticket.ExpireAcknowledge) {
			place := s.Group
			if place == "" {
				place = s.Unit
			}
			c.Facts = ticket.AcknowledgeFacts{Superior: f.Superior(s.Intake.Called, place), Clocks: f.Clocks(s)}
		},
	}),
}

func submittedTo(c ticket.Submit, year int) series.Name {
	return series.Name{Unit: c.Facts.UnitCode, Type: c.Facts.Type, Year: year}
}
