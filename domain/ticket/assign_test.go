package ticket_test

import (
	"testing"

	"docket/domain/domaintest"
	"docket/domain/ticket"
)

var g2 = ticket.GroupFacts{Known: true, Active: true, Unit: "u2"}

var groupCases = domaintest.Cases{
	"from the desk": given(accepted...).When(ticket.AssignToGroup{Group: "g2", Facts: g2}).
		Then(ticket.AssignedToGroup{Group: "g2", Unit: "u2"}),
	"from another group": given(queued...).When(ticket.AssignToGroup{Group: "g2", Reason: "roads", Facts: g2}).
		Then(ticket.AssignedToGroup{Group: "g2", Unit: "u2", Previous: "g1", Reason: "roads"}),
	"while somebody holds it": given(held...).When(ticket.AssignToGroup{Group: "g2", Facts: g2}).
		Then(ticket.AssignedToGroup{Group: "g2", Unit: "u2", Previous: "g1"}),
	"while paused": given(then(held, pause)...).When(ticket.AssignToGroup{Group: "g2", Facts: g2}).
		Then(ticket.AssignedToGroup{Group: "g2", Unit: "u2", Previous: "g1"}),
	"once completed": given(completed...).When(ticket.AssignToGroup{Group: "g2", Facts: g2}).
		Then(ticket.AssignedToGroup{Group: "g2", Unit: "u2", Previous: "g1"}),
	"to the group that has it":   given(queued...).When(ticket.AssignToGroup{Group: "g1", Facts: g2}).Nothing(),
	"before it is accepted":      given(registered...).When(ticket.AssignToGroup{Group: "g2", Facts: g2}).Refused(ticket.ErrNotOpen),
	"once closed":                given(closed...).When(ticket.AssignToGroup{Group: "g2", Facts: g2}).Refused(ticket.ErrNotOpen),
	"once cancelled":             given(cancelled...).When(ticket.AssignToGroup{Group: "g2", Facts: g2}).Refused(ticket.ErrNotOpen),
	"to an unknown group":        given(accepted...).When(ticket.AssignToGroup{Group: "g9"}).Invalid("group unknown"),
	"to a closed group":          given(accepted...).When(ticket.AssignToGroup{Group: "g2", Facts: ticket.GroupFacts{Known: true, Unit: "u2"}}).Invalid("group inactive"),
	"to a group without a unit":  given(accepted...).When(ticket.AssignToGroup{Group: "g2", Facts: ticket.GroupFacts{Known: true, Active: true}}).Invalid("group no_unit"),
	"to no group, with a volume": given(accepted...).When(ticket.AssignToGroup{Group: "g9", Reason: tooLong}).Invalid("group unknown", "reason too_long"),
}

