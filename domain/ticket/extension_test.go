package ticket_test

import (
	"testing"
	"time"

	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/domaintest"
	"docket/domain/ticket"
	"docket/domain/worktime"
)

// Who judges: eve leads, the head is of a role that no rule names, the manager manages.
var (
	eveLeads = domain.Actor{Principal: "staff-eve", Staff: "eve", Posts: []domain.Post{{Role: "leader", Unit: "g1"}}}
	annLeads = domain.Actor{Principal: "staff-ann", Staff: "ann", Posts: []domain.Post{{Role: "leader", Unit: "g1"}}}
	head     = domain.Actor{Principal: "staff-kim", Staff: "kim", Posts: []domain.Post{{Role: "supervisor", Unit: "u1"}}}
	manager  = domain.Actor{Principal: "staff-lee", Staff: "lee", Posts: []domain.Post{{Role: "manager"}}}
)

// Ann asks on Monday for a day more, eve grants it on Tuesday, and the customer hears of it.
var (
	day      = worktime.WorkingHours(7 * hour)
	asked    = ticket.ExtensionRequested{Extension: 1, By: day, Requester: "ann", Reason: "the archive is slow"}
	granted  = ticket.ExtensionApproved{Extension: 1, By: day, Approver: "eve", Opinion: "agreed", At: at(2, 9, 0), Before: on1(at(3, 10, 0)), DueAt: on1(at(4, 10, 0))}
	informed = ticket.ExtensionTold{Extension: 1, Channel: ticket.Phone, Text: "Thursday", DueAt: on1(at(4, 10, 0))}
	extended = ticket.ClockMoved{
		Clock: "handling", Round: 1, Cause: ticket.MovedByExtension, Limit: worktime.WorkingHours(14 * hour),
		Extension: &worktime.Extension{Granted: at(2, 9, 0), By: day}, Before: on1(at(3, 10, 0)),
		Deadline: due(21*hour, 7*hour, at(2, 14, 30), at(3, 13, 48), at(4, 10, 0)),
	}
	requested = then(running, asked)
	approved  = then(requested, granted)
	moved     = then(approved, informed, extended)
	request   = ticket.RequestExtension{By: day, Reason: "the archive is slow"}
)

func by(role string) domaintest.History[ticket.State, ticket.Event] {
	return given(requested...).Knowing(func(s ticket.State) ticket.State {
		named := rules
		named.Extension.Role = role
		s.Template, s.Rules = casetype.Ref{Template: "t1"}, &named
		return s
	})
}

var requestCases = domaintest.Cases{
	"before the limit runs out":     planned(running...).When(request).As(ann).Then(asked),
	"in its last millisecond":       planned(running...).When(request).As(ann).At(at(3, 10, 0).Add(-time.Millisecond)).Then(asked),
	"when it has run out":           planned(running...).When(request).As(ann).At(at(3, 10, 0)).Refused(worktime.ErrExpired),
	"told to have been in time":     planned(running...).When(request).As(ann).At(at(3, 10, 0)).Effective(noon).Refused(worktime.ErrExpired),
	"in a pause":                    planned(waiting...).When(request).As(ann).At(at(4, 9, 0)).Then(asked),
	"a second time":                 planned(moved...).When(request).As(ann).Then(ticket.ExtensionRequested{Extension: 2, By: day, Requester: "ann", Reason: "the archive is slow"}),
	"again after a refusal":         planned(then(requested, ticket.ExtensionRefused{Extension: 1, By: "eve", Reason: "hurry"})...).When(request).As(ann).Then(ticket.ExtensionRequested{Extension: 2, By: day, Requester: "ann", Reason: "the archive is slow"}),
	"while one is open":             planned(requested...).When(request).As(ann).Refused(ticket.ErrExtensionPending),
	"before the customer was told":  planned(approved...).When(request).As(ann).Refused(ticket.ErrExtensionPending),
	"a third time":                  planned(then(moved, ticket.ExtensionRequested{Extension: 2, By: day}, ticket.ExtensionTold{Extension: 2, Channel: ticket.Mail})...).When(request).As(ann).Refused(ticket.ErrExtensionsSpent),
	"over the total":                planned(moved...).When(ticket.RequestExtension{By: worktime.WorkingHours(8 * hour), Reason: "r"}).As(ann).Invalid("by.amount over_total"),
	"in another unit":               planned(running...).When(ticket.RequestExtension{By: worktime.WorkingDays(1), Reason: "r"}).As(ann).Invalid("by.unit not_allowed"),
	"of nothing, for no reason":     planned(running...).When(ticket.RequestExtension{}).As(ann).Invalid("by.unit not_allowed", "by.amount out_of_range", "reason required"),
	"by a service":                  planned(running...).When(request).As(robot).Refused(ticket.ErrNoPerson),
	"of a ticket without limits":    given(held...).When(request).As(ann).Refused(ticket.ErrNoClock),
	"of a ticket that is delivered": planned(answered...).When(request).As(ann).Refused(ticket.ErrNoClock),
}

