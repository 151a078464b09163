package ticket_test

import (
	"testing"

	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/domaintest"
	"docket/domain/ticket"
)

// What is said around the notices of these cases, as the pipeline fills it in.
var (
	letter = ticket.NoticeFacts{Subject: "settled", Text: "your permit is ready"}
	bySMS  = ticket.NotifyResult{
		Channels: []ticket.Channel{ticket.SMS, ticket.Mail}, To: map[string]string{"sms": "13912345678", "mail": "ann@example.org"},
		FollowUp: []string{"collect it"}, Facts: letter,
	}
	inPerson = ticket.NotifyResult{
		Channels: []ticket.Channel{ticket.Window}, Told: "Ann Lee", FollowUp: []string{"sign here"}, Facts: letter,
	}
	noticed = ticket.NoticeRequested{
		Notice: 1, Kind: ticket.NoticeResult, Language: "zh-Hant", Channels: bySMS.Channels, To: bySMS.To,
		Subject: "settled", Text: "your permit is ready",
	}
	smsFailed = ticket.NoticeFailed{Notice: 1, Channel: ticket.SMS, Attempts: 5, Code: "unreachable"}
	telling   = then(reviewed, noticed)
	ofDefects = ticket.NoticeRequested{
		Notice: 1, Kind: ticket.NoticeDefects, Language: "zh-Hant", Channels: []ticket.Channel{ticket.SMS}, To: map[string]string{"sms": "13800138000"},
		Subject: "s", Text: "what is missing", Cause: "e1", Defects: 1,
	}
	unable = then(held, ticket.Completed{Handler: "ann", By: "ann", Outcome: ticket.NotFulfilled, Summary: "no title"}, ticket.ReviewPassed{Reviewer: "eve", Opinion: "so it is"})
)

