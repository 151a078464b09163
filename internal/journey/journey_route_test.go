package journey_test

import (
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain/casetype"
	"docket/domain/form"
	"docket/domain/route"
	"docket/domain/template"
	"docket/domain/ticket"
	"docket/domain/worktime"
)

// onRoute has a template with these stages approved and gives its key.
func (o *office) onRoute(code string, change func(*casetype.Rules), stages ...route.Stage) string {
	o.Helper()
	d := o.definition(code, change, stages...)
	drafted := o.Do("designer", "template.draft", "", template.DraftVersion{Definition: d, Reason: "a journey"})
	digest := d.Digest()
	o.Do("designer", "template.submit", drafted.ID, template.Submit{})
	o.Do("head", "template.review", drafted.ID, template.Review{Digest: digest, Verdict: template.Pass, Opinion: "同意"})
	o.Do("manager", "template.approve", drafted.ID, template.Approve{Digest: digest, Opinion: "批准"})
	return drafted.ID
}

// definition is what a template with these stages says.
func (o *office) definition(code string, change func(*casetype.Rules), stages ...route.Stage) casetype.Definition {
	o.Helper()
	e, ok := commands.Lookup("template.draft")
	require.True(o, ok)
	d := e.Example.(template.DraftVersion).Definition
	d.Labels = maps.Clone(d.Labels)
	r := &d.Rules
	r.Type, r.Owner = code, o.Unit("客戶服務中心")
	var calendars struct{ Items []struct{ ID string } }
	o.Get("designer", "/v1/calendars", &calendars)
	require.NotEmpty(o, calendars.Items)
	r.Calendar = calendars.Items[0].ID
	r.Fields = append(slices.Clone(r.Fields), form.Field{Key: "amount", Type: form.Money}, form.Field{Key: "remark", Type: form.Text, Harmless: true})
	r.Groups = []casetype.Choice{{Value: o.Unit("業務處理一組")}}
	for _, st := range stages {
		st.Limit = worktime.WorkingDays(2)
		r.Stages = append(r.Stages, st)
	}
	if change != nil {
		change(r)
	}
	for _, key := range r.Keys() {
		d.Labels[key] = casetype.Text{"zh-Hant": key}
	}
	return d
}

// applied is an application that has passed its check and been submitted.
func (o *office) applied(template, amount string) answer {
	o.Helper()
	values := map[string]string{"item": "permit", "customer_name": "王小明", "content": "a tea shop", "amount": amount}
	opened := o.Do("clerk", "ticket.open", "", ticket.Open{
		Template: template, Unit: o.Unit("客戶服務中心"), Channel: ticket.Window, Title: "開業許可", Values: values,
	})
	var checked ticket.Check
	for _, key := range []string{"item", "customer_name", "content"} {
		checked.Findings = append(checked.Findings, ticket.CheckItem{Path: "form." + key, Verdict: ticket.Valid})
	}
	o.Do("clerk", "ticket.check", opened.ID, checked)
	o.Do("clerk", "ticket.decide_scope", opened.ID, ticket.DecideScope{Scope: ticket.InScope, Reason: "本中心受理"})
	return o.Do("clerk", "ticket.submit", opened.ID, ticket.Submit{})
}

var allMet = ticket.Judgement{Accuracy: ticket.Met, Compliance: ticket.Met, Completeness: ticket.Met}

var judged = []string{"accuracy", "compliance", "completeness"}

