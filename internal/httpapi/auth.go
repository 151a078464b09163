package httpapi

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"docket/domain"
	"docket/domain/authz"
)

// ErrInactive: the account belongs to somebody who does not work here now.
var ErrInactive = domain.Refusal(domain.Forbidden, "account.inactive", "the person this account belongs to does not work here now")

// ErrNotAllowed: no post of the actor carries the right within a reach that covers the target.
var ErrNotAllowed = domain.Refusal(domain.Forbidden, "not_allowed", "none of your posts allows this here")

// ErrNoAgreement: the person has signed no confidentiality agreement that binds them now (mission row O4).
var ErrNoAgreement = domain.Refusal(domain.Forbidden, "confidentiality.no_agreement", "customers' data are open only to those with a live confidentiality agreement")

// maxBearer bounds a token before anybody looks at it.
const maxBearer = 1024

// waitAfter is how long a request waits for the directory to pass the position it names.
const waitAfter = 2 * time.Second

// authenticate sets the actor of every request below /v1/, or answers 401.
func (a *API) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/v1/") || a.public[r.URL.Path] {
			next.ServeHTTP(w, r)
			return
		}
		if actor, inside := r.Context().Value(insideKey{}).(domain.Actor); inside {
			scopeFrom(r.Context()).actor = actor
			next.ServeHTTP(w, r)
			return
		}
		actor, err := a.actor(r)
		if err != nil {
			WriteProblem(w, r, err)
			return
		}
		scopeFrom(r.Context()).actor = actor
		next.ServeHTTP(w, r)
	})
}

// actor resolves the bearer token to an actor.
func (a *API) actor(r *http.Request) (domain.Actor, error) {
	bearer, ok := bearerOf(r.Header)
	if !ok {
		return domain.Actor{}, unauthenticated("")
	}
	account, err := a.o.Auth.Authenticate(r.Context(), bearer)
	var refused *domain.Error
	switch {
	case errors.As(err, &refused) && refused.Code == domain.Forbidden:
		return domain.Actor{}, unauthenticated("invalid_token")
	case err != nil:
		return domain.Actor{}, err
	}
	actor := domain.Actor{
		Principal: account.ID, Staff: account.Staff, Posts: account.Posts, Channel: channelOf(account), Source: sourceOf(r.RemoteAddr),
	}
	if account.Staff == "" {
		return actor, nil
	}
	facts, known := a.o.Lookups.Staff(account.Staff, a.o.Clock())
	if position, given := After(r.Context()); !known && given {
		ctx, cancel := context.WithTimeout(r.Context(), waitAfter)
		defer cancel()
		if a.o.Lookups.WaitFor(ctx, position) == nil {
			facts, known = a.o.Lookups.Staff(account.Staff, a.o.Clock())
		}
	}
	if !known || !facts.Active {
		return domain.Actor{}, ErrInactive
	}
	actor.Groups, actor.Posts = facts.Groups, facts.Posts
	return actor, nil
}

// bearerOf takes the token out of the one Authorization header; false when there is none or it is of another kind.
func bearerOf(h http.Header) (string, bool) {
	values := h["Authorization"]
	if len(values) != 1 {
		return "", false
	}
	scheme, token, ok := strings.Cut(values[0], " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") || token == "" || len(token) > maxBearer || !visible(token) {
		return "", false
	}
	return token, true
}

// unauthenticated is a 401; reason is the error code of RFC 6750 §3.1, empty when no token was sent.
func unauthenticated(reason string) *ProblemDetails {
	p := fail(http.StatusUnauthorized, "unauthenticated", "a valid bearer token is needed")
	challenge := `Bearer realm="docket"`
	if reason != "" {
		challenge += `, error="` + reason + `"`
	}
	p.header = http.Header{"WWW-Authenticate": {challenge}}
	return p
}

// channelOf names the way in: "api" for people, the service's own name for a service account.
func channelOf(account Account) string {
	if account.Staff == "" {
		return strings.TrimPrefix(account.ID, "service-")
	}
	return "api"
}

// sourceOf is the address without its port.
func sourceOf(remote string) string {
	if host, _, err := net.SplitHostPort(remote); err == nil {
		return host
	}
	return remote
}

// Allow answers whether the actor of the request may do the operation on the given scope. A denial is recorded and
// returned as [ErrNotAllowed], to be answered 403.
func (a *API) Allow(ctx context.Context, operation string, p authz.Permission, on domain.Scope) error {
	actor := ActorFrom(ctx)
	if _, ok := authz.Allowed(actor, p, on); ok {
		return nil
	}
	a.Deny(ctx, operation, p, "")
	return ErrNotAllowed
}

// Deny records a denied attempt whose target is known; the caller answers it, with 403 or, where existence is to be
// hidden, with 404.
func (a *API) Deny(ctx context.Context, operation string, p authz.Permission, target domain.StreamID) {
	if a.o.Denials != nil {
		a.o.Denials.Record(ctx, ActorFrom(ctx), operation, p, target, ErrNotAllowed.Rule)
	}
}
