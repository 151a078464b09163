package kpi_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/calendar"
	"docket/domain/casetype"
	"docket/domain/template"
	"docket/domain/ticket"
	"docket/domain/worktime"
	"docket/projections"
	"docket/projections/kpi"
)

// The office of these tests is open from nine to twelve and from one to five, Monday to Friday, in UTC. Monday the 2nd of
// March 2026 is a working day; Friday the 1st of May is a holiday, and Sunday the 26th of April is worked instead.
var (
	hours  = []worktime.Span{{Open: worktime.At(9, 0), Close: worktime.At(12, 0)}, {Open: worktime.At(13, 0), Close: worktime.At(17, 0)}}
	opened = worktime.Definition{
		Zone: "UTC", Week: worktime.MondayToFriday(hours...), MakeUp: hours, FirstYear: 2026, LastYear: 2028,
		Exceptions: []worktime.Exception{
			{Date: worktime.Day(2026, time.April, 26), Kind: worktime.MakeUp, Name: "make-up"},
			{Date: worktime.Day(2026, time.May, 1), Kind: worktime.Holiday, Name: "劳动节"},
		},
	}
	typ = casetype.Ref{Template: "t1", Version: 1, Digest: "d"}
)

const hour = time.Hour

func on(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, time.UTC)
}

// desk is a history of planned tickets, made of what the ticket's own commands decide where that matters.
type desk struct {
	history
	t      testing.TB
	states map[string]ticket.State
	cals   ticket.Calendars
	rules  casetype.Rules
	lag    time.Duration // by which what happens is recorded later
	role   string

	kept  *projections.Runner // of the first so many events
	count int
}

func newDesk(t testing.TB, definitions ...worktime.Definition) *desk {
	d := &desk{t: t, states: map[string]ticket.State{}, rules: casetype.Rules{
		Type: "INC", Calendar: "office", Weight: 250,
		Limits: []casetype.ClassLimits{
			{Urgency: "normal", Response: worktime.WorkingHours(hour), Handling: worktime.WorkingHours(14 * hour), Statutory: worktime.WorkingHours(28 * hour)},
			{Urgency: "urgent", Response: worktime.WorkingHours(hour), Handling: worktime.WorkingHours(7 * hour)},
		},
		Pauses:    []casetype.Pause{{Kind: "customer"}, {Kind: "external"}},
		Extension: casetype.Extension{Count: 2, Total: worktime.WorkingHours(28 * hour)},
		Handover:  casetype.Handover{Limit: worktime.WorkingHours(2 * hour), Refusals: 1, Arbiter: "leader"},
	}}
	if len(definitions) == 0 {
		definitions = []worktime.Definition{opened}
	}
	d.publish(definitions[0], worktime.Day(2026, time.January, 1))
	d.put(domain.Stream("template", "t1"), "TemplateDrafted", on(1, 1, 0, 0), "", 0,
		template.Drafted{Version: 1, Definition: casetype.Definition{Rules: d.rules}})
	return d
}

// publish makes a further version of the calendar.
func (d *desk) publish(definition worktime.Definition, from worktime.Date) {
	version := len(d.cals) + 1
	zone, err := time.LoadLocation(definition.Zone)
	require.NoError(d.t, err)
	d.put(domain.Stream("calendar", "office"), "CalendarPublished", on(1, 1, 0, 0), "", 0,
		calendar.Published{Version: version, From: from, Definition: definition})
	var editions []worktime.Edition
	for _, e := range d.events {
		if p, ok := e.Event.(calendar.Published); ok {
			editions = append(editions, worktime.Edition{Version: p.Version, From: p.From, Definition: p.Definition})
		}
	}
	cal, err := worktime.New("office", zone, editions...)
	require.NoError(d.t, err)
	d.cals = append(d.cals, cal)
}

func (d *desk) put(stream domain.StreamID, typ string, at time.Time, actor string, index int, event any) {
	revision := uint64(0)
	for _, e := range d.events {
		if e.Stream == stream {
			revision++
		}
	}
	n := len(d.events) + 1
	d.events = append(d.events, domain.Envelope{
		ID: fmt.Sprintf("event-%d", n), Stream: stream, Revision: revision, Position: uint64(n) * 10, Type: typ, Event: event,
		Meta: domain.Metadata{Effective: at, Decided: at.Add(d.lag), Actor: actor, Role: d.role, Index: index},
	})
}

// tell appends events of a ticket as they are.
func (d *desk) tell(key string, at time.Time, actor string, events ...ticket.Event) {
	for i, e := range events {
		d.states[key] = ticket.Decider.Evolve(d.states[key], e)
		d.put(domain.Stream("ticket", key), ticket.Decider.Events.Name(e), at, actor, i, e)
	}
}

// do issues a command as the ticket's rules decide it.
func (d *desk) do(key string, at time.Time, actor string, command domain.Command[ticket.State, ticket.Event]) {
	d.t.Helper()
	require.NoError(d.t, d.try(key, at, actor, command), "%T at %s", command, at)
}

