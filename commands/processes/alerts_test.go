package processes_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/commands/processes"
	"docket/domain"
	"docket/domain/alert"
	"docket/domain/authz"
	"docket/domain/staff"
)

// alerts are those that somebody is told of.
func (o *office) alerts(who string) (raised []alert.Raised, ids []string) {
	o.t.Helper()
	lines, err := (&processes.Inbox{Pool: o.pool}).List(o.t.Context(), o.ids[who], false, 0, 200)
	require.NoError(o.t, err)
	for _, l := range lines {
		if l.Kind != "SecurityAlertRaised" {
			continue
		}
		history, _, err := o.store.Load(o.t.Context(), domain.StreamID(l.About))
		require.NoError(o.t, err)
		raised, ids = append(raised, history[0].Event.(alert.Raised)), append(ids, domain.StreamID(l.About).Key())
	}
	return raised, ids
}

// settled waits until a process has read everything and nothing is due.
func (o *office) settled(process string) {
	o.t.Helper()
	head, err := o.store.Head(o.t.Context())
	require.NoError(o.t, err)
	o.until(process+" has read everything", func() bool {
		var pos int64
		_ = o.pool.QueryRow(o.t.Context(), "SELECT pos FROM processes.checkpoint WHERE process = $1", process).Scan(&pos)
		return uint64(pos) >= head && o.left() == 0
	})
}

// TestPatternsOfRefusedReadsRaiseOneAlert: so many refused reads of one account raise one alert, not one each, also when nothing
// ran meanwhile; other refusals, and other accounts, do not add up. Whoever has to answer is told, but never over themselves.
func TestPatternsOfRefusedReadsRaiseOneAlert(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	for _, who := range []string{"eve", "bob"} {
		o.do("admin", "staff.grant_post", o.ids[who], &staff.GrantPost{Role: authz.Auditor})
	}
	denials := commands.NewDenials(o.store, time.Now, quiet)
	refuse := func(who string, p authz.Permission, targets ...string) {
		for _, target := range targets {
			denials.Record(t.Context(), domain.Actor{Principal: "staff-" + o.ids[who], Staff: o.ids[who]}, "read", p, domain.StreamID(target), "not_allowed")
		}
	}
	inbox := &processes.Inbox{Pool: o.pool, Streams: o.store, Organisation: o.view}
	watch := processes.Alerts{Refusals: 4, Window: time.Hour}
	refuse("bob", authz.TicketRead, "ticket-1", "ticket-2", "ticket-1")
	refuse("bob", authz.TicketTake, "ticket-1", "ticket-2", "ticket-3")
	refuse("ann", authz.CustomerRead, "customer-1", "customer-2", "customer-3")
	stop := o.run(inbox.Process(), watch.Process())
	o.settled("alerts")
	stop()
	raised, _ := o.alerts("eve")
	require.Empty(t, raised)

	refuse("bob", authz.CustomerReveal, "customer-1", "customer-1", "customer-9")
	o.run(inbox.Process(), watch.Process())
	o.run(inbox.Process(), watch.Process())
	o.until("the auditor is told", func() bool { raised, _ = o.alerts("eve"); return len(raised) == 1 })
	refuse("bob", authz.TicketRead, "ticket-4", "ticket-5", "ticket-6", "ticket-7", "ticket-8")
	o.settled("alerts")
	o.settled("inbox")
	raised, ids := o.alerts("eve")
	require.Len(t, raised, 1, "one alert for the pattern")
	require.Equal(t, o.ids["bob"], raised[0].Person)
	require.Equal(t, []int{4, 3}, []int{raised[0].Count, raised[0].Targets})
	require.False(t, raised[0].Until.Before(raised[0].Since))
	none, _ := o.alerts("bob")
	require.Empty(t, none, "nobody is told of an alert over themselves")

	answer := &alert.Acknowledge{Conclusion: alert.Abuse, Text: "looked up neighbours"}
	require.Equal(t, alert.ErrOwn.Rule, o.refused("bob", "alert.acknowledge", ids[0], answer).Rule)
	require.Equal(t, commands.ErrNotAllowed.Rule, o.refused("ann", "alert.acknowledge", ids[0], answer).Rule)
	o.do("eve", "alert.acknowledge", ids[0], answer)
	require.Equal(t, alert.ErrAcknowledged.Rule, o.refused("eve", "alert.acknowledge", ids[0], answer).Rule)
}
