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
