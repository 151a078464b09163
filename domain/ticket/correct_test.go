package ticket_test

import (
	"testing"

	"docket/domain/domaintest"
	"docket/domain/ticket"
)

func correct(field, value string, holds map[string]bool) ticket.Correct {
	return ticket.Correct{
		Field: field, Value: value, Fault: ticket.FaultStaff, Reason: "misread", Stamp: "CS-07",
		Facts: ticket.RouteFacts{Conditions: holds},
	}
}

// under7 corrects under CS-07 where the registers tell this of it.
func under7(f ticket.StampFacts) ticket.Correct {
	c := correct("shop", "飯館", usual)
	c.Stamping = f
	return c
}

func corrected(field, old, now string, form int) ticket.FieldCorrected {
	return ticket.FieldCorrected{
		Field: field, Old: old, New: now, Fault: ticket.FaultStaff, Reason: "misread", Corrector: "eve", Unit: "u1", Stamp: "CS-07",
		Form: form, Customer: "c-17",
	}
}

func voided(field string, stages ...string) ticket.StagesVoided {
	return ticket.StagesVoided{Stages: stages, Field: field}
}

func back(stage string, status ticket.Status) ticket.ReviewVoided {
	return ticket.ReviewVoided{Stage: stage, Status: status}
}

var correctCases = domaintest.Cases{
	"before any decision": onRoute(atFirst...).When(correct("shop", "飯館", usual)).As(eve).Then(corrected("shop", "茶館", "飯館", 2)),
	"a field that the first review relied on": onRoute(firstPassed...).When(correct("shop", "飯館", usual)).As(eve).
		Then(corrected("shop", "茶館", "飯館", 2), voided("shop", "first")),
	"a field that it did not rely on": onRoute(firstPassed...).When(correct("amount", "600", usual)).As(eve).
		Then(corrected("amount", "500", "600", 2)),
	"so that another stage applies": onRoute(firstPassed...).When(correct("amount", "6000", weighty)).As(eve).
		Then(corrected("amount", "500", "6000", 2), ticket.StagesPlanned{Holds: weighty, Form: 2, Urgency: ticket.Normal}),
	"in handling, back to the approval": onRoute(inHand...).When(correct("amount", "600", usual)).As(eve).
		Then(corrected("amount", "500", "600", 2), voided("amount", "approval"), back("approval", ticket.StatusRegistered)),
	"in handling, back to the stage that applies now": onRoute(inHand...).When(correct("amount", "6000", weighty)).As(eve).
		Then(corrected("amount", "500", "6000", 2), voided("amount", "approval"), ticket.StagesPlanned{Holds: weighty, Form: 2, Urgency: ticket.Normal},
			back("second", ticket.StatusRegistered)),
	"completed, back to the first review with all later ones": onRoute(halfway...).When(correct("shop", "飯館", usual)).As(eve).
		Then(corrected("shop", "茶館", "飯館", 2), voided("shop", "first", "approval", "check", "double"), back("first", ticket.StatusRegistered)),
	"completed, a half-decided stage": given(halfway...).Knowing(laterOnly).When(correct("shop", "飯館", usual)).As(eve).
		Then(corrected("shop", "茶館", "飯館", 2), voided("shop", "check", "double")),
	"delivered, back to the result's review": given(toldSo...).Knowing(laterOnly).When(correct("shop", "飯館", usual)).As(eve).
		Then(corrected("shop", "茶館", "飯館", 2), voided("shop", "check", "double"), back("check", ticket.StatusCompleted)),
	"a harmless field": onRoute(toldSo...).When(correct("remark", "by post", usual)).As(eve).
		Then(corrected("remark", "", "by post", 2)),
	"a marked field": onRoute(atFirst...).When(correct("id_number", "440524188001010014", usual)).As(eve).
		Then(func() ticket.FieldCorrected {
			e := corrected("id_number", "", "", 2)
			e.OldMarked, e.NewMarked = "11010519491231002X", "440524188001010014"
			return e
		}()),
	"a value taken away": onRoute(atFirst...).When(correct("amount", "", usual)).As(eve).Then(corrected("amount", "500", "", 2)),
	"a refused application goes back to who refused": onRoute(denied...).When(correct("amount", "600", usual)).As(eve).
		Then(corrected("amount", "500", "600", 2), voided("amount", "approval"), back("approval", ticket.StatusRegistered)),
	"what a refusal did not rely on": onRoute(denied...).When(correct("remark", "x", usual)).As(eve).Then(corrected("remark", "", "x", 2)),
	"closed, by the department head": onRoute(filedAway...).When(correct("shop", "飯館", usual)).As(hana).
		Then(func() ticket.FieldCorrected {
			e := corrected("shop", "茶館", "飯館", 2)
			e.Corrector, e.Addendum = "hana", true
			return e
		}()),

	"under a stamp that the corrector keeps": onRoute(atFirst...).When(under7(ticket.StampFacts{Registers: true, Kept: true, Unit: "g1"})).As(eve).
		Then(func() ticket.FieldCorrected {
			e := corrected("shop", "茶館", "飯館", 2)
			e.Unit = "g1"
			return e
		}()),
	"under a stamp that is not theirs": onRoute(atFirst...).When(under7(ticket.StampFacts{Registers: true})).As(eve).Refused(ticket.ErrNotYourStamp),
	"to the same value under a stamp that is not theirs": onRoute(atFirst...).When(func() ticket.Correct {
		c := under7(ticket.StampFacts{Registers: true})
		c.Value = "茶館"
		return c
	}()).As(eve).Invalid("value unchanged"),

	"closed, by anybody else":              onRoute(filedAway...).When(correct("shop", "飯館", usual)).As(leo).Refused(ticket.ErrNeedsDepartment),
	"closed, by another department's head": onRoute(filedAway...).When(correct("shop", "飯館", usual)).As(seated("hana", "department_head", "u9")).Refused(ticket.ErrNeedsDepartment),
	"cancelled":                            onRoute(then(inHand, ticket.Cancelled{Code: ticket.CancelError, Reason: "x"})...).When(correct("shop", "x", usual)).As(eve).Refused(ticket.ErrNotCorrectable),
	"a draft":                              onRoute(atFirst[:2]...).When(correct("shop", "x", usual)).As(eve).Refused(ticket.ErrNotCorrectable),
	"a ticket without a form":              given(held...).When(correct("shop", "x", usual)).As(eve).Refused(ticket.ErrNoRoute),
	"by nobody":                            onRoute(atFirst...).When(correct("shop", "x", usual)).As(robot).Refused(ticket.ErrNoPerson),
	"to the same value":                    onRoute(atFirst...).When(correct("shop", " 茶館", usual)).As(eve).Invalid("value unchanged"),
	"a required field to nothing":          onRoute(atFirst...).When(correct("shop", "", usual)).As(eve).Invalid("value required"),
	"a field that does not exist": onRoute(atFirst...).When(ticket.Correct{Field: "nope"}).As(eve).
		Invalid("field unknown", "fault not_allowed", "reason required", "stamp required"),

	"then by who corrected": onRoute(then(firstPassed, corrected("shop", "茶館", "飯館", 2), voided("shop", "first"))...).
		When(letPass(first, firstly)).As(seated("eve", "reviewer", "u1")).Refused(ticket.ErrFilledIn),
	"then handled on after a new approval": onRoute(then(inHand, corrected("amount", "500", "600", 2), voided("amount", "approval"),
		back("approval", ticket.StatusRegistered), passes(axel, approval), ticket.Accepted{Opinion: "good"})...).
		When(complete).As(ann).Then(finish),
	"then not handled before it": onRoute(then(inHand, corrected("amount", "500", "600", 2), voided("amount", "approval"),
		back("approval", ticket.StatusRegistered))...).When(complete).As(ann).Refused(ticket.ErrNotHandling),
}

// laterOnly is the route of the cases without its stages before handling.
var laterOnly = func() func(ticket.State) ticket.State {
	rules := routed
	rules.Stages = rules.Stages[3:]
	return under(rules)
}()

func TestCorrect(t *testing.T) { t.Parallel(); correctCases.Run(t) }
