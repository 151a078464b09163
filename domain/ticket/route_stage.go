package ticket

import (
	"maps"
	"slices"
	"strings"
	"time"

	"docket/domain"
	"docket/domain/route"
	"docket/domain/worktime"
)

// Refusals of the route.
var (
	ErrNoRoute      = domain.Refusal(domain.Conflict, "ticket.no_route", "the ticket follows no template, so it has no stages and no form")
	ErrFollowsRoute = domain.Refusal(domain.Conflict, "ticket.follows_route", "the ticket follows a template: the stages of its route decide")
	ErrNoStageOpen  = domain.Refusal(domain.Conflict, "ticket.no_stage_open", "no stage is waiting for a decision now")
	ErrStageNotNow  = domain.Refusal(domain.Conflict, "ticket.stage_not_now", "another stage has to be decided first")
	ErrStagePassed  = domain.Refusal(domain.Conflict, "ticket.stage_passed", "the stage has been passed already")
	ErrReturned     = domain.Refusal(domain.Conflict, "ticket.returned", "the application has been returned and not been submitted again")
)

// stage finds a stage of the route by its key.
func (s State) stage(key string) (route.Stage, bool) {
	if s.Rules == nil {
		return route.Stage{}, false
	}
	for _, st := range s.Rules.Stages {
		if st.Key == key {
			return st, true
		}
	}
	return route.Stage{}, false
}

// applies reports whether the ticket has to pass a stage. A condition that nobody has looked at yet counts as one that
// holds, so that nothing is skipped by mistake (mission row R5).
func (s State) applies(st route.Stage) bool {
	if st.Condition == "" || slices.Contains(s.Route.Forced, st.Key) {
		return true
	}
	holds, known := s.Route.Holds[st.Key]
	return holds || !known
}

// passed reports whether so many people as its quorum asks for have passed a stage.
func (s State) passed(st route.Stage) bool {
	n := 0
	for _, p := range s.Route.Passes {
		if p.Stage == st.Key {
			n++
		}
	}
	return n >= max(st.Quorum, 1)
}

// pending is the first stage of a side that applies and has not been passed.
func (s State) pending(side route.When) (route.Stage, bool) {
	if s.Rules == nil {
		return route.Stage{}, false
	}
	for _, st := range s.Rules.Stages {
		if st.When == side && s.applies(st) && !s.passed(st) {
			return st, true
		}
	}
	return route.Stage{}, false
}

// side is the part of the route that the ticket is in: before handling while it is registered, after handling while its
// result waits.
func (s State) side() (route.When, bool) {
	switch s.Status { //nolint:exhaustive // in every other status no stage is open
	case StatusRegistered:
		return route.Before, true
	case StatusCompleted:
		return route.After, true
	}
	return "", false
}

// OpenStage is the stage that may be decided now, or why there is none: [ErrNoRoute], [ErrReturned], [ErrNoStageOpen].
func (s State) OpenStage() (route.Stage, error) {
	if !s.Planned() {
		return route.Stage{}, ErrNoRoute
	}
	side, ok := s.side()
	if !ok {
		return route.Stage{}, ErrNoStageOpen
	}
	if side == route.Before && s.Route.Returned.WithClerk() {
		return route.Stage{}, ErrReturned
	}
	st, ok := s.pending(side)
	if !ok {
		return route.Stage{}, ErrNoStageOpen
	}
	return st, nil
}

// round counts the rounds of a side.
func (s State) round(side route.When) int {
	if side == route.Before {
		return max(s.Route.Round, 1)
	}
	return max(s.Round, 1)
}

// named is the open stage, which has to be the one that the command names.
func (s State) named(key string) (route.Stage, error) {
	st, err := s.OpenStage()
	switch {
	case err != nil:
		return st, err
	case st.Key == key:
		return st, nil
	}
	other, known := s.stage(key)
	switch {
	case !known:
		var v domain.Checks
		v.Fail("stage", "unknown", "no such stage in this ticket's route")
		return st, v.Err()
	case s.applies(other) && s.passed(other):
		return st, ErrStagePassed
	}
	return st, ErrStageNotNow.Because("the stage " + st.Key + " has to be decided first")
}

// looked is the state once the stages' conditions have been looked at, and the event that says so; none when they come out
// as they did before.
func (s State) looked(holds map[string]bool, risk Risk) (State, []Event) {
	if holds == nil || s.Rules == nil {
		return s, nil
	}
	holds = maps.Clone(holds)
	maps.DeleteFunc(holds, func(key string, _ bool) bool { // stages without a condition apply whatever is said of them
		st, known := s.stage(key)
		return !known || st.Condition == ""
	})
	if len(holds) == 0 || s.Route.Holds != nil && maps.Equal(holds, s.Route.Holds) {
		return s, nil
	}
	planned := StagesPlanned{Holds: holds, Form: s.Route.Form.Revision, Risk: risk, Urgency: s.Urgency}
	return evolve(s, planned), []Event{planned}
}

// timed adds to a decision what it does to the clocks of stages: that of the stage which is open then starts, others stop
// (mission row C3).
func (s State) timed(events []Event, at time.Time, cal *worktime.Calendar) []Event {
	for _, e := range events {
		s = evolve(s, e)
	}
	var open string
	if st, err := s.OpenStage(); err == nil {
		open = StageClocks + st.Key
	}
	for _, c := range s.Clocks.Running() {
		if strings.HasPrefix(c.Name, StageClocks) && c.Name != open {
			events = append(events, c.stop(at, false))
		}
	}
	if open != "" {
		events = append(events, s.startClock(open, at, cal)...)
	}
	return events
}

// enterRoute begins the stages before handling of a ticket that has just been registered or submitted again: what its
// conditions say of it, and acceptance at once where no stage comes before handling.
func (s State) enterRoute(holds map[string]bool) []Event {
	s, events := s.looked(holds, s.Route.Risk)
	if _, open := s.pending(route.Before); !open {
		events = append(events, Accepted{})
	}
	return events
}

// reopened begins a new round. A refused application goes back to the stage that refused it; anything else into handling.
func (s State) reopened(fault Fault, reason string) []Event {
	events := []Event{Reopened{Fault: fault, Reason: reason, Round: s.Round + 1}}
	if refused := s.Route.Refused; refused != "" {
		events = append(events, StagesVoided{Stages: []string{refused}}, ReviewVoided{Stage: refused, Status: StatusRegistered})
	}
	return events
}