// TestResultReviewedTwice: the route of a processing centre (S0). The leader reviews the result first, then the deputy manager.
func TestResultReviewedTwice(t *testing.T) {
	t.Parallel()
	o := Office(t)
	id := o.applied(o.onRoute("RTA", nil,
		route.Stage{Key: "first_review", When: route.After, Kind: route.Review, Role: "leader", Opinion: judged},
		route.Stage{Key: "second_review", When: route.After, Kind: route.Review, Role: "deputy_manager", Opinion: judged},
	), "100").ID
	first := ticket.PassStage{Stage: "first_review", Opinion: "準確、合規、完整", Judgement: allMet}
	second := ticket.PassStage{Stage: "second_review", Opinion: "同意", Judgement: allMet}
	o.Do("handler", "ticket.take", id, ticket.Take{})
	o.Refused("leader", "ticket.pass_stage", id, first, http.StatusConflict, "ticket.no_stage_open")
	o.Do("handler", "ticket.complete", id, ticket.Complete{Outcome: ticket.Fulfilled, Summary: "辦妥"})
	o.Refused("leader", "ticket.pass_review", id, ticket.PassReview{Opinion: "x"}, http.StatusConflict, "ticket.follows_route")
	o.Refused("handler", "ticket.pass_stage", id, first, http.StatusForbidden, "not_allowed")
	o.Refused("deputy", "ticket.pass_stage", id, second, http.StatusConflict, "ticket.stage_not_now")
	o.Refused("leader", "ticket.pass_stage", id, first, http.StatusPreconditionRequired, "match.required", unmatched())
	o.Invalid("leader", "ticket.pass_stage", id, ticket.PassStage{Stage: "first_review", Opinion: "x", Judgement: ticket.Judgement{Accuracy: ticket.Met}},
		[]string{"judgement.compliance required", "judgement.completeness required"})
	o.Invalid("leader", "ticket.return_stage", id, ticket.ReturnStage{Stage: "first_review", Fault: ticket.FaultStaff, Items: []string{"date"}}, []string{"reason required"})
	returned := o.Do("leader", "ticket.return_stage", id, ticket.ReturnStage{
		Stage: "first_review", Fault: ticket.FaultStaff, Reason: "日期有誤", Items: []string{"更正日期", "補蓋印章"},
	})
	require.Subset(t, returned.types(), []string{"TicketStageReturned", "TicketReviewReturned"})
	again := ticket.Complete{Outcome: ticket.Fulfilled, Summary: "已整改"}
	o.Refused("handler", "ticket.complete", id, again, http.StatusConflict, "ticket.items_open")
	o.Do("handler", "ticket.answer_items", id, ticket.AnswerItems{Answers: []ticket.ItemAnswer{{Item: 1, Answer: "已更正"}, {Item: 2, Answer: "已補蓋"}}})
	o.Do("handler", "ticket.complete", id, again)
	o.Do("leader", "ticket.pass_stage", id, first)
	o.Refused("handler", "ticket.deliver", id, ticket.DeliverResult{Channel: ticket.Phone, Text: "x"}, http.StatusConflict, "ticket.not_reviewed")
	require.Subset(t, o.Do("deputy", "ticket.pass_stage", id, second).types(), []string{"TicketStagePassed", "TicketReviewPassed"})
	var page struct {
		Status string
		Round  int
	}
	o.Get("handler", "/v1/tickets/"+id, &page)
	require.Equal(t, "reviewed", page.Status)
	require.Equal(t, 2, page.Round)
}

