package ticket_test

import (
	"testing"
	"time"

	"docket/domain/domaintest"
	"docket/domain/ticket"
)

// What went outside, and the asking for its receipt.
var (
	wentOut = []ticket.Event{
		ticket.CirculationPrepared{Circulation: 1, Reference: "CS-1/1", Digest: "d", CheckedBy: "ann"},
		ticket.CirculationReleased{Circulation: 1, Body: "land registry", Contact: "desk 2", Channel: ticket.SentByCourier, Basis: ticket.ByLaw, Source: "§ 4"},
	}
	signedFor  = ticket.CirculationReceived{Circulation: 1, Kind: ticket.ReceiptScan, Signer: "registrar", SignedAt: noon}
	afterSeven = ticket.ReceiptChased{Circulation: 1, Days: 7}
	chase      = ticket.ChaseReceipt{Circulation: 1, Days: 7, At: noon}
)

var chaseReceiptCases = domaintest.Cases{
	"when the days are over":   given(then(held, wentOut...)...).When(chase).As(robot).Then(afterSeven),
	"again after more days":    given(then(held, then(wentOut, afterSeven)...)...).When(ticket.ChaseReceipt{Circulation: 1, Days: 14, At: noon}).As(robot).Then(ticket.ReceiptChased{Circulation: 1, Days: 14}),
	"twice":                    given(then(held, then(wentOut, afterSeven)...)...).When(chase).As(robot).Nothing(),
	"before the days are over": given(then(held, wentOut...)...).When(chase).As(robot).At(noon.Add(-time.Minute)).Refused(ticket.ErrNotDue),
	"when it has come":         given(then(held, then(wentOut, signedFor)...)...).When(chase).As(robot).Nothing(),
	"when all of it is back":   given(then(held, then(wentOut, ticket.CirculationReturned{Circulation: 1, At: noon})...)...).When(chase).As(robot).Nothing(),
	"of what has not gone yet": given(then(held, wentOut[0])...).When(chase).As(robot).Nothing(),
	"after other days":         given(then(held, wentOut...)...).When(ticket.ChaseReceipt{Circulation: 1, Days: 3, At: noon}).As(robot).Nothing(),
	"of another":               given(then(held, wentOut...)...).When(ticket.ChaseReceipt{Circulation: 2, Days: 7, At: noon}).As(robot).Nothing(),
}

func TestChaseReceipt(t *testing.T) { t.Parallel(); chaseReceiptCases.Run(t) }
