package alert_test

import (
	"strings"
	"testing"
	"time"

	"docket/domain"
	"docket/domain/alert"
	"docket/domain/domaintest"
)

var given = domaintest.Of(alert.Decider)

var (
	noon   = domaintest.Noon
	raise  = alert.Raise{Kind: alert.RefusedReads, Principal: "staff-bob", Person: "bob", Count: 10, Targets: 7, Since: noon.Add(-time.Minute), Until: noon}
	raised = alert.Raised(raise)
	answer = alert.Acknowledge{Conclusion: alert.Abuse, Text: "looked up neighbours"}
	closed = alert.Acknowledged{By: "ann", Conclusion: alert.Abuse, Text: "looked up neighbours"}
	ann    = domain.Actor{Principal: "staff-ann", Staff: "ann"}
	bob    = domain.Actor{Principal: "staff-bob", Staff: "bob"}
)

var raiseCases = domaintest.Cases{
	"over somebody": given().When(raise).Then(raised),
	"a second time": given(raised).When(raise).Refused(alert.ErrExists),
	"over nothing":  given().When(alert.Raise{}).Invalid("kind not_allowed", "principal required", "count out_of_range"),
}

var acknowledgeCases = domaintest.Cases{
	"by somebody else":     given(raised).When(answer).As(ann).Then(closed),
	"by the one concerned": given(raised).When(answer).As(bob).Refused(alert.ErrOwn),
	"by a service":         given(raised).When(answer).Refused(alert.ErrNoPerson),
	"twice":                given(raised, closed).When(answer).As(ann).Refused(alert.ErrAcknowledged),
	"with nothing to say":  given(raised).When(alert.Acknowledge{}).As(ann).Invalid("conclusion not_allowed", "text required"),
	"with a volume":        given(raised).When(alert.Acknowledge{Conclusion: alert.Mistake, Text: strings.Repeat("長", 10_001)}).As(ann).Invalid("text too_long"),
}

func TestRaise(t *testing.T)       { t.Parallel(); raiseCases.Run(t) }
func TestAcknowledge(t *testing.T) { t.Parallel(); acknowledgeCases.Run(t) }
func TestNoCommandIsForgotten(t *testing.T) {
	t.Parallel()
	domaintest.Complete(t, raiseCases, acknowledgeCases)
}

var recorded = map[string]alert.Event{"SecurityAlertRaised.v1": raised, "SecurityAlertAcknowledged.v1": closed}

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, alert.Decider, recorded) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, alert.Decider) }
func FuzzJoin(f *testing.F)     { domaintest.FuzzJoin(f, alert.Decider) }
