package readapi_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/ticket"
)

// TestQueries asks one service everything. What is denied is recorded and so shows in the audit trail, hence comes last.
func TestQueries(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, c := range []struct {
		name string
		test func(*testing.T)
	}{
		{"queue", d.testQueue}, {"search", d.testSearch}, {"pages", d.testPagesMeet}, {"ticket page", d.testTicketPage}, {"history", d.testHistory},
		{"as of", d.testAsOf}, {"handovers", d.testHandovers}, {"audit", d.testAudit}, {"organisation", d.testOrganisation},
		{"access", d.testAccess}, {"bad parameters", d.testBadParameters},
	} {
		t.Run(c.name, c.test)
	}
}

func (d *desk) testQueue(t *testing.T) {
	d = d.in(t)
	ids := func(who, query string) []string { t.Helper(); return d.ok(who, "/v1/queue"+query).column("id") }

	require.Equal(t, []string{fourth, first, second}, ids(max, ""), "by due date, without one last")
	require.Equal(t, []string{second, first, fourth}, ids(max, "?sort=-due"))
	require.Equal(t, []string{first, second, fourth}, ids(max, "?sort=registered"))
	require.Equal(t, []string{fourth, second, first}, ids(max, "?sort=-number"))
	require.Equal(t, []string{third}, ids(max, "?state=finished"))
	require.Equal(t, []string{third}, ids(max, "?state=cancelled&sort=number"))
	require.Empty(t, ids(max, "?state=closed"))
	require.Equal(t, []string{fourth, first, second}, ids(max, "?state=in_progress,registered"))
	require.Equal(t, []string{fourth, first}, ids(max, "?group="+printing))
	require.Equal(t, []string{fourth, first, second}, ids(max, "?unit="+service))
	require.Equal(t, []string{first}, ids(max, "?handler="+bob))
	require.Empty(t, ids(max, "?handler=none"))
	require.Equal(t, []string{fourth}, ids(max, "?urgency=critical"))
	require.Equal(t, []string{fourth}, ids(max, "?type=REQ"))
	require.Equal(t, []string{first}, ids(max, "?reference=INC0000045"))
	require.Equal(t, []string{second}, ids(max, "?paused=true"))
	require.Equal(t, []string{fourth, first}, ids(max, "?paused=false"))
	require.Equal(t, []string{fourth}, ids(max, "?due_before="+began.Add(25*time.Hour).Format(time.RFC3339)))
	require.Equal(t, []string{fourth}, ids(bob, "?handover=me"))

	require.Equal(t, []string{fourth, first}, ids(ann, ""), "her group's")
	require.Equal(t, []string{fourth}, ids(ann, "?handler=me"))
	require.Equal(t, []string{second}, ids(dora, ""), "her group's")
	require.Equal(t, []string{fourth, first, second}, ids(eve, ""), "the place of her post, and what she holds elsewhere")
	require.Empty(t, ids(carl, ""), "his unit's open ones")
	require.Equal(t, []string{third}, ids(carl, "?state=finished"))

	item := d.ok(max, "/v1/queue?urgency=critical").items()[0]
	require.Equal(t, object{
		"id": fourth, "number": numberOf(4), "type": "REQ", "title": "Toner", "channel": "online", "urgency": "critical",
		"status": "in_progress", "unit": object{"id": service, "name": "Customer service"},
		"group": object{"id": printing, "name": "Printing"}, "handler": object{"id": ann, "name": "Ann"},
		"handover":  object{"handover": 1., "receiver": object{"id": bob, "name": "Bob"}, "offered_at": "2026-03-02T06:40:00Z"},
		"handovers": 1., "round": 1., "due_at": "2026-03-03T01:00:00Z", "registered_at": "2026-03-02T06:00:00Z",
		"changed_at": "2026-03-02T06:40:00Z", "revision": 4.,
		"limit":    object{"band": "over", "half_at": "2026-03-02T15:30:00Z", "most_at": "2026-03-02T21:12:00Z", "over_at": "2026-03-03T01:00:00Z"},
		"deadline": object{"due_at": "2026-03-03T01:00:00Z"},
	}, item)

	require.Equal(t, []string{fourth}, ids(max, "?band=over"))
	require.Equal(t, []string{first}, ids(max, "?band=below_50"))
	require.Equal(t, []string{first}, ids(max, "?band=50_to_80,80_to_100&as_of="+began.Add(65*time.Hour).Format(time.RFC3339)))
	require.Equal(t, []string{second}, ids(max, "?band=none&pause=customer"))
	require.Equal(t, []string{fourth, first, second}, ids(max, "?sort=urgency,-due"))
	require.Equal(t, []string{first, second, fourth}, ids(max, "?sort=-status,registered,number"))
	require.Equal(t, []string{first}, ids(max, "?channel=window&customer=c-1"))
	require.Equal(t, []string{fourth}, ids(max, "?handover=any"))
	require.Empty(t, ids(max, "?stage=mine"), "plain tickets have no stages")

	counted := d.ok(max, "/v1/queue/facets").body
	require.Equal(t, []any{3., false}, []any{counted["tickets"], counted["at_least"]})
	by := counted["by"].(object)
	require.Equal(t, []any{object{"value": printing, "name": "Printing", "tickets": 2.}, object{"value": network, "name": "Network", "tickets": 1.}}, by["group"])
	require.Equal(t, []any{object{"value": "below_50", "tickets": 1.}, object{"value": "none", "tickets": 1.}, object{"value": "over", "tickets": 1.}}, by["band"])
	require.Len(t, d.ok(max, "/v1/queue/facets?by=status").body["by"], 1)

	tiles := func(who, query string) map[string]int {
		t.Helper()
		list, _ := d.ok(who, "/v1/queue/board"+query).body["tiles"].([]any)
		found := map[string]int{}
		for _, tile := range list {
			o := tile.(object)
			found[o["name"].(string)] = int(o["tickets"].(float64))
			if who == max && query == "" {
				require.Len(t, ids(max, "?"+o["list"].(string)), int(o["tickets"].(float64)), "the tile %s opens its list", o["name"])
			}
		}
		return found
	}
	all := tiles(max, "")
	require.Equal(t, map[string]int{
		"open": 3, "due_today": 0, "over_80": 0, "overdue_reported": 0, "overdue_unreported": 1, "unaccepted_handovers": 1,
		"urgent_unacknowledged": 0, "fallback_queue": 0, "awaiting_customer": 1, "unheld": 0,
	}, all)
	require.Equal(t, 2, tiles(max, "?group="+printing)["open"])
	require.Equal(t, 1, tiles(max, "?as_of="+began.Add(21*time.Hour).Format(time.RFC3339))["over_80"])
	require.Equal(t, 1, tiles(dora, "")["open"])
	loads := d.ok(max, "/v1/queue/board?unit="+service).body["loads"].([]any)
	require.Contains(t, loads, object{"handler": object{"id": ann, "name": "Ann"}, "open": 1., "paused": 0., "weight": "1", "late": 1.})
}

