package journey_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/ticket"
)

// TestWhatTheCustomerSees: contacts are logged, the customer reads a plain line, and a note that is internal never goes out,
// whoever asks (mission row A3).
func TestWhatTheCustomerSees(t *testing.T) {
	t.Parallel()
	o := Office(t)
	id := o.inHandling()
	o.Invalid("handler", "ticket.record_contact", id, ticket.RecordContact{Direction: ticket.Outbound, Channel: ticket.Phone, Outcome: ticket.ContactReached},
		[]string{"summary required"})
	o.Do("handler", "ticket.record_contact", id, ticket.RecordContact{
		Direction: ticket.Outbound, Channel: ticket.Phone, Outcome: ticket.ContactReached, Summary: "請補交委託書",
	})
	o.Do("handler", "ticket.report_progress", id, ticket.ReportProgress{Text: "材料已送檔案館，預計三日內辦結"})
	o.Do("handler", "ticket.note", id, ticket.Note{Text: "此人曾投訴，小心應對"})
	o.Do("handler", "ticket.note", id, ticket.Note{Text: "請攜帶原件", Visible: true})
	for _, login := range []string{"handler", "leader", "manager"} {
		o.Refused(login, "ticket.send_note", id, ticket.SendNote{Note: 1, Channel: ticket.Mail}, http.StatusForbidden, "ticket.internal_note")
	}
	o.denied("ticket.send_note", id, "ticket.internal_note")
	o.Do("handler", "ticket.send_note", id, ticket.SendNote{Note: 2, Channel: ticket.Mail})
	o.Refused("handler", "ticket.send_note", id, ticket.SendNote{Note: 3, Channel: ticket.Mail}, http.StatusConflict, "ticket.no_note")
}

// TestAProblemIsRaised: to the direct superior, who passes it up, and the next one takes the ticket over (mission row A4).
func TestAProblemIsRaised(t *testing.T) {
	t.Parallel()
	o := Office(t)
	id := o.inHandling()
	o.Invalid("handler", "ticket.raise", id, ticket.Raise{Category: ticket.ProblemRule}, []string{"situation required", "ask required"})
	raised := o.Do("handler", "ticket.raise", id, ticket.Raise{Category: ticket.ProblemRule, Situation: "兩項規定牴觸", Ask: "適用哪一項"})
	require.Equal(t, []string{"TicketProblemRaised", "TicketClockStarted"}, raised.types())
	require.NotNil(t, o.clock(id, ticket.HandlingClock), "no clock stops")
	o.until("the leader is told", func() bool { return o.toldOf("leader", id, "TicketProblemRaised") })
	answer := ticket.AnswerRaise{Raise: 1, Answer: ticket.AnswerDecide, Text: "適用新規定"}
	o.Refused("handler", "ticket.answer_raise", id, answer, http.StatusForbidden, "not_allowed")
	o.Refused("manager", "ticket.answer_raise", id, answer, http.StatusForbidden, "ticket.not_asked")
	o.denied("ticket.answer_raise", id, "ticket.not_asked")
	o.Do("leader", "ticket.answer_raise", id, ticket.AnswerRaise{Raise: 1, Answer: ticket.AnswerPassUp, Text: "請上級定奪"})
	o.Refused("leader", "ticket.answer_raise", id, answer, http.StatusForbidden, "ticket.not_asked")
	o.Do("manager", "ticket.answer_raise", id, ticket.AnswerRaise{Raise: 1, Answer: ticket.AnswerTakeOver, Text: "由我辦理"})
	require.Equal(t, "李明", o.holder(id))
	o.Refused("manager", "ticket.answer_raise", id, answer, http.StatusConflict, "ticket.no_problem")
	o.Refused("handler", "ticket.complete", id, done, http.StatusForbidden, "not_allowed")
	o.Do("manager", "ticket.record_work", id, ticket.RecordWork{Content: "研究兩項規定"})
}

