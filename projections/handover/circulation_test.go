package handover_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/ticket"
	"docket/projections"
	"docket/projections/handover"
)

func replayed(events ...ticket.Event) []handover.Row {
	log := make([]domain.Envelope, len(events))
	for i, e := range events {
		log[i] = envelope(i, e)
		log[i].Meta.Actor = "boss"
	}
	rows := handover.Rows(projections.Replay(handover.Model, log))
	slices.SortFunc(rows, func(a, b handover.Row) int { return a.OfferedAt.Compare(b.OfferedAt) })
	return rows
}

func later(i int) *time.Time { m := began.Add(time.Duration(i) * time.Minute); return &m }

// TestLegsBetweenGroups: a leg begins when a ticket leaves one group for another, and ends when somebody there has it; one that is
// passed on or worked off before is superseded. A plain handover within a group is no leg.
func TestLegsBetweenGroups(t *testing.T) {
	t.Parallel()
	rows := replayed(
		ticket.Registered{Number: "N-1", Unit: "u"}, ticket.AssignedToGroup{Group: "g", Unit: "u"}, ticket.Taken{Handler: "ann"},
		ticket.WorkRecorded{}, ticket.AssignedToGroup{Group: "h", Unit: "v", Previous: "g"}, // 4: to h, where nobody takes it
		ticket.Noted{}, ticket.AssignedToGroup{Group: "k", Unit: "v", Previous: "h"}, // 6: on to k
		ticket.HandoverOffered{Handover: 1, From: "ann", To: "kim"}, ticket.HandoverAccepted{Handover: 1, From: "ann", To: "kim"}, // 8
		ticket.HandoverOffered{Handover: 2, From: "kim", To: "lee"},
	)
	require.Len(t, rows, 4)
	first, second, plain, pending := rows[0], rows[1], rows[2], rows[3]
	require.Equal(t, []any{handover.Internal, 1, "boss", "", "u", "g", "h", handover.Superseded, int64(60_000), int64(120_000), later(6)},
		[]any{first.Kind, first.Handover, first.From, first.To, first.Unit, first.Group, first.ToGroup, first.Outcome, first.SendLag, first.Lag, first.AnsweredAt},
		"ready with the work record; passed on two minutes later")
	require.Equal(t, []any{handover.Internal, 2, "kim", "v", "h", "k", handover.Accepted, int64(120_000)},
		[]any{second.Kind, second.Handover, second.To, second.Unit, second.Group, second.ToGroup, second.Outcome, second.Lag})
	require.Equal(t, []any{handover.Plain, handover.Plain}, []any{plain.Kind, pending.Kind})
	require.Equal(t, handover.Pending, pending.Outcome)

	for name, last := range map[string]ticket.Event{"completed": ticket.Completed{Handler: "ann"}, "cancelled": ticket.Cancelled{}} {
		rows := replayed(ticket.Registered{Unit: "u"}, ticket.AssignedToGroup{Group: "g", Unit: "u"}, ticket.Taken{Handler: "ann"},
			ticket.AssignedToGroup{Group: "h", Unit: "v"}, ticket.WorkRecorded{}, last, ticket.Noted{})
		require.Len(t, rows, 1, name)
		require.Equal(t, handover.Superseded, rows[0].Outcome, name)
		require.Equal(t, later(5), rows[0].AnsweredAt, name)
	}
	rows = replayed(ticket.Registered{Unit: "u"}, ticket.AssignedToGroup{Group: "g", Unit: "u"}, ticket.AssignedToGroup{Group: "h", Unit: "v"})
	require.Equal(t, handover.Pending, rows[0].Outcome, "unaccepted now")
}

// TestLegsOutside: what goes outside is in the log from its release on, unaccepted until its receipt; when it is back is told apart.
func TestLegsOutside(t *testing.T) {
	t.Parallel()
	events := []ticket.Event{
		ticket.Registered{Number: "N-1", Unit: "u"}, ticket.Taken{Handler: "ann"},
		ticket.CirculationPrepared{Circulation: 1, Reference: "N-1/1", CheckedBy: "ann", Paper: true},
		ticket.CirculationPrepared{Circulation: 2, Reference: "N-1/2", CheckedBy: "ann"},
		ticket.CirculationReleased{Circulation: 1, Body: "Land registry", Channel: ticket.SentByCourier},
	}
	rows := replayed(events...)
	require.Len(t, rows, 1, "what is prepared has not left")
	r := rows[0]
	require.Equal(t, []any{handover.External, 1, "boss", "N-1/1", "Land registry", ticket.SentByCourier, true, handover.Pending, int64(120_000)},
		[]any{r.Kind, r.Handover, r.From, r.Reference, r.Body, r.Channel, r.Paper, r.Outcome, r.SendLag})
	signed := began.Add(time.Minute)
	rows = replayed(append(events, ticket.CirculationReturned{Circulation: 1, At: began.Add(5 * time.Minute)},
		ticket.CirculationReceived{Circulation: 1, Kind: ticket.ReceiptScan, Signer: "Lam", SignedAt: signed},
		ticket.CirculationReceived{Circulation: 9})...)
	require.Len(t, rows, 1)
	r = rows[0]
	require.Equal(t, []any{handover.Accepted, int64(120_000), later(6), ticket.ReceiptScan, "Lam", &signed, later(5)},
		[]any{r.Outcome, r.Lag, r.AnsweredAt, r.Receipt, r.Signer, r.SignedAt, r.ReturnedAt})
}