var notifyCases = domaintest.Cases{
	"by the service": given(reviewed...).When(bySMS).As(ann).Then(noticed),
	"in person, delivered at once": given(reviewed...).When(inPerson).As(ann).Then(
		ticket.NoticeRequested{
			Notice: 1, Kind: ticket.NoticeResult, Language: "zh-Hant", Channels: inPerson.Channels, Subject: "settled", Text: "your permit is ready",
		},
		ticket.NoticeDelivered{Notice: 1, Channel: ticket.Window, Attempts: 1, Teller: "ann", Told: "Ann Lee"},
		ticket.ResultDelivered{Channel: ticket.Window, Text: "your permit is ready"},
	),
	"again after all channels failed": given(then(telling, smsFailed, ticket.NoticeFailed{Notice: 1, Channel: ticket.Mail, Attempts: 1, Code: "refused"}, ticket.NoticeExhausted{Notice: 1})...).
		When(ticket.NotifyResult{Channels: []ticket.Channel{ticket.Online}, FollowUp: []string{"look"}, Facts: letter}).As(ann).
		Then(ticket.NoticeRequested{Notice: 2, Kind: ticket.NoticeResult, Language: "zh-Hant", Channels: []ticket.Channel{ticket.Online}, Subject: "settled", Text: "your permit is ready"}),
	"a failure without reasons or ways out": given(unable...).When(bySMS).As(ann).
		Invalid("reasons required", "remedies required", "follow_up not_applicable"),
	"a success without what comes next": given(reviewed...).When(ticket.NotifyResult{Channels: bySMS.Channels, To: bySMS.To, Reasons: []string{"x"}}).As(ann).
		Invalid("follow_up required", "reasons not_applicable"),
	"everything wrong": given(reviewed...).When(ticket.NotifyResult{
		Channels: []ticket.Channel{ticket.Mail, ticket.Mail, ticket.Phone}, To: map[string]string{"sms": "1"}, Language: "fr", FollowUp: []string{" "}, Text: tooLong,
	}).As(ann).Invalid("follow_up required", "text too_long", "language not_allowed", "to.mail required", "channels repeated",
		"to.mail required", "channels not_together", "to.sms not_applicable", "told required"),
	"no channel": given(reviewed...).When(ticket.NotifyResult{FollowUp: []string{"x"}}).As(ann).Invalid("channels required"),
	"to an agent who may collect": given(then(reviewed, agentFor(ticket.MayCollect))...).When(inPerson).As(ann).Then(
		ticket.NoticeRequested{
			Notice: 1, Kind: ticket.NoticeResult, Language: "zh-Hant", Channels: inPerson.Channels, Subject: "settled", Text: "your permit is ready",
		},
		ticket.NoticeDelivered{Notice: 1, Channel: ticket.Window, Attempts: 1, Teller: "ann", Told: "Ann Lee"},
		ticket.ResultDelivered{Channel: ticket.Window, Text: "your permit is ready"},
	),
	"to an agent who may not collect": given(then(reviewed, agentFor(ticket.MayApply))...).When(inPerson).As(ann).Refused(ticket.ErrAgentExceeded),
	"to an agent whose authority has ended": given(then(reviewed, agentFor(ticket.MayCollect))...).When(inPerson).As(ann).
		At(later).Refused(ticket.ErrAgentExpired),
	"to the customer, whatever an agent may": given(then(reviewed, agentFor(ticket.MayApply))...).When(toThem(ticket.TheCustomer)).As(ann).Then(
		ticket.NoticeRequested{
			Notice: 1, Kind: ticket.NoticeResult, Language: "zh-Hant", Channels: inPerson.Channels, Subject: "settled", Text: "your permit is ready",
		},
		ticket.NoticeDelivered{Notice: 1, Channel: ticket.Window, Attempts: 1, Teller: "ann", Told: "Ann Lee", Party: ticket.TheCustomer},
		ticket.ResultDelivered{Channel: ticket.Window, Text: "your permit is ready"},
	),
	"to an agent nobody has identified": given(reviewed...).When(toThem(ticket.TheAgent)).As(ann).Invalid("party no_agent"),
	"to an agent by the service": given(then(reviewed, agentFor(ticket.MayCollect))...).When(ticket.NotifyResult{
		Channels: []ticket.Channel{ticket.Online}, FollowUp: []string{"look"}, Party: ticket.TheAgent, Facts: letter,
	}).As(ann).Invalid("party not_applicable"),
	"in person by a service":        given(reviewed...).When(inPerson).As(robot).Refused(ticket.ErrNoPerson),
	"while it is being told":        given(telling...).When(bySMS).As(ann).Refused(ticket.ErrToldAlready),
	"before the review":             given(completed...).When(bySMS).As(ann).Refused(ticket.ErrNotReviewed),
	"before anything was completed": given(held...).When(bySMS).As(ann).Refused(ticket.ErrNotCompleted),
}

