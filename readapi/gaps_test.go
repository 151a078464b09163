package readapi_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/series"
	"docket/domain/ticket"
)

// TestGapsAreExplained: every number that was given out is a ticket's, or stands in the list with the reason why not.
func TestGapsAreExplained(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const (
		ghost  = "00000000-0000-4000-8000-0000000000f1"
		draft  = "00000000-0000-4000-8000-0000000000f2"
		ended  = "00000000-0000-4000-8000-0000000000f3"
		coming = "00000000-0000-4000-8000-0000000000f4"
	)
	meta := func(at time.Time) domain.Metadata {
		return domain.Metadata{
			Principal: "staff-" + eve, Actor: eve, Role: authz.Clerk, Unit: service, Channel: "api", Key: "k-7",
			Effective: at, Decided: at, Command: "ticket.register",
		}
	}
	earlier := now.Add(-time.Hour)
	open := ticket.Opened{Unit: service, Type: "INC", Channel: ticket.Window, Title: "Toner"}
	d.append(step{domain.Stream("ticket", draft), meta(earlier), []any{open}})
	d.append(step{domain.Stream("ticket", ended), meta(earlier), []any{open, ticket.Declined{Reason: "out of scope", Channel: ticket.Window}}})
	name := domain.Stream("series", "CS-INC-2026")
	for _, key := range []string{second, ghost, draft, ended, first} {
		d.append(step{name, meta(earlier), []any{series.Taken{Ticket: key}}})
	}
	position := strconv.FormatUint(d.append(step{name, meta(now), []any{series.Taken{Ticket: coming}}}), 10)

	const target = "/v1/series/CS/INC/2026/gaps"
	all := d.ok(audrey, target, "Docket-After", position)
	require.EqualValues(t, 7, all.body["last"])
	require.Equal(t, []string{"not_registered", "draft_still_open", "draft_ended", "other_number", "under_way"}, all.column("cause"))
	require.Equal(t, []string{numberOf(3), numberOf(4), numberOf(5), numberOf(6), numberOf(7)}, all.column("number"))
	missing := all.items()[0]
	require.EqualValues(t, 3, missing["serial"])
	require.Equal(t, ghost, missing["ticket"])
	require.Equal(t, object{"id": eve, "name": "Eve"}, missing["actor"])
	require.Equal(t, "k-7", missing["idempotency_key"])
	require.Equal(t, earlier.Format(time.RFC3339), missing["taken_at"])
	require.Equal(t, numberOf(1), all.items()[3]["other_number"])

	// A ticket that was registered after all is no gap, even before the lists have read of it.
	d.append(step{domain.Stream("ticket", coming), meta(now), []any{ticket.Registered{
		Number: numberOf(7), Unit: service, Type: "INC", Channel: ticket.Window, Urgency: ticket.Normal, Title: "Late",
	}}})
	require.Len(t, d.ok(audrey, target).items(), 4)

	one := d.ok(max, target+"?limit=3")
	require.Len(t, one.items(), 3)
	require.Equal(t, []string{"other_number"}, d.ok(max, target+"?limit=3&after="+one.body["next"].(string)).column("cause"))
	require.Empty(t, d.ok(max, "/v1/series/CS/INC/2025/gaps").items())

	for _, person := range []string{ann, eve, carl, anton} {
		require.Equal(t, http.StatusForbidden, d.get(person, target).status, person)
	}
	require.Equal(t, http.StatusUnprocessableEntity, d.get(audrey, "/v1/series/cs/INC/2026/gaps").status)
	require.Equal(t, http.StatusUnprocessableEntity, d.get(audrey, target+"?after=x").status)
}
