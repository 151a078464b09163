package ticket_test

import (
	"testing"
	"time"

	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/domaintest"
	"docket/domain/form"
	"docket/domain/ticket"
	"docket/domain/worktime"
)

// dutyRules are those of a case type with key steps, a sensitive field, and handovers that may be refused twice.
var dutyRules = casetype.Rules{
	Type: "INC", Calendar: "office", Qualified: "counter",
	Limits: []casetype.ClassLimits{{Urgency: "normal", Response: worktime.WorkingHours(time.Hour), Handling: worktime.WorkingHours(14 * time.Hour)}},
	Fields: []form.Field{{Key: "shop", Type: form.Text}, {Key: "id_number", Type: form.IDNumber, Marked: true}},
	Steps: []casetype.Step{
		{Key: "visit", Mandatory: true, Record: true}, {Key: "photo"}, {Key: "letter", Mandatory: true},
	},
	Handover: casetype.Handover{Limit: worktime.WorkingHours(2 * time.Hour), Refusals: 2, Arbiter: "deputy_manager"},
	Raise:    worktime.WorkingHours(time.Hour),
}

// duties are histories of tickets that follow those rules.
func duties(history ...ticket.Event) domaintest.History[ticket.State, ticket.Event] {
	return given(history...).Knowing(func(s ticket.State) ticket.State {
		s.Template, s.Rules = ref, &dutyRules
		return s
	})
}

var (
	tomorrow = noon.AddDate(0, 0, 1)
	withCal  = ticket.ClockFacts{Calendar: office}
	sue      = domain.Actor{Principal: "staff-sue", Staff: "sue"} // leads another unit
	mia      = domain.Actor{Principal: "staff-max", Staff: "max"} // above eve
	timer    = domain.Actor{Principal: "service-timer"}

	visited  = ticket.WorkRecorded{Content: "inspected", Result: "sound", StartedAt: &earlier, EndedAt: &noon, Step: "visit", By: "ann"}
	written  = ticket.WorkRecorded{Content: "wrote", Result: "sent", StartedAt: &earlier, EndedAt: &noon, Step: "letter", By: "ann"}
	noVisit  = ticket.StepDeviated{Step: "visit", Kind: ticket.StepSkipped, Reason: "photographs", By: "ann"}
	stepped  = then(held, visited, written)
	raised   = ticket.ProblemRaised{Raise: 1, Category: ticket.ProblemRule, Situation: "two rules", Ask: "which?", By: "ann", To: "eve"}
	passed   = ticket.ProblemPassedUp{Raise: 1, From: "eve", To: "max", Text: "not mine"}
	decidedP = ticket.ProblemAnswered{Raise: 1, By: "eve", Answer: ticket.AnswerDecide, Text: "the newer"}
	helped   = ticket.SubtaskOpened{Subtask: 1, Unit: "u2", To: "sue", Title: "measure", Ask: "the plot", DueAt: tomorrow, Blocking: true}
	takenOn  = ticket.SubtaskAccepted{Subtask: 1, By: "sue", Handler: "sue"}
	doneSub  = ticket.SubtaskFinished{Subtask: 1, By: "sue", Result: "420 m²"}
	disputed = ticket.HandoverDisputed{Refusals: 2, Arbiter: "max"}
	twice    = then(stepped, offer, refuse, ticket.HandoverOffered{Handover: 2, From: "ann", To: "bob"},
		ticket.HandoverRefused{Handover: 2, From: "ann", To: "bob", Code: ticket.RefusedOverloaded, Reason: "full desk"}, disputed)
	judged   = ticket.Arbitrated{Arbiter: "max", To: "bob", Reason: "it is theirs"}
	unfit    = ticket.Person{Known: true, Active: true, Member: true, Absent: true}
	hidden   = ticket.Noted{Text: "difficult"}
	shown    = ticket.Noted{Text: "please bring the deed", Visible: true}
	contact  = ticket.CustomerContacted{Direction: ticket.Outbound, Channel: ticket.Phone, Outcome: ticket.ContactReached, Summary: "asked", By: "ann"}
	document = ticket.Enclosure{Name: "plan", Pages: 2, Digest: digest}
)