var recordNoticeCases = domaintest.Cases{
	"delivered": given(telling...).When(ticket.RecordNotice{Notice: 1, Channel: ticket.SMS, Delivered: true, Attempts: 2, Message: "gw-7"}).As(robot).Then(
		ticket.NoticeDelivered{Notice: 1, Channel: ticket.SMS, Attempts: 2, Message: "gw-7"},
		ticket.ResultDelivered{Channel: ticket.SMS, Text: "your permit is ready"},
	),
	"the first channel fails": given(telling...).When(ticket.RecordNotice{Notice: 1, Channel: ticket.SMS, Attempts: 5, Code: "unreachable"}).As(robot).Then(smsFailed),
	"the last channel fails": given(then(telling, smsFailed)...).When(ticket.RecordNotice{Notice: 1, Channel: ticket.Mail, Attempts: 1, Code: "refused"}).As(robot).Then(
		ticket.NoticeFailed{Notice: 1, Channel: ticket.Mail, Attempts: 1, Code: "refused"}, ticket.NoticeExhausted{Notice: 1},
	),
	"delivered, once a correction has voided the reviews": given(then(telling, ticket.ReviewVoided{Stage: "first", Status: ticket.StatusCompleted})...).
		When(ticket.RecordNotice{Notice: 1, Channel: ticket.SMS, Delivered: true, Attempts: 1}).As(robot).
		Then(ticket.NoticeDelivered{Notice: 1, Channel: ticket.SMS, Attempts: 1}),
	"delivered, once the result is another": given(then(telling, ticket.Reopened{Fault: ticket.FaultStaff, Round: 2}, finish, ticket.ReviewPassed{Reviewer: "eve"})...).
		When(ticket.RecordNotice{Notice: 1, Channel: ticket.SMS, Delivered: true, Attempts: 1}).As(robot).
		Then(ticket.NoticeDelivered{Notice: 1, Channel: ticket.SMS, Attempts: 1}),
	"delivered, of defects": onPlan(then(notified, ofDefects)...).When(ticket.RecordNotice{Notice: 1, Channel: ticket.SMS, Delivered: true, Attempts: 1, Message: "gw-7"}).As(robot).
		Then(ticket.NoticeDelivered{Notice: 1, Channel: ticket.SMS, Attempts: 1, Message: "gw-7"}, ticket.DefectNoticeDelivered{Notice: 1, At: noon, Evidence: "gw-7"}),
	"delivered, of defects the customer knows": onPlan(then(notified, ofDefects, arrived(1))...).
		When(ticket.RecordNotice{Notice: 1, Channel: ticket.SMS, Delivered: true, Attempts: 1}).As(robot).
		Then(ticket.NoticeDelivered{Notice: 1, Channel: ticket.SMS, Attempts: 1}),
	"twice":               given(then(telling, smsFailed)...).When(ticket.RecordNotice{Notice: 1, Channel: ticket.SMS, Attempts: 5, Code: "unreachable"}).As(robot).Nothing(),
	"an unknown notice":   given(telling...).When(ticket.RecordNotice{Notice: 2, Channel: ticket.SMS, Attempts: 1}).As(robot).Refused(ticket.ErrNoNotice),
	"an unknown channel":  given(telling...).When(ticket.RecordNotice{Notice: 1, Channel: ticket.Online, Attempts: 1}).As(robot).Refused(ticket.ErrNoNotice),
	"a ticket of nowhere": given().When(ticket.RecordNotice{Notice: 1, Channel: ticket.SMS, Attempts: 1}).As(robot).Refused(ticket.ErrNoNotice),
}

// agentFor identifies an agent who may do this until an hour later.
func agentFor(act ticket.AgentAct) ticket.IdentityChecked {
	return ticket.IdentityChecked{
		Method: ticket.SeenInPerson, Document: ticket.IdentityCard, Passed: true, Agent: "Bob Lam", Authority: "power of attorney",
		Acts: []ticket.AgentAct{act}, Expires: &later,
	}
}

func toThem(p ticket.Party) ticket.NotifyResult {
	c := inPerson
	c.Party = p
	return c
}

// Objections: grace had no part in the result.
var (
	grace    = domain.Actor{Principal: "staff-grace", Staff: "grace"}
	objected = then(delivered, ticket.Objected{Objection: 1, Number: "CS-INC-2026-000001-Q-O1", Channel: ticket.Window, Grounds: "wrong name"})
	rejected = then(objected, ticket.ObjectionDecided{Objection: 1, Reviewer: "grace", Verdict: ticket.NotUpheld, Reasons: "it is the name on the deed"})
	object   = ticket.Object{Channel: ticket.Window, Grounds: "wrong name"}
	try      = ticket.ObjectionContacted{Objection: 1, Try: 1, Summary: "nobody there"}
	within10 = func(s ticket.State) ticket.State {
		s.Template = casetype.Ref{Template: "t", Version: 1}
		s.Rules = &casetype.Rules{Objection: casetype.Objection{Days: 10, Tries: 1}}
		return s
	}
	toldAt   = noon.AddDate(0, 0, -11)
	toldLong = then(reviewed, ticket.ClockStarted{Clock: "handling", Round: 1, Since: toldAt}, ticket.ResultDelivered{Channel: ticket.Phone, Text: "ready"},
		ticket.ClockStopped{Clock: "handling", Round: 1, At: toldAt, Met: true})
)

func answeredByDeputies(s ticket.State) ticket.State {
	s.Template = casetype.Ref{Template: "t", Version: 1}
	s.Rules = &casetype.Rules{Objection: casetype.Objection{Role: "deputy_manager"}}
	return s
}

