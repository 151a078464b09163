package commands

import (
	"errors"

	"docket/domain"
	"docket/internal/httpapi"
)

// Refusals of the pipeline itself; those of the aggregates stand beside their rules.
var (
	ErrUnknown     = domain.Refusal(domain.NotFound, "not_found", "there is no such thing, or it is not yours to see")
	ErrNotAllowed  = httpapi.ErrNotAllowed
	ErrActFor      = domain.Refusal(domain.Forbidden, "actor.act_for", "this account may not act on behalf of others")
	ErrBackdate    = domain.Refusal(domain.Forbidden, "time.backdate", "back-dating this far, or before what is recorded already, needs a right of its own")
	ErrNoAgreement = httpapi.ErrNoAgreement

	ErrKeyReused     = domain.Refusal(domain.Conflict, "idempotency.key_reused", "this idempotency key was used for a request with other content")
	ErrMoved         = domain.Refusal(domain.Precondition, "match.moved", "somebody else has changed it since the revision that If-Match names")
	ErrMatchRequired = domain.Refusal(domain.Precondition, "match.required", "this command needs If-Match with the revision it was decided on")
	ErrContended     = domain.Refusal(domain.Conflict, "stream.contended", "others kept changing it at the same moment; try again")

	ErrAmbiguous       = domain.Refusal(domain.Unavailable, "append.ambiguous", "the command may have been stored; repeat it with the same idempotency key to know")
	ErrDirectoryBehind = domain.Refusal(domain.Unavailable, "directory.behind", "the directory has not yet read up to the position named; try again")
)

// Conflict is a refusal together with where the stream stands, so that the asker knows what to do instead.
type Conflict struct { //nolint:errname // a conflict is what it is called
	Refusal  *domain.Error
	Revision domain.Revision // current; domain.NoStream when nothing is stored
	Allowed  []string        // commands that the actor may issue now
	Since    []Stored        // what happened after the revision that If-Match named
}

// Stored names an event that is stored.
type Stored struct {
	ID       string `json:"id,omitempty" doc:"of the event, a UUID"`
	Type     string `json:"type"`
	Revision uint64 `json:"revision"`
}

// Error is the refusal's.
func (c *Conflict) Error() string { return c.Refusal.Error() }

// Unwrap is the refusal.
func (c *Conflict) Unwrap() error { return c.Refusal }

// Situation tells the HTTP edge where the stream stands.
func (c *Conflict) Situation() (revision int64, allowed []string, since []httpapi.EventRef) {
	for _, s := range c.Since {
		since = append(since, httpapi.EventRef{Type: s.Type, Revision: s.Revision})
	}
	return int64(c.Revision), c.Allowed, since
}

// refusal takes the refusal out of an error; false when it is an internal failure.
func refusal(err error) (*domain.Error, bool) {
	var e *domain.Error
	ok := errors.As(err, &e)
	return e, ok
}