// testPagesMeet: walking a list in pages of one gives every row once, in order, and does not end early.
func (d *desk) testPagesMeet(t *testing.T) {
	d = d.in(t)
	for _, c := range []struct{ who, target, field string }{
		{max, "/v1/queue?sort=due", "id"}, {max, "/v1/queue?sort=-due", "id"}, {max, "/v1/queue?sort=registered", "id"},
		{max, "/v1/queue?sort=-registered", "id"}, {max, "/v1/queue?sort=number", "id"}, {max, "/v1/queue?sort=-number", "id"},
		{max, "/v1/handovers?x", "offered_at"}, {audrey, "/v1/audit?category=ticket&order=oldest", "id"}, {audrey, "/v1/audit?category=ticket&order=newest", "id"},
		{audrey, "/v1/tickets/" + first + "/history?x", "id"}, {max, "/v1/units?x", "id"}, {max, "/v1/staff?x", "id"},
	} {
		target := c.target
		if n := len(target) - 2; target[n:] == "?x" {
			target = target[:n] + "?"
		} else {
			target += "&"
		}
		whole := d.ok(c.who, target+"limit=200")
		require.NotContains(t, whole.body, "next", c.target)
		require.Greater(t, len(whole.items()), 2, c.target)
		var walked []string
		for next := ""; ; {
			page := d.ok(c.who, target+"limit=1&after="+url.QueryEscape(next))
			require.Len(t, page.items(), 1, c.target)
			walked = append(walked, page.column(c.field)...)
			require.LessOrEqual(t, len(walked), len(whole.items()), c.target)
			if next, _ = page.body["next"].(string); next == "" {
				break
			}
		}
		require.Equal(t, whole.column(c.field), walked, c.target)
	}
}

