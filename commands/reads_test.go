package commands_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/security"
)

// reads are the sensitive reads of the day, in the order they were stored.
func (d *desk) reads() []security.SensitiveRead {
	var list []security.SensitiveRead
	for _, e := range d.events(security.Stream(d.clock.now())) {
		if read, ok := e.Event.(security.SensitiveRead); ok {
			list = append(list, read)
		}
	}
	return list
}

// TestNoSensitiveReadIsLost: where denials of one source are counted, reads are all written, also while another process
// writes the same day.
func TestNoSensitiveReadIsLost(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	auditor := domain.Actor{Principal: "staff-a", Staff: "a", Source: "192.0.2.9"}
	here, there := d.denials.Reads(), commands.NewDenials(d.store, d.clock.now, slog.New(slog.DiscardHandler)).Reads()
	for i := range 30 {
		require.NoError(t, here.Record(t.Context(), auditor, security.SensitiveRead{What: "audit.list", Purpose: "檢查", Rows: i}))
		require.NoError(t, there.Record(t.Context(), auditor, security.SensitiveRead{What: "customer.read", Target: "customer-1", Rows: 1}))
		d.denials.Record(t.Context(), auditor, "ticket.note", authz.TicketNote, "", "not_allowed")
	}
	require.Len(t, d.reads(), 60)
	require.Equal(t, security.SensitiveRead{What: "audit.list", Purpose: "檢查", Rows: 29}, d.reads()[58])
	events := d.events(security.Stream(d.clock.now()))
	require.Len(t, events, 60+20, "denials are limited beside them")
	require.Equal(t, "staff-a", events[0].Meta.Principal)
	require.Equal(t, "192.0.2.9", events[0].Meta.Source)
	require.Equal(t, "audit.list", events[0].Meta.Command)

	require.NoError(t, here.Record(t.Context(), auditor,
		security.SensitiveRead{What: "customer.find", Target: "customer-1", Rows: 1},
		security.SensitiveRead{What: "customer.find", Target: "customer-2", Rows: 1}))
	require.NoError(t, here.Record(t.Context(), auditor))
	require.Len(t, d.reads(), 62)
}

// full is a journal that cannot store anything.
type full struct{ commands.Journal }

func (full) Append(context.Context, domain.StreamID, domain.Revision, string, []domain.Pending) (domain.Appended, error) {
	return domain.Appended{}, context.DeadlineExceeded
}

func TestReadThatCannotBeRecordedIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	reads := commands.NewDenials(full{d.store}, d.clock.now, slog.New(slog.DiscardHandler)).Reads()
	err := reads.Record(t.Context(), domain.Actor{Principal: "staff-a"}, security.SensitiveRead{What: "audit.list"})
	require.ErrorIs(t, err, commands.ErrNotRecorded)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}
