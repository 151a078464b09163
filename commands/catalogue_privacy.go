package commands

import (
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
)

// privacyCommands are a ticket's commands about what is kept sealed.
var privacyCommands = []Entry{
	Define(ticket.Decider, Spec[ticket.State, ticket.Reveal]{
		Name: "ticket.reveal", Route: "/v1/tickets/{id}/reveal", Allow: authz.CustomerReveal, Confidential: true,
		Doc:     "Shows a marked value in plain, for a stated purpose; it is recorded who saw which field and why.",
		Refuses: []*domain.Error{ErrNoAgreement, ticket.ErrNoPerson, ticket.ErrNothingThere, domain.ErrDestroyed},
		Example: ticket.Reveal{Field: "customer_phone", Purpose: "calling the customer back"},
		Reveal:  func(s ticket.State, c ticket.Reveal) (string, string) { return c.Field, c.Value(s) },
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.AttachFile]{
		Name: "ticket.attach_file", Route: "/v1/tickets/{id}/attach-file", Allow: authz.TicketNote, Confidential: true,
		Doc:     "Makes an uploaded file part of the ticket; supplements are added, never swapped.",
		Refuses: []*domain.Error{ErrNoAgreement, ticket.ErrFinal, ticket.ErrInfected},
		Example: ticket.AttachFile{
			Digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", Kind: ticket.FileMaterial, Name: "application form.pdf",
		},
		Enrich: func(f Facts, _ ticket.State, c *ticket.AttachFile) {
			u, ok := f.Upload(c.Digest)
			c.Facts = ticket.FileFacts{Known: ok, Size: u.Size, MediaType: u.MediaType, Scan: u.Scan}
		},
	}),
}
