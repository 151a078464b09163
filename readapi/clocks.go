package readapi

import (
	"context"
	"errors"
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
	"docket/domain/worktime"
	"docket/projections/ticketpage"
)

// ClocksRequest asks for a ticket's limits.
type ClocksRequest struct {
	Request
	TicketPath
	Effective time.Time `query:"effective" doc:"as of this time, by what had happened; now when left out"`
	Recorded  time.Time `query:"recorded" doc:"by what had been recorded by this time"`
}

// ClocksView is everything about a ticket's limits as of an instant.
type ClocksView struct {
	AsOf       time.Time       `json:"as_of"`
	Clocks     []ClockView     `json:"clocks" doc:"in the order in which they started"`
	Pauses     []WaitView      `json:"pauses"`
	Extensions []ExtensionView `json:"extensions"`
	Reports    []LateView      `json:"late_reports"`
	Breaches   []BreachView    `json:"breaches" doc:"what was found of limits that were missed, in the order in which it was found"`
}

// ClockView is one limit: where it stands, and why its date is its date (mission row X7).
type ClockView struct {
	Clock      string               `json:"clock" example:"handling"`
	Round      int                  `json:"round" doc:"counts the clocks of this name, from 1"`
	Status     string               `json:"status" enum:"running,paused,stopped,cancelled"`
	Since      time.Time            `json:"since"`
	Limit      worktime.Limit       `json:"limit"`
	Calendar   string               `json:"calendar"`
	Version    int                  `json:"version" doc:"of the calendar"`
	DueAt      *time.Time           `json:"due_at" doc:"null while a pause lasts, or where the calendar does not know the year"`
	StoppedAt  *time.Time           `json:"stopped_at,omitempty"`
	Met        *bool                `json:"met,omitempty" doc:"of a stopped clock: whether it was in time"`
	Overdue    bool                 `json:"overdue"`
	UsedMs     int64                `json:"used_ms" doc:"working time used"`
	LeftMs     int64                `json:"left_ms" doc:"working time left; negative when overdue"`
	Reminded   int                  `json:"reminded,omitempty" doc:"largest share of the limit, in percent, that was reminded of"`
	Derivation *worktime.Derivation `json:"derivation,omitempty" doc:"missing where the calendar, or the year asked about, is not known"`
	Earlier    []ticket.Basis       `json:"earlier,omitempty" doc:"what it was computed on before management re-based it, and what came of that"`
}

// WaitView is one pause of a planned ticket.
type WaitView struct {
	Pause    int       `json:"pause"`
	Kind     string    `json:"kind"`
	From     time.Time `json:"from"`
	Evidence string    `json:"evidence,omitempty"`
	Revoked  bool      `json:"revoked,omitempty" doc:"found unjustified: its time counts"`
}

// ExtensionView is one request for a longer limit.
type ExtensionView struct {
	Extension int            `json:"extension"`
	By        worktime.Limit `json:"by"`
	Requester *Ref           `json:"requester"`
	Status    string         `json:"status" enum:"requested,refused,approved,told" doc:"only the last one moves the deadline"`
	GrantedAt *time.Time     `json:"granted_at,omitempty"`
}

// LateView is one report that a limit would not be met.
type LateView struct {
	Clock      string    `json:"clock"`
	Round      int       `json:"round"`
	By         *Ref      `json:"by"`
	ReportedAt time.Time `json:"reported_at"`
	Cause      string    `json:"cause"`
	Estimate   time.Time `json:"estimate"`
	Late       bool      `json:"late" doc:"came when the limit had run out"`
}

// BreachView is why a limit was missed, and whose fault that was found to be.
type BreachView struct {
	Clock   string    `json:"clock"`
	Round   int       `json:"round"`
	Cause   string    `json:"cause" enum:"staff,customer,external,system,rule_change,undetermined"`
	By      *Ref      `json:"by"`
	FoundAt time.Time `json:"found_at"`
	Reason  string    `json:"reason"`
}

