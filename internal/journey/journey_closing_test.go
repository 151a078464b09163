package journey_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/authz"
	"docket/domain/closing"
	"docket/domain/staff"
	"docket/domain/ticket"
	"docket/domain/unit"
)

// old is another system's unit, as the import knows it.
type old struct{ unit, group, person string }

// founded opens a unit that has been there for long, with one person at work in it.
func (o *office) founded(name string) (u old) {
	o.Helper()
	o.mu.Lock()
	if o.tokens["import"] == "" {
		token, err := os.ReadFile(filepath.Join(o.data, "import.token"))
		require.NoError(o, err)
		o.tokens["import"] = strings.TrimSpace(string(token))
	}
	o.mu.Unlock()
	then := header("Docket-Effective-At", time.Now().AddDate(-1, 0, 0).Format(time.RFC3339))
	u.unit = o.Do("import", "unit.open", "", unit.Open{Kind: unit.Department, Code: "OLD", Name: name}, then).ID
	u.group = o.Do("import", "unit.open", "", unit.Open{Kind: unit.Group, Name: name + "組", Parent: u.unit}, then).ID
	u.person = o.Do("import", "staff.join", "", staff.Join{Name: name + "員"}, then).ID
	o.Do("import", "staff.start_membership", u.person, staff.StartMembership{Group: u.group}, then)
	o.Do("import", "staff.grant_post", u.person, staff.GrantPost{Role: authz.Handler, Unit: u.group}, then)
	return u
}

// imported carries in a ticket that was completed in the past, as another system told it.
func (o *office) imported(u old, at time.Time) string {
	o.Helper()
	then := func(minutes int) option {
		return header("Docket-Effective-At", at.Add(time.Duration(minutes)*time.Minute).Format(time.RFC3339))
	}
	by := header("Docket-On-Behalf-Of", u.person)
	id := o.Do("import", "ticket.register", "", ticket.Register{
		Unit: u.unit, Type: "CERT", Channel: ticket.Window, Urgency: ticket.Normal, Title: "舊系統的業務",
	}, then(0)).ID
	o.Do("import", "ticket.accept", id, ticket.Accept{}, then(1))
	o.Do("import", "ticket.assign_group", id, ticket.AssignToGroup{Group: u.group}, then(2))
	o.Do("import", "ticket.take", id, ticket.Take{}, then(3), by)
	o.Do("import", "ticket.complete", id, ticket.Complete{Outcome: ticket.Fulfilled, Summary: "已辦"}, then(4), by)
	return id
}

// compared is what a comparison tells.
type compared struct {
	Status  string
	Changed int
	Closed  struct{ Digest string } `json:"as_closed"`
	Rows    []struct {
		Key, Part string
		Closed    *closing.Row `json:"as_closed"`
		Now       *closing.Row `json:"as_now"`
	}
}

// registered picks the count of registered tickets of a value: as closed and as now; -1 for none.
func (c compared) registered(key string) (then, now int64) {
	then, now = -1, -1
	for _, r := range c.Rows {
		if r.Part != "registered" || r.Key != key {
			continue
		}
		if r.Closed != nil {
			then = r.Closed.Numerator
		}
		if r.Now != nil {
			now = r.Now.Numerator
		}
	}
	return then, now
}

