package processes_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands/processes"
	"docket/domain"
	"docket/domain/staff"
)

// told counts somebody's lines of a kind that are about a stream.
func (o *office) told(who string, about domain.StreamID, kind string) (n int) {
	o.t.Helper()
	lines, err := (&processes.Inbox{Pool: o.pool}).List(o.t.Context(), o.ids[who], false, 0, 200)
	require.NoError(o.t, err)
	for _, l := range lines {
		if l.About == string(about) && l.Kind == kind {
			require.Empty(o.t, l.Ticket)
			n++
		}
	}
	return n
}

// warnings are the days ahead that somebody's certificates were warned of, by kind.
func (o *office) warnings(who string) map[string][]int {
	o.t.Helper()
	history, _, err := o.store.Load(o.t.Context(), domain.Stream("staff", o.ids[who]))
	require.NoError(o.t, err)
	warned := map[string][]int{}
	for _, e := range history {
		if w, ok := e.Event.(staff.CertificateExpiring); ok {
			warned[w.Kind] = append(warned[w.Kind], w.Days)
		}
	}
	return warned
}

// TestCertificatesAreWarnedOfOnce: 60, 30 and 7 days ahead, once each by two instances and although nothing ran when the days
// came; told to the holder and to who leads the group. What was renewed or revoked, or ends much later, is not warned of.
func TestCertificatesAreWarnedOfOnce(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	soon := time.Now().Add(time.Second)
	certify := func(kind string, until time.Time) uint64 {
		return o.do("admin", "staff.certify", o.ids["ann"], &staff.Certify{Kind: kind, Issuer: "city", Reference: "C-1", ValidUntil: until}).Position
	}
	certify("in_60_days", soon.AddDate(0, 0, 60))
	certify("in_30_days", soon.AddDate(0, 0, 30))
	certify("in_7_days", soon.AddDate(0, 0, 7))
	certify("renewed", soon.AddDate(0, 0, 30))
	certify("renewed", soon.AddDate(5, 0, 0))
	certify("revoked", soon.AddDate(0, 0, 30))
	o.do("admin", "staff.revoke_certificate", o.ids["ann"], &staff.RevokeCertificate{Certificate: 6, Reason: "forged"})
	certify("far", soon.AddDate(0, 0, 61))
	o.until("the days have come", func() bool { return time.Now().After(soon) })

	inbox := &processes.Inbox{Pool: o.pool, Streams: o.store, Organisation: o.view}
	o.run(inbox.Process(), processes.Certificates())
	o.run(inbox.Process(), processes.Certificates())
	stream := domain.Stream("staff", o.ids["ann"])
	for _, who := range []string{"ann", "eve"} {
		o.until(who+" knows", func() bool { return o.told(who, stream, "StaffCertificateExpiring") == 3 })
	}
	require.Zero(t, o.told("bob", stream, "StaffCertificateExpiring"))
	require.Equal(t, map[string][]int{"in_60_days": {60}, "in_30_days": {30}, "in_7_days": {7}}, o.warnings("ann"))
}
