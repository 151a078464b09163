package commands

import (
	"context"

	"docket/domain"
	"docket/domain/authz"
)

// authorise asks whether the actor may do this here, and for whom and when they say they do. A denied attempt is recorded.
// Acting for somebody is lawful in two ways: by the right of a service that carries others' acts in, and by a delegation.
//
// Existence is hidden from those who may not see it: who holds the command's right nowhere is told 403, whether or not the
// thing exists; of the others, 404 is told for what does not exist and for what they may not read, and 403 for what they
// may read but not change.
func (t *try) authorise(ctx context.Context) error {
	lent := t.r.OnBehalfOf != "" && !authz.Anywhere(t.r.Actor, authz.ActFor)
	if lent {
		if err := t.authoriseDeputy(ctx); err != nil {
			return err
		}
	}
	switch {
	case !authz.Anywhere(t.m.Actor, t.e.Allow): // before anything that would tell whether the thing exists
		return t.deny(ctx, ErrNotAllowed, t.e.Allow)
	case t.revision == domain.NoStream && !t.e.Creates:
		return ErrUnknown
	}
	scope := t.x.scope()
	if t.r.OnBehalfOf != "" && !lent {
		if _, ok := authz.Allowed(t.r.Actor, authz.ActFor, scope); !ok {
			return t.deny(ctx, ErrActFor, authz.ActFor)
		}
		t.actFor(t.r.OnBehalfOf)
	}
	grant, ok := authz.Allowed(t.m.Actor, t.e.Allow, scope)
	if !ok && t.e.Creates && len(t.r.Failures) > 0 {
		ok = authz.Anywhere(t.m.Actor, t.e.Allow) // the payload that would tell the scope is broken
	}
	if !ok {
		return t.deny(ctx, ErrNotAllowed, t.e.Allow)
	}
	t.grant = grant
	if t.m.Actor.Delegation != "" {
		t.grant.Rule += ";delegation:" + t.m.Actor.Delegation
	}
	if err := t.confidential(ctx); err != nil {
		return err
	}
	if t.backdated() {
		if _, ok := authz.Allowed(t.m.Actor, authz.Backdate, scope); !ok {
			return t.deny(ctx, ErrBackdate, authz.Backdate)
		}
	}
	return nil
}

// authoriseDeputy lets somebody who is not trusted to act for everybody act by a delegation that lives.
func (t *try) authoriseDeputy(ctx context.Context) error {
	ok, err := t.actByDelegation(ctx, t.r.OnBehalfOf)
	switch {
	case err != nil:
		return err
	case ok:
		return nil
	case !authz.Anywhere(t.r.Actor, t.e.Allow): // whomever they name
		return t.deny(ctx, ErrNotAllowed, t.e.Allow)
	case t.r.Actor.Staff == "":
		return t.deny(ctx, ErrActFor, authz.ActFor)
	}
	return t.deny(ctx, ErrNoDelegation, t.e.Allow)
}

// actFor makes the named person the one whose duty is exercised; the posts, and so the powers, stay the account's.
func (t *try) actFor(person string) {
	facts, known := t.p.Lookups.Staff(person, t.m.Effective)
	switch {
	case !known:
		t.failOnBehalf("unknown", "no such member of staff at that time")
	case !facts.Active:
		t.failOnBehalf("inactive", "is not active at that time")
	}
	t.m.Actor.Staff, t.m.Actor.OnBehalfOf, t.m.Actor.Groups = person, person, facts.Groups
}

// failOnBehalf notes the failure once, however often the command is tried.
func (t *try) failOnBehalf(code, msg string) {
	const field = "header.Docket-On-Behalf-Of"
	for _, f := range t.r.Failures {
		if f.Field == field {
			return
		}
	}
	t.r.Failures = append(t.r.Failures, domain.FieldError{Field: field, Code: code, Msg: msg})
}

// backdated reports whether the effective time that was asked for needs a right of its own.
func (t *try) backdated() bool {
	at := t.r.Effective
	return !at.IsZero() && (at.Before(t.past.latest) || at.Before(t.m.Now.Add(-t.p.Backdate)))
}

// deny records the attempt and gives the refusal to answer.
func (t *try) deny(ctx context.Context, why *domain.Error, missing authz.Permission) error {
	t.record(ctx, why.Rule, missing)
	if t.revision == domain.NoStream {
		return why
	}
	if _, readable := authz.Allowed(t.m.Actor, t.e.Read, t.x.scope()); !readable && authz.Anywhere(t.m.Actor, t.e.Allow) {
		return ErrUnknown
	}
	return why
}

func (t *try) record(ctx context.Context, rule string, missing authz.Permission) {
	if t.p.Denials == nil || t.rehearsed || t.recalled {
		return
	}
	target := t.stream
	if t.revision == domain.NoStream {
		target = "" // nothing is there
	}
	t.p.Denials.Record(ctx, t.m.Actor, t.e.Name, missing, target, rule)
}

// refused prepares what the rules refuse for the answer: a conflict tells where the stream stands, a forbidden act is
// recorded.
func (t *try) refused(ctx context.Context, err error) error {
	e, ok := refusal(err)
	switch {
	case !ok:
		return err
	case e.Code == domain.Conflict:
		return t.conflict(e)
	case e.Code == domain.Forbidden:
		t.record(ctx, e.Rule, t.e.Allow)
	}
	return err
}

// conflict is a refusal with the current revision and the commands that the actor may issue now.
func (t *try) conflict(e *domain.Error) *Conflict {
	c := &Conflict{Refusal: e, Revision: t.revision}
	if t.revision == domain.NoStream {
		return c
	}
	for _, o := range offers(t.e.Category, t.x.state(), t.x.scope(), t.m) {
		if o.Allowed {
			c.Allowed = append(c.Allowed, o.Name)
		}
	}
	return c
}