func (d *desk) testTicketPage(t *testing.T) {
	d = d.in(t)
	page := d.ok(ann, "/v1/tickets/"+first)
	require.Equal(t, `"18"`, page.header.Get("ETag"))
	require.Equal(t, "private, no-cache", page.header.Get("Cache-Control"))
	require.Equal(t, object{"id": bob, "name": "Bob"}, page.body["handler"])
	form := page.body["form"].(object)
	require.Equal(t, "*******5678", form["customer_phone"])
	require.Equal(t, "**************1234", form["customer_id_number"])
	require.Equal(t, []any{"customer_id_number", "customer_phone"}, form["masked"])
	require.NotContains(t, string(page.raw), "13912345678")
	require.Len(t, page.body["timeline"], 19)
	require.Equal(t, []any{object{
		"kind": "external", "reason": "spare part", "from": "2026-03-02T02:10:00Z", "to": "2026-03-02T02:20:00Z", "ended_reason": "part came",
	}}, page.body["pauses"])
	handovers := page.body["handovers"].([]any)
	require.Equal(t, "refused", handovers[0].(object)["outcome"])
	require.Equal(t, "full", handovers[0].(object)["reason"])
	require.Equal(t, "accepted", handovers[1].(object)["outcome"])
	require.Equal(t, "2026-03-02T02:53:00Z", handovers[1].(object)["answered_at"])
	require.Len(t, page.body["reviews"], 2)
	accepted := page.body["timeline"].([]any)[10].(object)
	require.Equal(t, object{
		"revision": 10., "type": "TicketHandoverAccepted", "command": "ticket.accept_handover",
		"effective_at": "2026-03-02T02:53:00Z", "recorded_at": "2026-03-02T03:00:00Z", "actor": object{"id": bob, "name": "Bob"},
		"principal": object{"id": "staff-" + bob, "name": "Bob"}, "role": "handler", "channel": "api",
		"post_unit": object{"id": service, "name": "Customer service"}, "rule": "handler:ticket.accept_handover",
		"detail": object{"handover": 2., "from": object{"id": ann, "name": "Ann"}, "to": object{"id": bob, "name": "Bob"}},
	}, accepted)

	require.Contains(t, page.body["allowed_commands"], "ticket.note", "a colleague of the holder")
	require.NotContains(t, page.body["allowed_commands"], "ticket.record_work", "is not the holder")
	require.Contains(t, page.body["other_commands"], object{"name": "ticket.complete", "why": "not_allowed", "text": "none of your posts allows this here"})
	require.Contains(t, d.ok(bob, "/v1/tickets/"+first).body["allowed_commands"], "ticket.complete")
	require.Contains(t, d.ok(bob, "/v1/tickets/"+fourth).body["allowed_commands"], "ticket.accept_handover", "offered to him")

	behalf := d.ok(eve, "/v1/tickets/"+second).body["timeline"].([]any)[3].(object)
	require.Equal(t, object{"id": "service-import"}, behalf["principal"])
	require.Equal(t, object{"id": eve, "name": "Eve"}, behalf["on_behalf_of"])
	require.Equal(t, "she knows it", behalf["why"])

	for _, tags := range []string{`"18"`, `"7", W/"18"`, "*"} {
		same := d.get(ann, "/v1/tickets/"+first, "If-None-Match", tags)
		require.Equal(t, http.StatusNotModified, same.status)
		require.Empty(t, same.raw)
		require.Equal(t, `"18"`, same.header.Get("ETag"))
	}
	d.ok(ann, "/v1/tickets/"+first, "If-None-Match", `"17", "180"`)

	byNumber := d.ok(ann, "/v1/tickets?number="+url.QueryEscape(" "+numberOf(1)+" "))
	require.Equal(t, page.body, byNumber.body)
	require.Equal(t, "/v1/tickets/"+first, byNumber.header.Get("Content-Location"))
	require.Equal(t, http.StatusNotFound, d.get(ann, "/v1/tickets?number="+numberOf(9)).status)
	mistyped := d.get(ann, "/v1/tickets?number=CS-INC-2026-000002-X")
	require.Equal(t, http.StatusUnprocessableEntity, mistyped.status)
	require.Equal(t, "ticket.number_mistyped", mistyped.body["code"])
}

