package journey_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain/ticket"
)

// TestRouteOfTheFiveRules carries a contract by the five management rules (五項管理制度): the supervisor approves the intake form
// before anybody handles it and reviews the result, never somebody who filled the form in; a correction under the stamp voids
// both decisions (mission rows I8, A6, R1, R3, K1, K3, F1, F3).
func TestRouteOfTheFiveRules(t *testing.T) {
	t.Parallel()
	o := Office(t)
	registered := o.registered("ACC", nil)
	id := registered.ID
	require.NotContains(t, registered.types(), "TicketAccepted")
	look := ticket.PassStage{Stage: "intake_approval", Opinion: "齊全", Judgement: ticket.Judgement{Completeness: ticket.Met}}

	// No handling before the form is approved, and not by who filled it in (I8, A6).
	o.Refused("handler", "ticket.take", id, ticket.Take{}, http.StatusConflict, "ticket.not_open")
	o.Refused("leader", "ticket.assign_handler", id, ticket.AssignToHandler{Handler: o.Person("林志強")}, http.StatusConflict, "ticket.not_open")
	o.Refused("clerk", "ticket.accept", id, ticket.Accept{}, http.StatusConflict, "ticket.follows_route")
	o.Refused("clerk", "ticket.pass_stage", id, look, http.StatusForbidden, "not_allowed")
	o.denied("ticket.pass_stage", id, "not_allowed")
	o.Refused("clerk", "ticket.cancel", id, ticket.Cancel{Code: ticket.CancelNotAccepted}, http.StatusUnprocessableEntity, "invalid")
	o.Refused("leader", "ticket.pass_stage", id, look, http.StatusForbidden, "ticket.not_your_stage")

	// Returned to the clerk with the items; handed in again once they are answered (R3).
	o.Do("supervisor", "ticket.return_stage", id, ticket.ReturnStage{
		Stage: "intake_approval", Fault: ticket.FaultStaff, Reason: "內容不清", Items: []string{"寫明合同期限"}, Fields: []string{"content"},
	})
	o.Refused("supervisor", "ticket.pass_stage", id, look, http.StatusConflict, "ticket.returned")
	amended := ticket.Resubmit{Values: map[string]string{"content": "簽訂一年期代理合同"}}
	o.Refused("clerk", "ticket.resubmit", id, amended, http.StatusConflict, "ticket.items_open")
	o.Do("clerk", "ticket.answer_items", id, ticket.AnswerItems{Answers: []ticket.ItemAnswer{{Item: 1, Answer: "已寫明"}}})
	o.Do("clerk", "ticket.resubmit", id, amended)
	o.Refused("clerk", "ticket.resubmit", id, amended, http.StatusConflict, "ticket.not_returned")
	require.Contains(t, o.Do("supervisor", "ticket.pass_stage", id, look).types(), "TicketAccepted")
	o.Refused("supervisor", "ticket.pass_stage", id, look, http.StatusConflict, "ticket.no_stage_open")

	// Handled: one step is left out for a reason, the others are recorded.
	o.Do("handler", "ticket.take", id, ticket.Take{})
	o.Invalid("handler", "ticket.skip_step", id, ticket.SkipStep{Step: "plan"}, []string{"reason required"})
	o.Do("handler", "ticket.skip_step", id, ticket.SkipStep{Step: "plan", Reason: "沿用上年度方案"})
	o.worked(id, "carry_out", "confirm")
	o.Do("handler", "ticket.complete", id, done)
	result := ticket.PassStage{Stage: "result_review", Opinion: "同意", Judgement: allMet}
	o.Do("supervisor", "ticket.pass_stage", id, result)

	// What both decisions relied on is corrected under the stamp: both are void, and the ticket is back at the first (K1, K3).
	correction := ticket.Correct{Field: "company", Value: "遠山茶業（深圳）有限公司", Fault: ticket.FaultCustomer, Reason: "筆誤", Stamp: "CS-11"}
	o.Refused("handler", "ticket.correct", id, correction, http.StatusForbidden, "not_allowed")
	o.denied("ticket.correct", id, "not_allowed")
	same := correction
	same.Value = "遠山茶業有限公司"
	o.Invalid("leader", "ticket.correct", id, same, []string{"value unchanged"})
	o.Refused("leader", "ticket.correct", id, correction, http.StatusPreconditionFailed, "match.moved", at(1))
	o.Refused("leader", "ticket.correct", id, correction, http.StatusPreconditionRequired, "match.required", unmatched())
	borrowed := correction
	borrowed.Stamp = "CS-07"
	o.Refused("leader", "ticket.correct", id, borrowed, http.StatusForbidden, "ticket.not_your_stamp")
	o.denied("ticket.correct", id, "ticket.not_your_stamp")
	o.NotGet("leader", "/v1/tickets/"+id+"/corrections.pdf", http.StatusConflict, "corrections.none")
	require.NotContains(t, o.Do("leader", "ticket.correct", id, ticket.Correct{
		Field: "handled_by", Value: "林志強", Fault: ticket.FaultStaff, Reason: "漏填", Stamp: "CS-11",
	}).types(), "TicketStagesVoided", "a harmless field voids nothing")
	o.Do("handler", "ticket.notify_result", id, ticket.NotifyResult{
		Channels: []ticket.Channel{ticket.Online}, FollowUp: []string{"七日內用印"},
	})
	o.until("the customer is told", func() bool { return o.happened(id, "TicketResultDelivered") == 1 })
	o.refresh("leader", id)
	require.Subset(t, o.Do("leader", "ticket.correct", id, correction).types(), []string{"TicketFieldCorrected", "TicketStagesVoided", "TicketReviewVoided"})
	page := o.page("supervisor", id)
	require.Equal(t, "registered", page.Status)
	require.Len(t, page.Corrections, 2)
	require.Equal(t, struct{ Field, Old, New, Stamp string }{"company", "遠山茶業有限公司", "遠山茶業（深圳）有限公司", "CS-11"}, page.Corrections[1])
	o.Refused("handler", "ticket.complete", id, done, http.StatusConflict, "ticket.not_in_handling")
	o.Refused("handler", "ticket.close", id, ticket.Close{}, http.StatusConflict, "ticket.not_completed")
	o.Do("supervisor", "ticket.pass_stage", id, look)
	o.Do("handler", "ticket.complete", id, ticket.Complete{Outcome: ticket.Fulfilled, Summary: "核對無誤"})
	o.Do("supervisor", "ticket.pass_stage", id, result)
	o.Do("handler", "ticket.notify_result", id, success)

	// An objection that is not upheld is closed by a supervisor once the customer could not be reached often enough (F3).
	o.Do("handler", "ticket.object", id, ticket.Object{Channel: ticket.Phone, Grounds: "期限太短"})
	not := ticket.DecideObjection{Verdict: ticket.NotUpheld, Reasons: "期限由雙方約定"}
	o.Refused("supervisor", "ticket.decide_objection", id, not, http.StatusForbidden, "ticket.decided_original")
	o.Do("deputy", "ticket.decide_objection", id, not)
	o.Refused("deputy", "ticket.decide_objection", id, not, http.StatusConflict, "ticket.objection_decided")
	for range 3 {
		o.Refused("deputy", "ticket.close_objection", id, ticket.CloseObjection{Reason: "聯繫不上"}, http.StatusConflict, "ticket.objection_not_tried")
		o.Do("clerk", "ticket.contact_objector", id, ticket.ContactObjector{Summary: "無人接聽"})
	}
	o.Refused("clerk", "ticket.close_objection", id, ticket.CloseObjection{Reason: "聯繫不上"}, http.StatusForbidden, "not_allowed")
	o.Do("deputy", "ticket.close_objection", id, ticket.CloseObjection{Reason: "不同時間聯繫三次未果"})
	o.Do("handler", "ticket.close", id, ticket.Close{})

	// Closed, only the department head corrects, as an addendum that voids nothing (K3).
	o.Refused("leader", "ticket.correct", id, same, http.StatusForbidden, "ticket.needs_department_head")
	require.Equal(t, []string{"TicketFieldCorrected"}, o.Do("head", "ticket.correct", id, ticket.Correct{
		Field: "company", Value: "遠山茶業集團", Fault: ticket.FaultCustomer, Reason: "更名", Stamp: "CS-01",
	}).types())
	require.Equal(t, "closed", o.page("supervisor", id).Status)
	status, sheet := o.read("supervisor", "/v1/tickets/"+id+"/corrections.pdf")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "%PDF", string(sheet[:4]))
}