var approveCases = domaintest.Cases{
	"by the leader, which moves nothing yet": planned(requested...).When(ticket.ApproveExtension{Opinion: "agreed", Facts: facts1}).As(eveLeads).At(at(2, 9, 0)).Then(granted),
	"by the manager": planned(requested...).When(ticket.ApproveExtension{Facts: facts1}).As(manager).At(at(2, 9, 0)).
		Then(ticket.ExtensionApproved{Extension: 1, By: day, Approver: "lee", At: at(2, 9, 0), Before: on1(at(3, 10, 0)), DueAt: on1(at(4, 10, 0))}),
	"a millisecond before the deadline": planned(requested...).When(ticket.ApproveExtension{Facts: facts1}).As(eveLeads).At(at(3, 10, 0).Add(-time.Millisecond)).
		Then(ticket.ExtensionApproved{Extension: 1, By: day, Approver: "eve", At: at(3, 10, 0).Add(-time.Millisecond), Before: on1(at(3, 10, 0)), DueAt: on1(at(4, 10, 0))}),
	"a millisecond after it": planned(requested...).When(ticket.ApproveExtension{Facts: facts1}).As(eveLeads).At(at(3, 10, 0).Add(time.Millisecond)).Refused(worktime.ErrExpired),
	"on it":                  planned(requested...).When(ticket.ApproveExtension{Facts: facts1}).As(eveLeads).At(at(3, 10, 0)).Refused(worktime.ErrExpired),
	"in a pause, without a date": planned(then(waiting, asked)...).When(ticket.ApproveExtension{Facts: facts1}).As(eveLeads).At(at(2, 9, 0)).
		Then(ticket.ExtensionApproved{Extension: 1, By: day, Approver: "eve", At: at(2, 9, 0)}),
	"by who asked":                planned(requested...).When(ticket.ApproveExtension{Facts: facts1}).As(annLeads).Refused(ticket.ErrOwnExtension),
	"by somebody of another role": planned(requested...).When(ticket.ApproveExtension{Facts: facts1}).As(head).Refused(ticket.ErrExtensionAuthority),
	"by the role that the rules name": by("supervisor").When(ticket.ApproveExtension{Facts: facts1, Opinion: "agreed"}).As(head).At(at(2, 9, 0)).
		Then(ticket.ExtensionApproved{Extension: 1, By: day, Approver: "kim", Opinion: "agreed", At: at(2, 9, 0), Before: on1(at(3, 10, 0)), DueAt: on1(at(4, 10, 0))}),
	"by a leader where they name another": by("supervisor").When(ticket.ApproveExtension{Facts: facts1}).As(eveLeads).Refused(ticket.ErrExtensionAuthority),
	"by a service":                        planned(requested...).When(ticket.ApproveExtension{Facts: facts1}).As(robot).Refused(ticket.ErrNoPerson),
	"of nothing":                          planned(running...).When(ticket.ApproveExtension{Facts: facts1}).As(eveLeads).Refused(ticket.ErrNoExtension),
	"twice":                               planned(approved...).When(ticket.ApproveExtension{Facts: facts1}).As(eveLeads).Refused(ticket.ErrNoExtension),
	"with a volume":                       planned(requested...).When(ticket.ApproveExtension{Opinion: tooLong, Facts: facts1}).As(eveLeads).Invalid("opinion too_long"),
	"by an unknown calendar":              planned(requested...).When(ticket.ApproveExtension{}).As(eveLeads).Refused(ticket.ErrNoCalendar),
}