func (d *desk) testHistory(t *testing.T) {
	d = d.in(t)
	history := d.ok(audrey, "/v1/tickets/"+first+"/history")
	items := history.items()
	require.Len(t, items, 19)
	require.Equal(t, "TicketRegistered", items[0]["type"])
	data := items[0]["data"].(object)
	require.Equal(t, "*******5678", data["customer_phone"])
	require.Equal(t, "Customer One", data["customer_name"])
	require.Equal(t, "192.0.2.7", items[0]["source"])
	require.Equal(t, "TicketReopened", items[18]["type"])
	require.Equal(t, "jams again", items[18]["why"])

	for person, status := range map[string]int{
		ann: http.StatusOK, eve: http.StatusOK, carl: http.StatusNotFound, dora: http.StatusNotFound, anton: http.StatusNotFound,
	} {
		require.Equal(t, status, d.get(person, "/v1/tickets/"+first+"/history").status, person)
	}
	require.Equal(t, http.StatusForbidden, d.get(carl, "/v1/tickets/"+third+"/history").status, "he sees the ticket, but not its past")
	require.Equal(t, http.StatusNotFound, d.get(audrey, "/v1/tickets/"+ann+"/history").status, "no such ticket")
}

func (d *desk) testAsOf(t *testing.T) {
	d = d.in(t)
	at := func(query string) answer { t.Helper(); return d.ok(audrey, "/v1/tickets/"+first+"/as-of?"+query) }
	minute := func(n int) string { return began.Add(time.Duration(n) * time.Minute).Format(time.RFC3339Nano) }

	// The acceptance happened at minute 113 and was recorded at 120.
	require.Equal(t, ann, text(at("effective="+minute(112)).body, "handler.id"))
	require.Equal(t, bob, text(at("effective="+minute(113)).body, "handler.id"), "the very instant counts")
	require.Equal(t, ann, text(at("recorded="+minute(119)).body, "handler.id"), "not known yet")
	require.Equal(t, bob, text(at("recorded="+minute(120)).body, "handler.id"))
	require.Equal(t, ann, text(at("effective="+minute(115)+"&recorded="+minute(115)).body, "handler.id"))
	require.Equal(t, ann, text(at("revision=9").body, "handler.id"))
	require.Equal(t, "pending", text(at("revision=9").body["handovers"].([]any)[1].(object), "outcome"))
	require.Equal(t, "external", text(at("revision=5").body, "paused.kind"))
	require.Equal(t, "closed", text(at("revision=16").body, "status"))
	require.Empty(t, at("revision=16").body["allowed_commands"])

	stored := d.ok(audrey, "/v1/tickets/"+first).body
	delete(stored, "customer") // of the present alone
	for _, query := range []string{"revision=18&effective=" + now.Format(time.RFC3339), "effective=" + now.Format(time.RFC3339), "recorded=" + now.Format(time.RFC3339)} {
		then := at(query).body
		then["allowed_commands"], then["other_commands"] = stored["allowed_commands"], stored["other_commands"]
		require.Equal(t, stored, then, query)
	}

	require.Equal(t, http.StatusNotFound, d.get(audrey, "/v1/tickets/"+first+"/as-of?effective="+minute(-60)).status, "not registered then")
	require.Equal(t, http.StatusForbidden, d.get(carl, "/v1/tickets/"+third+"/as-of?revision=0").status)
	require.Equal(t, http.StatusNotFound, d.get(dora, "/v1/tickets/"+first+"/as-of?revision=0").status)
}

