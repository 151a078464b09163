package flow_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/ticket"
	"docket/projections"
	"docket/projections/flow"
)

// The tables are the same however the log was cut into pages, and when they are built from the whole log at once.
func TestPagesDoNotMatter(t *testing.T) {
	t.Parallel()
	const events = 300
	whole := dump(t, events, events, true)
	require.NotEmpty(t, whole)
	for _, size := range []int{1, 17, events} {
		require.Equal(t, whole, dump(t, events, size, false), "pages of %d", size)
	}
}

// dump plays a log in pages of a size, to a model that follows it or, all at once, to one that is built from it.
func dump(t *testing.T, events, size int, built bool) string {
	t.Helper()
	p := randomTape(7, 12, events)
	if built {
		p.play(p.last())
	}
	var rows bytes.Buffer
	p.run(t, func(ctx context.Context, r *projections.Runner) {
		reach(ctx, t, r, 0)
		for at := 0; at < events; at += size {
			upTo := uint64(min(at+size, events)) * 10
			p.play(upTo)
			reach(ctx, t, r, upTo)
		}
		_, err := r.Dump(ctx, flow.Model.Name, &rows)
		require.NoError(t, err)
	})
	return rows.String()
}

// An event that comes twice changes nothing the second time.
func TestTwiceIsOnce(t *testing.T) {
	t.Parallel()
	p := randomTape(3, 5, 200)
	var twice []domain.Envelope
	for i := 0; i < len(p.events); i += 20 {
		page := p.events[i:min(i+20, len(p.events))]
		twice = append(append(twice, page...), page...)
	}
	once, where, taken := flow.Rows(projections.Replay(flow.Model, p.events))
	again, whereAgain, takenAgain := flow.Rows(projections.Replay(flow.Model, twice))
	require.Equal(t, once, again)
	require.Equal(t, where, whereAgain)
	require.Equal(t, taken, takenAgain)
}

// Few rows: a step has one, and a place is told once for all steps until it changes.
func TestPlacesAreToldOnce(t *testing.T) {
	t.Parallel()
	p := newTape()
	p.on("a", 0, ticket.Registered{Unit: "u", Type: "INC"}, ticket.Accepted{}, ticket.Noted{}, ticket.ClockStopped{})
	p.on("a", 1, ticket.AssignedToGroup{Group: "g", Unit: "u"}, ticket.AssignedToGroup{Group: "g", Unit: "u"}, ticket.Taken{Handler: "x"})
	_, where, taken := flow.Rows(projections.Replay(flow.Model, p.events))
	require.Equal(t, []flow.Place{
		{Pos: 10, Ticket: "a", Unit: "u", Type: "INC"}, {Pos: 50, Ticket: "a", Unit: "u", Type: "INC", Group: "g"},
	}, where)
	require.Len(t, taken, 5)
	require.Equal(t, flow.Step{
		Pos: 50, Place: 50, FromActivity: "accepted", Activity: "assigned_to_group", FromMS: began.UnixMilli(), AtMS: began.UnixMilli() + 60_000,
		FromPlace: 10,
	}, taken[2])
}
