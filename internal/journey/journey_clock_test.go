package journey_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/calendar"
	"docket/domain/casetype"
	"docket/domain/form"
	"docket/domain/route"
	"docket/domain/template"
	"docket/domain/ticket"
	"docket/domain/worktime"
)

// limits are what a reader sees of a ticket's clocks.
type limits struct {
	Clocks []struct {
		Clock, Status string
		DueAt         *time.Time `json:"due_at"`
		UsedMs        int64      `json:"used_ms"`
		LeftMs        int64      `json:"left_ms"`
		Since         time.Time
		Earlier       []ticket.Basis
		Derivation    *worktime.Derivation
	}
	Extensions []struct{ Status string }
	Reports    []struct{ Late bool } `json:"late_reports"`
	Pauses     []struct{ Evidence string }
}

// TestLimits: a ticket's limits run, pause, are extended, shortened and re-based by those who may, and tell at each step why
// their date is their date.
func TestLimits(t *testing.T) {
	t.Parallel()
	o := Office(t)
	id, since := o.limited(o.roundTheClock())
	due := func() *time.Time { t.Helper(); return o.clock(id, ticket.HandlingClock) }
	limit := 100 * time.Hour
	require.Equal(t, since.Add(limit), *due())
	require.Equal(t, since.Add(10*time.Hour), *o.clock(id, ticket.ResponseClock))

	o.Do("handler", "ticket.take", id, ticket.Take{})
	o.Invalid("handler", "ticket.pause", id, ticket.Pause{Kind: ticket.ForceMajeure, Reason: "颱風"}, []string{"kind not_listed"})
	o.Invalid("handler", "ticket.pause", id, ticket.Pause{Kind: ticket.AwaitingInspection, Reason: "檢驗"}, []string{"evidence required"})
	paused := o.Do("handler", "ticket.pause", id, ticket.Pause{Kind: ticket.AwaitingInspection, Reason: "檢驗", Evidence: "檢驗通知書 7 號"})
	require.Equal(t, []string{"TicketPaused", "TicketPauseJustified", "TicketClockPaused", "TicketClockPaused", "TicketClockStarted"}, paused.types())
	require.Nil(t, due(), "nobody knows how long the pause lasts")
	o.Do("handler", "ticket.resume", id, ticket.Resume{})
	after := *due()
	require.True(t, after.After(since.Add(limit)), "the pause has moved it")

	ask := ticket.RequestExtension{By: worktime.WorkingHours(5 * time.Hour), Reason: "檔案調閱需時"}
	o.Invalid("handler", "ticket.request_extension", id, ticket.RequestExtension{By: worktime.WorkingHours(50 * time.Hour), Reason: "r"}, []string{"by.amount over_total"})
	o.Do("handler", "ticket.request_extension", id, ask)
	o.Refused("handler", "ticket.request_extension", id, ask, http.StatusConflict, "extension.pending")
	o.Refused("handler", "ticket.approve_extension", id, ticket.ApproveExtension{}, http.StatusForbidden, "not_allowed")
	o.Refused("deputy", "ticket.approve_extension", id, ticket.ApproveExtension{}, http.StatusForbidden, "extension.authority")
	o.Refused("leader", "ticket.approve_extension", id, ticket.ApproveExtension{}, http.StatusPreconditionRequired, "match.required", unmatched())
	o.Refused("handler", "ticket.tell_extension", id, ticket.TellExtension{Channel: ticket.Phone, Text: "延至"}, http.StatusConflict, "extension.none")
	o.Do("leader", "ticket.approve_extension", id, ticket.ApproveExtension{Opinion: "同意"})
	require.Equal(t, after, *due(), "approved is not told")
	o.Do("handler", "ticket.tell_extension", id, ticket.TellExtension{Channel: ticket.Phone, Text: "因檔案調閱，延長五個工作小時"})
	require.Equal(t, after.Add(5*time.Hour), *due())
	o.Refused("handler", "ticket.request_extension", id, ask, http.StatusConflict, "extension.spent")

	o.Do("handler", "ticket.report_late", id, ticket.ReportLate{Cause: "檔案未到", Estimate: after.Add(24 * time.Hour)})
	o.Do("leader", "ticket.change_urgency", id, ticket.ChangeUrgency{Urgency: ticket.Urgent, Reason: "醫院等候"})
	shortened := *due()
	require.Equal(t, after.Add(5*time.Hour-60*time.Hour), shortened)
	o.Refused("handler", "ticket.revoke_pause", id, ticket.RevokePause{Pause: 1, Reason: "r"}, http.StatusForbidden, "not_allowed")
	o.Do("leader", "ticket.revoke_pause", id, ticket.RevokePause{Pause: 1, Reason: "無需檢驗"})
	require.Equal(t, since.Add(45*time.Hour), *due(), "the pause counts after all")

	longer := ticket.Rebase{Clock: ticket.HandlingClock, Limit: worktime.WorkingHours(80 * time.Hour), Reason: "新規定適用於在辦業務"}
	o.Refused("leader", "ticket.rebase", id, longer, http.StatusForbidden, "not_allowed")
	o.Refused("clerk", "ticket.remind", id, ticket.Remind{Clock: "handling", Round: 1, Percent: 50, At: since}, http.StatusForbidden, "not_allowed")
	o.Do("manager", "ticket.rebase", id, longer)
	var l limits
	o.Get("clerk", "/v1/tickets/"+id+"/clocks", &l)
	for _, c := range l.Clocks {
		if c.Clock != ticket.HandlingClock {
			continue
		}
		require.Equal(t, since.Add(85*time.Hour), *c.DueAt)
		require.Len(t, c.Earlier, 1)
		require.Equal(t, since.Add(45*time.Hour), *c.Earlier[0].DueAt, "both results stay")
		require.Equal(t, *c.DueAt, *c.Derivation.Deadline)
		require.Len(t, c.Derivation.Moves, 1)
		require.Equal(t, (85 * time.Hour).Milliseconds(), c.Derivation.AllowedMs)
		require.Equal(t, c.Derivation.AllowedMs, c.UsedMs+c.LeftMs)
		require.NotEmpty(t, c.Derivation.Steps)
	}
	require.Equal(t, "told", l.Extensions[0].Status)
	require.False(t, l.Reports[0].Late)
	require.Equal(t, "檢驗通知書 7 號", l.Pauses[0].Evidence)
	o.NotGet("handler3", "/v1/tickets/"+id+"/clocks", http.StatusNotFound, "not_found")
}

