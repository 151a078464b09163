package commands

import (
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/quarantine"
	"docket/domain/unit"
)

// quarantineCommands look after messages that could not become tickets by themselves (mission row I1).
var quarantineCommands = []Entry{
	Define(quarantine.Decider, Spec[quarantine.State, quarantine.Enter]{
		Name: "quarantine.enter", Route: "/v1/quarantine", Creates: true, Allow: authz.TicketBring,
		Doc:     "Puts a message that could not become a ticket where a person sees it.",
		Refuses: []*domain.Error{quarantine.ErrExists},
		Example: quarantine.Enter{
			Channel: "online", Unit: exampleID, Cause: quarantine.Unparseable, Size: 4096, Sender: "ann@example.org", Detail: "not a form of ours",
		},
		Enrich: func(f Facts, _ quarantine.State, c *quarantine.Enter) {
			u, ok := f.Unit(c.Unit)
			c.Facts.UnitKnown = ok && u.Kind == unit.Department
			if c.Digest != "" {
				_, c.Facts.FileKnown = f.Upload(c.Digest)
			}
		},
	}),
	Define(quarantine.Decider, Spec[quarantine.State, quarantine.Settle]{
		Name: "quarantine.settle", Route: "/v1/quarantine/{id}/settle", Allow: authz.QuarantineManage,
		Doc:     "Says that a message was opened as a ticket by hand, or discards it with a reason.",
		Refuses: []*domain.Error{quarantine.ErrUnknown, quarantine.ErrSettled, quarantine.ErrNoPerson},
		Example: quarantine.Settle{How: quarantine.Discarded, Reason: "advertising"},
		Enrich: func(f Facts, _ quarantine.State, c *quarantine.Settle) {
			_, c.Facts.TicketKnown = f.Ticket(c.Ticket)
		},
	}),
}