var handlerCases = domaintest.Cases{
	"from the queue":      given(queued...).When(ticket.AssignToHandler{Handler: "bob", Facts: fit}).Then(ticket.AssignedToHandler{Handler: "bob"}),
	"before any group":    given(accepted...).When(ticket.AssignToHandler{Handler: "bob", Facts: guest}).Then(ticket.AssignedToHandler{Handler: "bob"}),
	"from somebody":       given(held...).When(ticket.AssignToHandler{Handler: "bob", Reason: "ill", Facts: fit}).Then(reassigned),
	"while paused":        given(then(held, pause)...).When(ticket.AssignToHandler{Handler: "bob", Reason: "ill", Facts: fit}).Then(reassigned),
	"once completed":      given(completed...).When(ticket.AssignToHandler{Handler: "bob", Reason: "ill", Facts: fit}).Then(reassigned),
	"over an offer":       given(then(held, offer)...).When(ticket.AssignToHandler{Handler: "bob", Reason: "ill", Facts: fit}).Then(reassigned),
	"to who holds it":     given(held...).When(ticket.AssignToHandler{Handler: "ann"}).Nothing(),
	"without a reason":    given(held...).When(ticket.AssignToHandler{Handler: "bob", Facts: fit}).Invalid("reason required"),
	"with a blank reason": given(held...).When(ticket.AssignToHandler{Handler: "bob", Reason: " ", Facts: fit}).Invalid("reason required"),
	"with a volume":       given(queued...).When(ticket.AssignToHandler{Handler: "bob", Reason: tooLong, Facts: fit}).Invalid("reason too_long"),
	"to a stranger":       given(queued...).When(ticket.AssignToHandler{Handler: "zoe"}).Invalid("handler unknown"),
	"to somebody absent":  given(queued...).When(ticket.AssignToHandler{Handler: "bob", Facts: absent}).Invalid("handler inactive"),
	"to another group's":  given(queued...).When(ticket.AssignToHandler{Handler: "bob", Facts: guest}).Invalid("handler not_member"),
	"all that is wrong":   given(held...).When(ticket.AssignToHandler{Handler: "zoe"}).Invalid("handler unknown", "reason required"),
	"not accepted yet":    given(registered...).When(ticket.AssignToHandler{Handler: "bob", Facts: fit}).Refused(ticket.ErrNotOpen),
	"once closed":         given(closed...).When(ticket.AssignToHandler{Handler: "bob", Facts: fit}).Refused(ticket.ErrNotOpen),
	"once cancelled":      given(cancelled...).When(ticket.AssignToHandler{Handler: "bob", Facts: fit}).Refused(ticket.ErrNotOpen),

	"settles the offer for its receiver": given(then(held, offer, reassigned)...).When(ticket.AcceptHandover{}).As(bob).Refused(ticket.ErrNoOffer),
	"settles the offer, so the next may be made": given(then(held, offer, reassigned)...).
		When(ticket.OfferHandover{To: "ann", Facts: fit}).Then(ticket.HandoverOffered{Handover: 2, From: "bob", To: "ann"}),
}

var reassigned = ticket.AssignedToHandler{Handler: "bob", Previous: "ann", Reason: "ill"}

var takeCases = domaintest.Cases{
	"from the group's queue":  given(queued...).When(ticket.Take{Facts: fit}).As(ann).Then(ticket.Taken{Handler: "ann"}),
	"from nobody's":           given(accepted...).When(ticket.Take{Facts: guest}).As(ann).Then(ticket.Taken{Handler: "ann"}),
	"an unassigned completed": given(then(queued, orphan)...).When(ticket.Take{Facts: fit}).As(ann).Then(ticket.Taken{Handler: "ann"}),
	"one's own":               given(held...).When(ticket.Take{}).As(ann).Nothing(),
	"one's own while offered": given(then(held, offer)...).When(ticket.Take{Facts: fit}).As(ann).Nothing(),
	"a colleague's":           given(held...).When(ticket.Take{Facts: fit}).As(bob).Refused(ticket.ErrHeld),
	"what is offered to one":  given(then(held, offer)...).When(ticket.Take{Facts: fit}).As(bob).Refused(ticket.ErrHeld),
	"by a service":            given(queued...).When(ticket.Take{Facts: fit}).As(robot).Refused(ticket.ErrNoPerson),
	"not accepted yet":        given(registered...).When(ticket.Take{Facts: fit}).As(ann).Refused(ticket.ErrNotOpen),
	"once closed":             given(closed...).When(ticket.Take{Facts: fit}).As(ann).Refused(ticket.ErrNotOpen),
	"once cancelled":          given(cancelled...).When(ticket.Take{Facts: fit}).As(ann).Refused(ticket.ErrNotOpen),
	"by somebody absent":      given(queued...).When(ticket.Take{Facts: absent}).As(ann).Invalid("actor inactive"),
	"by another group's":      given(queued...).When(ticket.Take{Facts: guest}).As(ann).Invalid("actor not_member"),
	"by a stranger":           given(queued...).When(ticket.Take{}).As(ann).Invalid("actor unknown"),
}

func TestAssignToGroup(t *testing.T)   { t.Parallel(); groupCases.Run(t) }
func TestAssignToHandler(t *testing.T) { t.Parallel(); handlerCases.Run(t) }
func TestTake(t *testing.T)            { t.Parallel(); takeCases.Run(t) }