// clock is the deadline of a ticket's newest clock of a name.
func (o *office) clock(id, name string) *time.Time {
	o.Helper()
	var l limits
	o.Get("manager", "/v1/tickets/"+id+"/clocks", &l)
	for i := len(l.Clocks) - 1; i >= 0; i-- {
		if l.Clocks[i].Clock == name {
			return l.Clocks[i].DueAt
		}
	}
	o.Fatalf("no clock %s", name)
	return nil
}

// roundTheClock is a calendar that never closes, so that limits come out the same at every hour of the day.
func (o *office) roundTheClock() string {
	o.Helper()
	all := []worktime.Span{{Open: 0, Close: worktime.Midnight}}
	week := worktime.MondayToFriday(all...)
	week.Sat, week.Sun = all, all
	year := time.Now().UTC().Year()
	return o.Do("admin", "calendar.publish", "", calendar.Publish{Name: "值班", Definition: worktime.Definition{
		Zone: "UTC", Week: week, FirstYear: year - 1, LastYear: year + 2,
	}}).ID
}

// limited is a ticket whose application is complete, on a template of its own with limits by a calendar.
func (o *office) limited(calendar string) (id string, since time.Time) {
	o.Helper()
	hours := func(n int) worktime.Limit { return worktime.WorkingHours(time.Duration(n) * time.Hour) }
	centre, group := o.Unit("客戶服務中心"), o.Unit("業務處理一組")
	d := casetype.Definition{Labels: map[string]casetype.Text{"title": {"zh-Hant": "時限"}}, Rules: casetype.Rules{
		Type: "LIM", Owner: centre, Calendar: calendar, Groups: []casetype.Choice{{Value: group}},
		Pauses:    []casetype.Pause{{Kind: "inspection", Max: hours(50), Evidence: true}},
		Extension: casetype.Extension{Count: 1, Total: hours(20)},
		Handover:  casetype.Handover{Limit: hours(4)}, Raise: hours(8), Supplement: hours(50), Archive: hours(50),
		Objection: casetype.Objection{Days: 30, Limit: hours(50), Role: "deputy_manager"},
		Retention: casetype.Retention{Class: "general", Years: 10, From: "closing"}, Reminders: []int{50, 80, 100},
		Stages: []route.Stage{{Key: "result", When: route.After, Kind: route.Review, Role: "leader", Limit: hours(8)}},
	}}
	for i, urgency := range []string{"critical", "urgent", "normal", "low"} {
		handling := []int{20, 40, 100, 200}[i]
		l := casetype.ClassLimits{Urgency: urgency, Response: hours(10), Handling: hours(handling)}
		if i < 2 {
			l.Acknowledge = hours(1)
		}
		d.Rules.Limits = append(d.Rules.Limits, l)
	}
	for _, f := range []form.Field{
		{Key: "item", Type: form.Text, Block: form.BusinessType, Required: true, MaxLength: 100},
		{Key: "customer_name", Type: form.Text, Block: form.Customer, Required: true, MaxLength: 100},
		{Key: "content", Type: form.Text, Block: form.Content, Required: true, MaxLength: 100},
		{Key: "handled_on", Type: form.Date, Block: form.HandlingTime},
		{Key: "handled_by", Type: form.Text, Block: form.Handler, MaxLength: 100},
	} {
		d.Rules.Fields = append(d.Rules.Fields, f)
		d.Labels[f.Key] = casetype.Text{"zh-Hant": f.Key}
	}
	d.Labels["result"] = casetype.Text{"zh-Hant": "result"}
	draft := o.Do("designer", "template.draft", "", template.DraftVersion{Definition: d, Reason: "時限"}).ID
	o.Do("designer", "template.submit", draft, template.Submit{})
	o.Do("head", "template.review", draft, template.Review{Digest: d.Digest(), Verdict: template.Pass, Opinion: "同意"})
	o.Do("manager", "template.approve", draft, template.Approve{Digest: d.Digest(), Opinion: "批准"})

	id = o.Do("clerk", "ticket.open", "", ticket.Open{
		Template: draft, Unit: centre, Channel: ticket.Window, Title: "時限",
		Values: map[string]string{"item": "a", "customer_name": "王", "content": "c"},
	}).ID
	o.Do("clerk", "ticket.decide_scope", id, ticket.DecideScope{Scope: ticket.InScope, Reason: "屬本中心"})
	o.Do("clerk", "ticket.check", id, ticket.Check{Findings: []ticket.CheckItem{
		{Path: "form.item", Verdict: ticket.Valid}, {Path: "form.customer_name", Verdict: ticket.Valid}, {Path: "form.content", Verdict: ticket.Valid},
	}})
	o.Do("clerk", "ticket.submit", id, ticket.Submit{})
	var l limits
	o.Get("clerk", "/v1/tickets/"+id+"/clocks", &l)
	require.Len(o, l.Clocks, 2)
	return id, l.Clocks[0].Since.Truncate(time.Millisecond)
}
