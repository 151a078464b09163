package readapi_test

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// testAccess: who may ask what.
func (d *desk) testAccess(t *testing.T) {
	d = d.in(t)
	people := map[string]string{
		"ann": ann, "bob": bob, "eve": eve, "carl": carl, "dora": dora, "max": max, "audrey": audrey, "anton": anton,
	}
	for target, allowed := range map[string]string{
		"/v1/queue":                                  "ann bob eve carl dora max audrey",
		"/v1/queue/facets":                           "ann bob eve carl dora max audrey",
		"/v1/queue/board":                            "ann bob eve carl dora max audrey",
		"/v1/search?q=printer":                       "ann bob eve carl dora max audrey",
		"/v1/handovers":                              "ann bob eve carl dora max audrey",
		"/v1/audit":                                  "audrey",
		"/v1/units":                                  "ann bob eve carl dora max audrey anton",
		"/v1/units/" + service:                       "ann bob eve carl dora max audrey anton",
		"/v1/staff":                                  "ann bob eve carl dora max audrey anton",
		"/v1/staff/" + ann:                           "ann bob eve carl dora max audrey anton",
		"/v1/tickets/" + first:                       "ann bob eve max audrey",
		"/v1/tickets/" + second:                      "eve dora max audrey",
		"/v1/tickets/" + third:                       "carl max audrey",
		"/v1/tickets?number=" + numberOf(3):          "carl max audrey",
		"/v1/tickets/" + second + "/history":         "eve dora max audrey",
		"/v1/tickets/" + third + "/history":          "max audrey",
		"/v1/tickets/" + third + "/as-of?revision=0": "max audrey",
	} {
		for name, key := range people {
			a := d.get(key, target)
			if strings.Contains(" "+allowed+" ", " "+name+" ") {
				require.Equal(t, http.StatusOK, a.status, "%s by %s: %s", target, name, a.raw)
				continue
			}
			require.Contains(t, []int{http.StatusForbidden, http.StatusNotFound}, a.status, "%s by %s", target, name)
			require.Equal(t, "application/problem+json", a.header.Get("Content-Type"))
		}
		require.Equal(t, http.StatusUnauthorized, d.get("", target).status, target)
		require.Equal(t, http.StatusUnauthorized, d.get("forged", target).status, target)
	}
}

// TestHiddenAndUnknownLookAlike: who may not see a ticket is told what is told of one that does not exist, and only the first
// is recorded.
func TestHiddenAndUnknownLookAlike(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	hidden, unknown := d.get(dora, "/v1/tickets/"+first), d.get(dora, "/v1/tickets/"+ann)
	require.Equal(t, http.StatusNotFound, hidden.status)
	require.Equal(t, unknown.body, hidden.body)
	require.Equal(t, unknown.status, hidden.status)
	for _, header := range []string{"ETag", "Docket-Position", "Content-Location"} {
		require.Equal(t, unknown.header.Get(header), hidden.header.Get(header), header)
	}
	require.Equal(t, http.StatusNotFound, d.get(dora, "/v1/tickets/"+first, "If-None-Match", "*").status)

	require.Equal(t, http.StatusForbidden, d.get(anton, "/v1/queue").status)
	require.Equal(t, http.StatusForbidden, d.get(ann, "/v1/audit").status)
	head, err := d.store.Head(t.Context())
	require.NoError(t, err)
	recorded := d.ok(audrey, "/v1/audit?type=AccessDenied&recorded_from="+now.Format("2006-01-02T15:04:05Z07:00"), "Docket-After", strconv.FormatUint(head, 10))
	var seen []string
	for _, item := range recorded.items() {
		seen = append(seen, text(item, "actor.name")+" "+text(item, "command")+" "+text(item, "target"))
	}
	require.ElementsMatch(t, []string{"Dora ticket.read ticket-" + first, "Dora ticket.read ticket-" + first, "Anton queue.list ", "Ann audit.list "}, seen)
}

