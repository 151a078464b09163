package ticket_test

import (
	"testing"

	"docket/domain/domaintest"
	"docket/domain/ticket"
)

func record(step, deviation string) ticket.RecordWork {
	return ticket.RecordWork{Content: "wrote", Result: "sent", StartedAt: &earlier, EndedAt: &noon, Step: step, Deviation: deviation}
}

var skipCases = domaintest.Cases{
	"for a reason":       duties(held...).When(ticket.SkipStep{Step: "visit", Reason: "photographs"}).As(ann).Then(noVisit),
	"before an open one": duties(held...).When(ticket.SkipStep{Step: "letter", Reason: "rang"}).As(ann).Then(ticket.StepDeviated{Step: "letter", Kind: ticket.StepSkipped, Before: []string{"visit"}, Reason: "rang", By: "ann"}),
	"for none":           duties(held...).When(ticket.SkipStep{Step: "visit"}).Invalid("reason required"),
	"that is none":       duties(held...).When(ticket.SkipStep{Step: "dance", Reason: "x"}).Invalid("step unknown"),
	"twice":              duties(then(held, noVisit)...).When(ticket.SkipStep{Step: "visit", Reason: "x"}).Refused(ticket.ErrStepSettled),
	"recorded":           duties(then(held, visited)...).When(ticket.SkipStep{Step: "visit", Reason: "x"}).Refused(ticket.ErrStepSettled),
	"without any":        given(held...).When(ticket.SkipStep{Step: "visit", Reason: "x"}).Refused(ticket.ErrNoSteps),
	"once completed":     duties(completed...).When(ticket.SkipStep{Step: "visit", Reason: "x"}).Refused(ticket.ErrNotHandling),
}

var stepCases = domaintest.Cases{
	"in order": duties(then(held, visited)...).When(record("letter", "")).As(ann).Then(written),
	"out of order, for a reason": duties(held...).When(record("letter", "rain")).As(ann).
		Then(ticket.StepDeviated{Step: "letter", Kind: ticket.StepOutOfOrder, Before: []string{"visit"}, Reason: "rain", By: "ann"}, written),
	"out of order, for none":  duties(held...).When(record("letter", "")).As(ann).Invalid("deviation required"),
	"after a skipped one":     duties(then(held, noVisit)...).When(record("letter", "")).As(ann).Then(written),
	"a second record of one":  duties(then(held, noVisit, written)...).When(record("letter", "")).As(ann).Then(written),
	"that is none":            duties(held...).When(record("dance", "")).Invalid("step unknown"),
	"without times or result": duties(held...).When(ticket.RecordWork{Content: "saw", Step: "visit"}).Invalid("result required", "started_at required", "ended_at required"),
	"a deviation of nothing":  duties(held...).When(ticket.RecordWork{Content: "saw", Deviation: "rain"}).Invalid("deviation not_applicable"),
	"of a plain ticket":       given(held...).When(record("visit", "")).Invalid("step unknown"),

	"completing without its record":     duties(held...).When(completing).As(ann).Refused(ticket.ErrStepMissing),
	"completing without what is duty":   duties(then(held, visited)...).When(completing).As(ann).Refused(ticket.ErrStepMissing),
	"completing with all":               duties(stepped...).When(completing).As(ann).Then(finish),
	"completing without a certificate":  duties(stepped...).When(ticket.Complete{Outcome: ticket.Fulfilled, Summary: "done", Facts: ticket.RouteFacts{Lapsed: true}}).As(ann).Refused(ticket.ErrNotQualified),
	"taking over without a certificate": duties(then(stepped, offer)...).When(ticket.AcceptHandover{Facts: ticket.Person{Known: true, Active: true, Member: true, Unqualified: true}}).As(bob).Refused(ticket.ErrNotQualified),
	"completing with one skipped":       duties(then(held, noVisit, written)...).When(completing).As(ann).Then(finish),
	"handing on without its record":     duties(held...).When(ticket.OfferHandover{To: "bob", Facts: fit}).As(ann).Refused(ticket.ErrStepMissing),
	"handing on records where it stood": duties(then(held, visited)...).When(ticket.OfferHandover{To: "bob", Items: []string{"map"}, Pages: 3, Facts: fit}).As(ann).
		Then(ticket.HandoverOffered{Handover: 1, From: "ann", To: "bob", Items: []string{"map"}, Pages: 3, Status: ticket.StatusInProgress}),
	"handing on with a nameless thing": duties(stepped...).When(ticket.OfferHandover{To: "bob", Items: []string{" "}, Facts: fit}).As(ann).Invalid("items required"),
}

var completing = ticket.Complete{Outcome: ticket.Fulfilled, Summary: "done"}

// fitnessCases: whom planned and plain tickets are not given to (mission rows A1, A2 and O2).
var fitnessCases = domaintest.Cases{
	"to one who is away":        given(queued...).When(ticket.AssignToHandler{Handler: "bob", Facts: unfit}).Invalid("handler absent"),
	"to one not qualified":      given(queued...).When(ticket.AssignToHandler{Handler: "bob", Facts: ticket.Person{Known: true, Active: true, Member: true, Unqualified: true}}).Invalid("handler unqualified"),
	"to one with too much":      given(queued...).When(ticket.Take{Facts: ticket.Person{Known: true, Active: true, Member: true, Overloaded: true}}).As(ann).Invalid("actor over_limit"),
	"to one of a closed group":  given(held...).When(ticket.OfferHandover{To: "bob", Facts: ticket.Person{Known: true, Active: true, Member: true, Closed: true}}).As(ann).Invalid("to group_closed"),
	"to a group without leader": duties(accepted...).When(ticket.AssignToGroup{Group: "g2", Facts: g2}).Invalid("group no_leader"),
	"to a group for other types": duties(accepted...).When(ticket.AssignToGroup{Group: "g2", Facts: ticket.GroupFacts{Known: true, Active: true, Unit: "u2", Led: true}}).
		Invalid("group not_responsible"),
	"to a group not qualified": duties(accepted...).When(ticket.AssignToGroup{Group: "g2", Facts: ticket.GroupFacts{Known: true, Active: true, Unit: "u2", Led: true, Responsible: true}}).
		Invalid("group unqualified"),
	"to a fit group":                 duties(accepted...).When(ticket.AssignToGroup{Group: "g2", Facts: ableG2}).Then(ticket.AssignedToGroup{Group: "g2", Unit: "u2"}),
	"to another group for no reason": duties(queued...).When(ticket.AssignToGroup{Group: "g2", Facts: ableG2}).Invalid("reason required"),
}

var ableG2 = ticket.GroupFacts{Known: true, Active: true, Unit: "u2", Led: true, Responsible: true, Qualified: true}

func TestSkipStep(t *testing.T) { t.Parallel(); skipCases.Run(t) }
func TestKeySteps(t *testing.T) { t.Parallel(); stepCases.Run(t) }
func TestFitness(t *testing.T)  { t.Parallel(); fitnessCases.Run(t) }