// TestIntakeFormApprovedFirst: the route of the five rules (S1). The supervisor looks at the intake form, and at the result.
func TestIntakeFormApprovedFirst(t *testing.T) {
	t.Parallel()
	o := Office(t)
	registered := o.applied(o.onRoute("RTB", nil,
		route.Stage{Key: "intake_approval", When: route.Before, Kind: route.Review, Role: "supervisor", Opinion: []string{"completeness"}},
		route.Stage{Key: "result_review", When: route.After, Kind: route.Review, Role: "supervisor", Opinion: judged},
	), "100")
	id := registered.ID
	require.NotContains(t, registered.types(), "TicketAccepted")
	o.Refused("handler", "ticket.take", id, ticket.Take{}, http.StatusConflict, "ticket.not_open")
	o.Refused("clerk", "ticket.accept", id, ticket.Accept{}, http.StatusConflict, "ticket.follows_route")
	look := ticket.PassStage{Stage: "intake_approval", Opinion: "齊全", Judgement: ticket.Judgement{Completeness: ticket.Met}}
	o.Refused("clerk", "ticket.pass_stage", id, look, http.StatusForbidden, "not_allowed")
	o.Do("supervisor", "ticket.return_stage", id, ticket.ReturnStage{
		Stage: "intake_approval", Fault: ticket.FaultStaff, Reason: "內容不清", Items: []string{"寫明地址"}, Fields: []string{"content"},
	})
	o.Refused("supervisor", "ticket.pass_stage", id, look, http.StatusConflict, "ticket.returned")
	amended := ticket.Resubmit{Values: map[string]string{"content": "a tea shop in Nanjing Road"}}
	o.Refused("clerk", "ticket.resubmit", id, amended, http.StatusConflict, "ticket.items_open")
	o.Do("clerk", "ticket.answer_items", id, ticket.AnswerItems{Answers: []ticket.ItemAnswer{{Item: 1, Answer: "已寫明"}}})
	o.Do("clerk", "ticket.resubmit", id, amended)
	require.Contains(t, o.Do("supervisor", "ticket.pass_stage", id, look).types(), "TicketAccepted")
	o.Do("handler", "ticket.take", id, ticket.Take{})
	o.Do("handler", "ticket.complete", id, ticket.Complete{Outcome: ticket.Fulfilled, Summary: "辦妥"})
	result := ticket.PassStage{Stage: "result_review", Opinion: "同意", Judgement: allMet}
	o.Do("supervisor", "ticket.pass_stage", id, result)

	// What both decisions relied on is corrected under the stamp: both are void, and the ticket is back at the first.
	correction := ticket.Correct{Field: "content", Value: "a tea shop in Beijing Road", Fault: ticket.FaultCustomer, Reason: "筆誤", Stamp: "CS-07"}
	o.Refused("handler", "ticket.correct", id, correction, http.StatusForbidden, "not_allowed")
	same := correction
	same.Value = "a tea shop in Nanjing Road"
	o.Invalid("leader", "ticket.correct", id, same, []string{"value unchanged"})
	o.Refused("leader", "ticket.correct", id, correction, http.StatusPreconditionFailed, "match.moved", at(1))
	require.NotContains(t, o.Do("leader", "ticket.correct", id, ticket.Correct{
		Field: "remark", Value: "by post", Fault: ticket.FaultStaff, Reason: "漏填", Stamp: "CS-07",
	}).types(), "TicketStagesVoided", "a harmless field voids nothing")
	require.Subset(t, o.Do("leader", "ticket.correct", id, correction).types(), []string{"TicketFieldCorrected", "TicketStagesVoided", "TicketReviewVoided"})
	var page struct {
		Status      string
		Corrections []struct{ Field, Old, New, Stamp string }
	}
	o.Get("supervisor", "/v1/tickets/"+id, &page)
	require.Equal(t, "registered", page.Status)
	require.Len(t, page.Corrections, 2)
	require.Equal(t, "a tea shop in Nanjing Road", page.Corrections[1].Old)
	require.Equal(t, "a tea shop in Beijing Road", page.Corrections[1].New)
	require.Equal(t, "CS-07", page.Corrections[1].Stamp)
	o.Do("supervisor", "ticket.pass_stage", id, look)
	o.Do("handler", "ticket.complete", id, ticket.Complete{Outcome: ticket.Fulfilled, Summary: "核對無誤"})
	o.Do("supervisor", "ticket.pass_stage", id, result)
}

