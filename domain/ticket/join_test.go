package ticket_test

import (
	"testing"

	"docket/domain/domaintest"
	"docket/domain/ticket"
)

const other = "0190f3a2-7c1e-5d7b-9a55-3c1f7d2b8e41"

var (
	ofCustomer = ticket.JoinFacts{Known: true, Customer: "c-17", Type: "PER", Status: ticket.StatusInProgress}
	joining    = ticket.Join{Into: other, Reason: "the same shop", Facts: ofCustomer}
	asOther    = ticket.Joined{Into: other, Was: ticket.StatusAccepted, Clocks: []string{ticket.ResponseClock, ticket.HandlingClock}, Reason: "the same shop"}
	joined     = then(submitted, asOther, halt(ticket.ResponseClock), halt(ticket.HandlingClock))
)

// halt is a clock of a submitted ticket that stops at noon because the ticket ends.
func halt(name string) ticket.ClockStopped {
	due := handlingEnds
	if name == ticket.ResponseClock {
		due = noon.Add(2 * hour)
	}
	return ticket.ClockStopped{Clock: name, Round: 1, At: noon, Met: true, Cancelled: true, DueAt: &due}
}

// countsOn is the same clock, going on at once.
func countsOn(name string) ticket.ClockResumed {
	started := limit(name, 14*hour, handlingEnds)
	if name == ticket.ResponseClock {
		started = limit(name, hour, noon.Add(2*hour))
	}
	return ticket.ClockResumed{Clock: name, Round: 1, At: noon, Reopened: true, Deadline: started.Deadline}
}

var joinCases = domaintest.Cases{
	"a duplicate":          onPlan(submitted...).When(joining).As(ann).Then(joined[len(submitted):]...),
	"of no known customer": given(registered...).When(ticket.Join{Into: other, Reason: "twice", Facts: ticket.JoinFacts{Known: true}}).Invalid("into no_customer"),
	"into one that came to nothing": onPlan(submitted...).
		When(ticket.Join{Into: other, Reason: "x", Facts: ticket.JoinFacts{Known: true, Customer: "c-17", Status: ticket.StatusCancelled}}).As(ann).Invalid("into ended"),
	"while an objection is open": onPlan(then(submitted, ticket.Objected{Objection: 1, Channel: ticket.Window})...).When(joining).As(ann).Refused(ticket.ErrObjectionOpen),
	"while it is outside":        onPlan(then(submitted, prepared(), sent(ticket.ByLaw))...).When(joining).As(ann).Refused(ticket.ErrOutside),
	"twice":                      onPlan(joined...).When(joining).As(ann).Refused(ticket.ErrJoined),
	"into one that is":           onPlan(submitted...).When(ticket.Join{Into: other, Reason: "x", Facts: ticket.JoinFacts{Known: true, Customer: "c-17", Status: ticket.StatusJoined}}).Refused(ticket.ErrJoined),
	"of another customer":        onPlan(submitted...).When(ticket.Join{Into: other, Reason: "x", Facts: ticket.JoinFacts{Known: true, Customer: "c-18"}}).Invalid("into not_same_customer"),
	"into nothing":               onPlan(submitted...).When(ticket.Join{Into: other}).Invalid("into unknown", "reason required"),
	"into itself":                onPlan(submitted...).When(ticket.Join{Into: "1", Reason: "x"}).Invalid("into self"),
	"and it is not handled":      onPlan(joined...).When(ticket.Take{Facts: fit}).As(ann).Refused(ticket.ErrNotOpen),
}

var unjoinCases = domaintest.Cases{
	"where it stood, its clocks going on": onPlan(joined...).When(ticket.Unjoin{Reason: "another shop", Facts: ticket.UnjoinFacts{Clocks: facts1}}).As(ann).
		Then(ticket.Unjoined{From: other, Status: ticket.StatusAccepted, Reason: "another shop"}, countsOn(ticket.ResponseClock), countsOn(ticket.HandlingClock)),
	"without its calendar": onPlan(joined...).When(ticket.Unjoin{Reason: "x"}).As(ann).Refused(ticket.ErrNoCalendar),
	"what stands":          onPlan(submitted...).When(ticket.Unjoin{Reason: "x"}).As(ann).Refused(ticket.ErrNotJoined),
	"without a word":       onPlan(joined...).When(ticket.Unjoin{}).As(ann).Invalid("reason required"),
	"and it is handled again": onPlan(then(joined, ticket.Unjoined{From: other, Status: ticket.StatusAccepted})...).When(ticket.Take{Facts: fit}).As(ann).
		Then(ticket.Taken{Handler: "ann"}),
}

func TestJoin(t *testing.T)   { t.Parallel(); joinCases.Run(t) }
func TestUnjoin(t *testing.T) { t.Parallel(); unjoinCases.Run(t) }