// posted is grace with a post.
func posted(role string) domain.Actor {
	a := grace
	a.Posts = []domain.Post{{Role: role, Unit: "u1"}}
	return a
}

var objectCases = domaintest.Cases{
	"to a delivered result": given(delivered...).When(object).As(ann).Then(objected[len(objected)-1]),
	"a second time, once the first is closed": given(then(rejected, ticket.ObjectionClosed{Objection: 1, Confirmed: true})...).When(object).As(ann).
		Then(ticket.Objected{Objection: 2, Number: "CS-INC-2026-000001-Q-O2", Channel: ticket.Window, Grounds: "wrong name"}),
	"while one is open":       given(objected...).When(object).As(ann).Refused(ticket.ErrObjectionOpen),
	"to nothing yet":          given(reviewed...).When(object).As(ann).Refused(ticket.ErrNotObjectable),
	"after the time is up":    given(toldLong...).Knowing(within10).When(object).As(ann).Refused(ticket.ErrObjectionTooLate),
	"by an agent who may":     given(then(delivered, agentFor(ticket.MayObject))...).When(object).As(ann).Then(objected[len(objected)-1]),
	"by an agent who may not": given(then(delivered, agentFor(ticket.MayApply))...).When(object).As(ann).Refused(ticket.ErrAgentExceeded),
	"by an agent too late":    given(then(delivered, agentFor(ticket.MayObject))...).When(object).As(ann).At(later).Refused(ticket.ErrAgentExpired),
	"by the customer in person": given(then(delivered, agentFor(ticket.MayApply))...).
		When(ticket.Object{Channel: ticket.Window, Grounds: "wrong name", Party: ticket.TheCustomer}).As(ann).
		Then(ticket.Objected{Objection: 1, Number: "CS-INC-2026-000001-Q-O1", Channel: ticket.Window, Grounds: "wrong name", Party: ticket.TheCustomer}),
	"without grounds": given(delivered...).When(ticket.Object{Channel: ticket.System}).As(ann).Invalid("channel not_allowed", "grounds required"),
}

var decideObjectionCases = domaintest.Cases{
	"not upheld": given(objected...).When(ticket.DecideObjection{Verdict: ticket.NotUpheld, Reasons: "it is the name on the deed"}).As(grace).Then(rejected[len(rejected)-1]),
	"upheld, for a new round": given(objected...).When(ticket.DecideObjection{Verdict: ticket.Upheld, Fault: ticket.FaultStaff, Reasons: "so it is"}).As(grace).Then(
		ticket.ObjectionDecided{Objection: 1, Reviewer: "grace", Verdict: ticket.Upheld, Fault: ticket.FaultStaff, Reasons: "so it is"},
		ticket.Reopened{Fault: ticket.FaultStaff, Reason: "so it is", Round: 2},
	),
	"upheld, of what a correction has sent back": given(then(objected, ticket.ReviewVoided{Stage: "first", Status: ticket.StatusRegistered})...).
		When(ticket.DecideObjection{Verdict: ticket.Upheld, Fault: ticket.FaultStaff, Reasons: "so it is"}).As(grace).
		Then(ticket.ObjectionDecided{Objection: 1, Reviewer: "grace", Verdict: ticket.Upheld, Fault: ticket.FaultStaff, Reasons: "so it is"}),
	"by another than the rules name": given(objected...).Knowing(answeredByDeputies).
		When(ticket.DecideObjection{Verdict: ticket.NotUpheld, Reasons: "no"}).As(grace).Refused(ticket.ErrObjectionRole),
	"by whom the rules name": given(objected...).Knowing(answeredByDeputies).
		When(ticket.DecideObjection{Verdict: ticket.NotUpheld, Reasons: "it is the name on the deed"}).As(posted("deputy_manager")).Then(rejected[len(rejected)-1]),
	"by the manager": given(objected...).Knowing(answeredByDeputies).
		When(ticket.DecideObjection{Verdict: ticket.NotUpheld, Reasons: "it is the name on the deed"}).As(posted("manager")).Then(rejected[len(rejected)-1]),
	"which nobody reopens past it": given(objected...).When(reopen).As(eve).Refused(ticket.ErrObjectionOpen),
	"by the handler":               given(objected...).When(ticket.DecideObjection{Verdict: ticket.NotUpheld, Reasons: "no"}).As(ann).Refused(ticket.ErrDecidedOriginal),
	"by the reviewer":              given(objected...).When(ticket.DecideObjection{Verdict: ticket.NotUpheld, Reasons: "no"}).As(eve).Refused(ticket.ErrDecidedOriginal),
	"by a service":                 given(objected...).When(ticket.DecideObjection{Verdict: ticket.NotUpheld, Reasons: "no"}).As(robot).Refused(ticket.ErrNoPerson),
	"twice":                        given(rejected...).When(ticket.DecideObjection{Verdict: ticket.NotUpheld, Reasons: "no"}).As(grace).Refused(ticket.ErrObjectionDecided),
	"when there is none":           given(delivered...).When(ticket.DecideObjection{Verdict: ticket.NotUpheld, Reasons: "no"}).As(grace).Refused(ticket.ErrNoObjection),
	"upheld by no mistake":         given(objected...).When(ticket.DecideObjection{Verdict: ticket.PartlyUpheld}).As(grace).Invalid("reasons required", "fault not_allowed"),
	"a fault of nobody":            given(objected...).When(ticket.DecideObjection{Verdict: ticket.NotUpheld, Reasons: "no", Fault: ticket.FaultStaff}).As(grace).Invalid("fault not_applicable"),
}

