package readapi_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAuditorsReadsAreRecorded: who reads the audit trail stands in it afterwards, with purpose and number of rows.
func TestAuditorsReadsAreRecorded(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.ok(audrey, "/v1/audit?stream=ticket-"+first+"&limit=3&purpose=quarterly")
	d.ok(audrey, "/v1/audit?person="+bob)
	head, err := d.store.Head(t.Context())
	require.NoError(t, err)

	reads := d.ok(audrey, "/v1/audit?type=SecuritySensitiveRead", "Docket-After", strconv.FormatUint(head, 10)).items()
	require.Len(t, reads, 2)
	require.Equal(t, "audit.list", reads[0]["command"])
	require.Equal(t, "ticket-"+first, reads[0]["target"])
	require.Equal(t, "quarterly", reads[0]["why"])
	require.EqualValues(t, 3, reads[0]["rows"])
	require.Equal(t, object{"id": audrey, "name": "Audrey"}, reads[0]["actor"])
	require.Equal(t, "staff-"+bob, reads[1]["target"])
}

// TestAuditTrailBySubject: a ticket's, a customer's and a unit's trail hold what was done, tried and seen, with switches.
func TestAuditTrailBySubject(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	list := func(query string) []string {
		t.Helper()
		return d.ok(audrey, "/v1/audit?limit=200&"+query).column("type")
	}
	own := list("ticket=" + first + "&reads=false&denied=false")
	require.Len(t, own, 19)
	require.Len(t, list("ticket="+first+"&reads=false"), 20, "and an attempt that was denied")
	require.Equal(t, own, list("customer=c-1&reads=false&denied=false"))
	require.Len(t, list("ticket="+first+"&person="+bob+"&reads=false"), 6)
	require.Empty(t, list("unit="+other+"&category=ticket"))
	require.NotEmpty(t, list("unit="+service+"&command=ticket.accept"))
	require.Equal(t, []string{"AccessDenied"}, list("category=security&reads=false"))
	window := "recorded_from=" + minute(120) + "&recorded_to=" + minute(121)
	require.Equal(t, []string{"TicketHandoverAccepted"}, list("ticket="+first+"&"+window))

	whole := list("ticket=" + first + "&reads=false&order=newest")
	var walked []string
	for next := ""; ; {
		page := d.ok(audrey, "/v1/audit?limit=3&ticket="+first+"&reads=false&order=newest&after="+next)
		walked = append(walked, page.column("type")...)
		if next, _ = page.body["next"].(string); next == "" {
			break
		}
	}
	require.Equal(t, whole, walked)
}
