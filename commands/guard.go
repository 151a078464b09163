package commands

import (
	"context"
	"errors"
	"fmt"

	"docket/domain"
)

// Guard makes a command take part in a rule over several streams: what it claims is decided and stored on one more stream,
// at the exact revision that was read, so that two commands which do not fit each other cannot both have it.
//
// A claim is stored before the command's own events. A crash between the two leaves a claim that the same command, repeated
// by anybody, finds and goes on with, and that taking back releases. A release is stored after them (After), so that nobody
// can claim what the stream does not yet say is free.
type Guard[C any] struct {
	Stream domain.StreamID
	// Of is the stream where it depends on the state that was read, or on the command as far as its facts have been looked
	// up (they have not for a command that is repeated); nil: Stream. Without a stream nothing is claimed.
	Of    func(state any, c C) domain.StreamID
	After bool
	// Claim is pure: what is to be stored for the command on the stream of that key, nothing when it is claimed already, or
	// a refusal.
	Claim func(history []domain.Envelope, id string, c C) ([]any, error)
}

// claim is a guard with its types erased.
type claim struct {
	stream domain.StreamID
	after  bool
	decide func(history []domain.Envelope) ([]any, error)
}

// decideOn folds a guard stream and decides on it; who asks and when do not matter there.
func decideOn[S, E any](d domain.Decider[S, E], history []domain.Envelope, c domain.Command[S, E]) ([]any, error) {
	var s S
	for i := range history {
		e, ok := history[i].Event.(E)
		if !ok {
			return nil, fmt.Errorf("event %d of %s is a %T", history[i].Revision, history[i].Stream, history[i].Event)
		}
		s = d.Evolve(s, e)
	}
	events, err := domain.Run(c, s, domain.Meta{})
	return erased(events), err
}

// claimAttempts bounds how often a claim is tried against others.
const claimAttempts = 10

// claim stores what the command claims, before or after its own events.
func (t *try) claim(ctx context.Context, after bool) error {
	c, guarded := t.x.guard(t.stream.Key())
	if !guarded || c.after != after || c.stream == "" {
		return nil
	}
	if t.recalled && !after { // after its events are stored the stream is known to have been what it was taken for
		return errRecalled
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), t.p.AppendDeadline)
	defer cancel()
	var err error
	for range claimAttempts {
		var history []domain.Envelope
		var revision domain.Revision
		if history, revision, err = t.p.Journal.Load(ctx, c.stream); err != nil {
			return fmt.Errorf("read guard: %w", err)
		}
		var events []any
		if events, err = c.decide(history); err != nil || len(events) == 0 {
			return err
		}
		pending, meta := make([]domain.Pending, len(events)), t.metadata()
		for i, e := range events {
			pending[i] = domain.Pending{Event: e, Meta: meta}
		}
		_, err = t.p.Journal.Append(ctx, c.stream, revision, t.seed()+"\x00"+string(t.stream), pending)
		if err == nil || (!errors.Is(err, domain.ErrWrongRevision) && !errors.Is(err, domain.ErrAmbiguous)) {
			return err
		}
	}
	if errors.Is(err, domain.ErrAmbiguous) {
		return fmt.Errorf("%w: %w", ErrAmbiguous, err)
	}
	return t.conflict(ErrContended)
}
