package ticket_test

import (
	"testing"

	"docket/domain/domaintest"
	"docket/domain/ticket"
)

var offered = then(held, offer)

var offerCases = domaintest.Cases{
	"to a colleague": given(held...).When(ticket.OfferHandover{To: "bob", Note: "map inside", Pages: 3, Paper: true, Facts: fit}).As(ann).
		Then(ticket.HandoverOffered{Handover: 1, From: "ann", To: "bob", Note: "map inside", Pages: 3, Paper: true}),
	"on the handler's behalf": given(held...).When(ticket.OfferHandover{To: "bob", Facts: fit}).As(eve).Then(offer),
	"while paused":            given(then(held, pause)...).When(ticket.OfferHandover{To: "bob", Facts: fit}).As(ann).Then(offer),
	"once completed":          given(completed...).When(ticket.OfferHandover{To: "bob", Facts: fit}).As(ann).Then(offer),
	"once reviewed":           given(reviewed...).When(ticket.OfferHandover{To: "bob", Facts: fit}).As(ann).Then(offer),
	"once delivered":          given(delivered...).When(ticket.OfferHandover{To: "bob", Facts: fit}).As(ann).Then(offer),
	"again after a refusal": given(then(offered, refuse)...).When(ticket.OfferHandover{To: "bob", Facts: fit}).As(ann).
		Then(ticket.HandoverOffered{Handover: 2, From: "ann", To: "bob"}),
	"onwards, by who received it": given(then(offered, receive)...).When(ticket.OfferHandover{To: "eve", Facts: fit}).As(bob).
		Then(ticket.HandoverOffered{Handover: 2, From: "bob", To: "eve"}),
	"while one is pending":  given(offered...).When(ticket.OfferHandover{To: "eve", Facts: fit}).As(ann).Refused(ticket.ErrOfferPending),
	"what nobody holds":     given(queued...).When(ticket.OfferHandover{To: "bob", Facts: fit}).As(ann).Refused(ticket.ErrNoHandler),
	"not accepted yet":      given(registered...).When(ticket.OfferHandover{To: "bob", Facts: fit}).As(ann).Refused(ticket.ErrNotOpen),
	"once closed":           given(closed...).When(ticket.OfferHandover{To: "bob", Facts: fit}).As(ann).Refused(ticket.ErrNotOpen),
	"once cancelled":        given(cancelled...).When(ticket.OfferHandover{To: "bob", Facts: fit}).As(ann).Refused(ticket.ErrNotOpen),
	"to oneself":            given(held...).When(ticket.OfferHandover{To: "ann", Facts: fit}).As(ann).Invalid("to self"),
	"to oneself, and worse": given(held...).When(ticket.OfferHandover{To: "ann", Pages: -1, Note: tooLong, Facts: fit}).As(ann).Invalid("to self", "note too_long", "pages out_of_range"),
	"to a stranger":         given(held...).When(ticket.OfferHandover{To: "zoe"}).As(ann).Invalid("to unknown"),
	"to somebody absent":    given(held...).When(ticket.OfferHandover{To: "bob", Facts: absent}).As(ann).Invalid("to inactive"),
	"to another group's":    given(held...).When(ticket.OfferHandover{To: "bob", Facts: guest}).As(ann).Invalid("to not_member"),
	"of too many pages":     given(held...).When(ticket.OfferHandover{To: "bob", Pages: 100_001, Facts: fit}).As(ann).Invalid("pages out_of_range"),
}

