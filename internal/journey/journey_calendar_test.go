package journey_test

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/calendar"
	"docket/domain/ticket"
	"docket/domain/worktime"
)

// TestCalendar: an office publishes its hours, takes a year's announcement in as the file stands, closes for a day, and never
// guesses a year that nobody has announced.
func TestCalendar(t *testing.T) {
	t.Parallel()
	o := Office(t)
	hours := []worktime.Span{{Open: worktime.At(8, 30), Close: worktime.At(12, 0)}, {Open: worktime.At(14, 0), Close: worktime.At(18, 0)}}
	asked := calendar.Publish{Name: "檔案室", Definition: worktime.Definition{
		Zone: "Asia/Shanghai", Week: worktime.MondayToFriday(hours...), MakeUp: hours, FirstYear: 2025, LastYear: 2025,
	}}
	o.Refused("clerk", "calendar.publish", "", asked, http.StatusForbidden, "not_allowed")
	id := o.Do("admin", "calendar.publish", "", asked).ID
	wrong := asked
	wrong.Definition.Zone = "Asia/Nowhere"
	o.Invalid("admin", "calendar.publish", "", wrong, []string{"definition.zone unknown"})

	year, err := os.ReadFile("../holidays/cn/2026.json")
	require.NoError(t, err)
	o.Do("admin", "calendar.import_year", id, json.RawMessage(year))
	require.Empty(t, o.Do("admin", "calendar.import_year", id, json.RawMessage(year)).Events, "it knows that year already")
	o.Invalid("admin", "calendar.import_year", id, calendar.ImportYear{Year: 2027, Days: []calendar.AnnouncedDay{}},
		[]string{"days too_few"})
	o.Invalid("admin", "calendar.import_year", id, calendar.ImportYear{Year: 2028, Days: []calendar.AnnouncedDay{
		{Name: "元旦", Date: worktime.Day(2028, time.January, 1), IsOff: true},
	}}, []string{"year gap"})
	o.Do("admin", "calendar.close_days", id, calendar.CloseDays{Name: "盤點", Reason: "年度盤點", Days: []calendar.ClosedDay{
		{Date: worktime.Day(2026, time.June, 30), Hours: hours[:1]},
	}})

	var shown struct {
		Version, Shown int
		LastYear       int `json:"last_year"`
		Definition     worktime.Definition
		Versions       []struct {
			Cause     string
			From      worktime.Date
			Publisher struct{ Name string }
			Papers    []string
		}
	}
	o.Get("handler", "/v1/calendars/"+id, &shown)
	require.Equal(t, 3, shown.Version)
	require.Equal(t, 2026, shown.LastYear)
	require.Contains(t, shown.Definition.Exceptions, worktime.Exception{Date: worktime.Day(2026, time.February, 14), Kind: worktime.MakeUp, Name: "春节"})
	require.Equal(t, []string{"founded", "year", "closures"}, []string{shown.Versions[0].Cause, shown.Versions[1].Cause, shown.Versions[2].Cause})
	require.Equal(t, "徐安", shown.Versions[1].Publisher.Name)
	require.NotEmpty(t, shown.Versions[1].Papers)
	require.Equal(t, worktime.Day(2026, time.June, 30), shown.Versions[2].From)
	var first struct {
		Shown      int
		Definition worktime.Definition
	}
	o.Get("handler", "/v1/calendars/"+id+"?version=1", &first)
	require.Equal(t, 1, first.Shown)
	require.Equal(t, asked.Definition, first.Definition)

	revised := calendar.Revise{Definition: shown.Definition, From: worktime.Day(2025, time.July, 1), Reason: "夏令"}
	o.Refused("admin", "calendar.revise", id, revised, http.StatusPreconditionRequired, "match.required", unmatched())
	o.Do("admin", "calendar.revise", id, revised)
}

// TestUrgencyByHand: a leader raises the class of a ticket for a reason, and nobody else does.
func TestUrgencyByHand(t *testing.T) {
	t.Parallel()
	o := Office(t)
	id := o.Do("clerk", "ticket.register", "", ticket.Register{
		Unit: o.Unit("客戶服務中心"), Type: "CERT", Channel: ticket.Window, Urgency: ticket.Normal, Title: "補發證件",
	}).ID
	o.Do("clerk", "ticket.accept", id, ticket.Accept{})
	o.Do("clerk", "ticket.assign_group", id, ticket.AssignToGroup{Group: o.Unit("業務處理一組")})
	raise := ticket.ChangeUrgency{Urgency: ticket.Urgent, Reason: "老人等候"}
	o.Refused("handler", "ticket.change_urgency", id, raise, http.StatusForbidden, "not_allowed")
	o.Invalid("leader", "ticket.change_urgency", id, ticket.ChangeUrgency{Urgency: ticket.Urgent}, []string{"reason required"})
	require.Equal(t, []string{"TicketUrgencyChanged"}, o.Do("leader", "ticket.change_urgency", id, raise).types())
	require.Empty(t, o.Do("leader", "ticket.change_urgency", id, raise).Events)
	o.Refused("leader", "ticket.report_late", id, ticket.ReportLate{Cause: "生病", Estimate: time.Now().Add(time.Hour)}, http.StatusConflict, "clock.not_running")
	var clocks struct{ Clocks []struct{} }
	o.Get("leader", "/v1/tickets/"+id+"/clocks", &clocks)
	require.Empty(t, clocks.Clocks, "a ticket without a template has no limits")
	o.NotGet("analyst", "/v1/tickets/"+id+"/clocks", http.StatusNotFound, "not_found")
}