// TestApplicationDecidedFirst: the route of service handling (S2). Two reviews and an approval within authority come before
// handling; a refusal is told with its reasons before the ticket is closed.
func TestApplicationDecidedFirst(t *testing.T) {
	t.Parallel()
	o := Office(t)
	sheet := o.onRoute("RTC", func(r *casetype.Rules) { r.Amount = "amount" },
		route.Stage{
			Key: "first_review", When: route.Before, Kind: route.Review, Role: "reviewer",
			Opinion: []string{"identity", "truth", "compliance", "first_opinion", "risk"},
		},
		route.Stage{Key: "second_review", When: route.Before, Kind: route.Review, Role: "specialist", Condition: "form.amount >= 50000.0"},
		route.Stage{Key: "approval", When: route.Before, Kind: route.Approval, Role: "approver", Authority: "subsidy"},
	)
	opinion := ticket.Judgement{
		Identity: ticket.Met, Truth: ticket.Met, Compliance: ticket.Met, FirstOpinion: ticket.OpinionApprove, Risk: ticket.RiskLow,
	}
	first := ticket.PassStage{Stage: "first_review", Opinion: "擬同意", Judgement: opinion}
	second := ticket.PassStage{Stage: "second_review", Opinion: "同意初審意見", Judgement: ticket.Judgement{View: ticket.Agrees, Risk: ticket.RiskMedium}}
	approval := ticket.PassStage{Stage: "approval", Opinion: "批准", Conditions: []string{"分兩期撥付"}}

	id := o.applied(sheet, "80000").ID
	o.Invalid("reviewer", "ticket.pass_stage", id, ticket.PassStage{Stage: "first_review", Opinion: "x", Judgement: ticket.Judgement{Truth: ticket.Met, Compliance: ticket.Met, Risk: ticket.RiskLow}},
		[]string{"judgement.identity required", "judgement.first_opinion required"})
	o.Do("reviewer", "ticket.pass_stage", id, first)
	o.Refused("approver", "ticket.pass_stage", id, approval, http.StatusConflict, "ticket.stage_not_now")
	o.Refused("reviewer", "ticket.pass_stage", id, second, http.StatusForbidden, "ticket.not_your_stage")
	o.Invalid("specialist", "ticket.pass_stage", id, ticket.PassStage{Stage: "second_review", Opinion: "x"}, []string{"judgement.view required", "judgement.risk required"})
	o.Do("specialist", "ticket.pass_stage", id, second)
	require.Contains(t, o.Do("approver", "ticket.pass_stage", id, approval).types(), "TicketAccepted")
	o.Do("handler", "ticket.take", id, ticket.Take{})
	done := ticket.Complete{Outcome: ticket.Fulfilled, Summary: "已撥付"}
	o.Refused("handler", "ticket.complete", id, done, http.StatusConflict, "ticket.conditions_open")
	o.Do("handler", "ticket.answer_conditions", id, ticket.AnswerConditions{Answers: []ticket.ConditionAnswer{{Condition: 1, Answer: "已分兩期"}}})
	o.Do("handler", "ticket.complete", id, done)

	// A small one needs no second review, unless a superior wants it.
	wanted := o.applied(sheet, "800").ID
	o.Do("supervisor", "ticket.require_second_review", wanted, ticket.RequireSecondReview{Stage: "second_review", Reason: "媒體關注"})
	o.Do("reviewer", "ticket.pass_stage", wanted, first)
	o.Refused("approver", "ticket.pass_stage", wanted, approval, http.StatusConflict, "ticket.stage_not_now")
	o.Do("specialist", "ticket.pass_stage", wanted, second)
	o.Do("approver", "ticket.pass_stage", wanted, approval)

	// Above the approver's authority, and refused.
	high := o.applied(sheet, "900000").ID
	o.Do("reviewer", "ticket.pass_stage", high, first)
	o.Do("specialist", "ticket.pass_stage", high, second)
	p := o.Refused("approver", "ticket.pass_stage", high, approval, http.StatusForbidden, "ticket.above_authority")
	require.Equal(t, []string{"signature.manager may_sign", "signature.supervisor may_sign"}, p.fields())
	o.Refused("specialist", "ticket.refuse_application", high, ticket.RefuseApplication{
		Stage: "approval", Reasons: []string{"x"}, Remedies: []string{"x"}, Objection: "x",
	}, http.StatusForbidden, "ticket.not_your_stage")
	o.Invalid("approver", "ticket.refuse_application", high, ticket.RefuseApplication{Stage: "approval", Objection: "x", Reasons: []string{" "}, Remedies: []string{"x"}},
		[]string{"reasons[0] required"})
	o.Do("approver", "ticket.refuse_application", high, ticket.RefuseApplication{
		Stage: "approval", Reasons: []string{"超出年度預算"}, Remedies: []string{"可於下一年度重新申請"}, Objection: "收到通知後六十日內向本中心書面提出",
	})
	o.Refused("leader", "ticket.close", high, ticket.Close{}, http.StatusConflict, "ticket.not_delivered")
	o.Do("clerk", "ticket.deliver", high, ticket.DeliverResult{Channel: ticket.Phone, Text: "超出年度預算，可於下一年度重新申請；如有異議，六十日內書面提出"})
	o.Do("leader", "ticket.close", high, ticket.Close{})
}

// TestNobodyReviews: the route of the ticket rules themselves (S3) has no stages. Submitting accepts, and the result goes out
// as soon as it is completed.
func TestNobodyReviews(t *testing.T) {
	t.Parallel()
	o := Office(t)
	registered := o.applied(o.onRoute("RTD", nil), "100")
	require.Contains(t, registered.types(), "TicketAccepted")
	id := registered.ID
	o.Do("handler", "ticket.take", id, ticket.Take{})
	o.Refused("leader", "ticket.pass_stage", id, ticket.PassStage{Stage: "any", Opinion: "x"}, http.StatusConflict, "ticket.no_stage_open")
	o.Do("handler", "ticket.complete", id, ticket.Complete{Outcome: ticket.Fulfilled, Summary: "辦妥"})
	o.Do("handler", "ticket.deliver", id, ticket.DeliverResult{Channel: ticket.Window, Text: "已辦妥"})
	o.Do("handler", "ticket.close", id, ticket.Close{})
}
