package commands

import (
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/joins"
	"docket/domain/ticket"
)

// joinCommands join duplicates and undo it. Which of two tickets goes on as the other is decided on the stream of the
// customer's joins (docs/adr/0015-joins-are-decided-per-customer.md).
var joinCommands = []Entry{
	Define(ticket.Decider, Spec[ticket.State, ticket.Join]{
		Name: "ticket.join", Route: "/v1/tickets/{id}/join", Allow: authz.TicketJoin,
		Doc:     "Lets a duplicate go on as another ticket of the same customer.",
		Refuses: []*domain.Error{ticket.ErrJoined, ticket.ErrObjectionOpen, ticket.ErrOutside, joins.ErrElsewhere, joins.ErrTarget},
		Example: ticket.Join{Into: exampleID, Reason: "the same application, by mail and at the window"},
		Enrich: func(f Facts, _ ticket.State, c *ticket.Join) {
			other, ok := f.Ticket(c.Into)
			a := other.Intake.Application
			c.Facts = ticket.JoinFacts{Known: ok, Customer: a.Customer, Type: a.Type, Status: other.Status}
		},
		Guard: &Guard[ticket.Join]{
			Of: func(_ any, c ticket.Join) domain.StreamID { return joins.Stream(c.Facts.Customer) },
			Claim: func(history []domain.Envelope, id string, c ticket.Join) ([]any, error) {
				return decideOn(joins.Decider, history, joins.Claim{Ticket: id, Into: c.Into})
			},
		},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.Unjoin]{
		Name: "ticket.unjoin", Route: "/v1/tickets/{id}/unjoin", Allow: authz.TicketJoin,
		Doc:     "Undoes a joining: the ticket stands where it stood.",
		Refuses: []*domain.Error{ticket.ErrNotJoined},
		Example: ticket.Unjoin{Reason: "two shops after all"},
		Enrich: func(f Facts, s ticket.State, c *ticket.Unjoin) {
			c.Facts = ticket.UnjoinFacts{Into: s.Intake.Into, Clocks: f.Clocks(s)}
		},
		Guard: &Guard[ticket.Unjoin]{
			After: true,
			Of: func(state any, c ticket.Unjoin) domain.StreamID {
				s := state.(ticket.State)
				if repeated := c.Facts.Into == ""; repeated && s.Status == ticket.StatusJoined {
					return "" // it has been joined anew since
				}
				return joins.Stream(s.Intake.Application.Customer)
			},
			Claim: func(history []domain.Envelope, id string, c ticket.Unjoin) ([]any, error) {
				return decideOn(joins.Decider, history, joins.Release{Ticket: id, From: c.Facts.Into})
			},
		},
	}),
}
