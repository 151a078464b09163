package ticket_test

import (
	"strings"
	"testing"

	"docket/domain/domaintest"
	"docket/domain/ticket"
)

// finding is one finding as it is asked for.
func finding(path string, v ticket.Assessment) ticket.CheckItem {
	return ticket.CheckItem{Path: path, Verdict: v}
}

var areaCure = ticket.CheckItem{
	Path: "form.area", Verdict: ticket.Defective, Defect: "not the area of the plan", Cure: "state the floor area",
}

var checkCases = domaintest.Cases{
	"all that is filled in": onPlan(brought...).When(ticket.Check{Findings: []ticket.CheckItem{finding("form.shop", ticket.Valid), finding("form.area", ticket.Valid)}}).As(ann).
		Then(formValid),
	"with a defect": onPlan(then(filled, inScope)...).When(ticket.Check{Findings: []ticket.CheckItem{finding("form.shop", ticket.Valid), areaCure}}).As(ann).
		Then(badArea),
	"what is new of it": onPlan(ready...).When(ticket.Check{Findings: []ticket.CheckItem{finding("form.shop", ticket.Valid), finding("form.area", ticket.Present)}}).As(ann).
		Then(ticket.Checked{Verdicts: map[string]ticket.Assessment{"form.area": ticket.Present}, By: "ann"}),
	"the same again": onPlan(ready...).When(ticket.Check{Findings: []ticket.CheckItem{finding("form.shop", ticket.Valid)}}).As(ann).Nothing(),
	"all that is wrong": onPlan(filled...).When(ticket.Check{Findings: []ticket.CheckItem{
		finding("form.zz", ticket.Valid), finding("materials.lease", ticket.Valid), {Path: "form.area", Verdict: ticket.Defective},
		finding("form.shop", "nice"), {Path: "form.shop", Verdict: ticket.Valid, Defect: strings.Repeat("長", 1001)},
	}}).As(ann).Invalid("findings[0].path unknown", "findings[1].path missing", "findings[2].defect required",
		"findings[2].cure required", "findings[3].verdict not_allowed", "findings[4].path repeated", "findings[4].defect too_long"),
	"nothing":         onPlan(filled...).When(ticket.Check{}).As(ann).Invalid("findings required"),
	"by a service":    onPlan(filled...).When(ticket.Check{}).As(robot).Refused(ticket.ErrNoPerson),
	"once registered": onPlan(then(ready, numbered)...).When(ticket.Check{}).As(ann).Refused(ticket.ErrNotDraft),
	"cures what was told, with the last of it": onPlan(then(notified, restated, lease)...).
		When(ticket.Check{Findings: []ticket.CheckItem{finding("form.area", ticket.Valid)}}).As(ann).
		Then(ticket.Checked{Verdicts: map[string]ticket.Assessment{"form.area": ticket.Valid}, By: "ann"}, ticket.DefectsCured{Notice: 1},
			ticket.ClockStopped{Clock: ticket.SupplementClock, Round: 1, At: noon, Met: true, DueAt: &supplementDue}),
	"cures nothing while the rest is at fault": onPlan(then(notified, restated)...).
		When(ticket.Check{Findings: []ticket.CheckItem{finding("form.area", ticket.Valid)}}).As(ann).
		Then(ticket.Checked{Verdicts: map[string]ticket.Assessment{"form.area": ticket.Valid}, By: "ann"}),
}

// restated is the area as the customer stated it anew.
var restated = ticket.FormFilled{Values: map[string]string{"area": "31"}, Customer: "c-17", By: "ann"}

var supplemented = ticket.MaterialReceived{Item: 1, Material: "lease", Original: true, Verdict: ticket.Valid, By: "ann", Supplement: true}

