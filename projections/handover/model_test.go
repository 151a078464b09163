package handover_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/domain"
	"docket/domain/ticket"
	"docket/projections"
	"docket/projections/handover"
)

var began = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

// TestEveryOfferHasOneRow: each offer has one row that says when and how it ended; what is pending is what the aggregate says
// is pending; nothing that happens later changes a row that has ended.
func TestEveryOfferHasOneRow(t *testing.T) {
	t.Parallel()
	others := []ticket.Event{
		ticket.Accepted{}, ticket.AssignedToGroup{Group: "h", Unit: "v"}, ticket.Taken{Handler: "ann"},
		ticket.AssignedToHandler{Handler: "bob"}, ticket.HandoverAccepted{To: "bob"},
		ticket.HandoverRefused{Code: ticket.RefusedIncomplete, Reason: "half"}, ticket.Completed{Handler: "ann"}, ticket.Reopened{Round: 2},
		ticket.Closed{}, ticket.Cancelled{},
	}
	rapid.Check(t, func(t *rapid.T) {
		state := ticket.Decider.Fold(ticket.Registered{Unit: "u"})
		log := []domain.Envelope{envelope(0, ticket.Registered{Number: "N-1", Unit: "u"})}
		ended := map[int]handover.Row{}
		for i := 1; i <= rapid.IntRange(1, 25).Draw(t, "events"); i++ {
			event := rapid.SampledFrom(others).Draw(t, "event")
			if !state.Offer.Pending() && rapid.Bool().Draw(t, "offer") {
				event = ticket.HandoverOffered{Handover: state.Offers + 1, From: "ann", To: "bob", Note: "please"}
			}
			before := state
			state = ticket.Decider.Evolve(state, event)
			log = append(log, envelope(i, event))
			rows := handover.Rows(projections.Replay(handover.Model, log))
			require.Len(t, rows, state.Offers)
			for _, r := range rows {
				require.Equal(t, state.Offer.Handover == r.Handover, r.Outcome == handover.Pending)
				require.Equal(t, r.Outcome == handover.Pending, r.AnsweredAt == nil)
				if r.Outcome == handover.Pending {
					continue
				}
				if known, ok := ended[r.Handover]; ok {
					require.Equal(t, known, r)
					continue
				}
				require.Equal(t, before.Offer.Handover, r.Handover, "ended just now")
				require.Equal(t, map[bool]handover.Outcome{true: outcome(event), false: handover.Superseded}[outcome(event) != ""], r.Outcome)
				require.Equal(t, r.AnsweredAt.Sub(r.OfferedAt).Milliseconds(), r.Lag)
				ended[r.Handover] = r
			}
		}
	})
}

func outcome(event ticket.Event) handover.Outcome {
	switch event.(type) {
	case ticket.HandoverAccepted:
		return handover.Accepted
	case ticket.HandoverRefused:
		return handover.Refused
	}
	return ""
}

func envelope(i int, event ticket.Event) domain.Envelope {
	at := began.Add(time.Duration(i) * time.Minute)
	return domain.Envelope{
		Stream: "ticket-1", Revision: uint64(i), Position: uint64(i + 1), Type: ticket.Decider.Events.Name(event), Event: event,
		Meta: domain.Metadata{Effective: at, Decided: at.Add(time.Hour)},
	}
}

// TestArbiterAndTimeOutsAreInTheLog: lags of each side, a time that passed, and what an arbiter decided about a refusal.
func TestArbiterAndTimeOutsAreInTheLog(t *testing.T) {
	t.Parallel()
	events := []ticket.Event{
		ticket.Registered{Number: "N-1", Unit: "u"}, ticket.Taken{Handler: "ann"}, ticket.WorkRecorded{}, ticket.Noted{},
		ticket.HandoverOffered{Handover: 1, From: "ann", To: "bob"}, ticket.HandoverOverdue{Handover: 1, From: "ann", To: "bob"},
		ticket.HandoverRefused{Handover: 1, From: "ann", To: "bob", Code: ticket.RefusedOverloaded, Reason: "full"},
		ticket.HandoverDisputed{Refusals: 1, Arbiter: "max"}, ticket.Arbitrated{Arbiter: "max", To: "bob", Reason: "it is his"},
		ticket.AssignedToHandler{Handler: "bob"}, ticket.HandoverOffered{Handover: 2, From: "bob", To: "ann"},
		ticket.Released{From: "bob", Code: ticket.ReleasedLeft},
	}
	log := make([]domain.Envelope, len(events))
	for i, e := range events {
		log[i] = envelope(i, e)
	}
	rows := handover.Rows(projections.Replay(handover.Model, log))
	require.Len(t, rows, 2)
	at := func(i int) *time.Time { m := began.Add(time.Duration(i) * time.Minute); return &m }
	r := rows[0]
	require.Equal(t, handover.Refused, r.Outcome)
	require.Equal(t, []any{*at(2), int64(120_000), int64(120_000)}, []any{r.ReadyAt, r.SendLag, r.Lag}, "ready with the work record")
	require.Equal(t, []*time.Time{at(5), at(7), at(8)}, []*time.Time{r.OverdueAt, r.DisputedAt, r.ArbitratedAt})
	require.Equal(t, []string{"max", "bob"}, []string{r.Arbiter, r.ArbitratedTo})
	require.Equal(t, handover.Superseded, rows[1].Outcome, "who was to hand over has left")
	require.Equal(t, *at(9), rows[1].ReadyAt, "ready when he got it")
}