func (d *desk) testHandovers(t *testing.T) {
	d = d.in(t)
	log := func(who, query string) []string {
		t.Helper()
		return d.ok(who, "/v1/handovers"+query).column("outcome")
	}
	require.Equal(t, []string{"pending", "superseded", "accepted", "refused"}, log(max, ""), "newest first")
	require.Equal(t, []string{"pending"}, log(max, "?outcome=pending"))
	require.Equal(t, []string{"accepted", "refused"}, log(max, "?ticket="+first))
	require.Empty(t, log(max, "?from="+bob))
	require.Len(t, log(max, "?to="+bob), 4)
	require.Len(t, log(max, "?person="+ann), 4)
	require.Len(t, log(max, "?unit="+service+"&group="+printing), 4)
	require.Empty(t, log(max, "?group="+network))
	require.Equal(t, []string{"superseded", "accepted"},
		log(max, "?since="+began.Add(110*time.Minute).Format(time.RFC3339)+"&until="+began.Add(340*time.Minute).Format(time.RFC3339)))
	require.Equal(t, []string{"pending"}, log(bob, "?to=me&outcome=pending"))
	require.Equal(t, []string{"pending", "accepted", "refused"}, log(ann, ""), "of tickets that lie with her group now")
	require.Equal(t, []string{"superseded"}, log(dora, ""))
	require.Empty(t, log(carl, ""))

	items := d.ok(max, "/v1/handovers").items()
	require.InDelta(t, (24*time.Hour + 20*time.Minute).Milliseconds(), items[0]["waiting_ms"], 0)
	require.NotContains(t, items[0], "lag_ms")
	require.InDelta(t, (3 * time.Minute).Milliseconds(), items[2]["lag_ms"], 0)
	require.InDelta(t, (10 * time.Minute).Milliseconds(), items[2]["recorded_lag_ms"], 0)
	require.Equal(t, "Ann", text(items[2], "from.name"))
}

func (d *desk) testAudit(t *testing.T) {
	d = d.in(t)
	list := func(query string) []string { t.Helper(); return d.ok(audrey, "/v1/audit"+query).column("type") }
	require.Len(t, list("?limit=200&stream=ticket-"+first), 19)
	require.Len(t, list("?type=TicketHandoverOffered"), 4)
	require.Equal(t, []string{"TicketCancelled"}, list("?command=ticket.cancel"))
	require.Equal(t, []string{"SerialTaken"}, list("?category=series"))
	require.Equal(t, []string{"TicketHandoverOffered", "TicketTaken"}, list("?limit=2&order=newest&category=ticket&person="+ann), "what others tried meanwhile aside")
	require.Equal(t, []string{"TicketAssignedToHandler"}, list("?principal=service-import&effective_from="+began.Add(225*time.Minute).Format(time.RFC3339)))
	minute := func(n int) string { return began.Add(time.Duration(n) * time.Minute).Format(time.RFC3339) }
	require.Equal(t, []string{"TicketHandoverAccepted"}, list("?effective_from="+minute(111)+"&effective_to="+minute(120)))
	require.Equal(t, []string{"TicketHandoverAccepted"}, list("?recorded_from="+minute(120)+"&recorded_to="+minute(121)))

	denied := d.ok(audrey, "/v1/audit?type=AccessDenied&recorded_to="+now.Format(time.RFC3339)).items()
	require.Len(t, denied, 1)
	require.Equal(t, "ticket.read", denied[0]["command"])
	require.Equal(t, "not_allowed", denied[0]["rule"])
	require.Equal(t, "ticket-"+first, denied[0]["target"])
	require.Equal(t, "Carl", text(denied[0], "actor.name"))
	cancelled := d.ok(audrey, "/v1/audit?command=ticket.cancel").items()[0]
	require.Equal(t, "found it", cancelled["why"])
}

