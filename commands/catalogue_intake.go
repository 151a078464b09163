package commands

import (
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/series"
	"docket/domain/ticket"
)

// intakeCommands are a ticket's commands between the first contact and registration.
var intakeCommands = []Entry{
	Define(ticket.Decider, Spec[ticket.State, ticket.Fill]{
		Name: "ticket.fill", Route: "/v1/tickets/{id}/fill", Allow: authz.TicketRegister,
		Doc:     "Writes fields of a draft's form, complete or not.",
		Refuses: []*domain.Error{ticket.ErrNotDraft},
		Example: ticket.Fill{Values: map[string]string{"shop": "茶館"}},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Submit]{
		Name: "ticket.submit", Route: "/v1/tickets/{id}/submit", Allow: authz.TicketRegister,
		Doc:     "Ends intake: registers the draft and gives it a number.",
		Refuses: []*domain.Error{ticket.ErrNotDraft, ticket.ErrCustomerIncomplete},
		Enrich: func(f Facts, s ticket.State, c *ticket.Submit) {
			u, _ := f.Unit(s.Unit)
			c.Facts = ticket.SubmitFacts{UnitCode: u.Code, Type: s.Intake.Application.Type, Urgency: ticket.Normal}
			c.Facts.Customer = customerFile(f, s)
		},
		Serial: &Serial[ticket.Submit]{
			Series: func(c ticket.Submit, year int) string { return string(submittedTo(c, year).Stream()) },
			Number: func(c *ticket.Submit, serial uint64, year int) {
				c.Facts.Number = submittedTo(*c, year).Number(serial)
			},
			Of: numberOf,
		},
	}),
}

func submittedTo(c ticket.Submit, year int) series.Name {
	return series.Name{Unit: c.Facts.UnitCode, Type: c.Facts.Type, Year: year}
}
