package journey_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/ticket"
)

// TestRouteOfServiceHandling carries subsidies by the rules of service handling (業務經辦服務管理辦法): everything that is missing is
// told once, the first review, the second where it is asked for and the approval within authority come before handling, and a
// refusal is told with its reasons (mission rows I5, I6, I9, R4–R7, F2).
func TestRouteOfServiceHandling(t *testing.T) {
	t.Parallel()
	o := Office(t)
	first := ticket.PassStage{Stage: "first_review", Opinion: "擬同意", Judgement: ticket.Judgement{
		Identity: ticket.Met, Truth: ticket.Met, Compliance: ticket.Met, FirstOpinion: ticket.OpinionApprove,
	}}
	second := ticket.PassStage{Stage: "second_review", Opinion: "同意初審意見", Judgement: ticket.Judgement{
		Compliance: ticket.Met, View: ticket.Agrees, Risk: ticket.RiskMedium,
	}}
	approval := ticket.PassStage{Stage: "approval", Opinion: "批准", Judgement: ticket.Judgement{Risk: ticket.RiskLow}, Conditions: []string{"分兩期撥付"}}

	id := o.toldOnce()
	o.Do("clerk", "ticket.check_identity", id, ticket.CheckIdentity{
		Method: ticket.CopyCompared, Document: ticket.IdentityCard, Note: "照片不符",
	})
	submitted := o.Do("clerk", "ticket.submit", id, ticket.Submit{})
	require.Contains(t, submitted.types(), "TicketClockStarted")
	require.NotNil(t, o.clock(id, ticket.HandlingClock))

	// A failed identity check blocks the first review; the opinion has all its parts (I9, R4).
	o.Refused("reviewer", "ticket.pass_stage", id, first, http.StatusConflict, "ticket.identity_unchecked")
	o.Do("clerk", "ticket.check_identity", id, ticket.CheckIdentity{Method: ticket.SeenInPerson, Document: ticket.IdentityCard, Passed: true})
	o.Invalid("reviewer", "ticket.pass_stage", id, ticket.PassStage{Stage: "first_review", Opinion: "x", Judgement: ticket.Judgement{Truth: ticket.Met, Compliance: ticket.Met}},
		[]string{"judgement.identity required", "judgement.first_opinion required"})
	o.Refused("handler", "ticket.take", id, ticket.Take{}, http.StatusConflict, "ticket.not_open")
	o.Do("reviewer", "ticket.pass_stage", id, first)

	// A superior wants a second review though no condition does: it is not skipped, and not done by the first reviewer (R5).
	o.Do("supervisor", "ticket.require_second_review", id, ticket.RequireSecondReview{Stage: "second_review", Reason: "媒體關注"})
	o.Refused("approver", "ticket.pass_stage", id, approval, http.StatusConflict, "ticket.stage_not_now")
	o.Refused("reviewer", "ticket.pass_stage", id, second, http.StatusForbidden, "ticket.not_your_stage")
	o.Invalid("specialist", "ticket.pass_stage", id, ticket.PassStage{Stage: "second_review", Opinion: "x"},
		[]string{"judgement.compliance required", "judgement.view required", "judgement.risk required"})
	o.Do("specialist", "ticket.pass_stage", id, second)

	// Two approvals at once on what both have seen: one holds (R6). Its conditions are answered before completion (A6).
	seen := o.page("approver", id).Revision
	approved := o.atOnce(
		func() (int, []byte) {
			return o.issue("approver", "ticket.pass_stage", id, approval, []option{at(seen), keyed("a")})
		},
		func() (int, []byte) {
			return o.issue("approver", "ticket.pass_stage", id, approval, []option{at(seen), keyed("b")})
		},
	)
	require.ElementsMatch(t, []int{http.StatusOK, http.StatusPreconditionFailed}, approved)
	o.refresh("leader", id)
	o.Do("handler", "ticket.take", id, ticket.Take{})
	o.worked(id, "notify_decision", "pay")
	o.Refused("handler", "ticket.complete", id, done, http.StatusConflict, "ticket.conditions_open")
	o.Do("handler", "ticket.answer_conditions", id, ticket.AnswerConditions{Answers: []ticket.ConditionAnswer{{Condition: 1, Answer: "已分兩期"}}})
	o.Do("handler", "ticket.complete", id, done)
	o.Refused("leader", "ticket.pass_stage", id, approval, http.StatusConflict, "ticket.no_stage_open")
	o.Do("handler", "ticket.notify_result", id, success)
	o.Do("handler", "ticket.close", id, ticket.Close{})

	// A startup needs the second review by itself; what lies above the approver's authority is refused with who may (R5, R6).
	high := o.registered("SUB", map[string]string{"item": "startup", "amount": "900000"}).ID
	o.Do("reviewer", "ticket.pass_stage", high, first)
	o.Refused("approver", "ticket.pass_stage", high, approval, http.StatusConflict, "ticket.stage_not_now")
	o.Do("specialist", "ticket.pass_stage", high, second)
	p := o.Refused("approver", "ticket.pass_stage", high, approval, http.StatusForbidden, "ticket.above_authority")
	require.Equal(t, []string{"signature.manager may_sign", "signature.supervisor may_sign"}, p.fields())
	o.denied("ticket.pass_stage", high, "ticket.above_authority")

	// Refused: with reasons, remedies and the way to object; not closed, nor brushed aside, before it is told (R7, F2).
	o.Refused("specialist", "ticket.refuse_application", high, ticket.RefuseApplication{
		Stage: "approval", Reasons: []string{"x"}, Remedies: []string{"x"}, Objection: "x",
	}, http.StatusForbidden, "ticket.not_your_stage")
	o.Invalid("approver", "ticket.refuse_application", high, ticket.RefuseApplication{Stage: "approval", Reasons: []string{" "}},
		[]string{"reasons[0] required", "remedies required", "objection required"})
	o.Do("approver", "ticket.refuse_application", high, ticket.RefuseApplication{
		Stage: "approval", Reasons: []string{"超出年度預算"}, Remedies: []string{"可於下一年度重新申請"}, Objection: "收到通知後三十日內向本中心書面提出",
	})
	o.Refused("leader", "ticket.close", high, ticket.Close{}, http.StatusConflict, "ticket.not_delivered")
	o.Refused("leader", "ticket.cancel", high, ticket.Cancel{Code: ticket.CancelError, Reason: "x"}, http.StatusConflict, "ticket.finished")
	o.Invalid("clerk", "ticket.notify_result", high, success, []string{"reasons required", "remedies required", "follow_up not_applicable"})
	o.Do("clerk", "ticket.notify_result", high, failure)

	// An objection to the refusal, upheld, goes back to the stage that refused, and its limit runs again (F3, C3).
	o.Do("clerk", "ticket.object", high, ticket.Object{Channel: ticket.Window, Grounds: "預算已追加"})
	upheld := o.Do("deputy", "ticket.decide_objection", high, ticket.DecideObjection{Verdict: ticket.Upheld, Fault: ticket.FaultRuleChange, Reasons: "預算已追加"})
	require.Subset(t, upheld.types(), []string{"TicketReopened", "TicketStagesVoided", "TicketReviewVoided", "TicketClockStarted"})
	require.NotNil(t, o.clock(high, ticket.StageClocks+"approval"))
	o.Refused("handler", "ticket.take", high, ticket.Take{}, http.StatusConflict, "ticket.not_open")
	o.Refused("manager", "ticket.pass_stage", high, approval, http.StatusForbidden, "ticket.not_your_stage")
}

