package commands_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain"
	"docket/domain/closing"
	"docket/domain/ticket"
)

// tally measures months by what the directory has read: how many tickets were registered.
type tally struct{ *directory }

func (d tally) Month(_ context.Context, unit, month string, position uint64, asOf time.Time) (*closing.Statement, error) {
	from, to, ok := closing.Bounds(month, time.UTC)
	if !ok || asOf.Before(to) {
		return nil, nil
	}
	registered := int64(0)
	for _, history := range d.streams() {
		for _, e := range history {
			if _, is := e.Event.(ticket.Registered); is && !e.Meta.Effective.Before(from) && e.Meta.Effective.Before(to) {
				registered++
			}
		}
	}
	return &closing.Statement{
		Unit: unit, Month: month, Zone: "UTC", From: from, To: to, Position: position, AsOf: asOf,
		Definitions: []closing.Definition{{KPI: "volume", Version: 1}}, Calendars: []closing.Edition{},
		Figures: []closing.Figure{{KPI: "volume", Rows: []closing.Row{{Part: "registered", Numerator: registered}}}},
	}, nil
}

// Unit is how the catalogue's example reads its figures.
func (d tally) Unit(kpi, _ string) string {
	if kpi == "volume" {
		return "count"
	}
	return "percent"
}

// freezing is a month that nobody has closed yet.
func freezing(o *office, _ string) any { return closing.Freeze{Month: o.nextMonth()} }

// nextMonth goes back month by month, from before the office's time.
func (o *office) nextMonth() string {
	o.months++
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, -o.months, 0).Format("2006-01")
}

// publishing leaves just this moment for appeals.
func publishing(o *office, _ string) any { return closing.Publish{AppealUntil: o.clock.now()} }

// A month is one stream for everybody: whoever freezes it second is told so, whatever key they give and whoever they are. Only
// the first one's own key gives the first answer again.
func TestOneStreamAMonth(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	month := o.nextMonth()
	freeze := func(as string, key string) (commands.Answer, error) {
		return o.do(o.p, "closing.freeze", "", &closing.Freeze{Month: month}, by(o.as(as)), keyed(key))
	}
	first, err := freeze(o.chief, "one")
	require.NoError(t, err)
	require.Equal(t, closing.Key("", month), first.ID)
	again, err := freeze(o.chief, "one")
	require.NoError(t, err)
	require.True(t, again.Repeated)
	require.Equal(t, first.Events, again.Events)
	for _, who := range []string{o.chief, o.all} {
		for _, key := range []string{"", "two"} {
			_, err = freeze(who, key)
			require.ErrorIs(t, err, closing.ErrFrozen)
		}
	}
	require.Len(t, o.events(domain.Stream("closing", first.ID)), 1)
	other := o.must("closing.freeze", "", &closing.Freeze{Month: month, Unit: o.unit}, by(o.as(o.chief)))
	require.NotEqual(t, first.ID, other.ID, "a unit's month is another")
}

// Who may close is asked of the unit that the month is of.
func TestWhoCloses(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	body := `{"month":"` + o.nextMonth() + `","unit":"` + o.unit + `"}`
	for _, who := range []string{"handler", "clerk", "deputy_manager." + abroad, "auditor." + abroad} {
		require.Equal(t, http.StatusForbidden, o.post(who, "/v1/closings", body).status, who)
	}
	r := o.post("analyst."+abroad, "/v1/closings", body)
	require.Equal(t, http.StatusCreated, r.status, "%s", r.body)
	place := "/v1/closings/" + answered(t, r).ID
	publish := `{"appeal_until":"2999-01-01T00:00:00Z"}`
	require.Equal(t, http.StatusForbidden, o.post("analyst."+abroad, place+"/publish", publish).status, "who measures does not close")
	require.Equal(t, http.StatusForbidden, o.post("deputy_manager."+abroad, place+"/publish", publish).status)
	require.Equal(t, http.StatusOK, o.post("manager", place+"/publish", publish).status)
	require.Equal(t, "closing.window_open", o.post("manager", place+"/close", "").problem(t).Code)
}

// Where nothing can be measured nothing is frozen.
func TestUnmeasured(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	blind := o.pipeline(func(c *commands.Config) { c.Measures = nil })
	_, err := o.do(blind, "closing.freeze", "", &closing.Freeze{Month: o.nextMonth()}, by(o.as(o.chief)))
	require.ErrorIs(t, err, commands.ErrUnmeasured)
}
