package commands

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"docket/domain"
	"docket/domain/authz"
)

// try is one command being carried out: what stays the same over its attempts, and the state of the running one.
type try struct {
	p         *Pipeline
	e         *Entry
	r         Request
	fresh     bool // the stream cannot exist yet, so it need not be read
	rehearsed bool // nothing is to be stored
	recalled  bool // the stream comes from memory, and may have moved on
	stored    bool // the command's events are
	stream    domain.StreamID
	key       string
	asked     []byte // canonical request
	digest    string // of asked

	history  []domain.Envelope
	revision domain.Revision
	past     past
	age      uint64 // of the memory when the stream was read
	x        execution
	m        domain.Meta
	grant    authz.Decision
}

// prepare does what no attempt changes: the key, the stream, the digest, and waiting for the directory.
func (t *try) prepare(ctx context.Context) error {
	t.key = t.r.Key
	if own := t.e.keyOf(t.r.Command); own != "" {
		t.key, t.fresh = own, false
	}
	if t.key == "" {
		t.key = uuid.NewString()
	}
	id := t.r.ID
	if t.e.Creates {
		id = createdID(t.r.Actor.Principal, t.e.Name, t.key)
		if t.e.named != nil {
			if key := t.e.named(t.r.Command); key != "" {
				id, t.fresh = key, false
			}
		}
	}
	t.stream = domain.Stream(t.e.Category, id)
	if t.r.Effective.After(t.p.Clock().Add(skew)) {
		t.r.Failures = append(t.r.Failures, domain.FieldError{
			Field: "header.Docket-Effective-At", Code: "too_late", Msg: "must not lie in the future",
		})
	}
	var err error
	if t.asked, err = canonical(t.e, &t.r); err != nil {
		return err
	}
	if t.digest, err = t.p.Digest(ctx, t.asked); err != nil {
		return fmt.Errorf("digest of the request: %w", err)
	}
	return t.waitForDirectory(ctx)
}

// waitForDirectory lets the directory pass the position that the client names, where the command asks the directory.
func (t *try) waitForDirectory(ctx context.Context) error {
	if t.r.After == 0 || (!t.e.enriches && t.r.OnBehalfOf == "") || t.p.Lookups.Position() >= t.r.After {
		return nil
	}
	head, err := t.p.Journal.Head(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("read the end of the log: %w", err)
	case t.r.After > head:
		t.r.Failures = append(t.r.Failures, domain.FieldError{
			Field: "header.Docket-After", Code: "beyond_end", Msg: "lies beyond the end of the log",
		})
		return nil
	}
	waiting, cancel := context.WithTimeout(ctx, t.p.Wait)
	defer cancel()
	if err := t.p.Lookups.WaitFor(waiting, t.r.After); err != nil {
		return ErrDirectoryBehind
	}
	return nil
}

// once loads, decides and appends.
func (t *try) once(ctx context.Context) (Answer, error) {
	if err := t.load(ctx); err != nil {
		return Answer{}, err
	}
	return t.carryOut(ctx)
}

// carryOut decides on what was loaded, and appends.
func (t *try) carryOut(ctx context.Context) (Answer, error) {
	if a, found, err := t.repeated(ctx); found || err != nil {
		if err == nil {
			err = t.again(ctx, &a)
		}
		return a, err
	}
	if err := t.authorise(ctx); err != nil {
		return Answer{}, err
	}
	if len(t.r.Failures) == 0 {
		if err := t.matches(); err != nil {
			return Answer{}, err
		}
	}
	events, err := t.decide(ctx)
	if err != nil {
		return Answer{}, t.refused(ctx, err)
	}
	if err := t.claim(ctx, false); err != nil {
		return Answer{}, t.refused(ctx, err)
	}
	a := t.unchanged()
	if t.recalled && len(events) == 0 {
		return Answer{}, errRecalled
	}
	if len(events) > 0 {
		if a, err = t.append(ctx, events); err != nil {
			return Answer{}, err
		}
	}
	t.reveal(&a)
	return a, t.claim(ctx, true)
}

// again does what a first answer that is given once more must not leave out: whoever has lost the right to a value is not
// shown it again, and what should have followed the command's events may not have.
func (t *try) again(ctx context.Context, a *Answer) error {
	if t.e.Reveals {
		if err := t.authorise(ctx); err != nil {
			*a = Answer{}
			return err
		}
		t.reveal(a)
	}
	return t.claim(ctx, true)
}