var refuseExtensionCases = domaintest.Cases{
	"for a reason":            planned(requested...).When(ticket.RefuseExtension{Reason: "hurry"}).As(eveLeads).Then(ticket.ExtensionRefused{Extension: 1, By: "eve", Reason: "hurry"}),
	"when it is too late":     planned(requested...).When(ticket.RefuseExtension{Reason: "hurry"}).As(eveLeads).At(at(9, 9, 0)).Then(ticket.ExtensionRefused{Extension: 1, By: "eve", Reason: "hurry"}),
	"without a reason":        planned(requested...).When(ticket.RefuseExtension{}).As(eveLeads).Invalid("reason required"),
	"by who asked":            planned(requested...).When(ticket.RefuseExtension{Reason: "hurry"}).As(annLeads).Refused(ticket.ErrOwnExtension),
	"when it is granted":      planned(approved...).When(ticket.RefuseExtension{Reason: "hurry"}).As(eveLeads).Refused(ticket.ErrNoExtension),
	"by somebody of no power": planned(requested...).When(ticket.RefuseExtension{Reason: "hurry"}).As(bob).Refused(ticket.ErrExtensionAuthority),
}

var tellCases = domaintest.Cases{
	"before the old date, which moves it": planned(approved...).When(ticket.TellExtension{Channel: ticket.Phone, Text: "Thursday", Facts: facts1}).As(ann).At(at(2, 10, 0)).
		Then(informed, func() ticket.ClockMoved { e := extended; e.Deadline.UsedMs = (7 * hour).Milliseconds(); return e }()),
	"too late": planned(approved...).When(ticket.TellExtension{Channel: ticket.Phone, Text: "Thursday", Facts: facts1}).As(ann).At(at(3, 10, 0)).Refused(worktime.ErrExpired),
	"told in time, noted later": planned(approved...).When(ticket.TellExtension{Channel: ticket.Phone, Text: "Thursday", Facts: facts1}).As(ann).At(at(3, 11, 0)).Effective(at(2, 10, 0)).
		Then(informed, extended),
	"before it was approved": planned(approved...).When(ticket.TellExtension{Channel: ticket.Phone, Text: "Thursday", Facts: facts1}).As(ann).At(at(2, 10, 0)).Effective(noon).
		Invalid("header.Docket-Effective-At too_early"),
	"in no words":            planned(approved...).When(ticket.TellExtension{Facts: facts1}).As(ann).At(at(2, 10, 0)).Invalid("channel not_allowed", "text required"),
	"what is not approved":   planned(requested...).When(ticket.TellExtension{Channel: ticket.Phone, Text: "t", Facts: facts1}).As(ann).Refused(ticket.ErrNoExtension),
	"twice":                  planned(moved...).When(ticket.TellExtension{Channel: ticket.Phone, Text: "t", Facts: facts1}).As(ann).Refused(ticket.ErrNoExtension),
	"by an unknown calendar": planned(approved...).When(ticket.TellExtension{Channel: ticket.Phone, Text: "t"}).As(ann).At(at(2, 10, 0)).Refused(ticket.ErrNoCalendar),
}

func TestRequestExtension(t *testing.T) { t.Parallel(); requestCases.Run(t) }
func TestApproveExtension(t *testing.T) { t.Parallel(); approveCases.Run(t) }
func TestRefuseExtension(t *testing.T)  { t.Parallel(); refuseExtensionCases.Run(t) }
func TestTellExtension(t *testing.T)    { t.Parallel(); tellCases.Run(t) }
