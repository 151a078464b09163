package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"docket/domain"
)

// guard stands before every route: it bounds the body, notes who serves the request, and turns a panic into a 500.
func (a *API) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(withAfter(context.WithValue(r.Context(), scopeKey{}, &scope{api: a}), r.Header))
		wrapped := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(cause) // the way to drop a connection on purpose
			}
			a.o.Logger.ErrorContext(r.Context(), "a request panicked",
				"method", r.Method, "path", r.URL.Path, "panic", fmt.Sprint(cause), "stack", string(debug.Stack()))
			if wrapped.Status() == 0 {
				WriteProblem(wrapped, r, fail(http.StatusInternalServerError, "internal", "something went wrong inside the service; it has been logged"))
			}
		}()
		if _, after := After(r.Context()); !after && r.Method != http.MethodPost && r.Header[HeaderAfter] != nil {
			h := Header{Values: r.Header} // commands tell it together with what else is wrong
			h.Fail("header."+HeaderAfter, "not_a_position")
			WriteProblem(wrapped, r, domain.ErrInvalid.With(h.Failures...))
			return
		}
		limit := a.maxBody(r)
		if r.ContentLength > limit {
			WriteProblem(wrapped, r, errTooLarge())
			return
		}
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = http.MaxBytesReader(wrapped, r.Body, limit)
		}
		next.ServeHTTP(wrapped, r)
	})
}

func errTooLarge() *ProblemDetails {
	return fail(http.StatusRequestEntityTooLarge, "body.too_large", "the body is larger than is taken here")
}

func (a *API) notFound(w http.ResponseWriter, r *http.Request) {
	WriteProblem(w, r, fail(http.StatusNotFound, "route.not_found", "there is nothing at this address"))
}

func (a *API) methodNotAllowed(w http.ResponseWriter, r *http.Request) {
	p := fail(http.StatusMethodNotAllowed, "route.method_not_allowed", "this address does not take this method")
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if a.Router.Match(chi.NewRouteContext(), method, r.URL.Path) {
			allowed = append(allowed, method)
		}
	}
	p.header = http.Header{"Allow": {strings.Join(allowed, ", ")}}
	WriteProblem(w, r, p)
}

// logCause logs what a 500 is about; the client is told nothing of it.
func logCause(ctx context.Context, p *ProblemDetails, method, path string) {
	if s := scopeFrom(ctx); s != nil && p.cause != nil {
		s.api.o.Logger.ErrorContext(ctx, "a request failed", "method", method, "path", path, "error", p.cause)
	}
}