// testBadParameters: whatever is asked, the answer is a problem that names the parameter, never a failure of ours.
func (d *desk) testBadParameters(t *testing.T) {
	d = d.in(t)
	cursor := func(json string) string { return base64.RawURLEncoding.EncodeToString([]byte(json)) }
	queueKey := func(sort, rest string) string {
		return cursor(`{"s":"` + sort + `","v":[""],"t":"` + first + `"` + rest + `}`)
	}
	for target, field := range map[string]string{
		"/v1/queue?limit=0":                                             "query.limit",
		"/v1/queue?limit=201":                                           "query.limit",
		"/v1/queue?limit=99999999999999999999":                          "query.limit",
		"/v1/queue?limit=many":                                          "query.limit",
		"/v1/queue?sort=colour":                                         "query.sort",
		"/v1/queue?state=lost":                                          "query.state[0]",
		"/v1/queue?state=open,closed":                                   "query.state",
		"/v1/queue?state=open&state=closed":                             "query.state",
		"/v1/queue?unit=service":                                        "query.unit",
		"/v1/queue?unit=" + service + "%00":                             "query.unit",
		"/v1/queue?group={" + printing + "}":                            "query.group",
		"/v1/queue?handler=nobody":                                      "query.handler",
		"/v1/queue?handover=none":                                       "query.handover",
		"/v1/queue?urgency=soon":                                        "query.urgency[0]",
		"/v1/queue?band=half":                                           "query.band[0]",
		"/v1/queue?sort=due,due":                                        "query.sort",
		"/v1/queue?sort=due,number,title,status":                        "query.sort",
		"/v1/queue/facets?by=colour":                                    "query.by[0]",
		"/v1/queue/board?group=x":                                       "query.group",
		"/v1/queue?paused=maybe":                                        "query.paused",
		"/v1/queue?type=%00":                                            "query.type",
		"/v1/queue?type=%ff%fe":                                         "query.type",
		"/v1/queue?reference=a%0ab":                                     "query.reference",
		"/v1/queue?reference=" + strings.Repeat("x", 65):                "query.reference",
		"/v1/queue?due_before=tomorrow":                                 "query.due_before",
		"/v1/queue?due_before=2026-03-02":                               "query.due_before",
		"/v1/queue?due_before=0001-01-01T00:00:01Z":                     "query.due_before",
		"/v1/queue?due_before=9999-12-31T23:59:59Z":                     "query.due_before",
		"/v1/queue?colour=red":                                          "query.colour",
		"/v1/queue?type=A&type=B":                                       "query.type",
		"/v1/queue?after=1":                                             "query.after",
		"/v1/queue?after=!!":                                            "query.after",
		"/v1/queue?after=" + cursor("null"):                             "query.after",
		"/v1/queue?after=" + cursor("[]"):                               "query.after",
		"/v1/queue?after=" + strings.Repeat("A", 513):                   "query.after",
		"/v1/queue?after=" + queueKey("number", ""):                     "query.after",
		"/v1/queue?sort=-due&after=" + queueKey("due", ""):              "query.after",
		"/v1/queue?sort=registered&after=" + queueKey("registered", ""): "query.after",
		"/v1/queue?after=" + queueKey("due", `,"x":1`):                  "query.after",
		"/v1/queue?after=" + strings.Replace(cursor(`{"s":"due","v":[""],"t":"a\u0000b"}`), " ", "", 1):  "query.after",
		"/v1/queue?sort=number&after=" + cursor(`{"s":"number","v":["\u0000"],"t":"`+first+`"}`):         "query.after",
		"/v1/queue?sort=due&after=" + cursor(`{"s":"due","v":["9999-01-01T00:00:00Z"],"t":"`+first+`"}`): "query.after",
		"/v1/tickets":                                                   "query.number",
		"/v1/tickets?number=":                                           "query.number",
		"/v1/tickets?number=%00":                                        "query.number",
		"/v1/tickets?number=CS-INC-2026-000001-Y":                       "query.number",
		"/v1/tickets/42":                                                "path.id",
		"/v1/tickets/" + strings.Repeat("a", 36):                        "path.id",
		"/v1/tickets/%00":                                               "path.id",
		"/v1/tickets/42/history":                                        "path.id",
		"/v1/tickets/" + first + "/history?after=-1":                    "query.after",
		"/v1/tickets/" + first + "/history?after=x":                     "query.after",
		"/v1/tickets/" + first + "/history?limit=0":                     "query.limit",
		"/v1/tickets/" + first + "/as-of":                               "query",
		"/v1/tickets/" + first + "/as-of?revision=-1":                   "query.revision",
		"/v1/tickets/" + first + "/as-of?revision=19":                   "query.revision",
		"/v1/tickets/" + first + "/as-of?revision=99999999999999999999": "query.revision",
		"/v1/tickets/" + first + "/as-of?effective=noon":                "query.effective",
		"/v1/tickets/" + first + "/as-of?recorded=1800-01-01T00:00:00Z": "query.recorded",
		"/v1/handovers?outcome=lost":                                    "query.outcome",
		"/v1/handovers?ticket=1":                                        "query.ticket",
		"/v1/handovers?person=him":                                      "query.person",
		"/v1/handovers?since=2026-13-01T00:00:00Z":                      "query.since",
		"/v1/handovers?after=" + cursor(`{"OfferedAt":"2026-01-01T00:00:00Z","Ticket":"\u0000"}`):    "query.after",
		"/v1/handovers?after=" + cursor(`{"OfferedAt":"0000-01-01T00:00:00Z","Ticket":"`+first+`"}`): "query.after",
		"/v1/audit?after=-1":                  "query.after",
		"/v1/audit?after=9223372036854775808": "query.after",
		"/v1/audit?person=x":                  "query.person",
		"/v1/audit?stream=%00":                "query.stream",
		"/v1/audit?order=random":              "query.order",
		"/v1/audit?recorded_from=now":         "query.recorded_from",
		"/v1/units?kind=team":                 "query.kind",
		"/v1/units?after=x":                   "query.after",
		"/v1/units?effective=2026":            "query.effective",
		"/v1/units/1":                         "path.id",
		"/v1/staff?group=1":                   "query.group",
		"/v1/staff/1":                         "path.id",
	} {
		a := d.get(audrey, target)
		require.Equal(t, http.StatusUnprocessableEntity, a.status, "%s: %s", target, a.raw)
		require.Equal(t, "application/problem+json", a.header.Get("Content-Type"), target)
		require.Contains(t, a.failing(), field, target)
	}
	for _, position := range []string{"-1", "x", "1.5", "9223372036854775808", "%00"} {
		a := d.get(audrey, "/v1/queue", "Docket-After", position)
		require.Equal(t, http.StatusUnprocessableEntity, a.status, position)
		require.Contains(t, a.failing(), "header.Docket-After")
	}
	several := d.get(audrey, "/v1/queue?limit=0&unit=x&due_before=y&colour=z")
	require.Equal(t, http.StatusUnprocessableEntity, several.status)
}