// load reads and folds the stream.
func (t *try) load(ctx context.Context) error {
	t.history, t.revision, t.age = nil, domain.NoStream, t.p.memory.now()
	if !t.fresh {
		history, revision, err := t.p.Journal.Load(ctx, t.stream)
		if err != nil {
			return err
		}
		t.history, t.revision = history, revision
	}
	t.past = t.pastOf(t.history, t.revision)
	t.x = t.e.begin(t.r.Command)
	if err := t.x.load(t.history, t.p.Library); err != nil {
		return err
	}
	t.begin()
	return nil
}

// begin sets what the attempt knows of the world, once the stream is known.
func (t *try) begin() {
	now := t.p.Clock().UTC().Truncate(time.Microsecond)
	t.m = domain.Meta{
		ID: t.stream, Actor: t.r.Actor, Now: now, Effective: t.effective(now), CommandID: t.key, CorrelationID: t.r.Correlation,
	}
	if t.m.CorrelationID == "" {
		t.m.CorrelationID = t.key
	}
}

// effective is when the command's events happen. Without a time of its own a command happens now, and never before what
// is recorded already, should another machine's clock run ahead.
func (t *try) effective(now time.Time) time.Time {
	if !t.r.Effective.IsZero() {
		if t.r.Effective.After(now) {
			return now
		}
		return t.r.Effective
	}
	if latest := t.past.latest; latest.After(now) {
		return latest
	}
	return now
}

// repeated gives the first answer again where this principal has issued this command with this key on this stream.
func (t *try) repeated(ctx context.Context) (Answer, bool, error) {
	a := Answer{ID: t.stream.Key(), Repeated: true}
	for i := range t.history {
		h := &t.history[i]
		if h.Meta.Key != t.key || h.Meta.Command != t.e.Name || h.Meta.Principal != t.r.Actor.Principal {
			continue
		}
		same, err := t.sameRequest(ctx, h.Meta.Digest)
		switch {
		case err != nil:
			return Answer{}, false, err
		case !same:
			return Answer{}, false, &Conflict{Refusal: ErrKeyReused, Revision: t.revision}
		}
		a.Events = append(a.Events, Stored{ID: h.ID, Type: h.Type, Revision: h.Revision})
		a.Revision, a.Position = h.Revision, h.Position
		if t.e.number != nil {
			if number := t.e.number(h.Event); number != "" {
				a.Number = number
			}
		}
	}
	return a, len(a.Events) > 0, nil
}

// sameRequest tells whether a stored digest is of this request.
func (t *try) sameRequest(ctx context.Context, stored string) (bool, error) {
	if stored == t.digest || t.p.SameDigest == nil {
		return stored == t.digest, nil
	}
	same, err := t.p.SameDigest(ctx, t.asked, stored)
	if err != nil {
		return false, fmt.Errorf("compare digests of the request: %w", err)
	}
	return same, nil
}

// matches compares the revision that the asker decided on with the one that is.
func (t *try) matches() error {
	switch {
	case !t.r.Matches && t.e.Match == MatchRequired:
		return ErrMatchRequired
	case !t.r.Matches || t.r.Match == t.revision:
		return nil
	}
	c := t.conflict(ErrMoved)
	for i := range t.history {
		if h := &t.history[i]; domain.Revision(h.Revision) > t.r.Match {
			c.Since = append(c.Since, Stored{Type: h.Type, Revision: h.Revision})
		}
	}
	return c
}

// decide asks the rules: May, then the facts, then Decide; and once more with a serial number where the command takes one.
// What the edge has found wrong is told together with what Decide finds.
func (t *try) decide(ctx context.Context) ([]any, error) {
	broken := len(t.r.Failures) > 0
	switch err := t.x.may(t.m); {
	case err != nil && broken: // Decide relies on what May wants
		return nil, domain.ErrInvalid.With(t.r.Failures...)
	case err != nil:
		return nil, err
	}
	facts, failed := t.facts(ctx)
	t.x.enrich(facts)
	if err := failed(); err != nil {
		return nil, err
	}
	events, err := t.x.decide(t.m)
	if broken {
		return nil, merged(t.r.Failures, err)
	}
	if err != nil || len(events) == 0 {
		return nil, err
	}
	year := t.m.Effective.In(t.p.Zone).Year()
	stream, give, takes := t.x.series(year)
	if !takes {
		return events, nil
	}
	if t.recalled {
		return nil, errRecalled
	}
	provided := t.provide(ctx)
	serial, err := t.p.serials.take(ctx, domain.StreamID(stream), t.stream.Key(), t.metadata())
	provided()
	if err != nil {
		return nil, err
	}
	give(serial)
	return t.x.decide(t.m)
}

