package readapi_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/staff"
)

func minute(n int) string { return began.Add(time.Duration(n) * time.Minute).Format(time.RFC3339) }

// TestCustody: the sender holds the ticket until the receiver has accepted, to the second and by when it happened.
func TestCustody(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	body := d.ok(audrey, "/v1/tickets/"+first+"/custody").body
	lines := body["intervals"].([]any)
	var sum, totals int64
	for i, line := range lines {
		l := line.(object)
		sum += int64(l["ms"].(float64))
		if i > 0 {
			require.Equal(t, lines[i-1].(object)["to"], l["from"])
		}
	}
	for _, total := range body["totals"].([]any) {
		totals += int64(total.(object)["ms"].(float64))
	}
	elapsed := int64(body["elapsed_ms"].(float64))
	require.Equal(t, elapsed, sum)
	require.Equal(t, elapsed, totals)
	require.Equal(t, now.Sub(began.Add(20*time.Minute)).Milliseconds(), sum)

	at := func(m int) object {
		return d.ok(audrey, "/v1/tickets/"+first+"/custody?at="+minute(m)).body["intervals"].([]any)[0].(object)
	}
	require.Equal(t, ann, text(at(112), "person.id"), "offered, not accepted")
	require.Equal(t, bob, text(at(112), "offered_to.id"))
	require.Equal(t, bob, text(at(113), "person.id"), "accepted on paper, keyed in seven minutes later")
	require.Equal(t, "external", at(75)["waiting"])
	require.NotContains(t, at(45), "person", "the group's queue")
	require.Equal(t, "Printing", text(at(45), "group.name"))
	require.Equal(t, http.StatusUnprocessableEntity, d.get(audrey, "/v1/tickets/"+first+"/custody?at="+minute(1)).status, "before there was a ticket")
	require.Equal(t, http.StatusNotFound, d.get(dora, "/v1/tickets/"+first+"/custody").status)
}

// TestDiff: what changed between two moments, with the acts that changed it.
func TestDiff(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	changes := func(query string) map[string]object {
		t.Helper()
		all := map[string]object{}
		for _, c := range d.ok(audrey, "/v1/tickets/"+first+"/diff?"+query).body["changes"].([]any) {
			all[text(c.(object), "part")+" "+text(c.(object), "name")] = c.(object)
		}
		return all
	}
	c := changes("from_revision=9&to_revision=10")
	require.Len(t, c, 2)
	require.Equal(t, ann+" Ann", c["holder person"]["before"])
	require.Equal(t, bob+" Bob", c["holder person"]["after"])
	require.Equal(t, []any{10.}, c["holder person"]["events"])
	require.Empty(t, c["holder offered_to"]["after"])

	c = changes("from_effective=" + minute(30) + "&to_effective=" + minute(120))
	require.Equal(t, "in_progress", c["state status"]["after"])
	require.Equal(t, []any{3.}, c["state status"]["events"])
	require.Equal(t, []any{3., 10.}, c["holder person"]["events"])
	require.NotContains(t, c, "state paused", "it went on again")

	known := changes("from_effective=" + minute(115) + "&from_recorded=" + minute(115) + "&to_effective=" + minute(115))
	require.Equal(t, []any{10.}, known["holder person"]["events"], "what was not known then")
	require.Len(t, known, 2)
	back := changes("from_revision=10&to_revision=9")
	require.Equal(t, ann+" Ann", back["holder person"]["after"], "backwards too")
	require.Empty(t, changes("from_revision=4&to_revision=4"))
	require.Equal(t, http.StatusUnprocessableEntity, d.get(audrey, "/v1/tickets/"+first+"/diff").status)
	require.Equal(t, http.StatusUnprocessableEntity, d.get(audrey, "/v1/tickets/"+first+"/diff?from_revision=99").status)
}

// TestNamesAreThoseOfTheMoment: a page of the past has the names of then, by what was known of them then.
func TestNamesAreThoseOfTheMoment(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	// Recorded after everything else, said to have happened an hour after the ticket was opened.
	d.append(step{domain.Stream("staff", bob), domain.Metadata{
		Principal: "service-import", Effective: began.Add(time.Hour), Decided: now, Command: "staff.rename",
	}, []any{staff.Renamed{Name: "Robert"}}})
	head, err := d.store.Head(t.Context())
	require.NoError(t, err)
	name := func(query string) string {
		t.Helper()
		return text(d.ok(audrey, "/v1/tickets/"+first+"/as-of?"+query, "Docket-After", strconv.FormatUint(head, 10)).body, "handler.name")
	}
	require.Equal(t, "Robert", name("effective="+minute(130)), "what was true")
	require.Equal(t, "Bob", name("effective="+minute(130)+"&recorded="+minute(130)), "what was known")
	require.Equal(t, "Bob", name("recorded="+minute(130)))
	require.Equal(t, "Robert", text(d.ok(audrey, "/v1/tickets/"+first).body, "handler.name"))
}

// TestHistoryByKind: the history can be narrowed to a family or a type, and pages meet.
func TestHistoryByKind(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	require.Len(t, d.ok(audrey, "/v1/tickets/"+first+"/history?kind=core").items(), 19)
	require.Empty(t, d.ok(audrey, "/v1/tickets/"+first+"/history?kind=route").items())
	page := d.ok(audrey, "/v1/tickets/"+first+"/history?kind=TicketHandoverOffered&limit=1")
	require.Len(t, page.items(), 1)
	require.Equal(t, "core", page.items()[0]["kind"])
	next := d.ok(audrey, "/v1/tickets/"+first+"/history?kind=TicketHandoverOffered&limit=1&after="+text(page.body, "next"))
	require.Len(t, next.items(), 1)
	require.NotContains(t, next.body, "next")
	require.Equal(t, http.StatusUnprocessableEntity, d.get(audrey, "/v1/tickets/"+first+"/history?kind=nothing").status)
}