// clocks computes from the events themselves, so that it is never behind.
func (s *service) clocks(ctx context.Context, in *ClocksRequest) (*OneResponse[ClocksView], error) {
	var c check
	c.id("path.id", &in.ID)
	effective := c.instant("query.effective", in.Effective)
	recorded := c.instant("query.recorded", in.Recorded)
	if err := c.v.Err(); err != nil {
		return nil, err
	}
	position, err := s.passed(ctx)
	if err != nil {
		return nil, err
	}
	stream := domain.Stream(ticket.Decider.Category, in.ID)
	events, _, err := s.History.LoadMasked(ctx, stream)
	if err != nil {
		return nil, err
	}
	var now, then ticket.State
	v := ClocksView{AsOf: s.Clock().UTC(), Clocks: []ClockView{}, Pauses: []WaitView{}, Extensions: []ExtensionView{}, Reports: []LateView{}, Breaches: []BreachView{}}
	if effective != nil {
		v.AsOf = *effective
	}
	for i := range events {
		e := &events[i]
		event, ok := e.Event.(ticket.Event)
		if !ok {
			continue
		}
		now = ticket.Decider.Evolve(now, event)
		if effective != nil && e.Meta.Effective.After(*effective) || recorded != nil && e.Meta.Decided.After(*recorded) {
			continue
		}
		then = ticket.Decider.Evolve(then, event)
		v.note(s, e)
	}
	if len(events) == 0 {
		return nil, ticketpage.ErrUnknown
	}
	if !canRead(ctx, ticket.Decider.Scope(now)) {
		s.api.Deny(ctx, "ticket.clocks", authz.TicketRead, stream)
		return nil, ticketpage.ErrUnknown
	}
	if err := v.tell(s, then.Clocks); err != nil {
		return nil, err
	}
	return &OneResponse[ClocksView]{Position: max(position, events[len(events)-1].Position), Body: v}, nil
}

// note takes from an event what the state does not hold.
func (v *ClocksView) note(s *service, e *domain.Envelope) {
	switch event := e.Event.(type) {
	case ticket.PauseJustified:
		v.Pauses = append(v.Pauses, WaitView{Pause: event.Pause, Kind: string(event.Kind), From: event.From, Evidence: event.Evidence})
	case ticket.LateReported:
		v.Reports = append(v.Reports, LateView{
			Clock: event.Clock, Round: event.Round, By: s.names.staff(event.By, e.Meta.Decided), ReportedAt: e.Meta.Decided,
			Cause: event.Cause, Estimate: event.Estimate, Late: event.Late,
		})
	case ticket.BreachExplained:
		v.Breaches = append(v.Breaches, BreachView{
			Clock: event.Clock, Round: event.Round, Cause: string(event.Cause), By: s.names.staff(event.By, e.Meta.Decided),
			FoundAt: e.Meta.Decided, Reason: event.Reason,
		})
	}
}

// tell adds what the state holds.
func (v *ClocksView) tell(s *service, clocks ticket.Clocks) error {
	for _, w := range clocks.Waits {
		for i := range v.Pauses {
			if v.Pauses[i].Pause == w.Number {
				v.Pauses[i].Revoked = w.Revoked
			}
		}
	}
	for _, x := range clocks.Extensions {
		view := ExtensionView{Extension: x.Number, By: x.By, Requester: s.names.staff(x.Requester, v.AsOf), Status: string(x.Status)}
		if !x.Granted.IsZero() {
			view.GrantedAt = &x.Granted
		}
		v.Extensions = append(v.Extensions, view)
	}
	for _, k := range clocks.All {
		view, err := s.clockView(k, v.AsOf)
		if err != nil {
			return err
		}
		v.Clocks = append(v.Clocks, view)
	}
	return nil
}

// clockView computes where a clock stands at an instant, or stood when it stopped, by the calendar version that its
// deadline was computed by.
func (s *service) clockView(k ticket.Clock, at time.Time) (ClockView, error) {
	v := ClockView{
		Clock: k.Name, Round: k.Round, Status: "running", Since: k.Since, Limit: k.Limit, Calendar: k.Calendar, Version: k.Version,
		Overdue: k.Overdue(at), Reminded: k.Reminded, Earlier: k.Earlier,
	}
	if !k.Due.IsZero() {
		v.DueAt = &k.Due
	}
	switch {
	case k.Cancelled:
		v.Status = "cancelled"
	case !k.Running():
		v.Status = "stopped"
	case k.Paused():
		v.Status = "paused"
	}
	if !k.Running() {
		v.StoppedAt, v.Met, at = &k.Stopped, &k.Met, k.Stopped
	}
	calendar, ok := s.Calendars.CalendarVersion(k.Calendar, k.Version)
	if !ok {
		return v, nil
	}
	d, err := k.On(calendar).Explain(at)
	if errors.Is(err, worktime.ErrUnknownYear) {
		return v, nil // the clock can be told, though not what it comes to by then
	}
	if err != nil {
		return v, err
	}
	v.UsedMs, v.LeftMs, v.Derivation = d.UsedMs, d.LeftMs, &d
	return v, nil
}
