package readapi_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/calendar"
	"docket/domain/ticket"
	"docket/domain/worktime"
)

const hours = "00000000-0000-4000-8000-0000000000d1" // a calendar

func nineToFive(exceptions ...worktime.Exception) worktime.Definition {
	return worktime.Definition{
		Zone: "UTC", FirstYear: 2026, LastYear: 2026, Exceptions: exceptions,
		Week: worktime.MondayToFriday(worktime.Span{Open: worktime.At(9, 0), Close: worktime.At(17, 0)}),
	}
}

// TestClocksAndCalendars: limits are told with their derivation as of any instant, and calendars with all their versions.
func TestClocksAndCalendars(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	monday := func(day, hour int) time.Time { return time.Date(2026, time.March, 1+day, hour, 0, 0, 0, time.UTC) }
	on := func(at time.Time) domain.Metadata {
		return domain.Metadata{Principal: "staff-" + ann, Actor: ann, Role: authz.Handler, Command: "test", Effective: at, Decided: at}
	}
	move := worktime.Exception{Date: worktime.Day(2026, time.March, 4), Kind: worktime.Closure, Name: "removal"}
	due, later := monday(3, 17), monday(4, 11)
	var head uint64
	for _, s := range []step{
		{domain.Stream("calendar", hours), on(monday(-400, 9)), []any{calendar.Published{
			Version: 1, Name: "Office hours", From: worktime.Day(2026, time.January, 1), Definition: nineToFive(), Cause: calendar.Founded, Publisher: max, Reason: "we open",
		}}},
		{domain.Stream("calendar", hours), on(monday(2, 6)), []any{calendar.Published{
			Version: 2, Name: "Office hours", From: worktime.Day(2026, time.March, 4), Definition: nineToFive(move), Cause: calendar.Closures, Publisher: max,
		}}},
		{domain.Stream("ticket", fourth), on(monday(1, 10)), []any{ticket.ClockStarted{
			Clock: "handling", Round: 1, Since: monday(1, 9), Limit: worktime.WorkingHours(24 * time.Hour),
			Deadline: ticket.Deadline{Calendar: hours, Version: 1, DueAt: &due},
		}}},
		{domain.Stream("ticket", fourth), on(monday(2, 10)), []any{
			ticket.ExtensionRequested{Extension: 1, By: worktime.WorkingHours(time.Hour), Requester: ann, Reason: "more"},
			ticket.LateReported{Clock: "handling", Round: 1, By: ann, Cause: "ill", Estimate: later, DueAt: &due},
		}},
		{domain.Stream("ticket", fourth), on(monday(2, 12)), []any{ticket.ClockPaused{Clock: "handling", Round: 1, Pause: 1, Kind: ticket.AwaitingCustomer, At: monday(2, 12)}}},
		{domain.Stream("ticket", fourth), on(monday(2, 14)), []any{ticket.ClockResumed{
			Clock: "handling", Round: 1, At: monday(2, 14), Deadline: ticket.Deadline{Calendar: hours, Version: 1, DueAt: &later},
		}}},
	} {
		head = d.append(s)
	}
	after := []string{"Docket-After", strconv.FormatUint(head, 10)}

	line := d.ok(ann, "/v1/calendars", after...).items()[0]
	require.Equal(t, object{
		"id": hours, "name": "Office hours", "version": 2.0, "from": "2026-03-04", "zone": "UTC", "first_year": 2026.0, "last_year": 2026.0,
	}, line)
	require.Empty(t, d.ok(ann, "/v1/calendars?effective=2020-01-01T00:00:00Z").items())
	one := d.ok(ann, "/v1/calendars/"+hours).body
	require.Len(t, one["versions"], 2)
	require.Equal(t, "we open", one["versions"].([]any)[0].(object)["reason"])
	require.Equal(t, "Max", text(one["versions"].([]any)[0].(object), "publisher.name"))
	require.Equal(t, []any{object{"date": "2026-03-04", "kind": "closure", "name": "removal"}}, one["definition"].(object)["exceptions"])
	require.NotContains(t, d.ok(ann, "/v1/calendars/"+hours+"?version=1").body["definition"], "exceptions")
	require.EqualValues(t, 1, d.ok(ann, "/v1/calendars/"+hours+"?effective=2026-03-02T00:00:00Z").body["version"])
	require.Equal(t, []string{"query.version"}, d.get(ann, "/v1/calendars/"+hours+"?version=9").failing())
	require.Equal(t, http.StatusNotFound, d.get(ann, "/v1/calendars/"+service).status)

	clocks := func(query string) object { return d.ok(ann, "/v1/tickets/"+fourth+"/clocks"+query).body }
	body := clocks("?effective=2026-03-04T10:00:00Z")
	clock := body["clocks"].([]any)[0].(object)
	ms := func(hours float64) float64 { return hours * 3_600_000 }
	require.Equal(t, "running", clock["status"])
	require.Equal(t, later.Format(time.RFC3339), clock["due_at"])
	require.InDelta(t, ms(15), clock["used_ms"], 0, "eight on Monday, six on Tuesday, one on Wednesday, which version 1 knows as open")
	require.InDelta(t, ms(9), clock["left_ms"], 0)
	derivation := clock["derivation"].(object)
	require.InDelta(t, ms(2), derivation["paused_ms"], 0)
	var kinds []string
	for _, s := range derivation["steps"].([]any) {
		kinds = append(kinds, text(s.(object), "kind"))
	}
	require.Equal(t, []string{"open", "pause", "open"}, kinds)
	require.Equal(t, "requested", body["extensions"].([]any)[0].(object)["status"])
	require.Equal(t, "Ann", text(body["late_reports"].([]any)[0].(object), "by.name"))

	clock = clocks("?effective=2026-03-03T13:00:00Z")["clocks"].([]any)[0].(object)
	require.Equal(t, "paused", clock["status"])
	require.Nil(t, clock["due_at"])
	require.InDelta(t, ms(11), clock["used_ms"], 0)
	require.Equal(t, true, clocks("?effective=2026-03-05T11:00:00.001Z")["clocks"].([]any)[0].(object)["overdue"])
	require.Equal(t, false, clocks("?effective=2026-03-05T11:00:00Z")["clocks"].([]any)[0].(object)["overdue"])
	require.Empty(t, clocks("?effective=2026-03-02T09:00:00Z")["clocks"])
	require.Empty(t, clocks("?recorded=2026-03-02T09:00:00Z")["clocks"])
	require.Equal(t, http.StatusNotFound, d.get(carl, "/v1/tickets/"+fourth+"/clocks").status)
	require.Equal(t, http.StatusNotFound, d.get(ann, "/v1/tickets/"+service+"/clocks").status)
	require.Equal(t, []string{"query.effective"}, d.get(ann, "/v1/tickets/"+fourth+"/clocks?effective=0001-01-02T00:00:00Z").failing())
}
