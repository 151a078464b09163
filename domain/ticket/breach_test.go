package ticket_test

import (
	"testing"
	"time"

	"docket/domain/domaintest"
	"docket/domain/ticket"
)

var (
	late      = at(3, 10, 0).Add(time.Millisecond) // the handling limit of the cases ends at the instant before
	explain   = ticket.ExplainBreach{Cause: ticket.FaultExternal, Reason: "the registry was closed"}
	explained = ticket.BreachExplained{Clock: "handling", Round: 1, Cause: ticket.FaultExternal, By: "eve", Reason: "the registry was closed"}
)

var explainCases = domaintest.Cases{
	"once it has passed":     planned(running...).When(explain).As(eve).At(late).Then(explained),
	"at its last moment":     planned(running...).When(explain).As(eve).At(at(3, 10, 0)).Refused(ticket.ErrNoBreach),
	"once it has stopped":    planned(then(running, ticket.ClockStopped{Clock: "handling", Round: 1, At: late})...).When(explain).As(eve).At(at(9, 9, 0)).Then(explained),
	"of what was in time":    planned(answered...).When(explain).As(eve).At(at(9, 9, 0)).Refused(ticket.ErrNoBreach),
	"of one of several":      planned(then(running, stage)...).When(ticket.ExplainBreach{Clock: "stage:first", Round: 1, Cause: ticket.FaultSystem, Reason: "r"}).As(eve).At(at(1, 12, 0)).Then(ticket.BreachExplained{Clock: "stage:first", Round: 1, Cause: ticket.FaultSystem, By: "eve", Reason: "r"}),
	"of another of several":  planned(then(running, stage)...).When(explain).As(eve).At(at(1, 12, 0)).Refused(ticket.ErrNoBreach),
	"of a round never begun": planned(running...).When(ticket.ExplainBreach{Round: 2, Cause: ticket.FaultSystem, Reason: "r"}).As(eve).At(late).Refused(ticket.ErrNoBreach),
	"anew": planned(then(running, explained)...).When(ticket.ExplainBreach{Cause: ticket.FaultStaff, Reason: "it was open"}).As(eve).At(late).
		Then(ticket.BreachExplained{Clock: "handling", Round: 1, Cause: ticket.FaultStaff, By: "eve", Reason: "it was open"}),
	"by who holds it":         planned(running...).When(explain).As(ann).At(late).Refused(ticket.ErrOwnBreach),
	"by a service":            planned(running...).When(explain).As(robot).At(late).Refused(ticket.ErrNoPerson),
	"for no cause":            planned(running...).When(ticket.ExplainBreach{}).As(eve).At(late).Invalid("cause not_allowed", "reason required"),
	"of a ticket without any": given(held...).When(explain).As(eve).Refused(ticket.ErrNoBreach),
}

func TestExplainBreach(t *testing.T) { t.Parallel(); explainCases.Run(t) }