// dutyRecorded holds every event of duties ever written.
var dutyRecorded = map[string]ticket.Event{
	"TicketReleased.v1":           ticket.Released{From: "ann", To: "bob", Code: ticket.ReleasedAbsent, Reason: "leave"},
	"TicketHelperNamed.v1":        named,
	"TicketHelperReleased.v1":     unnamed,
	"TicketHandoverWithdrawn.v1":  ticket.HandoverWithdrawn{Handover: 1, From: "ann", To: "bob"},
	"TicketHandoverOverdue.v1":    ticket.HandoverOverdue{Handover: 1, From: "ann", To: "bob", Superiors: []string{"eve"}},
	"TicketHandoverDisputed.v1":   disputed,
	"TicketArbitrated.v1":         judged,
	"TicketCustomerContacted.v1":  contact,
	"TicketProgressReported.v1":   ticket.ProgressReported{Text: "being printed"},
	"TicketProgressAnnounced.v1":  ticket.ProgressAnnounced{Text: "being printed"},
	"TicketNoteSent.v1":           ticket.NoteSent{Note: 1, Channel: ticket.Mail},
	"TicketProblemRaised.v1":      raised,
	"TicketProblemAnswered.v1":    decidedP,
	"TicketProblemPassedUp.v1":    ticket.ProblemPassedUp{Raise: 1, From: "eve", To: "max", Overdue: true, Text: "not mine"},
	"TicketStepDeviated.v1":       ticket.StepDeviated{Step: "letter", Kind: ticket.StepOutOfOrder, Before: []string{"visit"}, Reason: "rain", By: "ann"},
	"TicketSubtaskOpened.v1":      helped,
	"TicketSubtaskAccepted.v1":    takenOn,
	"TicketSubtaskFinished.v1":    doneSub,
	"TicketSubtaskReminderDue.v1": nearly,
	"TicketReceiptChased.v1":      ticket.ReceiptChased{Circulation: 1, Days: 7},
	"TicketSubtaskCancelled.v1":   ticket.SubtaskCancelled{Subtask: 1, Reason: "found it"},
	"TicketCirculationPrepared.v1": ticket.CirculationPrepared{
		Circulation: 1, Reference: "CS-INC-2026-000001-Q/1", Fields: []string{"shop", "id_number"}, Revision: 1,
		Values: map[string]string{"shop": "茶館"}, Marked: map[string]string{"id_number": "11010519491231002X"},
		Documents: []ticket.Enclosure{document}, Paper: true, Digest: digest, Customer: "c-17", CheckedBy: "sue",
	},
	"TicketCirculationReleased.v1": ticket.CirculationReleased{
		Circulation: 1, Body: "Land registry", Contact: "counter 3", Channel: ticket.SentByCourier, Basis: ticket.ByLaw, Source: "art. 12", Fields: []string{"shop"},
	},
	"TicketCirculationReceived.v1": ticket.CirculationReceived{Circulation: 1, Kind: ticket.ReceiptScan, Signer: "Lam", SignedAt: noon, File: digest},
	"TicketCirculationReturned.v1": ticket.CirculationReturned{Circulation: 1, At: noon, Condition: "complete"},
}

// dutyCases are the cases of the family's commands, and of what the core's do on planned tickets.
var dutyCases = []domaintest.Cases{
	releaseCases, nameHelperCases, releaseHelperCases, contactCases, progressCases, sendCases, raiseCases, answerCases, escalateCases, skipCases, stepCases,
	openSubtaskCases, acceptSubtaskCases, finishSubtaskCases, cancelSubtaskCases, remindSubtaskCases, chaseReceiptCases, timeOutCases, arbitrateCases, disputeCases,
	prepareCases, releaseCirculationCases, receiptCases, returnCirculationCases, fitnessCases, putBackCases,
}