func (d *desk) try(key string, at time.Time, actor string, command domain.Command[ticket.State, ticket.Event]) error {
	state := d.states[key]
	state.Rules = &d.rules
	meta := domain.Meta{
		ID: domain.Stream("ticket", key), Now: at, Effective: at,
		Actor: domain.Actor{Staff: actor, Posts: []domain.Post{{Role: authz.Leader, Unit: "u"}, {Role: authz.Supervisor}}},
	}
	events, err := domain.Run(command, state, meta)
	if err != nil {
		return err
	}
	d.tell(key, at, actor, events...)
	return nil
}

func (d *desk) facts() ticket.ClockFacts {
	return ticket.ClockFacts{Clocks: d.cals, Calendar: d.cals[len(d.cals)-1]}
}

// begin registers a ticket whose handling limit runs from an instant, and gives it to somebody.
func (d *desk) begin(key string, at time.Time, limit worktime.Limit, holder string) {
	d.tell(key, at, "clerk", ticket.Registered{
		Unit: "u", Type: "INC", Channel: ticket.Window, Urgency: ticket.Normal, Template: typ,
		Policy: ticket.Policy{WaiveReview: true},
	}, d.started(key, "handling", at, limit), ticket.Accepted{}, ticket.AssignedToGroup{Group: "g", Unit: "u"})
	if holder != "" {
		d.tell(key, at, holder, ticket.Taken{Handler: holder})
	}
}

func (d *desk) started(key, name string, at time.Time, limit worktime.Limit) ticket.ClockStarted {
	cal := d.cals[len(d.cals)-1]
	w := worktime.Clock{Calendar: cal, Since: at, Limit: limit}
	due, ok, err := w.Deadline()
	require.NoError(d.t, err)
	require.True(d.t, ok)
	allowed, err := w.Allowed()
	require.NoError(d.t, err)
	last, _ := d.states[key].Clocks.Clock(name)
	return ticket.ClockStarted{Clock: name, Round: last.Round + 1, Since: at, Limit: limit, Deadline: ticket.Deadline{
		Calendar: cal.ID(), Version: cal.Version(), AllowedMs: allowed, DueAt: &due,
	}}
}

// deliver finishes a ticket and gives its result to the customer.
func (d *desk) deliver(key string, at time.Time) {
	s := d.states[key]
	d.tell(key, at, s.Handler, ticket.Completed{Handler: s.Handler, Outcome: ticket.Fulfilled}, ticket.ReviewPassed{Reviewer: "r"},
		ticket.ResultDelivered{Channel: ticket.Phone})
	d.stop(key, "handling", at, false)
}

func (d *desk) stop(key, name string, at time.Time, cancelled bool) {
	c, ok := d.states[key].Clocks.Clock(name)
	require.True(d.t, ok)
	e := ticket.ClockStopped{Clock: name, Round: c.Round, At: at, Met: c.Due.IsZero() || !at.After(c.Due), Cancelled: cancelled}
	if !c.Due.IsZero() {
		e.DueAt = &c.Due
	}
	d.tell(key, at, d.states[key].Handler, e)
}

func (d *desk) due(key string) time.Time {
	c, ok := d.states[key].Clocks.Clock("handling")
	require.True(d.t, ok)
	return c.Due
}

// figures is every part of a formula over all, as "numerator/denominator".
func (d *desk) figures(name string, version int, q kpi.Inquiry) map[string]string {
	d.t.Helper()
	return parts(d.rows(name, version, q))
}

func parts(rows []kpi.Row) map[string]string {
	all := map[string]string{}
	for _, r := range rows {
		key := r.Part
		for _, k := range r.Key {
			key += "|" + k
		}
		all[key] = fmt.Sprintf("%d/%d", r.Numerator, r.Denominator)
	}
	return all
}

func (d *desk) rows(name string, version int, q kpi.Inquiry) (rows []kpi.Row) {
	d.t.Helper()
	if q.Position == 0 {
		q.Position = d.last()
	}
	f, found := kpi.Find(name, version)
	require.True(d.t, found, name)
	if d.kept == nil || d.count < len(d.events) {
		copied := &history{events: slices.Clone(d.events)} // which more may follow
		kept, stop := copied.keep(d.t)
		d.t.Cleanup(stop)
		d.kept, d.count = kept, len(d.events)
	}
	require.NoError(d.t, kpi.Read(d.t.Context(), d.kept, d.last(), func(ctx context.Context, s kpi.Snapshot) error {
		r, err := s.Measure(ctx, f, q)
		rows = r.Rows
		return err
	}))
	return rows
}

// month asks about a month of 2026 as of an instant.
func month(m time.Month, asOf time.Time, by ...kpi.Dimension) kpi.Inquiry {
	return kpi.Inquiry{Question: kpi.Question{Window: kpi.Window{From: on(m, 1, 0, 0), To: on(m+1, 1, 0, 0)}}, AsOf: asOf, By: by}
}