// TestMonthClosing: a month's figures are frozen, appealed against, frozen anew and closed; what is recorded late changes what
// is told as now, and never what was closed.
func TestMonthClosing(t *testing.T) {
	t.Parallel()
	o := Office(t)
	u := o.founded("舊單位")
	midnight := time.Date(time.Now().Year(), time.Now().Month(), 1, 0, 0, 0, 0, time.UTC)
	within, month := midnight.AddDate(0, -2, 14), midnight.AddDate(0, -2, 0).Format("2006-01")
	compare := func(query string) (c compared) {
		t.Helper()
		o.Get("analyst", "/v1/kpis/volume/closed?month="+month+"&unit="+u.unit+query, &c)
		return c
	}

	o.imported(u, within)
	o.Refused("handler", "closing.freeze", "", closing.Freeze{Unit: u.unit, Month: month}, http.StatusForbidden, "not_allowed")
	o.Refused("analyst", "closing.freeze", "", closing.Freeze{Month: time.Now().AddDate(0, 1, 0).Format("2006-01")}, http.StatusConflict, "closing.not_ended")
	o.NotGet("analyst", "/v1/closings/"+month+"?unit="+u.unit, http.StatusNotFound, "closing.unknown")
	id := o.Do("analyst", "closing.freeze", "", closing.Freeze{Unit: u.unit, Month: month}).ID
	o.Refused("manager", "closing.freeze", "", closing.Freeze{Unit: u.unit, Month: month}, http.StatusConflict, "closing.frozen")

	late := o.imported(u, within.AddDate(0, 0, 1))
	c := compare("")
	then, now := c.registered("")
	require.Equal(t, []int64{1, 2}, []int64{then, now})
	digest := c.Closed.Digest
	then, now = compare("&by=group").registered("")
	require.Equal(t, []int64{1, 2}, []int64{then, now})
	var behind struct {
		Whole bool
		Items []struct {
			Ticket string
			Closed *struct{ Numerator int64 } `json:"as_closed"`
			Now    *struct{ Numerator int64 } `json:"as_now"`
		}
	}
	o.Get("analyst", "/v1/kpis/volume/closed/tickets?by=group&part=registered&month="+month+"&unit="+u.unit, &behind)
	require.True(t, behind.Whole)
	require.Len(t, behind.Items, 1)
	require.Equal(t, late, behind.Items[0].Ticket)
	require.Nil(t, behind.Items[0].Closed)
	require.NotNil(t, behind.Items[0].Now)

	o.NotGet("handler", "/v1/closings/"+id+"/mine", http.StatusNotFound, "closing.unknown")
	o.Refused("analyst", "closing.publish", id, closing.Publish{AppealUntil: time.Now().Add(time.Hour)}, http.StatusForbidden, "not_allowed")
	o.Do("manager", "closing.publish", id, closing.Publish{AppealUntil: time.Now().Add(time.Hour)})
	var own struct {
		Statement closing.Statement
		Appeals   []struct{ Verdict string }
	}
	o.Get("handler", "/v1/closings/"+id+"/mine", &own)
	row, found := own.Statement.Find(closing.Cell{KPI: "volume", Part: "registered"})
	require.True(t, found)
	require.Equal(t, int64(1), row.Numerator)
	for _, f := range own.Statement.Figures {
		for _, r := range f.Rows {
			require.NotEqual(t, u.person, r.Key, "nobody sees another's figures")
		}
	}
	appeal := closing.Appeal{KPI: "volume", By: "group", Part: "registered", Reason: "有一件晚錄"}
	o.Refused("handler", "closing.appeal", id, appeal, http.StatusForbidden, "closing.not_concerned")
	appeal.By, appeal.Key = "", ""
	o.Do("handler", "closing.appeal", id, appeal)
	o.Refused("handler", "closing.appeal", id, appeal, http.StatusConflict, "closing.appealed")
	o.Refused("manager", "closing.close", id, closing.Close{}, http.StatusConflict, "closing.appeals_open")
	o.Do("manager", "closing.answer_appeal", id, closing.AnswerAppeal{Appeal: 1, Verdict: closing.Upheld, Answer: "確有其事"})
	o.Refused("manager", "closing.close", id, closing.Close{}, http.StatusConflict, "closing.contested")
	o.Get("handler", "/v1/closings/"+id+"/mine", &own)
	require.Equal(t, "upheld", own.Appeals[0].Verdict)

	o.Do("analyst", "closing.freeze", "", closing.Freeze{Unit: u.unit, Month: month})
	c = compare("")
	then, now = c.registered("")
	require.Equal(t, []int64{2, 2}, []int64{then, now})
	require.Zero(t, c.Changed)
	require.NotEqual(t, digest, c.Closed.Digest)
	o.Do("manager", "closing.publish", id, closing.Publish{AppealUntil: time.Now().Add(time.Second)})
	o.Refused("manager", "closing.close", id, closing.Close{}, http.StatusConflict, "closing.window_open")
	o.DoAsSoonAs("nobody can appeal any more", "manager", "closing.close", id, closing.Close{})

	o.imported(u, within.AddDate(0, 0, 2))
	after := compare("")
	then, now = after.registered("")
	require.Equal(t, []int64{2, 3}, []int64{then, now})
	require.Equal(t, []any{"closed", c.Closed.Digest}, []any{after.Status, after.Closed.Digest}, "what was closed is as it was")
	var list struct {
		Items []struct {
			ID, Month, Status string
			Round             int
		}
	}
	o.Get("analyst", "/v1/closings?status=closed", &list)
	require.Contains(t, list.Items, struct {
		ID, Month, Status string
		Round             int
	}{id, month, "closed", 2})
	o.NotGet("handler", "/v1/closings", http.StatusForbidden, "not_allowed")
}
