package journey_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain/ticket"
	"docket/domain/worktime"
)

// TestPagesOfPlannedTicketsInEveryState: from the draft to the end, and where it ends early, a planned ticket's page renders as of every
// revision, and what it says cannot be done is refused by the rule that it names.
func TestPagesOfPlannedTicketsInEveryState(t *testing.T) {
	t.Parallel()
	o := OwnOffice(t) // so much is refused that the audit trail only counts it
	seen := map[string]bool{}
	walk := func(id string) {
		t.Helper()
		for _, login := range []string{"supervisor", "clerk"} {
			var page struct {
				Status   string
				Revision uint64
				Allowed  []string                     `json:"allowed_commands"`
				Others   []struct{ Name, Why string } `json:"other_commands"`
			}
			o.Get(login, "/v1/tickets/"+id, &page)
			seen[page.Status] = true
			require.NotEmpty(t, page.Allowed, page.Status)
			for _, c := range page.Others {
				require.NotContains(t, page.Allowed, c.Name)
				e, known := commands.Lookup(c.Name)
				require.True(t, known)
				status, body := o.issue(login, c.Name, id, e.Example, []option{at(page.Revision)})
				require.Contains(t, []int{http.StatusForbidden, http.StatusConflict}, status, "%s of a %s ticket by %s: %s", c.Name, page.Status, login, body)
				require.Contains(t, string(body), `"`+c.Why+`"`, "%s of a %s ticket by %s", c.Name, page.Status, login)
			}
			if login == "supervisor" {
				for revision := range page.Revision + 1 {
					var then struct{ Status string }
					o.Get("auditor", fmt.Sprintf("/v1/tickets/%s/as-of?revision=%d", id, revision), &then)
					require.NotEmpty(t, then.Status)
				}
			}
		}
	}
	draft := o.drafted("SUB", nil)
	walk(draft)
	o.Do("clerk", "ticket.decide_scope", draft, ticket.DecideScope{Scope: ticket.OutOfScope, Reason: "非本中心業務", Text: "請向街道辦申請"})
	walk(draft)
	applied := o.registered("SUB", nil).ID
	walk(applied)
	o.Do("reviewer", "ticket.pass_stage", applied, ticket.PassStage{Stage: "first_review", Opinion: "齊備", Judgement: ticket.Judgement{
		Identity: ticket.Met, Truth: ticket.Met, Compliance: ticket.Met, FirstOpinion: ticket.OpinionApprove,
	}})
	walk(applied)
	o.Do("approver", "ticket.refuse_application", applied, ticket.RefuseApplication{
		Stage: "approval", Reasons: []string{"不在補貼範圍"}, Remedies: []string{"可申請其他項目"}, Objection: "收到通知後三十日內提出",
	})
	walk(applied)
	id := o.registered("WIN", nil).ID
	walk(id)
	o.Do("handler", "ticket.take", id, ticket.Take{})
	walk(id)
	o.worked(id, "handle")
	o.Do("handler", "ticket.complete", id, done)
	walk(id)
	o.Do("handler", "ticket.notify_result", id, success)
	walk(id)
	o.Do("handler", "ticket.close", id, ticket.Close{})
	walk(id)
	withdrawn := o.registered("WIN", nil).ID
	o.Do("leader", "ticket.cancel", withdrawn, ticket.Cancel{Code: ticket.CancelWithdrawn, Reason: "撤回"})
	walk(withdrawn)
	walk(o.lapsed())
	for _, status := range []string{"draft", "declined", "registered", "refused", "in_progress", "delivered", "closed", "cancelled", "lapsed"} {
		require.True(t, seen[status], "%s was not walked: %v", status, seen)
	}
}

// lapsed is an application of which a defect was told and not cured by the date, which management has put close by.
func (o *office) lapsed() string {
	o.Helper()
	other, _ := o.limited(o.roundTheClock()) // for its template, whose limits run at every hour
	var page struct {
		Status string
		Form   struct{ Template struct{ Template string } }
	}
	o.Get("manager", "/v1/tickets/"+other, &page)
	id := o.Do("clerk", "ticket.open", "", ticket.Open{
		Template: page.Form.Template.Template, Unit: o.Unit("客戶服務中心"), Channel: ticket.Window, Title: "時限",
		Values: map[string]string{"item": "a", "customer_name": "王"},
	}).ID
	o.Do("clerk", "ticket.decide_scope", id, ticket.DecideScope{Scope: ticket.InScope, Reason: "屬本中心"})
	o.Do("clerk", "ticket.check", id, ticket.Check{Findings: []ticket.CheckItem{
		{Path: "form.item", Verdict: ticket.Valid}, {Path: "form.customer_name", Verdict: ticket.Valid},
	}})
	o.Do("clerk", "ticket.notify_defects", id, ticket.NotifyDefects{Channel: ticket.Window, Text: "請補正"})
	var l limits
	o.until("the date to cure it by runs", func() bool {
		o.Get("clerk", "/v1/tickets/"+id+"/clocks", &l)
		return len(l.Clocks) == 1 && l.Clocks[0].Clock == ticket.SupplementClock
	})
	o.Do("manager", "ticket.rebase", id, ticket.Rebase{
		Clock: ticket.SupplementClock, Limit: worktime.WorkingHours(time.Since(l.Clocks[0].Since) + 2*time.Second), Reason: "即將到期",
	})
	o.until("it has lapsed", func() bool {
		o.Get("manager", "/v1/tickets/"+id, &page)
		return page.Status == "lapsed"
	})
	o.until("the customer has been told", func() bool { return o.happened(id, "TicketNoticeDelivered") == 1 })
	return id
}