// TestAnotherUnitHelps: a sub-task with a date of its own keeps its ticket from being completed; whoever helps reads the ticket
// for as long, others of their group do not, and both sides are reminded (mission row A7).
func TestAnotherUnitHelps(t *testing.T) {
	t.Parallel()
	o := Office(t)
	id := o.inHandling()
	o.worked(id, "handle")
	o.Invalid("handler", "ticket.open_subtask", id, ticket.OpenSubtask{Unit: o.Unit("業務處理一組"), DueAt: time.Now().Add(-time.Hour)},
		[]string{"unit own_unit", "title required", "due_at too_early"})
	o.NotGet("handler3", "/v1/tickets/"+id, http.StatusNotFound, "not_found")
	o.Do("handler", "ticket.open_subtask", id, ticket.OpenSubtask{
		Unit: o.Unit("業務處理二組"), Title: "核對舊檔", DueAt: time.Now().Add(2 * time.Second), Blocking: true,
	})
	require.Contains(t, o.page("leader2", id).AllowedCommands, "ticket.accept_subtask")
	listed := func(login string, want bool) bool {
		var mine, all struct{ Items []struct{ ID string } }
		o.Get(login, "/v1/queue?helping=me&limit=200", &mine)
		o.Get(login, "/v1/queue?sort=-changed&limit=200", &all)
		among := func(items []struct{ ID string }) bool {
			return slices.ContainsFunc(items, func(i struct{ ID string }) bool { return i.ID == id })
		}
		return among(mine.Items) == want && among(all.Items) == want
	}
	o.until("who is to help has it in their list", func() bool { return listed("leader2", true) })
	require.True(t, listed("handler3", false))
	o.NotGet("handler3", "/v1/tickets/"+id, http.StatusNotFound, "not_found")
	o.Refused("handler", "ticket.complete", id, done, http.StatusConflict, "ticket.subtask_open")
	o.Refused("leader", "ticket.accept_subtask", id, ticket.AcceptSubtask{Subtask: 1}, http.StatusForbidden, "ticket.not_your_subtask")
	o.Do("leader2", "ticket.accept_subtask", id, ticket.AcceptSubtask{Subtask: 1, Handler: o.Person("張偉")})
	o.page("handler3", id)
	o.until("the list follows", func() bool { return listed("handler3", true) && listed("leader2", false) })
	o.NotGet("leader2", "/v1/tickets/"+id, http.StatusNotFound, "not_found")
	o.Refused("handler3", "ticket.take", id, ticket.Take{}, http.StatusForbidden, "not_allowed")
	o.until("both sides are reminded of its date", func() bool {
		return o.happened(id, "TicketSubtaskReminderDue") == 2 && !slices.ContainsFunc([]string{"handler", "handler3", "leader2"},
			func(login string) bool { return !o.toldOf(login, id, "TicketSubtaskReminderDue") })
	})
	o.Do("handler3", "ticket.finish_subtask", id, ticket.FinishSubtask{Subtask: 1, Result: "相符"})
	o.until("and leaves the list when it is done", func() bool { return listed("handler3", false) })
	o.NotGet("handler3", "/v1/tickets/"+id, http.StatusNotFound, "not_found")
	o.Do("handler", "ticket.complete", id, done)

	// A unit that somebody above leads can be asked as well.
	above := o.inHandling()
	o.Do("handler", "ticket.open_subtask", above, ticket.OpenSubtask{Unit: o.Unit("客戶服務中心"), Title: "協調", DueAt: time.Now().Add(time.Hour)})
	o.Do("manager", "ticket.accept_subtask", above, ticket.AcceptSubtask{Subtask: 1})
	o.Do("manager", "ticket.finish_subtask", above, ticket.FinishSubtask{Subtask: 1, Result: "已協調"})
}

// toldOf reports whether somebody's inbox has a line of a kind about a ticket.
func (o *office) toldOf(login, id, kind string) bool {
	o.Helper()
	var lines struct {
		Items []struct{ Ticket, Kind, Text string }
	}
	o.Get(login, "/v1/inbox?unread=true", &lines)
	return slices.ContainsFunc(lines.Items, func(l struct{ Ticket, Kind, Text string }) bool {
		return l.Ticket == id && l.Kind == kind && l.Text != "" // whoever reads it need not know the code
	})
}

// TestMarkedFieldsAreRevealed: what the template marks is masked for everybody; who has the right sees it for a purpose, and
// that is recorded without the value (mission row T5).
func TestMarkedFieldsAreRevealed(t *testing.T) {
	t.Parallel()
	o := Office(t)
	id := o.registered("SUB", nil).ID
	const card = "6222021234567890128"
	require.NotContains(t, o.page("reviewer", id).Form.Values["bank_card"], card[4:12])
	asked := ticket.Reveal{Field: "bank_card", Purpose: "核對收款帳戶"}
	o.Refused("reviewer", "ticket.reveal", id, asked, http.StatusForbidden, "not_allowed")
	o.denied("ticket.reveal", id, "not_allowed")
	o.Invalid("supervisor", "ticket.reveal", id, ticket.Reveal{Field: "bank_card"}, []string{"purpose required"})
	o.Invalid("supervisor", "ticket.reveal", id, ticket.Reveal{Field: "content", Purpose: "x"}, []string{"field not_marked"})
	status, body := o.issue("supervisor", "ticket.reveal", id, asked, nil)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, string(body), card)
	o.refresh("manager", id)
	var audit struct{ Items []struct{ Type, Why string } }
	o.until("the audit trail tells of the reveal", func() bool {
		o.Get("auditor", "/v1/audit?stream=ticket-"+id+"&type=TicketFieldRevealed", &audit)
		return len(audit.Items) == 1
	})
	_, page := o.read("manager", "/v1/tickets/"+id)
	require.NotContains(t, string(page), card)
}
