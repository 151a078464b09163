package processes

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"docket/domain"
	"docket/domain/ticket"
)

// Timers keeps what becomes due with the clocks of tickets: reminders at shares of a limit, and what happens when one has
// passed; the reminders of sub-tasks, and the asking for receipts of what went outside (mission rows A7, C5, L5, X11). It reads dates and computes none: every deadline is in the event that set it.
type Timers struct{ Streams Streams }

// Process keeps the dates.
func (t *Timers) Process() Process {
	return Process{
		Name: "timers",
		Types: map[string]bool{
			"TicketClockStarted": true, "TicketClockPaused": true, "TicketClockResumed": true, "TicketClockMoved": true,
			"TicketClockRebased": true, "TicketClockStopped": true,
			"TicketSubtaskOpened": true, "TicketSubtaskFinished": true, "TicketSubtaskCancelled": true,
			"TicketCirculationReleased": true, "TicketCirculationReceived": true, "TicketCirculationReturned": true,
		},
		Keep: func(ctx context.Context, tx pgx.Tx, events []domain.Envelope) error {
			for _, e := range events {
				keep := keepClock
				switch {
				case strings.HasPrefix(e.Type, "TicketSubtask"):
					keep = keepSubtask
				case strings.HasPrefix(e.Type, "TicketCirculation"):
					keep = keepCirculation
				}
				if err := keep(ctx, tx, e); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// keepClock replaces what is due of one clock by what its newest event says.
func keepClock(ctx context.Context, tx pgx.Tx, e domain.Envelope) error {
	var clock string
	var round int
	var deadline ticket.Deadline
	switch event := e.Event.(type) {
	case ticket.ClockStarted:
		clock, round, deadline = event.Clock, event.Round, event.Deadline
	case ticket.ClockPaused:
		clock = event.Clock
	case ticket.ClockResumed:
		clock, round, deadline = event.Clock, event.Round, event.Deadline
	case ticket.ClockMoved:
		clock, round, deadline = event.Clock, event.Round, event.Deadline
	case ticket.ClockRebased:
		if event.Met != nil {
			return nil // it has stopped
		}
		clock, round, deadline = event.Clock, event.Round, event.Deadline
	case ticket.ClockStopped:
		clock = event.Clock
	}
	kind := "clock:" + clock + ":"
	if err := Clear(ctx, tx, e.Stream, kind); err != nil {
		return err
	}
	for _, share := range deadline.Reminders {
		err := Set(ctx, tx, Due{
			Stream: e.Stream, Kind: kind + strconv.Itoa(share.Percent), Round: round, At: share.At,
			Order: Order{Name: "ticket.remind", Payload: &ticket.Remind{Clock: clock, Round: round, Percent: share.Percent, At: share.At}},
		})
		if err != nil {
			return err
		}
	}
	if deadline.DueAt == nil {
		return nil
	}
	order, ok := expiry(e.Stream.Key(), clock, round, *deadline.DueAt)
	if !ok {
		return nil // a limit whose passing is marked, and nothing more
	}
	return Set(ctx, tx, Due{Stream: e.Stream, Kind: kind + "due", Round: round, At: *deadline.DueAt, Order: order})
}

// keepSubtask makes a sub-task's reminders due, until it is done or asked for no longer.
func keepSubtask(ctx context.Context, tx pgx.Tx, e domain.Envelope) error {
	switch event := e.Event.(type) {
	case ticket.SubtaskOpened:
		for _, percent := range ticket.SubtaskShares {
			at := ticket.SubtaskShareAt(e.Meta.Effective, event.DueAt, percent)
			err := Set(ctx, tx, Due{
				Stream: e.Stream, Kind: subtaskKind(event.Subtask) + strconv.Itoa(percent), Round: 1, At: at,
				Order: Order{Name: "ticket.remind_subtask", Payload: &ticket.RemindSubtask{Subtask: event.Subtask, Percent: percent, At: at}},
			})
			if err != nil {
				return err
			}
		}
	case ticket.SubtaskFinished:
		return Clear(ctx, tx, e.Stream, subtaskKind(event.Subtask))
	case ticket.SubtaskCancelled:
		return Clear(ctx, tx, e.Stream, subtaskKind(event.Subtask))
	}
	return nil
}

// keepCirculation makes it due to ask for a receipt, until it has come or what was sent is back.
func keepCirculation(ctx context.Context, tx pgx.Tx, e domain.Envelope) error {
	switch event := e.Event.(type) {
	case ticket.CirculationReleased:
		for _, days := range ticket.ChaseDays {
			at := e.Meta.Effective.AddDate(0, 0, days)
			err := Set(ctx, tx, Due{
				Stream: e.Stream, Kind: circulationKind(event.Circulation) + strconv.Itoa(days), Round: 1, At: at,
				Order: Order{Name: "ticket.chase_receipt", Payload: &ticket.ChaseReceipt{Circulation: event.Circulation, Days: days, At: at}},
			})
			if err != nil {
				return err
			}
		}
	case ticket.CirculationReceived:
		return Clear(ctx, tx, e.Stream, circulationKind(event.Circulation))
	case ticket.CirculationReturned:
		return Clear(ctx, tx, e.Stream, circulationKind(event.Circulation))
	}
	return nil
}

func circulationKind(number int) string { return "circulation:" + strconv.Itoa(number) + ":" }

func subtaskKind(number int) string { return "subtask:" + strconv.Itoa(number) + ":" }

// expired is the payload of what fires when a limit has passed; each command takes what it has a field for.
type expired struct {
	Ticket string    `json:"ticket"`
	Clock  string    `json:"clock"`
	Round  int       `json:"round"`
	DueAt  time.Time `json:"due_at"`
}

// expiries are the commands that fire when the limit of a clock has passed, by its name or, for numbered ones, its prefix. The
// passing of any other limit is marked, and nothing more.
var expiries = map[string]string{
	ticket.PauseClock:       "ticket.expire_pause",
	ticket.SupplementClock:  "ticket.lapse",
	ticket.AcknowledgeClock: "ticket.expire_acknowledge",
	ticket.HandoverClock:    unanswered,
	ticket.RaiseClocks:      unanswered,
}

// unanswered names the expansion for what somebody was asked and has not answered.
const unanswered = "unanswered"

// Expansions are what the runner needs to fire what this process makes due.
func (t *Timers) Expansions() map[string]Expansion { return map[string]Expansion{unanswered: t.ask} }

// ask looks who has not answered by now.
func (t *Timers) ask(ctx context.Context, payload []byte) ([]Order, error) {
	var what expired
	if err := json.Unmarshal(payload, &what); err != nil {
		return nil, fmt.Errorf("what was not answered: %w", err)
	}
	s, err := stateOf(ctx, t.Streams, what.Ticket)
	if err != nil {
		return nil, err
	}
	if what.Clock == ticket.HandoverClock {
		if !s.Offer.Pending() {
			return nil, nil
		}
		return []Order{{Name: "ticket.time_out_handover", ID: what.Ticket, Payload: &ticket.TimeOutHandover{Handover: s.Offer.Handover}}}, nil
	}
	for _, p := range s.Duty.Problems {
		if !p.Answered && what.Clock == ticket.RaiseClocks+strconv.Itoa(p.Number) {
			return []Order{{Name: "ticket.escalate", ID: what.Ticket, Payload: &ticket.Escalate{Raise: p.Number, From: p.To}}}, nil
		}
	}
	return nil, nil
}

// expiry is what happens when the limit of a clock has passed.
func expiry(id, clock string, round int, due time.Time) (Order, bool) {
	command, ok := expiries[clock]
	if !ok && strings.HasPrefix(clock, ticket.RaiseClocks) {
		command, ok = expiries[ticket.RaiseClocks], true
	}
	return Order{Name: command, Payload: &expired{id, clock, round, due}}, ok
}
