package readapi_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/calendar"
	"docket/domain/ticket"
	"docket/domain/worktime"

	"github.com/stretchr/testify/require"
)

// TestHandoverTotals: the log summed up, in all and by person, as the list shows it.
func TestHandoverTotals(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	all := d.ok(max, "/v1/handovers/totals").items()
	require.Len(t, all, 1)
	require.Equal(t, []any{4., 1., 1., 1., 1.}, []any{all[0]["offered"], all[0]["accepted"], all[0]["refused"], all[0]["superseded"], all[0]["unaccepted"]})
	require.EqualValues(t, (10+3)*60_000/2, all[0]["answer_lag_ms"])
	by := d.ok(max, "/v1/handovers/totals?by=receiver&to="+bob).items()
	require.Len(t, by, 1)
	require.Equal(t, object{"id": bob, "name": "Bob"}, by[0]["of"])
	require.Len(t, d.ok(max, "/v1/handovers/totals?by=group").items(), 1)
	require.Empty(t, d.ok(max, "/v1/handovers/totals?since="+minute(100_000)).items())
	require.Equal(t, http.StatusUnprocessableEntity, d.get(max, "/v1/handovers?shift=2026-03-02&calendar=none").status)
}

// TestHandoversOfAShift: a shift runs from the opening to the closing of a working day where the calendar is, and the log and its
// totals tell what was offered in it.
func TestHandoversOfAShift(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	day := nineToFive()
	day.Zone = "Asia/Shanghai"
	day.Week = worktime.MondayToFriday(worktime.Span{Open: worktime.At(9, 0), Close: worktime.At(10, 45)}) // 1:00 to 2:45 UTC
	head := d.append(step{domain.Stream("calendar", hours), domain.Metadata{
		Principal: "staff-" + max, Actor: max, Role: authz.Manager, Command: "test", Effective: began, Decided: began,
	}, []any{calendar.Published{
		Version: 1, Name: "Early shift", From: worktime.Day(2026, time.January, 1), Definition: day, Cause: calendar.Founded, Publisher: max, Reason: "we open",
	}}})
	after := []string{"Docket-After", strconv.FormatUint(head, 10)}
	of := func(query string) []object {
		return d.ok(max, "/v1/handovers"+query+"calendar="+hours, after...).items()
	}

	all, early := d.ok(max, "/v1/handovers").items(), of("?shift=2026-03-02&")
	require.Len(t, all, 4)
	require.Len(t, early, 1, "one was offered by a quarter to eleven in the morning")
	require.Equal(t, first, early[0]["ticket"])
	total := of("/totals?shift=2026-03-02&")
	require.Equal(t, []any{1., 0., 1.}, []any{total[0]["offered"], total[0]["accepted"], total[0]["refused"]})
	require.Empty(t, of("?shift=2026-03-03&"), "nothing was offered the next day")
	require.Equal(t, []string{"query.shift"}, d.get(max, "/v1/handovers?shift=2026-03-01&calendar="+hours, after...).failing(), "a Sunday")
	require.Equal(t, []string{"query.shift"}, d.get(max, "/v1/handovers?shift=2026-02-30&calendar="+hours, after...).failing())
	require.Equal(t, []string{"query.shift"}, d.get(max, "/v1/handovers?shift=2031-03-03&calendar="+hours, after...).failing())
}

// TestHelpersFindTheirTickets: who helps with a ticket finds it by words and sees its handovers, until they help no longer.
func TestHelpersFindTheirTickets(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	says := func(n int, events ...any) []string {
		head := d.append(step{domain.Stream("ticket", first), domain.Metadata{
			Principal: "staff-" + bob, Actor: bob, Role: authz.Handler, Command: "test", Effective: began.Add(time.Duration(n) * time.Hour), Decided: began.Add(time.Duration(n) * time.Hour),
		}, events})
		return []string{"Docket-After", strconv.FormatUint(head, 10)}
	}
	require.Empty(t, d.ok(dora, "/v1/search?q=printer").column("id"))
	after := says(24, ticket.HelperNamed{Helper: dora})
	require.Equal(t, []string{first}, d.ok(dora, "/v1/search?q=printer", after...).column("id"))
	require.Equal(t, []string{second, first, first}, d.ok(dora, "/v1/handovers", after...).column("ticket"), "beside what lies with her group")
	require.EqualValues(t, 3, d.ok(dora, "/v1/handovers/totals", after...).items()[0]["offered"])
	after = says(25, ticket.HelperReleased{Helper: dora})
	require.Empty(t, d.ok(dora, "/v1/search?q=printer", after...).items())
	require.Equal(t, []string{second}, d.ok(dora, "/v1/handovers", after...).column("ticket"))
}

// TestCirculationIsToldApart: legs between groups and to bodies outside have kinds of their own in the log and its totals.
func TestCirculationIsToldApart(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	head := d.append(step{domain.Stream("ticket", fourth), domain.Metadata{
		Principal: "staff-" + ann, Actor: ann, Role: authz.Handler, Command: "test", Effective: began.Add(24 * time.Hour), Decided: began.Add(24 * time.Hour),
	}, []any{
		ticket.CirculationPrepared{Circulation: 1, Reference: numberOf(4) + "/1", CheckedBy: ann}, ticket.CirculationReleased{Circulation: 1, Body: "Land registry", Channel: ticket.SentByCourier, Basis: ticket.ByLaw},
	}})
	after := []string{"Docket-After", strconv.FormatUint(head, 10)}
	require.Len(t, d.ok(max, "/v1/handovers", after...).items(), 4, "plain handovers, when nothing else is asked for")
	legs := d.ok(max, "/v1/handovers?kind=circulation", after...).items()
	require.Len(t, legs, 1)
	require.Equal(t, []any{second, "circulation", "pending", object{"id": printing, "name": "Printing"}, object{"id": network, "name": "Network"}},
		[]any{legs[0]["ticket"], legs[0]["kind"], legs[0]["outcome"], legs[0]["group"], legs[0]["to_group"]}, "nobody there has taken it")
	outside := d.ok(max, "/v1/handovers?kind=external&outcome=pending", after...).items()
	require.Len(t, outside, 1)
	require.Equal(t, object{"reference": numberOf(4) + "/1", "body": "Land registry", "channel": "courier"}, outside[0]["outside"])
	all := d.ok(max, "/v1/handovers?kind=all&limit=5", after...)
	require.Len(t, all.items(), 5)
	require.Len(t, d.ok(max, "/v1/handovers?kind=all&after="+all.body["next"].(string), after...).items(), 1)
	by := map[any]any{}
	for _, total := range d.ok(max, "/v1/handovers/totals?kind=all&by=kind", after...).items() {
		by[total["kind"]] = total["unaccepted"]
	}
	require.Equal(t, map[any]any{"handover": 1., "circulation": 1., "external": 1.}, by)
	require.Equal(t, []string{"query.kind"}, d.get(max, "/v1/handovers?kind=paper").failing())
}
