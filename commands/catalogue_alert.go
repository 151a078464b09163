package commands

import (
	"docket/domain"
	"docket/domain/alert"
	"docket/domain/authz"
)

// alertCommands raise alerts and answer them.
var alertCommands = []Entry{
	Define(alert.Decider, Spec[alert.State, alert.Raise]{
		Name: "alert.raise", Route: "/v1/alerts", Creates: true, Allow: authz.ServiceFollow,
		Doc:     "Raises an alert over reads that were refused; the service's own.",
		Refuses: []*domain.Error{alert.ErrExists},
		Example: alert.Raise{
			Kind: alert.RefusedReads, Principal: "staff-" + exampleID, Person: exampleID, Count: 10, Targets: 8, Since: exampleTime, Until: exampleTime,
		},
	}),
	Define(alert.Decider, Spec[alert.State, alert.Acknowledge]{
		Name: "alert.acknowledge", Route: "/v1/alerts/{id}/acknowledge", Allow: authz.SecurityAnswer,
		Doc:     "Says what looking into an alert came to.",
		Refuses: []*domain.Error{alert.ErrNoPerson, alert.ErrOwn, alert.ErrAcknowledged},
		Example: alert.Acknowledge{Conclusion: alert.Mistake, Text: "a new colleague; the post was missing"},
	}),
}
