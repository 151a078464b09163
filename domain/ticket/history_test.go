package ticket_test

import (
	"slices"
	"strings"
	"time"

	"docket/domain"
	"docket/domain/domaintest"
	"docket/domain/ticket"
)

var given = domaintest.Of(ticket.Decider)

// Who appears in the cases. Ann holds the ticket, bob is a colleague, eve leads, and the robot acts for itself.
var (
	ann   = domain.Actor{Principal: "staff-ann", Staff: "ann"}
	bob   = domain.Actor{Principal: "staff-bob", Staff: "bob"}
	eve   = domain.Actor{Principal: "staff-eve", Staff: "eve"}
	robot = domain.Actor{Principal: "service-import"}

	fit    = ticket.Person{Known: true, Active: true, Member: true}
	absent = ticket.Person{Known: true, Member: true}
	guest  = ticket.Person{Known: true, Active: true}

	noon    = domaintest.Noon
	earlier = noon.Add(-2 * time.Hour)
	later   = noon.Add(time.Hour)

	lenient = ticket.Policy{CompleteUnassigned: true, WaiveReview: true, WaiveDelivery: true}

	tooLong = strings.Repeat("長", 10_001)
)

// A ticket on its way, under the strictest policy. Each history is the one before and one more event.
var (
	registered = on(ticket.Policy{})
	accepted   = then(registered, ticket.Accepted{})
	queued     = then(accepted, ticket.AssignedToGroup{Group: "g1", Unit: "u1"})
	held       = then(queued, ticket.Taken{Handler: "ann"})
	completed  = then(held, ticket.Completed{Handler: "ann", By: "ann", Outcome: ticket.Fulfilled, Summary: "done"})
	reviewed   = then(completed, ticket.ReviewPassed{Reviewer: "eve", Opinion: "good"})
	delivered  = then(reviewed, ticket.ResultDelivered{Channel: ticket.Phone, Text: "your permit is ready"})
	closed     = then(delivered, ticket.Closed{})
	reopened   = then(closed, ticket.Reopened{Fault: ticket.FaultCustomer, Reason: "wrong name", Round: 2})
	cancelled  = then(held, ticket.Cancelled{Code: ticket.CancelWithdrawn, Reason: "no longer wanted"})
)

// What may lie across the way.
var (
	pause   = ticket.Paused{Kind: ticket.AwaitingCustomer, Reason: "asked for the deed"}
	resume  = ticket.Resumed{Kind: ticket.AwaitingCustomer}
	offer   = ticket.HandoverOffered{Handover: 1, From: "ann", To: "bob"}
	receive = ticket.HandoverAccepted{Handover: 1, From: "ann", To: "bob"}
	refuse  = ticket.HandoverRefused{Handover: 1, From: "ann", To: "bob", Code: ticket.RefusedOverloaded, Reason: "full desk"}
	finish  = ticket.Completed{Handler: "ann", By: "ann", Outcome: ticket.Fulfilled, Summary: "done"}
	orphan  = ticket.Completed{By: "eve", Outcome: ticket.Fulfilled, Summary: "done"}
	returns = ticket.ReviewReturned{Reviewer: "eve", Fault: ticket.FaultStaff, Reason: "no stamp", Items: []string{"stamp"}, Round: 2}
)

// on is a ticket registered under a policy.
func on(p ticket.Policy) []ticket.Event {
	return []ticket.Event{ticket.Registered{
		Number: "CS-INC-2026-000001-Q", Unit: "u1", Type: "INC", Channel: ticket.Window, Urgency: ticket.Normal,
		Title: "permit", Policy: p,
	}}
}

// then is a history and what came after.
func then(history []ticket.Event, more ...ticket.Event) []ticket.Event {
	return slices.Concat(history, more)
}
