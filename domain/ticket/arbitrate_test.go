package ticket_test

import (
	"testing"
	"time"

	"docket/domain/domaintest"
	"docket/domain/ticket"
	"docket/domain/worktime"
)

// handoverStarted is the receiver's time to answer, from nine on Tuesday.
var handoverStarted = ticket.ClockStarted{
	Clock: ticket.HandoverClock, Round: 1, Since: at(2, 9, 0), Limit: worktime.WorkingHours(2 * time.Hour), Deadline: ticket.Deadline{
		Calendar: "office", Version: 1, AllowedMs: 2 * time.Hour.Milliseconds(), DueAt: on1(at(2, 11, 0)),
	},
}

func handoverStopped(t time.Time, met bool) ticket.ClockStopped {
	return ticket.ClockStopped{Clock: ticket.HandoverClock, Round: 1, At: t, Met: met, DueAt: on1(at(2, 11, 0))}
}

var bothAbove = ticket.TimeOutFacts{Superiors: []string{"eve", "max"}}

var timeOutCases = domaintest.Cases{
	"both superiors are told": duties(then(stepped, offer, handoverStarted)...).When(ticket.TimeOutHandover{Handover: 1, Facts: bothAbove}).As(timer).At(at(2, 11, 1)).
		Then(ticket.HandoverOverdue{Handover: 1, From: "ann", To: "bob", Superiors: []string{"eve", "max"}}),
	"too early":           duties(then(stepped, offer, handoverStarted)...).When(ticket.TimeOutHandover{Handover: 1, Facts: bothAbove}).As(timer).At(at(2, 10, 59)).Refused(ticket.ErrNotDue),
	"twice":               duties(then(stepped, offer, dutyRecorded["TicketHandoverOverdue.v1"])...).When(ticket.TimeOutHandover{Handover: 1}).As(timer).Nothing(),
	"of one that is over": duties(then(stepped, offer, receive)...).When(ticket.TimeOutHandover{Handover: 1}).As(timer).Nothing(),
	"of another":          duties(then(stepped, offer)...).When(ticket.TimeOutHandover{Handover: 2}).As(timer).Nothing(),
	"and the receiver may still accept": duties(then(stepped, offer, handoverStarted, dutyRecorded["TicketHandoverOverdue.v1"])...).
		When(ticket.AcceptHandover{}).As(bob).At(at(2, 12, 0)).Then(receive, handoverStopped(at(2, 12, 0), false)),
	"the sender holds it meanwhile": duties(then(stepped, offer, dutyRecorded["TicketHandoverOverdue.v1"])...).When(ticket.Take{}).As(ann).Nothing(),
}

var refuseAgain = ticket.RefuseHandover{Code: ticket.RefusedOverloaded, Reason: "full desk", Facts: ticket.ArbiterFacts{Arbiter: "max"}}

var disputeCases = domaintest.Cases{
	"an offer has its time": duties(stepped...).When(ticket.OfferHandover{To: "bob", Facts: fit, Clock: withCal}).As(ann).At(at(2, 9, 0)).
		Then(ticket.HandoverOffered{Handover: 1, From: "ann", To: "bob", Status: ticket.StatusInProgress}, handoverStarted),
	"a first refusal is one":   duties(then(stepped, offer)...).When(refuseAgain).As(bob).Then(refuse),
	"a refusal stops the time": duties(then(stepped, offer, handoverStarted)...).When(refuseAgain).As(bob).At(at(2, 10, 0)).Then(refuse, handoverStopped(at(2, 10, 0), true)),
	"a second is one too many": duties(twice[:len(twice)-2]...).When(refuseAgain).As(bob).Then(twice[len(twice)-2], disputed),
	"of a plain ticket never":  given(twice[:len(twice)-2]...).When(refuseAgain).As(bob).Then(twice[len(twice)-2]),
	"no further offer":         duties(twice...).When(ticket.OfferHandover{To: "bob", Facts: fit}).As(ann).Refused(ticket.ErrDisputed),
	"nor by the leader":        duties(twice...).When(ticket.AssignToHandler{Handler: "bob", Reason: "x", Facts: fit}).As(eve).Refused(ticket.ErrDisputed),
	"nor after the decision":   duties(then(twice, judged, reassigned)...).When(ticket.OfferHandover{To: "ann", Facts: fit}).As(bob).Refused(ticket.ErrArbitrated),
	"an acceptance between them settles": duties(then(stepped, offer, refuse, ticket.HandoverOffered{Handover: 2, From: "ann", To: "bob"}, ticket.HandoverAccepted{Handover: 2, From: "ann", To: "bob"},
		ticket.HandoverOffered{Handover: 3, From: "bob", To: "ann"})...).When(refuseAgain).As(ann).
		Then(ticket.HandoverRefused{Handover: 3, From: "bob", To: "ann", Code: ticket.RefusedOverloaded, Reason: "full desk"}),
}

var arbitrateCases = domaintest.Cases{
	"to the receiver": duties(twice...).When(ticket.Arbitrate{To: "bob", Reason: "it is theirs", Facts: fit}).As(mia).
		Then(judged, ticket.AssignedToHandler{Handler: "bob", Previous: "ann", Reason: "it is theirs"}),
	"to the sender":     duties(twice...).When(ticket.Arbitrate{To: "ann", Reason: "it is theirs"}).As(mia).Then(ticket.Arbitrated{Arbiter: "max", To: "ann", Reason: "it is theirs"}),
	"twice":             duties(then(twice, judged)...).When(ticket.Arbitrate{To: "ann", Reason: "x"}).As(mia).Refused(ticket.ErrNoDispute),
	"without a dispute": duties(held...).When(ticket.Arbitrate{To: "ann", Reason: "x"}).As(mia).Refused(ticket.ErrNoDispute),
	"by another":        duties(twice...).When(ticket.Arbitrate{To: "bob", Reason: "x", Facts: fit}).As(eve).Refused(ticket.ErrNotArbiter),
	"by a service":      duties(twice...).When(ticket.Arbitrate{To: "bob", Reason: "x", Facts: fit}).As(robot).Refused(ticket.ErrNoPerson),
	"to a stranger":     duties(twice...).When(ticket.Arbitrate{To: "zoe"}).As(mia).Invalid("to unknown", "reason required"),
	"once cancelled":    duties(then(twice, cancelled[len(cancelled)-1])...).When(ticket.Arbitrate{To: "bob", Reason: "x"}).As(mia).Refused(ticket.ErrNotOpen),
}

func TestTimeOutHandover(t *testing.T) { t.Parallel(); timeOutCases.Run(t) }
func TestDispute(t *testing.T)         { t.Parallel(); disputeCases.Run(t) }
func TestArbitrate(t *testing.T)       { t.Parallel(); arbitrateCases.Run(t) }