var receiveCases = domaintest.Cases{
	"by the receiver":    given(offered...).When(ticket.AcceptHandover{}).As(bob).Then(receive),
	"naming the offer":   given(offered...).When(ticket.AcceptHandover{Handover: 1}).As(bob).Then(receive),
	"while paused":       given(then(offered, pause)...).When(ticket.AcceptHandover{}).As(bob).Then(receive),
	"once completed":     given(then(completed, offer)...).When(ticket.AcceptHandover{}).As(bob).Then(receive),
	"once delivered":     given(then(delivered, offer)...).When(ticket.AcceptHandover{}).As(bob).Then(receive),
	"after a reopening":  given(then(completed, offer, reopened[len(reopened)-1])...).When(ticket.AcceptHandover{}).As(bob).Then(receive),
	"of another offer":   given(offered...).When(ticket.AcceptHandover{Handover: 2}).As(bob).Refused(ticket.ErrNotThisOffer),
	"of an impossible":   given(offered...).When(ticket.AcceptHandover{Handover: -1}).As(bob).Refused(ticket.ErrNotThisOffer),
	"by somebody else":   given(offered...).When(ticket.AcceptHandover{}).As(eve).Refused(ticket.ErrNotReceiver),
	"by the sender":      given(offered...).When(ticket.AcceptHandover{}).As(ann).Refused(ticket.ErrNotReceiver),
	"by a service":       given(offered...).When(ticket.AcceptHandover{}).As(robot).Refused(ticket.ErrNotReceiver),
	"without an offer":   given(held...).When(ticket.AcceptHandover{}).As(bob).Refused(ticket.ErrNoOffer),
	"twice":              given(then(offered, receive)...).When(ticket.AcceptHandover{}).As(bob).Refused(ticket.ErrNoOffer),
	"after refusing":     given(then(offered, refuse)...).When(ticket.AcceptHandover{}).As(bob).Refused(ticket.ErrNoOffer),
	"once cancelled":     given(then(offered, cancelled[len(cancelled)-1])...).When(ticket.AcceptHandover{}).As(bob).Refused(ticket.ErrNotOpen),
	"reopened after all": given(then(offered, cancelled[len(cancelled)-1], reopened[len(reopened)-1])...).When(ticket.AcceptHandover{}).As(bob).Refused(ticket.ErrNoOffer),
}

var refuseCases = domaintest.Cases{
	"with code and reason": given(offered...).When(ticket.RefuseHandover{Code: ticket.RefusedOverloaded, Reason: "full desk"}).As(bob).Then(refuse),
	"once completed":       given(then(completed, offer)...).When(ticket.RefuseHandover{Code: ticket.RefusedOverloaded, Reason: "full desk"}).As(bob).Then(refuse),
	"with neither":         given(offered...).When(ticket.RefuseHandover{}).As(bob).Invalid("code not_allowed", "reason required"),
	"with an unknown code": given(offered...).When(ticket.RefuseHandover{Code: "tired", Reason: "late"}).As(bob).Invalid("code not_allowed"),
	"with a volume":        given(offered...).When(ticket.RefuseHandover{Code: ticket.RefusedIncomplete, Reason: tooLong}).As(bob).Invalid("reason too_long"),
	"of another offer":     given(offered...).When(ticket.RefuseHandover{Handover: 7}).As(bob).Refused(ticket.ErrNotThisOffer),
	"by somebody else":     given(offered...).When(ticket.RefuseHandover{}).As(eve).Refused(ticket.ErrNotReceiver),
	"without an offer":     given(held...).When(ticket.RefuseHandover{}).As(bob).Refused(ticket.ErrNoOffer),
	"once cancelled":       given(then(offered, cancelled[len(cancelled)-1])...).When(ticket.RefuseHandover{}).As(bob).Refused(ticket.ErrNotOpen),
}

// Responsibility moves with the acceptance and with nothing else (mission rows C2 and X14). Who is responsible shows in
// whose name the ticket is offered on.
var responsibilityCases = domaintest.Cases{
	"an offer leaves it with the sender":   given(offered...).When(ticket.Take{}).As(ann).Nothing(),
	"a refusal leaves it with the sender":  given(then(offered, refuse)...).When(ticket.Take{}).As(ann).Nothing(),
	"an acceptance gives it the receiver":  given(then(offered, receive)...).When(ticket.Take{}).As(bob).Nothing(),
	"an acceptance takes it of the sender": given(then(offered, receive)...).When(ticket.Take{Facts: fit}).As(ann).Refused(ticket.ErrHeld),
	"another group leaves it with the handler": given(then(held, ticket.AssignedToGroup{Group: "g2", Unit: "u2", Previous: "g1"})...).
		When(ticket.Take{}).As(ann).Nothing(),
	"a pause leaves it with the handler":      given(then(held, pause)...).When(ticket.Take{}).As(ann).Nothing(),
	"a completion leaves it with the handler": given(completed...).When(ticket.Take{}).As(ann).Nothing(),
	"a reopening leaves it with the handler":  given(reopened...).When(ticket.Take{}).As(ann).Nothing(),
	"a return leaves it with the handler":     given(then(completed, returns)...).When(ticket.Take{}).As(ann).Nothing(),
}

func TestOfferHandover(t *testing.T)  { t.Parallel(); offerCases.Run(t) }
func TestAcceptHandover(t *testing.T) { t.Parallel(); receiveCases.Run(t) }
func TestRefuseHandover(t *testing.T) { t.Parallel(); refuseCases.Run(t) }
func TestResponsibility(t *testing.T) { t.Parallel(); responsibilityCases.Run(t) }