var settleObjectionCases = domaintest.Cases{
	"a try":                    given(rejected...).When(ticket.ContactObjector{Summary: "nobody there"}).As(ann).Then(try),
	"a try without words":      given(rejected...).When(ticket.ContactObjector{}).As(ann).Invalid("summary required"),
	"a try too early":          given(objected...).When(ticket.ContactObjector{Summary: "x"}).As(ann).Refused(ticket.ErrObjectionPending),
	"confirmed":                given(rejected...).When(ticket.ConfirmObjection{Reason: "thanks"}).As(ann).Then(ticket.ObjectionClosed{Objection: 1, Confirmed: true, Reason: "thanks"}),
	"confirmed at length":      given(rejected...).When(ticket.ConfirmObjection{Reason: tooLong}).As(ann).Invalid("reason too_long"),
	"confirmed without one":    given(delivered...).When(ticket.ConfirmObjection{}).As(ann).Refused(ticket.ErrNoObjection),
	"closed after a try":       given(then(rejected, try)...).Knowing(within10).When(ticket.CloseObjection{Reason: "not to be reached"}).As(eve).Then(ticket.ObjectionClosed{Objection: 1, Reason: "not to be reached"}),
	"closed without a reason":  given(then(rejected, try)...).Knowing(within10).When(ticket.CloseObjection{}).As(eve).Invalid("reason required"),
	"closed after too few":     given(then(rejected, try)...).When(ticket.CloseObjection{Reason: "x"}).As(eve).Refused(ticket.ErrObjectionNotTried),
	"closed before the answer": given(objected...).When(ticket.CloseObjection{Reason: "x"}).As(eve).Refused(ticket.ErrObjectionPending),
	"the ticket itself":        given(rejected...).When(ticket.Close{}).As(ann).Refused(ticket.ErrObjectionOpen),
}

func TestNotifyResult(t *testing.T)    { t.Parallel(); notifyCases.Run(t) }
func TestRecordNotice(t *testing.T)    { t.Parallel(); recordNoticeCases.Run(t) }
func TestObject(t *testing.T)          { t.Parallel(); objectCases.Run(t) }
func TestDecideObjection(t *testing.T) { t.Parallel(); decideObjectionCases.Run(t) }
func TestSettleObjection(t *testing.T) { t.Parallel(); settleObjectionCases.Run(t) }

// resultCases are the cases of what the customer is told and answers.
var resultCases = []domaintest.Cases{requestNoticeCases, notifyCases, recordNoticeCases, objectCases, decideObjectionCases, settleObjectionCases}
