package readapi_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/authz"
	"docket/domain/ticket"
)

// TestLiveListTellsWhatTimeChanges: a ticket whose limit is used up comes into a list of such tickets, and leaves the one of those that
// still have time, though nothing happened to it. A list as of a given instant stands still.
func TestLiveListTellsWhatTimeChanges(t *testing.T) {
	t.Parallel()
	const fresh = "00000000-0000-4000-8000-000000000009"
	d, server := served(t)
	started := time.Now()
	d.passing.Store(&started)
	over, _ := d.listen(server, max, "?band=over&unit="+service, 0)
	still, _ := d.listen(server, max, "?band=below_50,50_to_80,80_to_100&as_of="+now.Format(time.RFC3339), 0)
	left, _ := d.listen(server, max, "?band=below_50,50_to_80,80_to_100", 0)

	due := now.Add(time.Since(started) + 3*time.Second)
	story := &teller{at: now.Add(-time.Minute)}
	story.ticket(eve, authz.Clerk, "register", fresh, ticket.Registered{
		Number: numberOf(9), Unit: service, Type: "REQ", Channel: ticket.Online, Urgency: ticket.Normal, Title: "Soon", DueAt: &due,
	})
	at := d.append(story.steps[0])
	require.Equal(t, []string{"changed", fresh}, []string{left.until(at)[0].event, fresh})
	told := over.on()
	for told.event != "changed" {
		require.NotEqual(t, "closed", told.event)
		told = over.on()
	}
	require.Equal(t, fresh, told.ticket())
	require.False(t, now.Add(time.Since(started)).Before(due), "not before its time")
	for told = left.on(); told.event != "left"; told = left.on() {
		require.NotEqual(t, "closed", told.event)
	}
	require.Equal(t, fresh, told.ticket())
	require.Len(t, still.until(at), 1, "it came, and nothing after that")
	require.Equal(t, http.StatusOK, d.get(max, "/v1/queue?band=over").status)
}