var releaseCases = domaintest.Cases{
	"to the queue": given(held...).When(ticket.Release{Handler: "ann", Code: ticket.ReleasedLeft}).Then(ticket.Released{From: "ann", Code: ticket.ReleasedLeft}),
	"to the deputy": given(held...).When(ticket.Release{Handler: "ann", Code: ticket.ReleasedAbsent, To: "bob", Facts: fit}).
		Then(ticket.Released{From: "ann", To: "bob", Code: ticket.ReleasedAbsent}, ticket.AssignedToHandler{Handler: "bob", Previous: "ann", Reason: "absent"}),
	"to a deputy who is away": given(held...).When(ticket.Release{Handler: "ann", Code: ticket.ReleasedAbsent, To: "bob", Facts: unfit}).
		Then(ticket.Released{From: "ann", Code: ticket.ReleasedAbsent}),
	"back before its stages": given(then(held, ticket.ReviewVoided{Stage: "first", Status: ticket.StatusRegistered})...).
		When(ticket.Release{Handler: "ann", Code: ticket.ReleasedLeft}).Then(ticket.Released{From: "ann", Code: ticket.ReleasedLeft}),
	"once more":               given(then(held, ticket.Released{From: "ann", Code: ticket.ReleasedLeft})...).When(ticket.Release{Handler: "ann", Code: ticket.ReleasedLeft}).Nothing(),
	"of somebody else":        given(held...).When(ticket.Release{Handler: "bob", Code: ticket.ReleasedLeft}).Nothing(),
	"once closed":             given(closed...).When(ticket.Release{Handler: "ann", Code: ticket.ReleasedLeft}).Nothing(),
	"by a leader, for reason": given(held...).When(ticket.Release{Handler: "ann", Code: ticket.ReleasedOther, Reason: "stuck"}).Then(ticket.Released{From: "ann", Code: ticket.ReleasedOther, Reason: "stuck"}),
	"by a leader, for none":   given(held...).When(ticket.Release{Handler: "ann", Code: ticket.ReleasedOther}).Invalid("reason required"),
	"for no code":             given(held...).When(ticket.Release{Handler: "ann"}).Invalid("code not_allowed"),
	"and taken by another": given(then(held, ticket.Released{From: "ann", Code: ticket.ReleasedLeft})...).When(ticket.Take{Facts: fit}).As(bob).
		Then(ticket.Taken{Handler: "bob"}),
	"settles the offer": given(then(offered, ticket.Released{From: "ann", Code: ticket.ReleasedLeft})...).When(ticket.AcceptHandover{}).As(bob).Refused(ticket.ErrNoOffer),
	"group to group settles the offer": given(offered...).When(ticket.AssignToGroup{Group: "g2", Facts: g2}).
		Then(ticket.HandoverWithdrawn{Handover: 1, From: "ann", To: "bob"}, ticket.AssignedToGroup{Group: "g2", Unit: "u2", Previous: "g1"}),
	"naming the holder settles the offer": given(offered...).When(ticket.AssignToHandler{Handler: "ann"}).Then(ticket.HandoverWithdrawn{Handover: 1, From: "ann", To: "bob"}),
	"a withdrawn offer cannot be accepted": given(then(offered, ticket.HandoverWithdrawn{Handover: 1, From: "ann", To: "bob"})...).
		When(ticket.AcceptHandover{}).As(bob).Refused(ticket.ErrNoOffer),
}

