package quarantine_test

import (
	"testing"

	"docket/domain"
	"docket/domain/domaintest"
	"docket/domain/quarantine"
)

var (
	given = domaintest.Of(quarantine.Decider)
	ann   = domain.Actor{Staff: "ann"}
	known = quarantine.EnterFacts{UnitKnown: true, FileKnown: true}

	oversized = quarantine.Enter{
		Channel: "mail", Unit: "u1", Cause: quarantine.Oversized, Size: 30_000_000, Digest: "ab", Truncated: true, Message: "m1@example.org",
		Subject: "申請", Sender: "ann@example.org", Recipient: "office@example.org", Detail: "too large", Facts: known,
	}
	entered = quarantine.Entered{
		Channel: "mail", Unit: "u1", Cause: quarantine.Oversized, Size: 30_000_000, Digest: "ab", Truncated: true, Message: "m1@example.org",
		Subject: "申請", Sender: "ann@example.org", Recipient: "office@example.org", Detail: "too large",
	}
	settled = quarantine.Settled{How: quarantine.Discarded, By: "ann", Reason: "advertising"}
)

func entering(change func(*quarantine.Enter)) quarantine.Enter {
	c := oversized
	change(&c)
	return c
}

var enterCases = domaintest.Cases{
	"what is too large": given().When(oversized).Then(entered),
	"a second time":     given(entered).When(oversized).Refused(quarantine.ErrExists),
	"wrong all over": given().When(entering(func(c *quarantine.Enter) {
		c.Channel, c.Cause, c.Size, c.Facts = "phone", "dull", -1, quarantine.EnterFacts{}
	})).Invalid("channel not_allowed", "cause not_allowed", "unit unknown", "size negative", "digest unknown"),
	"without its bytes": given().When(entering(func(c *quarantine.Enter) { c.Digest, c.Facts.FileKnown = "", false })).
		Then(func() quarantine.Entered { e := entered; e.Digest = ""; return e }()),
}

var settleCases = domaintest.Cases{
	"discarded": given(entered).When(quarantine.Settle{How: quarantine.Discarded, Reason: "advertising"}).As(ann).Then(settled),
	"opened": given(entered).When(quarantine.Settle{How: quarantine.Opened, Ticket: "t1", Facts: quarantine.SettleFacts{TicketKnown: true}}).As(ann).
		Then(quarantine.Settled{How: quarantine.Opened, Ticket: "t1", By: "ann"}),
	"opened as nothing":       given(entered).When(quarantine.Settle{How: quarantine.Opened}).As(ann).Invalid("ticket unknown"),
	"discarded for no reason": given(entered).When(quarantine.Settle{How: quarantine.Discarded, Ticket: "t1"}).As(ann).Invalid("reason required", "ticket not_applicable"),
	"somehow":                 given(entered).When(quarantine.Settle{How: "burnt"}).As(ann).Invalid("how not_allowed"),
	"twice":                   given(entered, settled).When(quarantine.Settle{How: quarantine.Discarded, Reason: "x"}).As(ann).Refused(quarantine.ErrSettled),
	"by no person":            given(entered).When(quarantine.Settle{How: quarantine.Discarded, Reason: "x"}).Refused(quarantine.ErrNoPerson),
	"what never came":         given().When(quarantine.Settle{How: quarantine.Discarded, Reason: "x"}).As(ann).Refused(quarantine.ErrUnknown),
}

func TestEnter(t *testing.T)  { t.Parallel(); enterCases.Run(t) }
func TestSettle(t *testing.T) { t.Parallel(); settleCases.Run(t) }

func TestNoCommandIsForgotten(t *testing.T) {
	t.Parallel()
	domaintest.Complete(t, enterCases, settleCases)
}
