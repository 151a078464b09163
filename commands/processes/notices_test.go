package processes_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands/processes"
	"docket/domain/ticket"
	"docket/internal/delivery"
)

// gateway answers every call with a status and counts them.
func gateway(t *testing.T, status int) (delivery.Carrier, *atomic.Int32) {
	t.Helper()
	calls := &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		calls.Add(1)
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	carrier, err := delivery.Open(server.URL + "?secret=s")
	require.NoError(t, err)
	return carrier, calls
}

func (o *office) deliver(carriers map[ticket.Channel]delivery.Carrier) {
	o.t.Helper()
	notices, err := processes.NewNotices(o.t.Context(), processes.NoticeOptions{
		Pool: o.pool, Streams: o.store, Commands: o.pipeline, Carriers: carriers, Attempts: 3, Logger: quiet,
		Retry: func(int) time.Duration { return 10 * time.Millisecond },
	})
	require.NoError(o.t, err)
	o.keep(notices.Run)
	inbox := &processes.Inbox{Pool: o.pool, Streams: o.store, Organisation: o.view}
	o.run(notices.Process(), inbox.Process(), (&processes.Timers{Streams: o.store}).Process())
}

var outcome = ticket.NotifyResult{
	Channels: []ticket.Channel{ticket.SMS, ticket.Mail}, To: map[string]string{"sms": "13912345678", "mail": "a@example.org"},
	FollowUp: []string{"collect it"},
}

// TestANoticeGoesTheNextWay: a gateway that stays broken is tried as often as allowed, then the next channel; the customer
// knows, and the ticket says so.
func TestANoticeGoesTheNextWay(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	broken, tried := gateway(t, http.StatusBadGateway)
	works, sent := gateway(t, http.StatusOK)
	o.deliver(map[ticket.Channel]delivery.Carrier{ticket.SMS: broken, ticket.Mail: works})
	id := o.reviewed()
	notice := outcome
	o.do("ann", "ticket.notify_result", id, &notice)
	o.until("delivered", func() bool { return o.count(id, "TicketResultDelivered") == 1 })
	require.EqualValues(t, 3, tried.Load())
	require.EqualValues(t, 1, sent.Load())
	require.Equal(t, 1, o.count(id, "TicketNoticeFailed"))
	require.Equal(t, 1, o.count(id, "TicketNoticeDelivered"))
	o.do("ann", "ticket.close", id, &ticket.Close{})
}

// TestANoticeThatReachesNobodyIsAPersons: with every channel closed, the ticket cannot be closed as notified, and its handler
// is told.
func TestANoticeThatReachesNobodyIsAPersons(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	refuses, _ := gateway(t, http.StatusForbidden)
	o.deliver(map[ticket.Channel]delivery.Carrier{ticket.SMS: refuses}) // no mail server
	id := o.reviewed()
	notice := outcome
	o.do("eve", "ticket.notify_result", id, &notice)
	o.until("exhausted", func() bool { return o.count(id, "TicketNoticeExhausted") == 1 })
	require.Equal(t, 2, o.count(id, "TicketNoticeFailed"))
	require.Zero(t, o.count(id, "TicketResultDelivered"))
	inbox := &processes.Inbox{Pool: o.pool}
	var lines []processes.Line
	o.until("told", func() bool {
		var err error
		lines, err = inbox.List(t.Context(), o.ids["ann"], true, 0, 10)
		require.NoError(t, err)
		return len(lines) == 1
	})
	require.Equal(t, "TicketNoticeExhausted", lines[0].Kind)
	marked, err := inbox.MarkRead(t.Context(), o.ids["bob"], lines[0].ID, time.Now())
	require.NoError(t, err)
	require.False(t, marked, "nobody reads another's lines away")
	marked, err = inbox.MarkRead(t.Context(), o.ids["ann"], lines[0].ID, time.Now())
	require.NoError(t, err)
	require.True(t, marked)
}
