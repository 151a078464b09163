package journey_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain/ticket"
)

// TestPagesOfPlannedTicketsInEveryState: from the draft to the end, and where it ends early, a planned ticket's page renders as of every
// revision, and what it says cannot be done is refused by the rule that it names. Lapsing needs a date that has passed, and is shown by
// the timers' own tests.
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
	for _, status := range []string{"draft", "declined", "registered", "refused", "in_progress", "delivered", "closed"} {
		require.True(t, seen[status], "%s was not walked: %v", status, seen)
	}
}
