// Package domaintest is the given/when/then kit of the aggregates. It is derived from the same [domain.Decider] that the
// service runs, so a case proves the fold, the rule and the contract row at once:
//
//	given := domaintest.Of(ticket.Decider)
//	domaintest.Cases{
//		"from the queue": given(queued...).When(ticket.Take{Facts: fit}).As(ann).Then(ticket.Taken{Handler: "ann"}),
//		"held already":   given(held...).When(ticket.Take{Facts: fit}).As(bob).Refused(ticket.ErrHeld),
//		"own once more":  given(held...).When(ticket.Take{}).As(ann).Nothing(),
//	}.Run(t)
//
// It is for tests of packages below domain alone: it knows no pipeline, no store and no HTTP.
package domaintest

import (
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"docket/domain"
)

// Noon is the instant of every case that does not say [Case.At].
var Noon = time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)

// Of gives the first word of the cases of one aggregate: what has happened to a stream so far.
func Of[S, E any](d domain.Decider[S, E]) func(history ...E) History[S, E] {
	return func(history ...E) History[S, E] { return History[S, E]{decider: d, events: history} }
}

// History is what has happened. It reaches the rules only as the contract encodes and decodes it.
type History[S, E any] struct {
	decider domain.Decider[S, E]
	events  []E
	resolve func(S) S
}

// Knowing completes the folded state as the pipeline does before May: with what the events name and do not hold, such as
// the rules of the template version that a ticket refers to.
func (h History[S, E]) Knowing(resolve func(S) S) History[S, E] {
	h.resolve = resolve
	return h
}

// state is the fold of the history, completed.
func (h History[S, E]) state(events []E) S {
	s := h.decider.Fold(events...)
	if h.resolve != nil {
		s = h.resolve(s)
	}
	return s
}

// When asks for a command, by nobody in particular and at [Noon] unless the case says otherwise.
func (h History[S, E]) When(c domain.Command[S, E]) Case[S, E] {
	id := domain.Stream(h.decider.Category, "1")
	return Case[S, E]{h, c, domain.Meta{ID: id, Now: Noon, Effective: Noon, CommandID: "command-1"}}
}

// Case is a command asked of a history; [Case.Then], [Case.Nothing], [Case.Refused] or [Case.Invalid] completes it.
type Case[S, E any] struct {
	history History[S, E]
	command domain.Command[S, E]
	meta    domain.Meta
}

// As says who asks.
func (c Case[S, E]) As(a domain.Actor) Case[S, E] {
	c.meta.Actor = a
	return c
}

// At says when it is asked, and that it happened then.
func (c Case[S, E]) At(t time.Time) Case[S, E] {
	c.meta.Now, c.meta.Effective = t, t
	return c
}

// Effective says when it happened, if not when it is asked.
func (c Case[S, E]) Effective(t time.Time) Case[S, E] {
	c.meta.Effective = t
	return c
}

// Then expects exactly these events.
func (c Case[S, E]) Then(events ...E) Check {
	return c.check("", func(t testing.TB, got []E, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("refused: %v\nwant%s", err, list(events))
		}
		same(t, "decided", got, events)
		same(t, "decided and recorded", recorded(t, c.history.decider.Events, got), events)
	})
}

// Nothing expects that it is so already: no refusal and no event.
func (c Case[S, E]) Nothing() Check {
	return c.check("", func(t testing.TB, got []E, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("refused: %v\nwant nothing to happen", err)
		}
		same(t, "decided", got, nil)
	})
}

// Refused expects this very refusal, with its code and with these failing fields (field and code, in order).
func (c Case[S, E]) Refused(want *domain.Error) Check {
	return c.check(want.Rule, func(t testing.TB, got []E, err error) {
		t.Helper()
		same(t, "decided beside a refusal", got, nil)
		refusal(t, err, want)
	})
}

// Invalid expects [domain.ErrInvalid] with exactly these failing fields, each told as "field code".
func (c Case[S, E]) Invalid(fields ...string) Check {
	return c.Refused(domain.ErrInvalid.With(failing(fields)...))
}

// Check is a complete case; [Cases] runs it.
type Check struct {
	command string // type name
	rule    string // slug of the refusal; empty when the command is allowed
	where   string // file:line of the case
	run     func(testing.TB)
}

// check runs the command as the pipeline does, and proves on the way that deciding is pure: it answers the same twice and
// leaves the state as it was.
func (c Case[S, E]) check(rule string, expect func(testing.TB, []E, error)) Check {
	d := c.history.decider
	return Check{reflect.TypeOf(c.command).Name(), rule, caller(), func(t testing.TB) {
		t.Helper()
		history := recorded(t, d.Events, c.history.events)
		state := c.history.state(history)
		events, err := domain.Run(c.command, state, c.meta)
		again, errAgain := domain.Run(c.command, state, c.meta)
		if !reflect.DeepEqual(events, again) || !reflect.DeepEqual(err, errAgain) {
			t.Errorf("%T decides differently the second time:%s%v\nthen%s%v", c.command, list(events), err, list(again), errAgain)
		}
		if fresh := c.history.state(history); !reflect.DeepEqual(state, fresh) {
			t.Errorf("%T changed the state it looked at:\n%+v\nwas\n%+v", c.command, state, fresh)
		}
		expect(t, events, err)
	}}
}

// caller is the place of the case, the first frame outside the kit.
func caller() string {
	pc := make([]uintptr, 8)
	frames := runtime.CallersFrames(pc[:runtime.Callers(1, pc)])
	for {
		f, more := frames.Next()
		if !more || !strings.Contains(f.Function, "/domaintest.") {
			return fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
		}
	}
}
