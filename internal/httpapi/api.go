// Package httpapi is the ground that everything answering over HTTP stands on: the chi router with the huma API and its
// OpenAPI 3.1 document, who is asking ([ActorFrom]), how a refusal is told ([Problem], RFC 9457), how strictly a JSON body
// is read ([Shape]) and how large a request may be. It knows no command, no query and no store.
package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/staff"
)

// MaxBody is how many bytes a request body may have; more is answered 413.
const MaxBody = 1 << 20

// Account is who a bearer token belongs to.
type Account struct {
	ID    string        // the principal, for example "staff-…" or "service-import"
	Staff string        // key of the person's staff stream; empty for a service account
	Posts []domain.Post // of service accounts; the posts of staff come from the directory
}

// Authenticator tells whose bearer token this is. An unknown, expired or revoked token is a refusal with the code
// [domain.Forbidden], answered 401; any other error keeps its own status.
type Authenticator interface {
	Authenticate(ctx context.Context, bearer string) (Account, error)
}

// Lookups tells which groups and posts somebody has at an instant.
type Lookups interface {
	Staff(id string, at time.Time) (staff.Facts, bool) // false: never joined by then
	Position() uint64
	WaitFor(ctx context.Context, position uint64) error
}

// Denials remembers attempts at what the actor may not do.
type Denials interface {
	Record(ctx context.Context, a domain.Actor, operation string, p authz.Permission, target domain.StreamID, rule string)
}

// Options are what an [API] needs. Auth is required; Lookups, Denials and Reads may be left out only where no staff account,
// no refused attempt and no sensitive read can occur.
type Options struct {
	Auth    Authenticator
	Lookups Lookups
	Denials Denials
	Reads   Reads
	Clock   func() time.Time // nil: time.Now
	Logger  *slog.Logger     // nil: slog.Default()
	Version string           // of the program, for the OpenAPI document
	Public  []string         // paths below /v1/ that need no token, such as a login
}

// API is the router and the huma API on it. Everything below /v1/ needs a bearer token, except Options.Public.
type API struct {
	Router chi.Router
	Huma   huma.API

	o      Options
	public map[string]bool
	large  *chi.Mux         // routes whose bodies may be larger than MaxBody
	limits map[string]int64 // by method and pattern
}

// New makes an API without routes of its own but /openapi.json (and its other formats) and /docs. Every route added to
// Router or Huma afterwards stands behind the same guards: panics, body size, authentication, problems for what is not
// there.
func New(o Options) *API {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	a := &API{Router: chi.NewRouter(), o: o, public: map[string]bool{}, large: chi.NewRouter(), limits: map[string]int64{}}
	for _, path := range o.Public {
		a.public[path] = true
	}
	a.Router.Use(a.guard, a.authenticate)
	a.Router.NotFound(a.notFound)
	a.Router.MethodNotAllowed(a.methodNotAllowed)
	a.Huma = humachi.New(a.Router, humaConfig(o.Version))
	a.Router.Get("/docs", serveDocs)
	return a
}

// AllowBody lets a route have bodies of more than MaxBody bytes. It is to be called before the API serves.
func (a *API) AllowBody(method, pattern string, limit int64) {
	a.large.Method(method, pattern, http.NotFoundHandler())
	a.limits[method+" "+pattern] = limit
}

// maxBody is how many bytes the body of a request may have.
func (a *API) maxBody(r *http.Request) int64 {
	route := chi.NewRouteContext()
	if len(a.limits) > 0 && a.large.Match(route, r.Method, r.URL.Path) {
		return max(MaxBody, a.limits[r.Method+" "+route.RoutePattern()])
	}
	return MaxBody
}

// Handler serves the API.
func (a *API) Handler() http.Handler { return a.Router }

// scope is what the middleware knows about a request; one value in its context.
type scope struct {
	api   *API
	actor domain.Actor
}

type scopeKey struct{}

func scopeFrom(ctx context.Context) *scope {
	s, _ := ctx.Value(scopeKey{}).(*scope)
	return s
}

// ActorFrom is who sent the request, with the groups and posts of the time it came in; the zero actor outside /v1/.
func ActorFrom(ctx context.Context) domain.Actor {
	if s := scopeFrom(ctx); s != nil {
		return s.actor
	}
	return domain.Actor{}
}