// toldOnce is an application of which everything missing was told at once, overridden once, and cured: it has passed its check
// whole (mission rows I3, I5, I6).
func (o *office) toldOnce() string {
	o.Helper()
	id := o.drafted("SUB", map[string]string{"content": "培訓"})
	o.Do("clerk", "ticket.decide_scope", id, ticket.DecideScope{Scope: ticket.InScope, Reason: "屬本中心業務"})
	notice := ticket.NotifyDefects{Channel: ticket.Online, Text: "請於期限內補正"}
	o.Refused("clerk", "ticket.notify_defects", id, notice, http.StatusConflict, "ticket.unchecked")
	o.Invalid("clerk", "ticket.check", id, ticket.Check{Findings: []ticket.CheckItem{{Path: "form.content", Verdict: ticket.Defective}}},
		[]string{"findings[0].defect required", "findings[0].cure required"})
	valid := ticket.Check{Findings: []ticket.CheckItem{{Path: "form.content", Verdict: ticket.Defective, Defect: "過於簡略", Cure: "寫明課程與期間"}}}
	for _, field := range []string{"item", "customer_name", "phone", "amount", "bank_card"} {
		valid.Findings = append(valid.Findings, ticket.CheckItem{Path: "form." + field, Verdict: ticket.Valid})
	}
	o.Do("clerk", "ticket.check", id, valid)
	o.Do("clerk", "ticket.receive_material", id, ticket.ReceiveMaterial{
		Material: "identity_document", Copies: 1, Original: true, ValidUntil: "2020-01-01", Verdict: ticket.Valid,
	})
	o.Refused("reviewer", "ticket.notify_defects", id, notice, http.StatusForbidden, "not_allowed")
	o.Do("clerk", "ticket.notify_defects", id, notice)
	o.until("the notice has arrived", func() bool { return o.happened(id, "TicketDefectNoticeDelivered") == 1 })
	var clocks limits
	o.Get("clerk", "/v1/tickets/"+id+"/clocks", &clocks)
	require.Len(o, clocks.Clocks, 1, "the clock of handling does not run until it is cured")
	require.Equal(o, ticket.SupplementClock, clocks.Clocks[0].Clock)
	var told struct {
		Defects []struct{ Path, Code, Cure string }
	}
	o.event("clerk", id, "TicketDefectsNotified", &told)
	require.Equal(o, []struct{ Path, Code, Cure string }{
		{"form.content", "defective", "寫明課程與期間"}, {"materials.identity_document", "expired", ""}, {"materials.proof_of_need", "missing", ""},
	}, told.Defects, "every defect at once")

	// A second notice, of the same or of what was visible at the first, needs a supervisor, and that is counted (I5).
	o.Refused("clerk", "ticket.notify_defects", id, notice, http.StatusConflict, "ticket.defects_told")
	o.Do("clerk", "ticket.check", id, ticket.Check{Findings: []ticket.CheckItem{
		{Path: "form.amount", Verdict: ticket.Defective, Defect: "與收據不符", Cure: "填寫實付金額"},
	}})
	o.Refused("clerk", "ticket.notify_defects", id, notice, http.StatusConflict, "ticket.visible_at_first")
	override := ticket.OverrideNotice{Channel: ticket.Window, Reason: "首次漏看"}
	o.Refused("clerk", "ticket.override_notice", id, override, http.StatusForbidden, "not_allowed")
	o.denied("ticket.override_notice", id, "not_allowed")
	o.Invalid("supervisor", "ticket.override_notice", id, ticket.OverrideNotice{Channel: ticket.Window}, []string{"reason required"})
	o.Do("supervisor", "ticket.override_notice", id, override)

	// Supplements stand beside what came before; once all is cured the application goes on (I6).
	o.Do("clerk", "ticket.fill", id, ticket.Fill{Values: map[string]string{"content": "參加三個月焊工培訓", "amount": "7800"}})
	for _, material := range []string{"identity_document", "proof_of_need"} {
		o.Do("clerk", "ticket.receive_material", id, ticket.ReceiveMaterial{
			Material: material, Copies: 1, Original: true, ValidUntil: time.Now().AddDate(1, 0, 0).Format("2006-01-02"), Verdict: ticket.Valid,
		})
	}
	o.Do("clerk", "ticket.check", id, ticket.Check{Findings: []ticket.CheckItem{
		{Path: "form.content", Verdict: ticket.Valid}, {Path: "form.amount", Verdict: ticket.Valid},
	}})
	require.Equal(o, 1, o.happened(id, "TicketDefectsCured"))
	require.Equal(o, 3, o.happened(id, "TicketMaterialReceived"))
	return id
}