// provide has the key of a new stream made while its number is taken, since each waits for a disk of its own; the function it
// gives waits for it. Both are durable before an event tells of either. A failure is met again by sealing, which tells it.
func (t *try) provide(ctx context.Context) (wait func()) {
	if t.p.Keys == nil || t.revision != domain.NoStream || t.rehearsed {
		return func() {}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := t.p.Keys(ctx, string(t.stream)); err != nil {
			t.p.Logger.DebugContext(ctx, "a key could not be made ahead", "stream", t.stream, "error", err)
		}
	}()
	return func() { <-done }
}

// merged tells the failing fields of the edge and those of the rules at once, each field by its first failure.
func merged(failures []domain.FieldError, err error) error {
	told := make(map[string]bool, len(failures))
	for _, f := range failures {
		told[f.Field] = true
	}
	all := domain.ErrInvalid.With(failures...)
	if e, ok := refusal(err); ok && e.Code == domain.Invalid {
		for _, f := range e.Fields {
			if !told[f.Field] {
				all = all.With(f)
			}
		}
	}
	return all
}

// unchanged answers a command for what is so already.
func (t *try) unchanged() Answer {
	a := Answer{ID: t.stream.Key(), Events: []Stored{}}
	if n := len(t.history); n > 0 {
		a.Revision, a.Position = t.history[n-1].Revision, t.history[n-1].Position
	}
	return a
}

// append stores the events at the revision that was read, whatever becomes of the request meanwhile.
func (t *try) append(ctx context.Context, events []any) (Answer, error) {
	pending, meta := make([]domain.Pending, len(events)), t.metadata()
	for i, e := range events {
		pending[i] = domain.Pending{Event: e, Meta: meta}
	}
	storing, cancel := context.WithTimeout(context.WithoutCancel(ctx), t.p.AppendDeadline)
	defer cancel()
	if err := t.index(storing, events); err != nil {
		return Answer{}, err
	}
	appended, err := t.p.Journal.Append(storing, t.stream, t.revision, t.seed(), pending)
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf("%w: %w", domain.ErrAmbiguous, err)
		}
		return Answer{}, err
	}
	t.stored = true
	a := Answer{
		ID: t.stream.Key(), Revision: appended.Revision, Position: appended.Position, Events: make([]Stored, len(events)),
	}
	t.unindex(storing, events, appended.Revision)
	t.remember(events, appended.Revision)
	first := appended.Revision + 1 - uint64(len(events))
	for i, e := range events {
		a.Events[i] = Stored{ID: appended.IDs[i], Type: t.e.typeOf(e), Revision: first + uint64(i)}
		if t.e.number != nil && a.Number == "" {
			a.Number = t.e.number(e)
		}
	}
	return a, nil
}

// seed takes part in the events' ids.
func (t *try) seed() string {
	return t.r.Actor.Principal + "\x00" + t.e.Name + "\x00" + t.key
}

// metadata is what is stored beside the events.
func (t *try) metadata() domain.Metadata {
	causation := t.r.Causation
	if causation == "" {
		causation = t.key
	}
	a := t.m.Actor
	return domain.Metadata{
		Principal: a.Principal, Actor: a.Staff, OnBehalfOf: a.OnBehalfOf, Role: t.grant.Role, Unit: t.grant.Unit,
		Channel: a.Channel, Source: a.Source, Effective: t.m.Effective, Decided: t.m.Now,
		Command: t.e.Name, Key: t.key, Digest: t.digest, Rule: t.grant.Rule, Directory: t.p.Lookups.Position(),
		Correlation: t.m.CorrelationID, Causation: causation, Trace: t.r.Trace,
	}
}
