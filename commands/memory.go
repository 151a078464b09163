package commands

import (
	"context"
	"errors"
	"slices"

	"docket/domain"
)

// errRecalled: what would be done or told rests on a stream from memory, which has to be read first.
var errRecalled = errors.New("the stream has to be read")

// fromMemory decides the command on its stream as this process knew it last, which saves reading it. Of what comes of that
// nothing counts but an append, since that one succeeds only at the very revision that was known: the stream was what it was
// taken for. Everything else – a refusal, a denial and its record, a conflict, a repetition, nothing to do, a claim or a number
// to be taken first – is looked at again on the stream as it is: over is false, and nothing has happened.
func (t *try) fromMemory(ctx context.Context) (a Answer, err error, over bool) {
	if t.p.memory == nil || t.fresh || t.e.Creates || t.e.Reveals {
		return Answer{}, nil, false
	}
	history, revision, known := t.p.memory.Recall(ctx, t.stream)
	if !known {
		return Answer{}, nil, false
	}
	failures := slices.Clone(t.r.Failures)
	t.recalled, t.history, t.revision = true, history, revision
	if err = t.fold(); err == nil {
		a, err = t.carryOut(ctx)
	}
	t.recalled, t.r.Failures = false, failures
	e, refused := refusal(err)
	unreachable := refused && e.Code == domain.Unavailable && !errors.Is(err, domain.ErrAmbiguous)
	return a, err, err == nil || t.stored || unreachable // asking once more would only wait once more
}
