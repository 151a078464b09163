package journey_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain/ticket"
	"docket/domain/worktime"
)

// TestRouteOfTheProcessingCentre carries a service request by the rules of a business processing centre (業務處理中心管理制度): the
// desk registers, the group's rule places, one of two takers wins, the work is recorded at its key steps, the leader and then
// the deputy manager review the result, it is returned and done again, the customer is told, objects, and is content in the
// end (mission rows I3, I4, I7, A1, A2, A5, L3, R1–R3, F1–F3).
func TestRouteOfTheProcessingCentre(t *testing.T) {
	t.Parallel()
	o := Office(t)
	first := ticket.PassStage{Stage: "first_review", Opinion: "準確、合規、完整", Judgement: allMet}
	second := ticket.PassStage{Stage: "second_review", Opinion: "同意", Judgement: allMet}

	// Intake: nothing is registered before the check has been passed whole, and the refusal lists what is missing (I3, I4).
	id := o.drafted("SVC", map[string]string{"content": "補發工作證，加急"})
	gaps := o.Refused("clerk", "ticket.submit", id, ticket.Submit{}, http.StatusUnprocessableEntity, "ticket.gaps")
	require.Equal(t, []string{
		"form.content unchecked", "form.customer_name unchecked", "form.item unchecked", "form.phone unchecked",
		"materials.application_form missing", "materials.identity_document missing", "scope undecided",
	}, gaps.fields())
	o.Refused("handler", "ticket.submit", id, ticket.Submit{}, http.StatusForbidden, "not_allowed")
	o.brought("SVC", id)
	o.Invalid("clerk", "ticket.decide_scope", id, ticket.DecideScope{Scope: ticket.InScope}, []string{"reason required"})
	o.Do("clerk", "ticket.decide_scope", id, ticket.DecideScope{Scope: ticket.InScope, Reason: "屬本中心業務"})
	registered := o.Do("clerk", "ticket.submit", id, ticket.Submit{}, keyed("s0-submit"))
	require.Equal(t, registered, o.Do("clerk", "ticket.submit", id, ticket.Submit{}, keyed("s0-submit")), "the first answer again")
	require.Regexp(t, `^CS-SVC-\d{4}-\d{6}-.$`, registered.Number)
	require.Subset(t, registered.types(), []string{"TicketRegistered", "TicketAssignedToGroup", "TicketAccepted", "TicketClockStarted", "TicketPaged"})
	o.Refused("clerk", "ticket.submit", id, ticket.Submit{}, http.StatusConflict, "ticket.not_draft")
	status, paper := o.read("clerk", "/v1/tickets/"+id+"/receipt.pdf")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "%PDF", string(paper[:4]))

	// The group's queue: not another group's, one of two takers, and the other is told so (A1, A2).
	o.Refused("handler3", "ticket.take", id, ticket.Take{}, http.StatusNotFound, "not_found")
	taken := o.atOnce(
		func() (int, []byte) { return o.issue("handler", "ticket.take", id, ticket.Take{}, nil) },
		func() (int, []byte) { return o.issue("handler2", "ticket.take", id, ticket.Take{}, nil) },
	)
	require.ElementsMatch(t, []int{http.StatusOK, http.StatusConflict}, taken)
	if taken[0] != http.StatusOK { // the journey goes on with the first handler
		o.Invalid("leader", "ticket.assign_handler", id, ticket.AssignToHandler{Handler: o.Person("林志強")}, []string{"reason required"})
		o.Do("leader", "ticket.assign_handler", id, ticket.AssignToHandler{Handler: o.Person("林志強"), Reason: "專人負責"})
	}
	held := o.Refused("handler2", "ticket.take", id, ticket.Take{}, http.StatusConflict, "ticket.held")
	require.NotEmpty(t, held.AllowedCommands, "the refusal tells what may be done")
	require.NotNil(t, held.Revision)

	// Key steps: in order, with a record, before it is completed or handed on (A5, T6).
	o.Refused("handler", "ticket.complete", id, done, http.StatusConflict, "ticket.step_missing")
	o.Refused("handler", "ticket.offer_handover", id, ticket.OfferHandover{To: o.Person("黃美玲")}, http.StatusConflict, "ticket.step_missing")
	from := o.changed(id)
	o.Invalid("handler", "ticket.record_work", id, ticket.RecordWork{Step: "process", Content: "處理", StartedAt: &from, EndedAt: &from},
		[]string{"result required", "deviation required"})
	o.worked(id, "verify", "process")

	// More time is asked for in time, granted by another, and counts once the customer knows (L3).
	due := *o.clock(id, ticket.HandlingClock)
	o.Do("handler", "ticket.request_extension", id, ticket.RequestExtension{By: worktime.WorkingDays(2), Reason: "製證設備維修"})
	o.Refused("handler", "ticket.approve_extension", id, ticket.ApproveExtension{}, http.StatusForbidden, "not_allowed")
	o.denied("ticket.approve_extension", id, "not_allowed")
	o.Do("leader", "ticket.approve_extension", id, ticket.ApproveExtension{Opinion: "同意"})
	require.Equal(t, due, *o.clock(id, ticket.HandlingClock))
	o.Do("handler", "ticket.tell_extension", id, ticket.TellExtension{Channel: ticket.Phone, Text: "設備維修，延長兩個工作日"})
	require.True(t, o.clock(id, ticket.HandlingClock).After(due))

	// The result: reviewed by the leader, then by the deputy manager, in that order and by nobody else (R1, R2).
	o.Refused("leader", "ticket.pass_stage", id, first, http.StatusConflict, "ticket.no_stage_open")
	o.Do("handler", "ticket.complete", id, done)
	o.Refused("handler", "ticket.pass_stage", id, first, http.StatusForbidden, "not_allowed")
	o.denied("ticket.pass_stage", id, "not_allowed")
	o.Refused("leader2", "ticket.pass_stage", id, first, http.StatusNotFound, "not_found")
	o.Refused("supervisor", "ticket.pass_stage", id, first, http.StatusForbidden, "ticket.not_your_stage")
	o.denied("ticket.pass_stage", id, "ticket.not_your_stage")
	o.Refused("deputy", "ticket.pass_stage", id, second, http.StatusConflict, "ticket.stage_not_now")
	o.Refused("leader", "ticket.pass_stage", id, first, http.StatusPreconditionRequired, "match.required", unmatched())
	o.Invalid("leader", "ticket.pass_stage", id, ticket.PassStage{Stage: "first_review", Judgement: ticket.Judgement{Accuracy: ticket.Met}},
		[]string{"opinion required", "judgement.compliance required", "judgement.completeness required"})
	seen := o.page("leader", id).Revision
	o.Do("leader", "ticket.note", id, ticket.Note{Text: "已開始審核"})
	o.Refused("leader", "ticket.pass_stage", id, first, http.StatusPreconditionFailed, "match.moved", at(seen))
	o.Refused("leader", "ticket.pass_review", id, ticket.PassReview{Opinion: "x"}, http.StatusConflict, "ticket.follows_route")
	o.Refused("handler", "ticket.reopen", id, ticket.Reopen{Fault: ticket.FaultStaff, Reason: "想改一改"}, http.StatusConflict, "ticket.follows_route")

	// Returned with a reason and items, to the same handler, for the next round; every item is answered first (R3).
	o.Invalid("leader", "ticket.return_stage", id, ticket.ReturnStage{Stage: "first_review", Fault: ticket.FaultStaff, Items: []string{"日期"}}, []string{"reason required"})
	o.Do("leader", "ticket.return_stage", id, ticket.ReturnStage{
		Stage: "first_review", Fault: ticket.FaultStaff, Reason: "日期有誤", Items: []string{"更正日期", "補蓋印章"},
	})
	require.NotNil(t, o.clock(id, ticket.HandlingClock), "the overall limit keeps running")
	o.Refused("handler", "ticket.complete", id, done, http.StatusConflict, "ticket.items_open")
	o.Refused("handler2", "ticket.answer_items", id, ticket.AnswerItems{Answers: []ticket.ItemAnswer{{Item: 1, Answer: "x"}}}, http.StatusForbidden, "not_allowed")
	o.Do("handler", "ticket.answer_items", id, ticket.AnswerItems{Answers: []ticket.ItemAnswer{{Item: 1, Answer: "已更正"}, {Item: 2, Answer: "已補蓋"}}})
	o.Do("handler", "ticket.complete", id, done)
	o.Do("leader", "ticket.pass_stage", id, first)
	o.Refused("handler", "ticket.notify_result", id, success, http.StatusConflict, "ticket.not_reviewed")
	o.Refused("leader", "ticket.pass_stage", id, second, http.StatusForbidden, "ticket.not_your_stage")
	o.Do("deputy", "ticket.pass_stage", id, second)
	page := o.page("handler", id)
	require.Equal(t, "reviewed", page.Status)
	require.Equal(t, 2, page.Round)

	// Told with what comes next; the plain delivery of tickets without a template is no way round it (F1, F2).
	o.Refused("leader", "ticket.close", id, ticket.Close{}, http.StatusConflict, "ticket.not_delivered")
	o.Refused("handler", "ticket.deliver", id, ticket.DeliverResult{Channel: ticket.Phone, Text: "好了"}, http.StatusConflict, "ticket.notice_needed")
	o.Invalid("handler", "ticket.notify_result", id, ticket.NotifyResult{Channels: []ticket.Channel{ticket.Phone}}, []string{"follow_up required", "told required"})
	require.Equal(t, []string{"TicketNoticeRequested", "TicketNoticeDelivered", "TicketResultDelivered", "TicketClockStopped", "TicketClockStopped"},
		o.Do("handler", "ticket.notify_result", id, success).types())

	// An objection: its own number and limit, decided by somebody without a part in the result, upheld for a new round (F3).
	objected := o.Do("clerk", "ticket.object", id, ticket.Object{Channel: ticket.Window, Grounds: "姓名有誤"})
	require.Equal(t, []string{"TicketObjected", "TicketClockStarted"}, objected.types())
	require.NotNil(t, o.clock(id, ticket.ObjectionClock))
	o.Refused("clerk", "ticket.object", id, ticket.Object{Channel: ticket.Window, Grounds: "再次"}, http.StatusConflict, "ticket.objection_open")
	o.Refused("handler", "ticket.close", id, ticket.Close{}, http.StatusConflict, "ticket.objection_open")
	o.Refused("leader", "ticket.reopen", id, ticket.Reopen{Fault: ticket.FaultStaff, Reason: "先改了再說"}, http.StatusConflict, "ticket.objection_open")
	upheld := ticket.DecideObjection{Verdict: ticket.Upheld, Fault: ticket.FaultStaff, Reasons: "姓名確實有誤"}
	o.Refused("leader", "ticket.decide_objection", id, upheld, http.StatusForbidden, "not_allowed")
	o.Refused("deputy", "ticket.decide_objection", id, upheld, http.StatusForbidden, "ticket.decided_original")
	o.denied("ticket.decide_objection", id, "ticket.decided_original")
	o.Invalid("supervisor", "ticket.decide_objection", id, ticket.DecideObjection{Verdict: ticket.Upheld}, []string{"reasons required", "fault not_allowed"})
	require.Subset(t, o.Do("supervisor", "ticket.decide_objection", id, upheld).types(), []string{"TicketObjectionDecided", "TicketReopened", "TicketClockResumed"})
	page = o.page("handler", id)
	require.Equal(t, "in_progress", page.Status)
	require.Equal(t, 3, page.Round, "the rounds before stay in the history")
	o.Do("handler", "ticket.complete", id, ticket.Complete{Outcome: ticket.Fulfilled, Summary: "已更正姓名"})
	o.Do("leader", "ticket.pass_stage", id, first)
	o.Do("deputy", "ticket.pass_stage", id, second)
	o.Do("handler", "ticket.notify_result", id, success)
	o.Refused("handler", "ticket.close", id, ticket.Close{}, http.StatusConflict, "ticket.objection_open")
	o.Refused("supervisor", "ticket.close_objection", id, ticket.CloseObjection{Reason: "聯繫不上"}, http.StatusConflict, "ticket.objection_not_tried")
	o.Do("clerk", "ticket.confirm_objection", id, ticket.ConfirmObjection{Reason: "客戶滿意"})
	o.Do("handler", "ticket.close", id, ticket.Close{})
	page = o.page("handler", id)
	require.Equal(t, "closed", page.Status)
	opinions := slices.DeleteFunc(page.Timeline, func(e struct{ Type string }) bool {
		return e.Type != "TicketStagePassed" && e.Type != "TicketStageReturned"
	})
	require.Len(t, opinions, 5, "every opinion of every round stays visible")
}
