package kpi_test

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"docket/domain"
	"docket/domain/ticket"
	"docket/internal/pgtest"
	"docket/projections"
	"docket/projections/kpi"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// history is a log of tickets' events as they were recorded, ten positions apart.
type history struct{ events []domain.Envelope }

// on adds events of a ticket, all effective at the same time; recorded a second after the ones before.
func (h *history) on(key string, at time.Time, events ...ticket.Event) {
	for _, event := range events {
		revision := uint64(0)
		for _, e := range h.events {
			if e.Stream.Key() == key {
				revision++
			}
		}
		n := len(h.events) + 1
		h.events = append(h.events, domain.Envelope{
			ID: fmt.Sprintf("event-%d", n), Stream: domain.Stream("ticket", key), Revision: revision, Position: uint64(n) * 10,
			Type: ticket.Decider.Events.Name(event), Event: event,
			Meta: domain.Metadata{Effective: at, Decided: recorded(uint64(n) * 10)},
		})
	}
}

func (h *history) last() uint64 { return uint64(len(h.events)) * 10 }

// recorded is when the event at a position was recorded.
func recorded(position uint64) time.Time {
	return time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(position/10) * time.Second)
}

// Head and Subscribe make a history a source of read models.
func (h *history) Head(context.Context) (uint64, error) { return h.last(), nil }

func (h *history) Subscribe(ctx context.Context, after uint64) iter.Seq2[domain.Page, error] {
	return func(yield func(domain.Page, error) bool) {
		rest := h.events[after/10:]
		for len(rest) > 0 {
			n := min(200, len(rest))
			page := domain.Page{Events: rest[:n], From: after, To: rest[n-1].Position, Live: n == len(rest)}
			if !yield(page, nil) {
				return
			}
			after, rest = page.To, rest[n:]
		}
		<-ctx.Done()
	}
}

// measure keeps the read model of a history and asks it.
func (h *history) measure(t *testing.T, ask func(ctx context.Context, s kpi.Snapshot) error) {
	t.Helper()
	runner, stop := h.keep(t)
	defer stop()
	require.NoError(t, kpi.Read(t.Context(), runner, h.last(), ask))
}

// keep runs the read model of a history until it is stopped.
func (h *history) keep(t testing.TB) (runner *projections.Runner, stop func()) {
	t.Helper()
	runner, err := projections.New(projections.Options{
		Pool: pgtest.Migrated(t), Source: h, Models: []projections.Model{kpi.Model}, TempDir: t.TempDir(),
	})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(ctx) }()
	return runner, func() {
		cancel()
		<-ended
	}
}

// at is a time on the day that these tests play on.
func at(clock string) time.Time {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		panic(err)
	}
	return time.Date(2026, 3, 2, t.Hour(), t.Minute(), 0, 0, time.UTC)
}

const minute = int64(60_000)

var (
	registered = ticket.Registered{Unit: "u", Type: "INC", Channel: ticket.Phone, Urgency: ticket.Normal}
	completed  = ticket.Completed{Outcome: ticket.Fulfilled}
	paused     = ticket.Paused{Kind: ticket.AwaitingCustomer}
	resumed    = ticket.Resumed{Kind: ticket.AwaitingCustomer}
	reopened   = ticket.Reopened{Fault: ticket.FaultStaff, Round: 2}
	closed     = ticket.Closed{}
	noted      = ticket.Noted{}
)

func grouped(from, to string) ticket.Event {
	return ticket.AssignedToGroup{Group: to, Unit: "u", Previous: from}
}

func handed(from, to string) ticket.Event { return ticket.HandoverAccepted{From: from, To: to} }
