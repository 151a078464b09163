package commands

import (
	"strings"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/export"
)

// exportCommands ask for files of lists. The files follow: package processes makes them with the rights of whoever asked
// (docs/adr/0024-exports-ask-the-lists-questions.md).
var exportCommands = []Entry{
	Define(export.Decider, Spec[export.State, export.Request]{
		Name: "export.request", Route: "/v1/exports", Creates: true, Allow: authz.Export,
		Doc:     "Asks for a list as a file: queue, search, handovers, audit trail, figures and the tickets behind them.",
		Refuses: []*domain.Error{export.ErrExists, export.ErrNoPerson},
		Example: export.Request{What: "queue", Format: "xlsx", Filter: "state=open", Purpose: "monthly report"},
	}),
	Define(export.Decider, Spec[export.State, export.Finish]{
		Name: "export.finish", Route: "/v1/exports/{id}/finish", Allow: authz.TicketTimer,
		Doc:     "Notes that the file of an export is there; the service itself issues it.",
		Refuses: []*domain.Error{export.ErrUnknown},
		Example: export.Finish{Rows: 12, Size: 4096, Digest: strings.Repeat("0a", 32), Position: 77, AsOf: exampleTime, EndsAt: exampleTime},
	}),
	Define(export.Decider, Spec[export.State, export.Fail]{
		Name: "export.fail", Route: "/v1/exports/{id}/fail", Allow: authz.TicketTimer,
		Doc:     "Notes why no file of an export could be made; the service itself issues it.",
		Refuses: []*domain.Error{export.ErrUnknown},
		Example: export.Fail{Code: "not_allowed", Detail: "none of your posts allows this here"},
	}),
}
