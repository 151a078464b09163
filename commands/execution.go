package commands

import (
	"context"
	"fmt"
	"time"

	"docket/domain"
	"docket/domain/staff"
	"docket/domain/unit"
)

// execution is one command on its way through the pipeline, its types erased.
type execution interface {
	load(history []domain.Envelope, l Library) error       // folds the stream and completes the state
	resume(id domain.StreamID, state any, l Library) error // completes a state that settle gave, in the place of load
	settle(events []any) (state any, err error)            // the state with events that are stored now; once
	state() any
	scope() domain.Scope
	may(m domain.Meta) error
	enrich(f Facts)
	decide(m domain.Meta) ([]any, error)
	series(year int) (stream string, give func(serial uint64), takes bool)
	guard(id string) (claim, bool)
	reveal() (field, value string)
	after(events []any) any // the state once these events are stored
}

type typed[S, E any, C domain.Command[S, E]] struct {
	decider *domain.Decider[S, E]
	spec    *Spec[S, C]
	command *C
	s       S

	pure  S // the folded state, which nothing that is decided touches
	keeps bool
}

func (t *typed[S, E, C]) load(history []domain.Envelope, l Library) error {
	var s S
	for i := range history {
		e, ok := history[i].Event.(E)
		if !ok {
			return fmt.Errorf("event %d of %s is a %T", history[i].Revision, history[i].Stream, history[i].Event)
		}
		s = t.decider.Evolve(s, e)
	}
	if len(history) == 0 {
		t.s, t.pure = s, s
		return nil
	}
	return t.complete(history[0].Stream, s, l)
}

func (t *typed[S, E, C]) resume(id domain.StreamID, state any, l Library) error {
	return t.complete(id, state.(S), l)
}

// complete makes the state that is decided on. Where the folded one is kept for the next command, that is a copy.
func (t *typed[S, E, C]) complete(id domain.StreamID, folded S, l Library) error {
	t.s = folded
	if t.keeps {
		t.pure, t.s = folded, cloned(folded)
	}
	resolve := resolvers[t.decider.Category]
	if resolve == nil {
		return nil
	}
	resolved, err := resolve(id, t.s, l)
	if err != nil {
		return err
	}
	t.s = resolved.(S)
	return nil
}

// settle folds events as they will be read.
func (t *typed[S, E, C]) settle(events []any) (any, error) {
	for _, e := range events {
		name, version, parts, err := t.decider.Events.Split(e.(E))
		if err != nil {
			return nil, err
		}
		read, err := t.decider.Events.Join(name, version, parts)
		if err != nil {
			return nil, err
		}
		t.pure = t.decider.Evolve(t.pure, read)
	}
	return t.pure, nil
}

func (t *typed[S, E, C]) state() any { return t.s }

// scope is where the aggregate lies, or will lie when the command creates it.
func (t *typed[S, E, C]) scope() domain.Scope {
	if scoped, ok := any(*t.command).(domain.Scoped); ok && t.spec.Creates {
		return scoped.Scope()
	}
	return t.decider.Scope(t.s)
}

func (t *typed[S, E, C]) may(m domain.Meta) error { return (*t.command).May(t.s, m) }

func (t *typed[S, E, C]) enrich(f Facts) {
	if t.spec.Enrich != nil {
		t.spec.Enrich(f, t.s, t.command)
	}
}

func (t *typed[S, E, C]) decide(m domain.Meta) ([]any, error) {
	events, err := (*t.command).Decide(t.s, m)
	if err != nil || len(events) == 0 {
		return nil, err
	}
	erased := make([]any, len(events))
	for i, e := range events {
		erased[i] = e
	}
	return erased, nil
}

func (t *typed[S, E, C]) series(year int) (string, func(uint64), bool) {
	if t.spec.Serial == nil {
		return "", nil, false
	}
	give := func(serial uint64) { t.spec.Serial.Number(t.command, serial, year) }
	return t.spec.Serial.Series(*t.command, year), give, true
}

func (t *typed[S, E, C]) guard(id string) (claim, bool) {
	if t.spec.Guard == nil {
		return claim{}, false
	}
	g := t.spec.Guard
	stream := g.Stream
	if g.Of != nil {
		stream = g.Of(t.s, *t.command)
	}
	return claim{stream: stream, after: g.After, decide: func(history []domain.Envelope) ([]any, error) {
		return g.Claim(history, id, *t.command)
	}}, true
}

func (t *typed[S, E, C]) reveal() (field, value string) { return t.spec.Reveal(t.s, *t.command) }

func (t *typed[S, E, C]) after(events []any) any {
	s := t.s
	for _, e := range events {
		s = t.decider.Evolve(s, e.(E))
	}
	return s
}

// Lookups is what the directory tells about the organisation at an instant, by the keys of the streams. The boolean is
// false when the thing did not exist by then.
type Lookups interface {
	Unit(id string, at time.Time) (unit.Facts, bool)
	Staff(id string, at time.Time) (staff.Facts, bool)
	People(at time.Time) []staff.Facts // everybody who had joined by then
	Templates
	Procedures
	Authorities
	Units(at time.Time) []unit.Facts // all that existed by then, closed ones included
	Position() uint64                // how far in the log the directory has read
	WaitFor(ctx context.Context, position uint64) error
}

// Facts answers what Enrich asks, as of the effective time of the command.
type Facts struct {
	lookups   Lookups
	sources   sources
	calendars Calendars
	ID        domain.StreamID // of the stream that the command addresses
	At        time.Time
	Actor     domain.Actor
}

// Unit is a unit or group as of the effective time.
func (f Facts) Unit(id string) (unit.Facts, bool) { return f.lookups.Unit(id, f.At) }

// Staff is a person as of the effective time.
func (f Facts) Staff(id string) (staff.Facts, bool) { return f.lookups.Staff(id, f.At) }