var materialCases = domaintest.Cases{
	"as it should be": onPlan(filled...).When(ticket.ReceiveMaterial{Material: "lease", Original: true, ValidUntil: "2026-03-31", Verdict: ticket.Valid}).As(ann).
		Then(lease),
	"by a connector, to be judged": onPlan(filled...).When(ticket.ReceiveMaterial{Material: "photo", Copies: 2, Pages: 1, Issuer: "照相館"}).As(robot).
		Then(ticket.MaterialReceived{Item: 1, Material: "photo", Copies: 2, Pages: 1, Issuer: "照相館", Verdict: ticket.Present}),
	"expired": onPlan(filled...).When(ticket.ReceiveMaterial{Material: "lease", ValidUntil: "2026-03-01", Verdict: ticket.Valid}).As(ann).
		Then(ticket.MaterialReceived{Item: 1, Material: "lease", ValidUntil: "2026-03-01", Verdict: ticket.Defective, By: "ann"}),
	"on its last day": onPlan(filled...).When(ticket.ReceiveMaterial{Material: "lease", ValidUntil: "2026-03-02", Verdict: ticket.Valid}).As(ann).
		Then(ticket.MaterialReceived{Item: 1, Material: "lease", ValidUntil: "2026-03-02", Verdict: ticket.Valid, By: "ann"}),
	"unreadable": onPlan(filled...).When(ticket.ReceiveMaterial{Material: "lease", Unreadable: true, Verdict: ticket.Valid}).As(ann).
		Then(ticket.MaterialReceived{Item: 1, Material: "lease", Unreadable: true, Verdict: ticket.Defective, By: "ann"}),
	"a supplement, beside what came first": onPlan(then(defective, ticket.MaterialReceived{Item: 1, Material: "photo", Verdict: ticket.Defective}, notice)...).
		When(ticket.ReceiveMaterial{Material: "photo", Copies: 2}).As(ann).
		Then(ticket.MaterialReceived{Item: 2, Material: "photo", Copies: 2, Verdict: ticket.Present, By: "ann", Supplement: true}),
	"the last of what was told": onPlan(then(notified, restated, formValid)...).
		When(ticket.ReceiveMaterial{Material: "lease", Original: true, Verdict: ticket.Valid}).As(ann).
		Then(supplemented, ticket.DefectsCured{Notice: 1},
			ticket.ClockStopped{Clock: ticket.SupplementClock, Round: 1, At: noon, Met: true, DueAt: &supplementDue}),
	"all that is wrong": onPlan(filled...).When(ticket.ReceiveMaterial{
		Material: "zz", Issuer: strings.Repeat("長", 201), ValidUntil: "2026-02-30", File: "f", Copies: -1, Pages: -1, Verdict: ticket.Defective,
	}).As(ann).Invalid("material unknown", "issuer too_long", "valid_until not_a_date", "file unknown", "copies out_of_range",
		"pages out_of_range", "defect required", "cure required"),
	"judged by nobody": onPlan(filled...).When(ticket.ReceiveMaterial{Material: "lease", Verdict: ticket.Valid}).As(robot).Invalid("verdict no_person"),
	"once registered":  onPlan(then(ready, numbered)...).When(ticket.ReceiveMaterial{}).As(ann).Refused(ticket.ErrNotDraft),
	"by an agent who may": onPlan(then(notified, agent)...).When(ticket.ReceiveMaterial{Material: "photo"}).As(ann).
		Then(ticket.MaterialReceived{Item: 1, Material: "photo", Verdict: ticket.Present, By: "ann", Supplement: true}),
	"by an agent who may not": onPlan(then(notified, applicant)...).When(ticket.ReceiveMaterial{Material: "photo"}).As(ann).Refused(ticket.ErrAgentExceeded),
	"by an agent too late":    onPlan(then(notified, agent)...).When(ticket.ReceiveMaterial{Material: "photo"}).As(ann).At(later).Refused(ticket.ErrAgentExpired),
}

// The agent may do all but withdraw until an hour after noon; the applicant may only apply.
var (
	agent = ticket.IdentityChecked{
		Method: ticket.SeenInPerson, Document: ticket.IdentityCard, Passed: true, Agent: "李四", Authority: "power of attorney of 1 March",
		Acts: []ticket.AgentAct{ticket.MayApply, ticket.MaySupplement}, Expires: &later, By: "ann",
	}
	failed    = ticket.IdentityChecked{Method: ticket.CalledBack, Document: ticket.OtherDocument, Note: "nobody there", By: "ann"}
	applicant = ticket.IdentityChecked{
		Method: ticket.SeenInPerson, Document: ticket.IdentityCard, Passed: true, Agent: "李四", Acts: []ticket.AgentAct{ticket.MayApply},
	}
)

var identityCases = domaintest.Cases{
	"the customer": onPlan(filled...).When(ticket.CheckIdentity{Method: ticket.SeenInPerson, Document: ticket.IdentityCard, Passed: true}).As(ann).
		Then(ticket.IdentityChecked{Method: ticket.SeenInPerson, Document: ticket.IdentityCard, Passed: true, By: "ann"}),
	"an agent": onPlan(filled...).When(ticket.CheckIdentity{
		Method: ticket.SeenInPerson, Document: ticket.IdentityCard, Passed: true, Agent: "李四", Authority: "power of attorney of 1 March",
		Acts: []ticket.AgentAct{ticket.MayApply, ticket.MaySupplement}, ExpiresAt: &later,
	}).As(ann).Then(agent),
	"failed, on a plain ticket": given(registered...).When(ticket.CheckIdentity{Method: ticket.CalledBack, Document: ticket.OtherDocument, Note: "nobody there"}).As(ann).
		Then(ticket.IdentityChecked{Method: ticket.CalledBack, Document: ticket.OtherDocument, Note: "nobody there", By: "ann"}),
	"without a word": onPlan(filled...).When(ticket.CheckIdentity{}).As(ann).
		Invalid("method not_allowed", "document not_allowed", "note required"),
	"an agent without authority": onPlan(filled...).When(ticket.CheckIdentity{
		Method: ticket.RealName, Document: ticket.Passport, Passed: true, Agent: "李四",
	}).Invalid("authority required", "acts required"),
	"authority without an agent": onPlan(filled...).When(ticket.CheckIdentity{
		Method: ticket.RealName, Document: ticket.Passport, Passed: true, Acts: []ticket.AgentAct{"dance"},
	}).Invalid("agent required", "acts not_allowed"),
	"no review without it": onPlan(then(submitted, ticket.Taken{Handler: "ann"}, finish)...).When(passing).As(eve).Refused(ticket.ErrNoIdentity),
	"nor after it failed":  onPlan(then(submitted, ticket.Taken{Handler: "ann"}, finish, failed)...).When(passing).As(eve).Refused(ticket.ErrNoIdentity),
	"once closed":          given(closed...).When(ticket.CheckIdentity{}).Refused(ticket.ErrNotOpen),
}

func TestCheck(t *testing.T)           { t.Parallel(); checkCases.Run(t) }
func TestReceiveMaterial(t *testing.T) { t.Parallel(); materialCases.Run(t) }
func TestCheckIdentity(t *testing.T)   { t.Parallel(); identityCases.Run(t) }
