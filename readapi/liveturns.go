package readapi

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"docket/projections/queue"
)

// Bounds of looking ahead for tickets that come into another band of their limit.
const (
	lookAhead = time.Minute
	mostTurns = 5_000 // read at once; the next are read when these are over
)

// turns are the moments ahead at which rows change by time alone.
type turns struct {
	mu   sync.Mutex
	list []queue.Turn // in order
	stir chan struct{}
}

// add puts turns in their places.
func (t *turns) add(more []queue.Turn) {
	if len(more) == 0 {
		return
	}
	t.mu.Lock()
	t.list = append(t.list, more...)
	slices.SortFunc(t.list, func(a, b queue.Turn) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Ticket, b.Ticket)) })
	t.list = slices.Compact(t.list)
	t.mu.Unlock()
	select {
	case t.stir <- struct{}{}:
	default: // it is going to look anyway
	}
}

// due takes out the tickets whose moment has come, each once, and tells when the next one comes; zero when none is known.
func (t *turns) due(now time.Time) (tickets []string, next time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.list) > 0 && !t.list[0].At.After(now) {
		if !slices.Contains(tickets, t.list[0].Ticket) {
			tickets = append(tickets, t.list[0].Ticket)
		}
		t.list = t.list[1:]
	}
	if len(t.list) > 0 {
		next = t.list[0].At
	}
	return tickets, next
}

// turn tells of rows when a share of their limit is used up, until ctx ends: once for all listeners, who see for themselves whether the
// row is in their list at that moment. It reads ahead by a minute; what the log changes meanwhile is added as it is told.
func (l *Live) turn(ctx context.Context, ahead *turns) {
	place := queue.Turn{At: l.Clock()}
	until := place.At // read up to here
	for ctx.Err() == nil {
		now := l.Clock()
		if !now.Before(until) {
			more, err := queue.Turning(ctx, l.feed, place, now.Add(lookAhead), mostTurns)
			if err != nil {
				pause(ctx, retryFeed)
				continue
			}
			ahead.add(more)
			if until = now.Add(lookAhead); len(more) == mostTurns {
				until = more[len(more)-1].At
			}
			if place = (queue.Turn{At: until}); len(more) == mostTurns {
				place = more[len(more)-1]
			}
		}
		tickets, next := ahead.due(now)
		if len(tickets) > 0 {
			rows, _, err := queue.RowsOf(ctx, l.feed, 0, tickets)
			if err != nil {
				for _, ticket := range tickets {
					ahead.add([]queue.Turn{{At: now, Ticket: ticket}})
				}
				pause(ctx, retryFeed)
				continue
			}
			l.tell(ctx, &change{rows: rows, turned: true})
			continue
		}
		wait := until.Sub(now)
		if !next.IsZero() {
			wait = min(wait, next.Sub(now))
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-ahead.stir:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// soon are the turns of changed rows that lie within what has been read ahead, or shortly after.
func (l *Live) soon(rows []queue.Row) (all []queue.Turn) {
	now := l.Clock()
	for i := range rows {
		all = append(all, rows[i].Turns(now, now.Add(2*lookAhead))...)
	}
	return all
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