func (d *desk) testOrganisation(t *testing.T) {
	d = d.in(t)
	require.Equal(t, []string{"Archive", "Customer service", "Network", "Printing"}, d.ok(ann, "/v1/units").column("name"))
	require.Equal(t, []string{"Network", "Printing"}, d.ok(ann, "/v1/units?kind=group&active=true&parent="+service).column("name"))
	require.Empty(t, d.ok(ann, "/v1/units?active=false").items())
	require.Empty(t, d.ok(ann, "/v1/units?effective=2020-01-01T00:00:00Z").items())
	one := d.ok(ann, "/v1/units/"+printing).body
	require.Equal(t, "Customer service", text(one, "parent.name"))
	require.NotContains(t, one, "settings", "a group follows its unit")
	require.Contains(t, d.ok(ann, "/v1/units/"+service).body, "settings")
	require.Equal(t, http.StatusNotFound, d.get(ann, "/v1/units/"+ann).status)
	require.Equal(t, http.StatusNotFound, d.get(ann, "/v1/units/"+service+"?effective=2020-01-01T00:00:00Z").status)

	require.Len(t, d.ok(ann, "/v1/staff").items(), 8)
	require.Equal(t, []string{"Ann", "Bob"}, d.ok(ann, "/v1/staff?group="+printing).column("name"))
	require.Equal(t, []string{"Eve"}, d.ok(ann, "/v1/staff?role=leader&unit="+printing).column("name"))
	person := d.ok(ann, "/v1/staff/"+ann).body
	require.Equal(t, []any{object{"id": printing, "name": "Printing"}}, person["groups"])
	require.Equal(t, []any{object{"role": "handler", "unit": object{"id": service, "name": "Customer service"}}}, person["posts"])
	require.Equal(t, http.StatusNotFound, d.get(ann, "/v1/staff/"+service).status)
}

// TestReadYourWrites: every query answers at or after the position that is named, and none waits for one that nobody gave out.
func TestReadYourWrites(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for range 5 {
		position := d.append(step{domain.Stream("ticket", fourth), domain.Metadata{
			Principal: "staff-" + ann, Actor: ann, Effective: now, Decided: now, Command: "ticket.note",
		}, []any{ticket.Noted{Text: "again"}}})
		for _, target := range []string{
			"/v1/queue", "/v1/tickets/" + fourth, "/v1/tickets?number=" + numberOf(4), "/v1/tickets/" + fourth + "/history",
			"/v1/tickets/" + fourth + "/as-of?revision=4", "/v1/handovers", "/v1/audit", "/v1/units", "/v1/staff/" + ann,
		} {
			a := d.ok(audrey, target, "Docket-After", strconv.FormatUint(position, 10))
			at, err := strconv.ParseUint(a.header.Get("Docket-Position"), 10, 64)
			require.NoError(t, err)
			require.GreaterOrEqual(t, at, position, target)
		}
	}
	require.Len(t, d.ok(audrey, "/v1/tickets/"+fourth).body["timeline"], 10)
	for _, target := range []string{"/v1/queue", "/v1/tickets/" + fourth, "/v1/tickets/" + fourth + "/history", "/v1/units"} {
		beyond := d.get(audrey, target, "Docket-After", "9223372036854775807")
		require.Contains(t, []int{http.StatusBadRequest, http.StatusUnprocessableEntity}, beyond.status, target)
		require.Equal(t, "position.beyond_end", beyond.body["code"], target)
	}
}
