package processes_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"docket/commands/processes"
	"docket/domain"
	"docket/domain/ticket"
)

// due makes the failure of a notice's first channel due, which every office may record.
func (o *office) due(id string, at time.Time) {
	o.t.Helper()
	require.NoError(o.t, pgx.BeginFunc(o.t.Context(), o.pool, func(tx pgx.Tx) error {
		return processes.Set(o.t.Context(), tx, processes.Due{
			Stream: domain.Stream("ticket", id), Kind: "test", Round: 1, At: at,
			Order: processes.Order{Name: "ticket.record_notice", Payload: &ticket.RecordNotice{Notice: 1, Channel: ticket.SMS, Attempts: 1, Code: "unreachable"}},
		})
	}))
}

func (o *office) left() (n int) {
	o.t.Helper()
	require.NoError(o.t, o.pool.QueryRow(o.t.Context(), "SELECT count(*) FROM processes.due").Scan(&n))
	return n
}

var reactsToNothing = processes.Process{
	Name: "nothing", Types: map[string]bool{"TicketNoted": true},
	React: func(context.Context, domain.Envelope) ([]processes.Order, error) { return nil, nil },
}

// TestWhatIsDueIsFiredOnce: not before its time, once by two instances, and not again when the program died between the
// command and the note that it was fired.
func TestWhatIsDueIsFiredOnce(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	id := o.reviewed()
	o.do("ann", "ticket.notify_result", id, &ticket.NotifyResult{
		Channels: []ticket.Channel{ticket.SMS, ticket.Mail}, To: map[string]string{"sms": "13912345678", "mail": "a@example.org"}, FollowUp: []string{"collect it"},
	})
	at := time.Now().Add(time.Hour).Truncate(time.Millisecond)
	o.due(id, at)
	first, second := o.run(reactsToNothing), o.run(reactsToNothing)
	other := o.reviewed() // time passes
	require.Zero(t, o.count(id, "TicketNoticeFailed"))
	require.NotEmpty(t, other)

	o.late.Store(2 * 3600)
	o.until("fired", func() bool { return o.left() == 0 })
	require.Equal(t, 1, o.count(id, "TicketNoticeFailed"))

	first()
	second()
	o.due(id, at) // as it lay there before the note
	o.run(reactsToNothing)
	o.until("fired again", func() bool { return o.left() == 0 })
	require.Equal(t, 1, o.count(id, "TicketNoticeFailed"))
}

// TestWhatMovesIsFiredAtItsNewDate: the old date does nothing.
func TestWhatMovesIsFiredAtItsNewDate(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	id := o.reviewed()
	o.due(id, time.Now().Add(time.Minute))
	o.due(id, time.Now().Add(24*time.Hour))
	require.Equal(t, 1, o.left())
	o.late.Store(3600)
	o.run(reactsToNothing)
	o.until("the instance leads", func() bool {
		var places int
		require.NoError(t, o.pool.QueryRow(t.Context(), "SELECT count(*) FROM processes.checkpoint WHERE pos > 0").Scan(&places))
		return places == 1
	})
	require.Equal(t, 1, o.left())
	require.NoError(t, pgx.BeginFunc(t.Context(), o.pool, func(tx pgx.Tx) error {
		return processes.Clear(t.Context(), tx, domain.Stream("ticket", id), "test")
	}))
	require.Zero(t, o.left())
}