var contactCases = domaintest.Cases{
	"reached by phone": given(held...).When(ticket.RecordContact{Direction: ticket.Outbound, Channel: ticket.Phone, Outcome: ticket.ContactReached, Summary: "asked"}).As(ann).Then(contact),
	"answers": duties(then(held, responding)...).When(ticket.RecordContact{Direction: ticket.Outbound, Channel: ticket.Phone, Outcome: ticket.ContactReached, Summary: "asked"}).As(ann).
		Then(contact, ticket.ClockStopped{Clock: ticket.ResponseClock, Round: 1, At: noon, Met: true}),
	"not reached is no answer": duties(then(held, responding)...).When(ticket.RecordContact{Direction: ticket.Outbound, Channel: ticket.Phone, Outcome: ticket.ContactNotReached, Summary: "rang"}).As(ann).
		Then(ticket.CustomerContacted{Direction: ticket.Outbound, Channel: ticket.Phone, Outcome: ticket.ContactNotReached, Summary: "rang", By: "ann"}),
	"a service's message is no answer": duties(then(held, responding)...).When(ticket.RecordContact{Direction: ticket.Outbound, Channel: ticket.Mail, Outcome: ticket.ContactReached, Summary: "got it"}).As(robot).
		Then(ticket.CustomerContacted{Direction: ticket.Outbound, Channel: ticket.Mail, Outcome: ticket.ContactReached, Summary: "got it"}),
	"a customer waits for the next answer": duties(then(held, responding, ticket.ClockStopped{Clock: ticket.ResponseClock, Round: 1, At: noon, Met: true})...).
		When(ticket.RecordContact{Direction: ticket.Inbound, Channel: ticket.Mail, Outcome: ticket.ContactReached, Summary: "asks again", Facts: withCal}).As(ann).At(at(2, 9, 0)).
		Then(ticket.CustomerContacted{Direction: ticket.Inbound, Channel: ticket.Mail, Outcome: ticket.ContactReached, Summary: "asks again", By: "ann"},
			ticket.ClockStarted{Clock: ticket.ResponseClock, Round: 2, Since: at(2, 9, 0), Limit: worktime.WorkingHours(time.Hour), Deadline: ticket.Deadline{
				Calendar: "office", Version: 1, AllowedMs: time.Hour.Milliseconds(), DueAt: on1(at(2, 10, 0)),
			}}),
	"after closing": given(closed...).When(ticket.RecordContact{Direction: ticket.Inbound, Channel: ticket.Phone, Outcome: ticket.ContactReached, Summary: "thanks"}).As(ann).
		Then(ticket.CustomerContacted{Direction: ticket.Inbound, Channel: ticket.Phone, Outcome: ticket.ContactReached, Summary: "thanks", By: "ann"}),
	"once cancelled": given(cancelled...).When(ticket.RecordContact{}).Refused(ticket.ErrNotOpen),
	"of nothing":     given(held...).When(ticket.RecordContact{}).Invalid("direction not_allowed", "channel not_allowed", "outcome not_allowed", "summary required"),
}

var responding = ticket.ClockStarted{Clock: ticket.ResponseClock, Round: 1, Since: earlier, Limit: worktime.WorkingHours(time.Hour), Deadline: ticket.Deadline{Calendar: "office", Version: 1}}

var progressCases = domaintest.Cases{
	"in plain words": given(held...).When(ticket.ReportProgress{Text: "being printed"}).Then(ticket.ProgressReported{Text: "being printed"}),
	"and sent":       given(held...).When(ticket.ReportProgress{Text: "being printed", Notify: true}).Then(ticket.ProgressReported{Text: "being printed"}, ticket.ProgressAnnounced{Text: "being printed"}),
	"of nothing":     given(held...).When(ticket.ReportProgress{}).Invalid("text required"),
	"of a volume":    given(held...).When(ticket.ReportProgress{Text: tooLong}).Invalid("text too_long"),
	"once closed":    given(closed...).When(ticket.ReportProgress{Text: "done"}).Refused(ticket.ErrNotOpen),
}

var sendCases = domaintest.Cases{
	"what is for the customer": given(then(held, hidden, shown)...).When(ticket.SendNote{Note: 2, Channel: ticket.Mail}).As(ann).Then(ticket.NoteSent{Note: 2, Channel: ticket.Mail}),
	"what is internal":         given(then(held, hidden, shown)...).When(ticket.SendNote{Note: 1, Channel: ticket.Mail}).As(eve).Refused(ticket.ErrInternalNote),
	"another":                  given(then(held, shown)...).When(ticket.SendNote{Note: 2, Channel: ticket.Mail}).Refused(ticket.ErrNoNote),
	"nothing":                  given(held...).When(ticket.SendNote{Note: 1, Channel: ticket.Mail}).Refused(ticket.ErrNoNote),
	"nowhere":                  given(then(held, shown)...).When(ticket.SendNote{Note: 1}).Invalid("channel not_allowed"),
}

func TestRelease(t *testing.T)        { t.Parallel(); releaseCases.Run(t) }
func TestRecordContact(t *testing.T)  { t.Parallel(); contactCases.Run(t) }
func TestReportProgress(t *testing.T) { t.Parallel(); progressCases.Run(t) }
func TestSendNote(t *testing.T)       { t.Parallel(); sendCases.Run(t) }
